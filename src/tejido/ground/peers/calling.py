"""Whoever calls: the challenge from its side, and turns over one line.

What comes is handed on message by message, so that a line that is cut costs the frame under way and no more.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
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
from tejido.replication.access import Peer
from tejido.replication.messages import Message

Heard = Callable[[int], None]
WAITS_S = (1.0, 2.0, 5.0, 10.0)
MEANS: dict[int, type[PeerProblem]] = {401: SessionOver, 413: TooLarge, 429: Full, 503: Full}


class Call:
    """One exchange's line: proves who we are, asks who they are, then carries turns. `came` and `went` count bytes."""

    def __init__(self, line: Line, org: bytes) -> None:
        self._line, self.org = line, org
        self._token = ""
        self.came = self.went = 0
        self.problem: PeerProblem | None = None

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

    def _send(self, what: str, body: bytes, headers: dict[str, str], most: int) -> Answer:
        answer = self._line.post(wire.PATH + what, body, headers, most)
        self.went += len(body)
        if answer.status == 200:
            return answer
        self._line.close()
        problem = MEANS.get(answer.status, NoNode)
        raise Full(answer.retry_after) if problem is Full else problem

    def turn(self, said: Sequence[Message], heard: Heard) -> Iterator[Message]:
        """Say one turn and hear the answer; it ends early where the line is cut, and `problem` tells why."""
        self.problem = None
        body = wire.pack(said)
        try:
            answer = self._asked(body)
            yield from wire.unpack(self._counted(answer, heard))
        except (TooSlow, NoAnswer) as problem:
            self.problem = problem

    def _asked(self, body: bytes) -> Answer:
        """The answer's head. A session that is over is begun anew; where they are busy, we wait as long as they say."""
        for wait_s in WAITS_S:
            try:
                return self._ask(body)
            except SessionOver:
                self.greet()
            except Full as full:
                time.sleep(min(wait_s, full.after_s))
        return self._ask(body)

    def _ask(self, body: bytes) -> Answer:
        headers = {"Content-Type": wire.FRAMES, "Content-Encoding": "deflate", "Authorization": f"Bearer {self._token}"}
        answer = self._send("turn", body, headers, wire.MOST_BODY)
        if answer.kind != wire.FRAMES:
            raise NoNode
        return answer

    def _counted(self, answer: Answer, heard: Heard) -> Iterator[bytes]:
        for piece in answer.read():
            self.came += len(piece)
            heard(self.came)
            yield piece

    def hang_up(self) -> None:
        """End the session; what they answer does not matter."""
        try:
            if self._token:
                self._line.post(wire.PATH + "bye", b"", {"Authorization": f"Bearer {self._token}"}, wire.MOST_JSON)
        except PeerProblem:
            pass
        finally:
            self._line.close()


def _hello(value: dict[str, Any], asked: Hello) -> Hello:
    if value.keys() != {"device", "nonce"} or not is_hex(value["device"]) or not is_hex(value["nonce"]):
        raise NoNode
    return asked.answered(bytes.fromhex(value["device"]), bytes.fromhex(value["nonce"]))
