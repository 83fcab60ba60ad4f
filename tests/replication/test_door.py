"""The door for those who call: what a partner may have, and that everybody else learns nothing."""

import secrets
import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tejido.ground import blobs
from tejido.ground.network import selectors
from tejido.ground.peers import challenge, identities, sessions, wire
from tejido.ground.peers.challenge import CALLED, CALLER, Hello
from tejido.ground.peers.models import Session
from tejido.ground.store.ingest import ingest
from tejido.ground.store.public import own_row
from tejido.ground.store.spaces import set_members
from tejido.log import canon
from tejido.log.keys import SigningKey
from tejido.replication.messages import AskHeads, End, From, Heads, Message, Part, WantChunks, WantPages
from tests.replication.conftest import Shared
from tests.support.authors import Author, found

WHOLE = (2 << 20) + 3 * 16  # as stored: three sealed chunks
HERE = "http://testserver"


@dataclass
class Caller:
    """Another organisation's node as the door sees it: it speaks the protocol, and holds what it wants in its hands."""

    author: Author
    key: SigningKey
    client: Client
    token: str = ""

    @classmethod
    def of(cls, author: Author) -> "Caller":
        return cls(author, author.device, Client())

    def asked(self, *, called: bytes | None = None, address: str = HERE) -> Hello:
        ours = bytes(own_row().org) if called is None else called
        return Hello(address, self.author.org, self.key.public, secrets.token_bytes(32), ours)

    def post(self, what: str, body: bytes, **headers: str) -> Any:
        return self.client.post(f"/exchange/1/{what}", body, content_type="application/octet-stream", headers=headers)

    def hello(self, asked: Hello) -> Hello:
        said = orjson.loads(self.post("hello", canon.encode(asked.value())).content)
        return asked.answered(bytes.fromhex(said["device"]), bytes.fromhex(said["nonce"]))

    def prove(self, hello: Hello) -> Any:
        identity = [identities._packed(one.incoming) for one in self.author.identity]
        proof = challenge.prove(hello, CALLER, self.key).hex()
        return self.post("prove", canon.encode({"hello": hello.value(), "identity": identity, "proof": proof}))

    def greet(self) -> Any:
        answer = self.prove(self.hello(self.asked()))
        self.token = orjson.loads(answer.content)["token"] if answer.status_code == 200 else ""
        return answer

    def turn(self, *said: Message) -> Any:
        return self.post("turn", wire.pack(said), Authorization=f"Bearer {self.token}")

    def hears(self, *said: Message) -> list[Message]:
        answer = self.turn(*said)
        assert answer.status_code == 200
        return list(wire.unpack([answer.content]))


@pytest.fixture
def bo(shared: Shared) -> Caller:
    return Caller.of(shared.bo)


def test_a_member_is_let_in_and_hears_of_common_spaces_alone(shared: Shared, bo: Caller) -> None:
    asked = bo.asked()
    hello = bo.hello(asked)
    answer = bo.prove(hello)
    assert hello.called_device == bytes(own_row().device)
    challenge.verify(hello, CALLED, bytes.fromhex(orjson.loads(answer.content)["proof"]))
    bo.greet()
    *heads, end = bo.hears(AskHeads())
    assert {one.space for one in heads if isinstance(one, Heads)} == {shared.network}
    assert isinstance(end, End)


def test_who_is_on_a_slow_line_hears_little_at_a_time(shared: Shared, bo: Caller) -> None:
    blob = blobs.put(secrets.token_bytes(2 << 20), sealed=True, media_type="audio/ogg").id
    said = shared.say("with a recording", blobs=(blob,))
    ingest([said.incoming], known_logs=[shared.bo.log(shared.room.space)])
    bo.greet()
    want = wire.pack([WantChunks(shared.network, (From(blob, 0, 0),))])
    sizes = {}
    for most in ("", "131072", "1", "-5", "99999999999"):
        answer = bo.post("turn", want, **{"Authorization": f"Bearer {bo.token}", wire.MOST: most})
        parts = [one for one in wire.unpack([answer.content]) if isinstance(one, Part)]
        sizes[most] = sum(len(one.data) for one in parts)
    assert sizes == {"": WHOLE, "131072": 131072, "1": 131072, "-5": WHOLE, "99999999999": WHOLE}


def test_a_challenge_serves_once(bo: Caller) -> None:
    hello = bo.hello(bo.asked())
    assert bo.prove(hello).status_code == 200
    again = bo.prove(hello)
    assert (again.status_code, again.content) == (401, b"")


