"""Asking ahead over real sockets: what was foreseen is used, what was not costs bytes alone, and no line is left in disorder."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from tejido.ground.peers import addresses, wire
from tejido.ground.peers.calling import Call
from tejido.ground.peers.connecting import Line, Reach
from tejido.ground.peers.errors import TooSlow
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.errors import Malformed
from tejido.log.header import event_hash
from tejido.log.payload import Payload
from tejido.replication import caps
from tejido.replication.messages import BEFORE, Events, Message, PayloadOf, Point, Run, WantPages
from tejido.replication.pages import Page

SPACE = Space.new(b"o" * 32, public=False)
LOG = Log(b"o" * 32, b"d" * 32, bytes(16), SPACE.id)
HEADERS = [b'{"seq":%d}' % seq for seq in range(20)]
TIP = Point(19, event_hash(HEADERS[19]))
A_TURN = 4


def want(after: int) -> WantPages:
    """What is asked by whoever holds the log up to there."""
    place = Point(after, event_hash(HEADERS[after])) if after >= 0 else BEFORE
    return WantPages(SPACE.id, (Run(LOG.id, TIP, place),))


def page(after: int, headers: list[bytes] = HEADERS) -> Events:
    """What one turn brings."""
    events = tuple(Incoming(LOG.id, header, bytes(64)) for header in headers[after + 1 : after + 1 + A_TURN])
    return Events(Page(LOG, SPACE, events))


Said = tuple[int, bytes, int]
"""A status, a body, and how many bytes of it do not come."""
Answers = Callable[[int, WantPages], Said]


def honest(_number: int, asked: WantPages) -> Said:
    """The next events."""
    return 200, wire.pack([page(asked.runs[0].after.seq)]), 0


class Door(BaseHTTPRequestHandler):
    """Answers turns; a body that is shorter than its length is a cut."""

    protocol_version = "HTTP/1.1"
    server: "Node"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.path.endswith("turn"):
            self.server.byes += self.path.endswith("bye")
            return self._say(200, b"", 0)
        (asked,) = (one for one in wire.unpack([body]) if isinstance(one, WantPages))
        number = self.server.note(asked)
        return self._say(*self.server.answers(number, asked))

    def _say(self, status: int, said: bytes, cut: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", wire.FRAMES)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said[: len(said) - cut])
        self.close_connection = cut > 0

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


class Node(ThreadingHTTPServer):
    """Remembers what it was asked."""

    daemon_threads = True

    def __init__(self, answers: Answers) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.answers, self.asked = answers, list[WantPages]()
        self.byes = 0
        self.more = threading.Condition()

    def note(self, asked: WantPages) -> int:
        with self.more:
            self.asked.append(asked)
            self.more.notify_all()
            return len(self.asked)

    def heard(self, count: int) -> bool:
        """Whether so many questions came, waiting for them."""
        with self.more:
            return self.more.wait_for(lambda: len(self.asked) >= count, timeout=60)


@contextmanager
def calling(answers: Answers = honest, until: float = float("inf")) -> Iterator[tuple[Node, Call]]:
    """A line to a node; it is hung up in the end whatever is under way."""
    with Node(answers) as node:
        threading.Thread(target=node.serve_forever, daemon=True).start()
        address = addresses.parse(f"http://localhost:{node.server_address[1]}")
        call = Call(Line(address, Reach(lan=True)), b"o" * 32, until)
        try:
            yield node, call
        finally:
            call.hang_up()
            node.shutdown()


def turn(call: Call, after: int) -> list[Message]:
    """What one turn brings but for its end."""
    return [one for one in call.turn([want(after)], lambda _came: None) if isinstance(one, Events)]


def test_the_next_pages_are_asked_for_while_these_are_taken_in() -> None:
    with calling() as (node, call):
        hearing = call.turn([want(-1)], lambda _came: None)
        assert next(hearing) == page(-1)
        assert node.heard(2), "nothing was asked before the first answer was taken in"
        assert node.asked == [want(-1), want(3)]
        assert len(list(hearing)) == 1
        for after in (3, 7, 11, 15):
            assert turn(call, after) == [page(after)]
        assert node.asked == [want(after) for after in (-1, 3, 7, 11, 15)]


def test_another_question_than_foreseen_is_asked_in_its_place() -> None:
    with calling() as (node, call):
        assert turn(call, -1) == [page(-1)]
        assert node.heard(2)
        assert turn(call, 1) == [page(1)]
        assert turn(call, 5) == [page(5)]
        assert not call.problem
        assert [one for one in node.asked if one in (want(-1), want(1), want(5))] == [want(-1), want(1), want(5)]


def test_a_line_that_is_cut_while_asking_ahead_is_a_cut_of_the_turn_that_was_due() -> None:
    """What came whole before it counts: a body is flushed every 64 KiB."""
    large = PayloadOf(event_hash(HEADERS[4]), Payload(Random(1).randbytes(70_000)))

    def cutting(number: int, asked: WantPages) -> Said:
        return (200, wire.pack([page(3), large]), 5) if number == 2 else honest(number, asked)

    with calling(cutting) as (node, call):
        assert turn(call, -1) == [page(-1)]
        assert call.problem is None
        assert node.heard(2)
        assert turn(call, 3) == [page(3)]
        assert isinstance(call.problem, TooSlow)
        assert len(node.asked) == 2, "nothing is asked ahead of an answer that did not end"
        assert turn(call, 7) == [page(7)]
        assert call.problem is None


def test_a_line_that_is_cut_before_anything_came_ahead_is_tried_again_in_its_time() -> None:
    def cutting(number: int, asked: WantPages) -> Said:
        status, said, _ = honest(number, asked)
        return status, said, 9 * (number == 2)

    with calling(cutting) as (node, call):
        assert turn(call, -1) == [page(-1)]
        assert node.heard(2)
        assert turn(call, 3) == [page(3)]
        assert call.problem is None
        assert node.asked[:3] == [want(-1), want(3), want(3)]


def test_what_is_refused_ahead_is_asked_again_when_it_is_due() -> None:
    with calling(lambda number, asked: (503, b"", 0) if number == 2 else honest(number, asked)) as (node, call):
        assert turn(call, -1) == [page(-1)]
        assert node.heard(2)
        assert turn(call, 3) == [page(3)]
        assert node.asked[:3] == [want(-1), want(3), want(3)]


@pytest.mark.parametrize("header", [b"{}", b"no header", b'{"seq":-1}', b'{"seq":[[1]]}'])
def test_headers_that_tell_no_place_foretell_nothing(header: bytes) -> None:
    lying = wire.pack([page(-1, [*HEADERS[:3], header])])
    with calling(lambda _number, _asked: (200, lying, 0)) as (node, call):
        assert turn(call, -1) == [page(-1, [*HEADERS[:3], header])]
        assert len(node.asked) == 1
        assert turn(call, 2)
        assert node.asked == [want(-1), want(2)]


def test_what_is_malformed_ahead_is_told_when_it_is_due() -> None:
    with calling(lambda number, asked: (200, b"rubbish" * 99, 0) if number == 2 else honest(number, asked)) as (
        node,
        call,
    ):
        assert turn(call, -1) == [page(-1)]
        assert node.heard(2)
        assert turn(call, 3) == [page(3)]  # nothing whole came, so it is asked anew
        assert node.asked[:3] == [want(-1), want(3), want(3)]


def test_rubbish_as_the_first_answer_is_raised() -> None:
    with calling(lambda _number, _asked: (200, b"rubbish" * 99, 0)) as (_node, call), pytest.raises(Malformed):
        turn(call, -1)


def test_hanging_up_does_not_wait_for_an_answer_that_never_comes() -> None:
    released = threading.Event()

    def silent(number: int, asked: WantPages) -> Said:
        if number > 1:
            released.wait(600)
        return honest(number, asked)

    with calling(silent) as (node, call):
        assert turn(call, -1) == [page(-1)]
        assert node.heard(2)
        call.hang_up()  # ends long before the 600 seconds, or this test does not
        assert not released.is_set()
        released.set()


def test_nothing_is_asked_ahead_that_the_exchange_would_not_live_to_hear() -> None:
    with calling(until=0) as (node, call):
        assert turn(call, -1) == [page(-1)]
        assert turn(call, 3) == [page(3)]
        assert node.asked == [want(-1), want(3)]
        assert call._ahead is None


@pytest.mark.parametrize(
    ("moved", "seconds", "most"),
    [(1000, 100, caps.TURN // 8), (600_000, 60, 300_000), (600_000, 0.1, caps.TURN), (100_000, 600, caps.LEAST_TURN)],
)
def test_turns_are_as_large_as_the_line_carries_in_half_a_minute(moved: int, seconds: float, most: int) -> None:
    with calling() as (_node, call):
        call._mark = 0, time.monotonic() - seconds
        call.came = moved
        call.pace()
        assert call.most == pytest.approx(most, rel=0.02)


@pytest.mark.parametrize(("cut", "byes"), [(0, 1), (5, 0)])
def test_where_the_line_is_lost_nobody_is_called_again_to_say_goodbye(cut: int, byes: int) -> None:
    large = PayloadOf(event_hash(HEADERS[4]), Payload(Random(1).randbytes(70_000)))
    with calling(lambda _number, _asked: (200, wire.pack([page(-1, HEADERS[:1]), large]), cut)) as (node, call):
        call._token = "token"
        assert turn(call, -1)
        assert bool(call.problem) == bool(cut)
        call.hang_up()
        assert node.byes == byes
        call._token = ""
