"""The server is killed again and again while people load pages and send forms; what it acknowledged stays, nothing doubles.

The seed is printed; `TEJIDO_KILL_SEED=N` repeats it, `TEJIDO_KILL_ROUNDS=N` does more.
"""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("TEJIDO_KILL_ROUNDS", "3"))
CLIP = run.ROOT / "src" / "tejido" / "demo" / "clips" / "chicago-commentary.webm"
BOUNDARY = "3f9d2c"
Body = tuple[bytes, str]  # bytes and their content type


@dataclass
class Visitor:
    """Somebody with a session that outlives the server: what they sent, and what the server said to it."""

    node: NodeProc
    chain: str
    circle: str
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))
    token: str = ""
    sent: dict[str, Body] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    pages: int = 0

    def open(self, path: str, body: Body | None = None, **headers: str) -> bytes:
        """The answer; raises `OSError` or `HTTPException` where there is none, or one that says no."""
        kind = {"Content-Type": body[1]} if body else {}
        asked = Request(self.node.url + path, body and body[0], {**kind, **headers})
        with self.opener.open(asked, timeout=60) as answer:
            return bytes(answer.read())

    def sign_in(self) -> None:
        page = self.open("/sign-in/").decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        named = {"login": federation.KEEPERS["Chicago"], "password": federation.PASSWORD, "csrfmiddlewaretoken": token}
        self.open("/sign-in/", (urlencode(named).encode(), "application/x-www-form-urlencoded"))
        self.token = json.loads(self.open("/api/v1/session"))["csrf_token"]

    def send(self, command: str) -> str:
        """Send a report under its idempotency key; the key of what was made."""
        headers = {"Idempotency-Key": command, "X-CSRFToken": self.token}
        answer = self.open(f"/api/v1/relay/chains/{self.chain}/reports", self.sent[command], **headers)
        key: str = json.loads(answer)["key"]
        assert self.acknowledged.setdefault(command, key) == key, "the same command made another report"
        return key

    def type(self, command: str) -> None:
        """A typed report."""
        said = {"circle": self.circle, "lang": "en", "text": f"said under {command}", "asked": "true"}
        self.sent[command] = (urlencode(said).encode(), "application/x-www-form-urlencoded")
        self.send(command)

    def speak(self, command: str) -> None:
        """A recording."""
        fields = {"circle": self.circle, "lang": "en", "text": f"said under {command}"}
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()
        ]
        parts += [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="recording"; filename="a.webm"\r\n']
        data = "".join(parts).encode() + b"Content-Type: audio/webm\r\n\r\n" + CLIP.read_bytes()
        self.sent[command] = (data + f"\r\n--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}")
        self.send(command)

    def read(self, _: str) -> None:
        """A page, whole."""
        page = self.open(f"/chains/{self.chain}/")
        assert page.endswith(b"</html>\n") or b"</html>" in page[-20:]
        self.pages += 1


@contextmanager
def busy(doings: list[Callable[[str], None]], round_number: int) -> Iterator[None]:
    """Each doing over and over in a thread of its own, until the server does not answer any more."""

    def keep_on(place: int, doing: Callable[[str], None]) -> None:
        for number in range(10_000):
            try:
                doing(f"r{round_number}-t{place}-{number}")
            except (OSError, HTTPException):
                return

    threads = [threading.Thread(target=keep_on, args=one) for one in enumerate(doings)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def settle(visitor: Visitor) -> None:
    """As after a lost connection: every form is sent once more under its own key."""
    for command in visitor.sent:
        visitor.send(command)


def checked(node: NodeProc) -> list[Any]:
    """Faults that `tejido check` finds."""
    found: list[Any] = json.loads(node.call("check", "--json", status=None).stdout)
    return [one for one in found if one["level"] == "fault"]


def test_a_server_killed_under_load_loses_and_doubles_nothing(nodes: Nodes) -> None:
    seed = int(os.environ.get("TEJIDO_KILL_SEED", str(random.randrange(2**32))))
    print(f"TEJIDO_KILL_SEED={seed}")
    chance = random.Random(seed)
    node = federation.a_node(nodes, "Chicago")
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "Night dock").stdout.strip()
    chain = node.call("chain", "open", "How hot?", "--circle", circle, "--title", "Heat").stdout.strip()
    server = node.serve()
    visitors = [Visitor(node, chain, circle) for _ in range(5)]
    for one in visitors:
        one.sign_in()
    first, second, third, reader, other = visitors
    for number in range(ROUNDS):
        with busy([first.type, second.type, third.speak, reader.read, other.read], number):
            time.sleep(chance.uniform(0.3, 3.0))
            server.kill9()
        before = {command for one in visitors for command in one.acknowledged}
        assert checked(node) == []
        server = node.serve()
        for one in visitors:
            settle(one)
        print(f"round {number}: {len(before)} acknowledged, {sum(len(v.sent) for v in visitors)} sent so far")

    sent = {command: one.acknowledged[command] for one in visitors for command in one.sent}
    assert len(set(sent.values())) == len(sent) > ROUNDS
    assert reader.pages + other.pages > ROUNDS
    found = json.loads(first.open("/api/v1/relay/reports?limit=1"))
    assert found["total"] == len(sent)
    for command, key in sent.items():
        said = json.loads(first.open(f"/api/v1/relay/reports/{key}"))
        assert [line["text"] for line in said["lines"]] == [f"said under {command}"]
    assert checked(node) == []
