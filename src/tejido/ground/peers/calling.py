"""Whoever calls: the challenge from its side, and turns over one line.

What comes is handed on message by message, so that a line that is cut costs the frame under way and no more. Where an answer
tells what will be asked next (`replication.ahead`), that is asked at once, on a thread of its own that touches no database: the
other side works, and the line carries, while this answer is taken in.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from tejido.ground.peers import challenge, identities, wire
from tejido.ground.peers.challenge import CALLED, CALLER, Hello
from tejido.ground.peers.connecting import Answer, Line
from tejido.ground.peers.errors import (
    BadAnswer,
    Full,
    NoAnswer,
    NoNode,
    NotKnown,
    OtherNode,
    PeerProblem,
    SessionOver,
    TooLarge,
    TooSlow,
)
from tejido.ground.store import keyring
from tejido.ground.store.public import own_row
from tejido.log import canon
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.replication import ahead, caps
from tejido.replication.access import Peer
from tejido.replication.exchanged import quiet
from tejido.replication.messages import Message

Heard = Callable[[int], object]
Words = tuple[Message, ...]
LOOK_S = 1.0  # how often whoever waits is told that it goes on
TURN_S = 30.0  # how long a turn should take at most: what a killed caller loses, and others wait for
WAITS_S = (1.0, 2.0, 5.0, 10.0)
MEANS: dict[int, type[PeerProblem]] = {401: SessionOver, 413: TooLarge, 429: Full, 503: Full}


@dataclass
class Fetched:
    """What came of an answer, and what ended it before its end."""

    messages: list[Message] = field(default_factory=list)
    problem: PeerProblem | Malformed | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Ahead:
    """An answer that is on its way before its question is due."""

    said: Words
    answer: Future[Fetched]
    unwanted: Event


class Call:
    """One exchange's line: proves who we are, asks who they are, then carries turns. `came` and `went` count bytes.

    `until`: when the exchange ends (`time.monotonic`): nothing is asked ahead that would come later."""

    def __init__(self, line: Line, org: bytes, until: float = float("inf")) -> None:
        self._line, self.org, self.until = line, org, until
        self._token = ""
        self.came = self.went = 0
        self.most = caps.TURN // 8  # bytes of the next turn, until we know how fast the line is
        self._mark = (0, time.monotonic())
        self.problem: PeerProblem | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._ahead: Ahead | None = None

    def greet(self) -> Peer:
        """The mutual challenge; whom we speak with. Raises a `PeerProblem`."""
        own = own_row()
        nonce = secrets.token_bytes(challenge.NONCE)
        asked = Hello(str(self._line.address), bytes(own.org), bytes(own.device), nonce, self.org)
        answered = _hello(self._json("hello", asked.value()), asked)
        proof = challenge.prove(answered, CALLER, keyring.device_key())
        said = {"hello": answered.value(), "identity": identities.told(bytes(own.org)), "proof": proof.hex()}
        try:
            value = self._json("prove", said)
        except SessionOver as error:
            raise NotKnown from error
        self._token = self._trusted(answered, value)
        return Peer(self.org, answered.called_device)

    def _trusted(self, answered: Hello, value: dict[str, Any]) -> str:
        """The token, if they proved a device that their organisation names."""
        try:
            if (
                value.keys() != {"identity", "proof", "token"}
                or not is_hex(value["token"])
                or not is_hex(value["proof"], 128)
            ):
                raise BadAnswer
            identity = identities.read(self.org, value["identity"])
            challenge.verify(answered, CALLED, bytes.fromhex(value["proof"]))
        except Malformed as error:
            raise OtherNode from error
        if not identities.learn(self.org, answered.called_device, identity):
            raise OtherNode
        return str(value["token"])

    def _json(self, what: str, value: dict[str, Any]) -> dict[str, Any]:
        answer = self._send(what, canon.encode(value), {"Content-Type": wire.JSON}, wire.MOST_JSON)
        if answer.kind != wire.JSON:
            raise NoNode
        try:
            return canon.decode_object(b"".join(answer.read()))
        except Malformed as error:
            raise NoNode from error

    def _send(self, what: str, body: bytes, headers: dict[str, str], most: int, heard: Heard = quiet) -> Answer:
        def sent(piece: bytes) -> None:
            self.went += len(piece)
            heard(self.came + self.went)

        answer = self._line.post(wire.PATH + what, body, headers, most, sent)
        if answer.status == 200:
            return answer
        self._line.close()
        problem = MEANS.get(answer.status, NoNode)
        raise Full(answer.retry_after) if problem is Full else problem

    def turn(self, said: Sequence[Message], heard: Heard) -> Iterator[Message]:
        """Say one turn and hear the answer; it ends early where the line is cut, and `problem` tells why. `heard` is told of all
        bytes that went over the line so far."""
        self.problem = None
        words = tuple(said)
        try:
            if ahead.foreseeable(words):
                yield from self._foreseen(words, heard)
            else:
                self._drop()
                yield from wire.unpack(self._counted(self._asked(wire.pack(words), heard), heard))
        except (TooSlow, NoAnswer) as problem:
            self.problem = problem

    def pace(self) -> None:
        """After a turn: the next is as large as the line carries in a while. Small ones tell nothing about it."""
        moved, now = self.came + self.went, time.monotonic()
        if moved - self._mark[0] >= caps.LEAST_TURN // 2:
            speed = (moved - self._mark[0]) / max(now - self._mark[1], 0.001)
            self.most = int(min(caps.TURN, max(caps.LEAST_TURN, speed * TURN_S)))
        self._mark = moved, now

    def _foreseen(self, words: Words, heard: Heard) -> Iterator[Message]:
        """The answer is read to its end first, since that tells what will be asked next."""
        found = self._came_ahead(words, heard) or self._fetch(self._asked(wire.pack(words), heard), heard)
        self._look_ahead(words, found)
        yield from found.messages
        if found.problem is not None:
            raise found.problem

    def _fetch(self, answer: Answer, heard: Heard) -> Fetched:
        found, began = Fetched(), time.monotonic()
        try:
            for message in wire.unpack(self._counted(answer, heard)):
                found.messages.append(message)
        except (PeerProblem, Malformed) as problem:
            found.problem = problem
        found.seconds = time.monotonic() - began
        return found

    # --- ahead

    def _look_ahead(self, words: Words, found: Fetched) -> None:
        """Ask for what follows, unless it might not come before the exchange ends: on a slow line that would be lost."""
        if found.problem is not None or time.monotonic() + 2 * found.seconds > self.until:
            return
        if following := ahead.following(words, found.messages):
            self._thread = self._thread or ThreadPoolExecutor(1, "exchange")
            unwanted = Event()
            self._ahead = Ahead(following, self._thread.submit(self._fetch_ahead, following, unwanted), unwanted)

    def _fetch_ahead(self, words: Words, unwanted: Event) -> Fetched:
        """On the thread. What keeps it from beginning is met again by whoever asks in the ordinary way."""

        def heard(_came: int) -> None:
            if unwanted.is_set():
                self._line.close()
                raise TooSlow

        began = time.monotonic()
        try:
            found = self._fetch(self._ask(wire.pack(words)), heard)
        except PeerProblem as problem:
            found = Fetched(problem=problem)
        found.seconds = time.monotonic() - began
        return found

    def _came_ahead(self, words: Words, heard: Heard) -> Fetched | None:
        """What was asked ahead, if it is what is asked now and anything of it came."""
        early = self._ahead
        if early is None or early.said != words:
            self._drop()
            return None
        while not early.answer.done():
            heard(self.came + self.went)
            wait([early.answer], LOOK_S)
        self._ahead, found = None, early.answer.result()
        return found if found.messages or found.problem is None else None

    def _drop(self) -> None:
        """Nobody wants any more what was asked ahead; the line is free afterwards."""
        early, self._ahead = self._ahead, None
        if early is not None:
            early.unwanted.set()
            while not early.answer.done():
                self._line.break_off()  # again, since a line that was kept open is opened once more
                wait([early.answer], LOOK_S / 10)

    def _asked(self, body: bytes, heard: Heard) -> Answer:
        """The answer's head. A session that is over is begun anew; where they are busy, we wait as long as they say."""
        for wait_s in WAITS_S:
            try:
                return self._ask(body, heard)
            except SessionOver:
                self.greet()
            except Full as full:
                time.sleep(min(wait_s, full.after_s))
        return self._ask(body, heard)

    def _ask(self, body: bytes, heard: Heard = quiet) -> Answer:
        headers = {"Content-Type": wire.FRAMES, "Content-Encoding": "deflate", "Authorization": f"Bearer {self._token}"}
        headers[wire.MOST] = str(self.most)
        answer = self._send("turn", body, headers, wire.MOST_BODY, heard)
        if answer.kind != wire.FRAMES:
            raise NoNode
        return answer

    def _counted(self, answer: Answer, heard: Heard) -> Iterator[bytes]:
        for piece in answer.read():
            self.came += len(piece)
            heard(self.came + self.went)
            yield piece

    def hang_up(self) -> None:
        """End the session; what they answer does not matter. Where the line is lost, nobody is called again for that."""
        self._drop()
        if self._thread is not None:
            self._thread.shutdown()
        try:
            if self._token and self.problem is None:
                self._line.post(wire.PATH + "bye", b"", {"Authorization": f"Bearer {self._token}"}, wire.MOST_JSON)
        except PeerProblem:
            pass
        finally:
            self._line.close()


def _hello(value: dict[str, Any], asked: Hello) -> Hello:
    if value.keys() != {"device", "nonce"} or not is_hex(value["device"]) or not is_hex(value["nonce"]):
        raise NoNode
    return asked.answered(bytes.fromhex(value["device"]), bytes.fromhex(value["nonce"]))
