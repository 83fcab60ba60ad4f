"""Pages a second of a really served node: 10,000 reports, a chain page of 40 hops and the chain list, 20 clients.

The reports come from a foreign organisation in sealed events and through the ordinary ingest. The node is served by the
`tejido serve` command in a process of its own; the clients are signed in. SQLite and, where a server can be started here,
PostgreSQL, one after the other.
"""

import argparse
import http.client
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from bench._calibration import calibration

REPORTS, HOPS, CLIENTS = 10_000, 40, 20
NAME, PASSWORD = "bench", secrets.token_urlsafe(12)
DAY, TIME = "2026-11-22", 1_790_000_000


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """Both databases; `fill` is the part that runs in the node's own process."""
    parser = argparse.ArgumentParser(prog="python -m bench pages")
    parser.add_argument("--fill", type=int, help="internal: fill the node that TEJIDO_NODE names")
    parser.add_argument("--seconds", type=float, default=4.0 if quick else 15.0)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    args = parser.parse_args(argv)
    if args.fill:
        return fill(args.fill)
    size = 2000 if quick else REPORTS
    figures: dict[str, object] = {"reports": size, "hops": HOPS, "clients": CLIENTS, **calibration()}
    for name, database in _databases(args.only):
        figures |= {f"{name}_{key}": value for key, value in one(database, size, args.seconds).items()}
    return figures


def _databases(only: str | None) -> Iterator[tuple[str, str]]:
    if only != "postgres":
        yield "sqlite", ""
    if only != "sqlite":
        from tests.harness import postgres

        if postgres.available():
            with postgres.running() as server:
                yield "postgres", postgres.create_database(server.url)


