"""A caller is killed while the next answer is on its way ahead of the one that it takes in: real processes, and a line between
them that holds that answer back until the caller is dead."""

import http.client
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tejido.ground.peers import wire
from tejido.replication.messages import Events, Message, WantPages
from tests.harness.nodes import NodeProc, Nodes
from tests.replication import online, say

EVENTS, KB = 700, 12  # of which one answer brings half
WITHIN_S = 120


class Door(BaseHTTPRequestHandler):
    """Passes one request on, and its answer unless that is held back."""

    protocol_version = "HTTP/1.1"
    server: "Between"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=WITHIN_S)) as line:
            line.request("POST", self.path, body, dict(self.headers.items()))
            answer = line.getresponse()
            said = answer.read()
        asks = self.path.endswith("/turn") and any(isinstance(one, WantPages) for one in wire.unpack([body]))
        if asks and not self.server.may_pass(said):
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "content-length", "date", "server", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


class Between(ThreadingHTTPServer):
    """A line that knows what is asked: of a call's questions for pages the first is answered, `held` tells that the second has
    its answer, which stays here until `dead` is set, and goes nowhere then. `first`: events that the first answer brought."""

    daemon_threads = True

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.target = target
        self.begin()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def begin(self, before: Callable[[], None] = lambda: None, *, holds: bool = True) -> None:
        """Another call; `before`: what happens before the first answer is passed on."""
        self.questions, self.first, self.before, self.holds = 0, 0, before, holds
        self.held, self.dead = threading.Event(), threading.Event()

    def may_pass(self, said: bytes) -> bool:
        """Whether an answer with pages goes on to the caller."""
        self.questions += 1
        if not self.holds:
            return True
        if self.questions == 1:
            self.first = sum(len(one.page.events) for one in _read(said) if isinstance(one, Events))
            self.before()
            return True
        self.held.set()
        self.dead.wait(WITHIN_S)
        return False


def _read(said: bytes) -> list[Message]:
    return list(wire.unpack([said]))


@pytest.fixture
def between(nodes: Nodes) -> Iterator[tuple[NodeProc, NodeProc, str, Between]]:
    """A server, a caller that has exchanged with it once, the address between them, and what stands there."""
    one, two = online.network_of(nodes, ["one", "two"])
    one.serve()
    with Between(one.port) as line:
        address = online.befriend(two, online.org_of(one), line.server_address[1])
        line.begin(holds=False)
        online.exchange(two, address)
        yield one, two, address, line
        line.dead.set()
        line.shutdown()


def events(node: NodeProc) -> int:
    """How many events a node's database holds."""
    with closing(sqlite3.connect(node.folder / "db.sqlite3")) as database:
        return int(database.execute("SELECT COUNT(*) FROM store_event").fetchone()[0])


def own(node: NodeProc) -> int:
    """Those of its own space, which nobody else has."""
    with closing(sqlite3.connect(node.folder / "db.sqlite3")) as database:
        sql = "SELECT COUNT(*) FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.space_id = 1"
        return int(database.execute(sql).fetchone()[0])


def until_held(node: NodeProc, count: int) -> None:
    """Wait until a node holds so many."""
    end = time.monotonic() + WITHIN_S
    while events(node) < count and time.monotonic() < end:
        time.sleep(0.05)


@contextmanager
def nothing_is_written(node: NodeProc) -> Iterator[Callable[[], None]]:
    """From when that is called: somebody else holds the right to write, so that what came waits to be taken in."""
    with closing(
        sqlite3.connect(node.folder / "db.sqlite3", isolation_level=None, check_same_thread=False)
    ) as database:

        def begin() -> None:
            database.execute("BEGIN IMMEDIATE")

        yield begin


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_caller_killed_with_an_answer_on_its_way_loses_nothing(
    between: tuple[NodeProc, NodeProc, str, Between],
) -> None:
    one, two, address, line = between
    say.say(one, EVENTS, 0, KB)
    held = events(two)

    with nothing_is_written(two) as lock:
        line.begin(lock)
        caller = two.start("exchange", "with", address)
        assert line.held.wait(WITHIN_S), caller.log_end()
        assert events(two) == held, "it was not asked ahead: the first answer had been taken in"
        caller.kill9()
        line.dead.set()
    assert 0 < line.first < EVENTS
    assert events(two) == held

    line.begin()
    caller = two.start("exchange", "with", address)
    assert line.held.wait(WITHIN_S), caller.log_end()
    until_held(two, held + line.first)
    caller.kill9()
    line.dead.set()
    assert events(two) == held + line.first, "what was taken in is there, and nothing of what was on its way"
    two.call("check")

    lacking = events(one) - own(one) - (events(two) - own(two))
    line.begin(holds=False)
    said = online.exchange(two, address)
    assert re.findall(r"taken in +(\d+) events", said) == [str(lacking)]
    assert say.look(one) == say.look(two)