def test_a_challenge_serves_for_no_other_address_organisation_or_moment(
    bo: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = bo.hello(bo.asked(address="http://elsewhere.example"))
    assert bo.prove(elsewhere).status_code == 401
    assert bo.prove(replace(elsewhere, called_device=bytes(own_row().device))).status_code == 401
    other = bo.hello(bo.asked(called=bytes(32)))
    assert bo.prove(replace(other, called_org=bytes(own_row().org))).status_code == 401
    made = bo.hello(bo.asked())
    late = timezone.now() + timedelta(seconds=challenge.WITHIN_S + 1)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert bo.prove(made).status_code == 401


def test_another_key_is_not_the_devices(bo: Caller) -> None:
    hello = bo.hello(bo.asked())
    bo.key = SigningKey.generate()
    assert bo.prove(hello).status_code == 401


def test_strangers_hear_the_same_whatever_they_ask(shared: Shared) -> None:
    stranger = Caller.of(found("stranger"))
    here, nowhere = stranger.hello(stranger.asked()), stranger.hello(stranger.asked(called=bytes(32)))
    assert bytes(own_row().device) not in (here.called_device, nowhere.called_device)
    assert stranger.hello(stranger.asked()).called_device == here.called_device
    guessed = replace(here, called_device=bytes(own_row().device))
    answers = [stranger.prove(one) for one in (here, nowhere, guessed)]
    stranger.token = "0" * 64
    answers += [stranger.turn(AskHeads()), stranger.turn(WantPages(shared.network, ())), stranger.post("bye", b"")]
    assert {(one.status_code, one.content) for one in answers} == {(401, b"")}
    assert not Session.objects.exists()


def test_a_stranger_brings_no_identity_in(shared: Shared) -> None:
    before = db_events()
    stranger = Caller.of(found("stranger"))
    stranger.prove(replace(stranger.hello(stranger.asked()), called_device=bytes(own_row().device)))
    assert db_events() == before


def db_events() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_event")
        return int(cursor.fetchone()[0])


def test_a_device_that_was_named_since_is_learnt_in_the_challenge(shared: Shared, bo: Caller) -> None:
    bo.key = SigningKey.generate()
    assert bo.greet().status_code == 401
    shared.bo.name_device(bo.key.public, shared.bo.recipient)
    assert bo.greet().status_code == 200


def test_who_was_removed_gets_nothing_from_that_moment(shared: Shared, bo: Caller) -> None:
    assert bo.greet().status_code == 200
    assert bo.turn(AskHeads()).status_code == 200
    set_members(shared.network, [selectors.org_id()])
    assert bo.turn(AskHeads()).status_code == 401
    assert bo.greet().status_code == 401


def test_whoever_hangs_up_or_comes_too_late_begins_anew(bo: Caller) -> None:
    bo.greet()
    assert bo.post("bye", b"", Authorization=f"Bearer {bo.token}").status_code == 200
    assert bo.turn(AskHeads()).status_code == 401
    bo.greet()
    Session.objects.update(until=timezone.now())
    assert bo.turn(AskHeads()).status_code == 401
    first = bo.token
    bo.greet()
    bo.greet()
    second, bo.token = bo.token, first
    assert bo.turn(AskHeads()).status_code == 401
    bo.token = second
    assert bo.turn(AskHeads()).status_code == 200


def test_no_token_and_no_address_is_kept(bo: Caller) -> None:
    bo.greet()
    row = Session.objects.get(over=False)
    assert bo.token not in str(vars(row))
    assert "127.0.0.1" not in str(vars(row))


def test_as_many_at_once_as_there_is_room_for(bo: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 0)
    full = bo.greet()
    assert full.status_code == 503
    assert int(full.headers["Retry-After"]) > 0


def test_bombs_and_rubbish_are_refused(bo: Caller) -> None:
    bo.greet()
    token = {"Authorization": f"Bearer {bo.token}"}
    for body in (b"rubbish", zlib.compress(bytes(40 << 20), 9), zlib.compress(b"X\0\0\0\0")):
        answer = bo.post("turn", body, **token)
        assert answer.status_code == 200
        assert [type(one) for one in wire.unpack([answer.content])] == [End]  # what is malformed counts as cut
    assert bo.post("turn", bytes(wire.MOST_BODY + 1), **token).status_code == 413
    assert bo.client.generic("POST", "/exchange/1/turn", b"", headers=token).status_code == 411
    for what in ("hello", "prove"):
        for body in (b"{}", b"[]", b"\xff", b"[" * 5000):
            assert bo.post(what, body).status_code == 400
    assert bo.client.get("/exchange/1/hello").status_code == 405