def one(database: str, size: int, seconds: float) -> dict[str, object]:
    """Make, fill, serve and load one node."""
    with tempfile.TemporaryDirectory(prefix="tejido-bench-") as name:
        env = {**os.environ, "TEJIDO_NODE": name}
        port = _free_port()
        node = [sys.executable, "-m", "tejido", "--data", name]
        made = ["node", "create", "Bench", "--port", str(port), "--keeper", NAME, "--password", PASSWORD]
        subprocess.run([*node, *made, "--database", database], env=env, check=True, stdout=subprocess.DEVNULL)
        filled = subprocess.run(
            [sys.executable, "-m", "bench", "pages", "--json", "--fill", str(size)],
            env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        about = json.loads(filled.stdout)
        server = subprocess.Popen([*node, "serve"], env=env, stdout=subprocess.DEVNULL)
        try:
            cookie = _sign_in(port)
            figures = {"fill_events_per_s": about["fill_events_per_s"]}
            chain = _load(port, cookie, f"/chains/{about['chain']}/", seconds)
            listed = _load(port, cookie, "/chains/", seconds)
            return {**figures, **_named("chain", chain), **_named("list", listed)}
        finally:
            server.terminate()
            server.wait(30)


def _named(name: str, found: dict[str, float]) -> dict[str, float]:
    return {f"{name}_{key}": value for key, value in found.items()}


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def fill(size: int) -> dict[str, object]:
    """A network, a foreign member, and its reports in chains of 40 hops."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
    django.setup()
    from tejido.ground.network.actions import open_network
    from tejido.ground.store import keyring, logs
    from tejido.ground.store.ingest import ingest
    from tejido.ground.store.public import row_key
    from tejido.ground.store.spaces import set_members

    info = open_network(name="Bench")
    author = Author(info.space)
    ingest(author.identity)
    set_members(info.space, [*info.members, author.org])
    row = logs.space_row(info.space)
    key = keyring.current_epoch_key(row.id)
    events = [one.incoming for one in author.write(size, key)]
    ingest([], known_logs=[author.log])
    start = time.perf_counter()
    report = ingest(events)
    spent = time.perf_counter() - start
    from tejido.practices.relay.models import Hop

    if Hop.objects.count() != size:
        raise SystemExit(
            f"{report.accepted} of {len(events)} accepted, {Hop.objects.count()} hops: {report.refused[:1]}"
        )
    return {"chain": row_key(author.last_chain), "fill_events_per_s": round(len(events) / spent)}


class Author:
    """A foreign organisation with one device."""

    def __init__(self, space: bytes) -> None:
        import pyrage

        from tejido.log import descriptors, writer
        from tejido.log.identity import DEVICE, Quorum, genesis_body
        from tejido.log.keys import SigningKey
        from tejido.log.writer import Draft, Head

        admin, self.key = SigningKey.generate(), SigningKey.generate()
        quorum = Quorum(1, (admin.public,))
        genesis = writer.write_genesis(genesis_body(quorum, quorum, []), DAY, [(0, admin)])
        age = str(pyrage.x25519.Identity.generate().to_public())
        device = Draft(DEVICE, {"age": age, "key": self.key.public.hex()}, DAY, 0)
        first = writer.write_identity(genesis.hash, genesis.head, device, [(0, admin)])
        self.org, self.identity = genesis.hash, [genesis.incoming, first.incoming]
        self.log = descriptors.Log(genesis.hash, self.key.public, bytes(16), space)
        self.head, self.last_chain = Head(), b""

    def write(self, size: int, key: bytes | None) -> Iterator[Any]:
        """Two circles, and reports in chains of 40 hops, each answering the one before or the first."""
        circles = []
        for name, place in (("Dock", "Chicago"), ("Street", "Gaziantep")):
            done = self._sign("circle.opened", {"name": name, "place": place, "langs": ["en", "ar"]}, key)
            circles.append(done.hash)
            yield done
        for start in range(0, size, HOPS):
            yield from self._chain(start, min(HOPS, size - start), circles, key)

    def _chain(self, start: int, hops: int, circles: list[bytes], key: bytes | None) -> Iterator[Any]:
        question = {
            "circle": circles[0].hex(),
            "lang": "en",
            "question": f"Question {start}?",
            "title": f"Chain {start}",
        }
        chain = self._sign("chain.opened", question, key)
        self.last_chain = chain.hash
        yield chain
        said: list[bytes] = []
        for number in range(hops):
            parent = said[number // 2] if said else None
            done = self._sign("hop.passed", _hop(chain.hash, parent, circles[number % 2], number), key)
            said.append(done.hash)
            yield done

    def _sign(self, kind: str, body: dict[str, Any], key: bytes | None) -> Any:
        from tejido.log import writer
        from tejido.log.writer import Draft

        done = writer.write(self.log, self.head, Draft(kind, body, DAY, TIME), self.key, lam=0, epoch_key=key)
        self.head = done.head
        return done


def _hop(chain: bytes, parent: bytes | None, circle: bytes, number: int) -> dict[str, Any]:
    words = f"We counted the parcels of hour {number} and wrote them down where everybody could read them. "
    segments = [
        {"by": "person", "end": (n + 1) * 9000, "id": f"s{n}", "start": n * 9000, "text": words} for n in range(6)
    ]
    role = "report" if parent is None else ("commentary" if number % 2 else "parallel")
    return {
        "audio": None, "chain": chain.hex(), "circle": circle.hex(), "day": DAY, "duration": 54_000, "lang": "en",
        "consent": {"audio": "none", "purposes": ["pass"], "since": DAY}, "parent": parent.hex() if parent else None,
        "pseudonym": "", "role": role, "segments": segments, "synthetic": False, "voice": "own",
    }  # fmt: skip


def _sign_in(port: int) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            status, headers, body = _fetch(port, "GET", "/sign-in/", {})
            if status == 200:
                break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    form = urlencode({"login": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode() if token else ""})
    sent = {
        "Cookie": _cookies(headers), "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://localhost:{port}",
    }  # fmt: skip
    status, headers, _ = _fetch(port, "POST", "/sign-in/", sent, form)
    if status != 302:
        raise SystemExit(f"sign-in answered {status}")
    return _cookies(headers)


def _cookies(headers: list[tuple[str, str]]) -> str:
    return "; ".join(value.split(";")[0] for name, value in headers if name.lower() == "set-cookie")


def _fetch(
    port: int, method: str, path: str, headers: dict[str, str], body: str = ""
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.getheaders(), data


def _load(port: int, cookie: str, path: str, seconds: float) -> dict[str, float]:
    """Pages a second and latencies with 20 clients that keep their connections."""
    times: list[float] = []
    sizes: list[int] = []
    failed: list[str] = []
    stop = time.monotonic() + seconds + 1
    counted_from = time.monotonic() + 1  # the first second warms templates and connections

    def client() -> None:
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        while time.monotonic() < stop:
            start = time.monotonic()
            connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "br"})
            answer = connection.getresponse()
            data = answer.read()
            if answer.status != 200:
                failed.append(f"{path} answered {answer.status}")
                return
            if start >= counted_from:
                times.append(time.monotonic() - start)
                sizes.append(len(data))
        connection.close()

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if failed or not times:
        raise SystemExit(failed[0] if failed else f"{path} did not answer within {seconds} s")
    ordered = sorted(times)
    return {
        "pages_per_s": round(len(times) / seconds, 1),
        "p50_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[int(len(ordered) * 0.95)], 1),
        "kb": round(statistics.median(sizes) / 1024, 1),
    }
