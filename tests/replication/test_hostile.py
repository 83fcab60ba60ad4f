"""What somebody hostile sends, and what must not come of it: a stranger, a member that lies, whoever carries.

Each of these stopped a node, for good or for hours, before it was mended."""

import io
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pyrage
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tejido.ground.network.replica import NodeStore
from tejido.ground.peers import challenge, identities, quotas, sessions
from tejido.ground.peers.models import Session
from tejido.ground.store import db, keyring, waiting
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Org
from tejido.ground.store.public import own_row
from tejido.ground.store.spaces import share_keys
from tejido.log import identity
from tejido.log.admit import Incoming
from tejido.log.canon import encode
from tejido.log.descriptors import Log, Space
from tejido.log.header import VERSION
from tejido.log.membership import KEY, OPENED
from tejido.log.payload import epoch_key_id
from tejido.replication import sealing
from tejido.replication.bundle import BadBundle
from tejido.replication.messages import AskHeads, AskWants, Head, Heads, Point, Probe, WantPages
from tests.replication.conftest import Shared, everything
from tests.replication.meeting import answered, nodes, space_of
from tests.replication.test_door import Caller
from tests.support.authors import Room, found, seed


def lost(org: bytes, number: int, signature: bytes = bytes(130), lam: int = 2) -> Incoming:
    """An event of an identity log after one that does not exist: whether its signature is right cannot be told."""
    header = {
        "aggregate": org.hex(), "blobs": [], "day": "2026-11-20", "deps": [], "kind": "org.device", "lam": lam,
        "log": org.hex(), "org": org.hex(), "ph": seed(f"ph {number}").hex(), "prev": seed("nobody").hex(), "ps": 9,
        "schema": 1, "seq": 6, "v": VERSION,
    }  # fmt: skip
    return Incoming(org, encode(header), signature)


# --- strangers


def test_a_stranger_leaves_nothing_that_waits(shared: Shared) -> None:
    before = everything()
    stranger = Caller.of(found("stranger"))
    stranger.author.org = shared.bo.org  # whoever knows a partner's id can say that it is that partner
    hello = stranger.hello(stranger.asked())
    packed = [identities._packed(lost(shared.bo.org, number)) for number in range(50)]
    proof = challenge.prove(hello, challenge.CALLER, stranger.key).hex()
    answer = stranger.post("prove", encode({"hello": hello.value(), "identity": packed, "proof": proof}))
    assert (answer.status_code, answer.content) == (401, b"")
    assert everything() == before


def test_a_stranger_is_looked_up_the_same_whomever_it_means(shared: Shared) -> None:
    stranger = Caller.of(found("stranger"))
    asked = [stranger.asked(), stranger.asked(called=bytes(32)), stranger.asked(address="http://elsewhere.example")]
    counts = []
    for one in asked:
        with CaptureQueriesContext(connection) as queries:
            stranger.hello(one)
        counts.append(len(queries))
    assert counts == [counts[0]] * 3


def test_whatever_waits_keeps_nobody_from_bringing_more(shared: Shared) -> None:
    ingest([lost(shared.bo.org, number) for number in range(6)], known_logs=[Log.of_identity(shared.bo.org)])
    assert NodeStore().waiting() == 6
    bo = Caller.of(shared.bo)
    bo.greet()
    told = Heads(shared.network, (), (Head(shared.say("bo").incoming.log, (Point(0, seed("event")),)),))
    with patch.object(quotas, "A_DAY", replace(quotas.A_DAY, pending=5)):
        heard = bo.hears(AskWants(shared.network, "events"), told)
    assert any(isinstance(one, WantPages) for one in heard)


def test_a_log_full_of_what_waits_crowds_nobody_out(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST", 5)
    shared.say("first, which does not come")
    second, third = shared.say("second"), shared.say("third")
    ingest([second.incoming, third.incoming], known_logs=[shared.world.logs[second.incoming.log]])
    ingest([lost(shared.bo.org, number) for number in range(20)], known_logs=[Log.of_identity(shared.bo.org)])
    kept = {bytes(one) for (one,) in db.rows("SELECT hash FROM store_waiting")}
    assert len(kept) == 5
    assert {second.hash, third.hash} <= kept


def test_a_signature_is_no_longer_than_any_quorums(shared: Shared) -> None:
    report = ingest([lost(shared.bo.org, 1, bytes(100_000))], known_logs=[Log.of_identity(shared.bo.org)])
    assert (len(report.refused), NodeStore().waiting()) == (1, 0)


def test_a_header_with_anything_for_a_day_is_refused_and_nothing_else(shared: Shared) -> None:
    header = lost(shared.bo.org, 1).header
    for day in (b"[]", b"{}", b"null", b"7"):
        odd = header.replace(b'"2026-11-20"', day)
        report = ingest([Incoming(shared.bo.org, odd, bytes(130))], known_logs=[Log.of_identity(shared.bo.org)])
        assert len(report.refused) == 1


# --- members that lie


def test_the_same_question_many_times_has_one_answer() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    (log,) = [log.id for log in ana.store.logs(ana.store.spaces()[0]) if not log.identity]
    tip = ana.store.tips(log)[0]
    heads = answered(ana, bo, AskHeads())
    assert answered(ana, bo, *[AskHeads()] * 300) == heads
    unknown = Heads(space.id, (), (Head(log, (Point(9, seed("event")),)),))
    asks = [AskWants(space.id, what) for what in ("events", "payloads", "blobs")]
    assert answered(ana, bo, unknown, *asks * 100) == answered(ana, bo, unknown, *asks)
    probes = [Probe(space.id, log, tip, (0,))] * 3000
    assert len(answered(ana, bo, *probes)) < 1100


def box(recipients: int, opened_by: str = "") -> dict[str, str]:
    """A box of a key to so many devices, for somebody else or for this node."""
    stranger = pyrage.x25519.Identity.generate().to_public()
    named = [pyrage.x25519.Recipient.from_str(opened_by)] if opened_by else []
    key = seed("epoch key of a liar")
    age = b64encode(pyrage.encrypt(key, [*named, *[stranger] * recipients])).decode()
    return {"age": age, "key_id": epoch_key_id(key).hex(), "org": bytes(own_row().org).hex()}


def test_a_box_for_a_thousand_devices_is_not_opened_and_none_twice(shared: Shared) -> None:
    mine = str(keyring.age_identity(keyring.folder() / keyring.AGE).to_public())
    assert keyring.open_boxes({"boxes": [box(600, mine)]}) == []
    assert keyring.open_boxes({"boxes": [box(200, mine)]}) == [seed("epoch key of a liar")]
    said = shared.world.say(shared.bo, shared.room, KEY, {"boxes": [box(3), box(2)], "current": ""})
    tried = [0]

    def decrypted(*_: object) -> None:
        tried[0] += 1

    with patch.object(keyring, "_decrypted", decrypted):
        ingest([said.incoming], known_logs=[shared.world.logs[said.incoming.log]])
        more = shared.world.say(shared.bo, shared.room, KEY, {"boxes": [], "current": ""})
        ingest([more.incoming])
    assert tried == [2]


def test_an_organisation_with_endless_devices_does_not_stop_the_keys(shared: Shared) -> None:
    for number in range(300):
        shared.bo.name_device(seed(f"device {number}"), shared.bo.recipient)
    ingest([one.incoming for one in shared.bo.identity])
    assert len(Org.objects.get(hash=shared.bo.org).devices) == identity.MAX_DEVICES
    share_keys(shared.network, renew=True)


def test_one_organisations_devices_do_not_take_every_place(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 2)
    bo = Caller.of(shared.bo)
    assert bo.greet().status_code == 200
    second = found("second device of bo").device
    shared.bo.name_device(second.public, shared.bo.recipient)
    bo.key = second
    assert bo.greet().status_code == 503
    assert Session.objects.filter(over=False).count() == 1
    ahead = timezone.now() + timedelta(days=1000)
    Session.objects.update(used_at=ahead, until=ahead)  # as a clock would write it that is set back now
    assert bo.greet().status_code == 200


# --- carriers


def test_a_bundle_with_an_endless_head_is_refused_at_once() -> None:
    me = pyrage.x25519.Identity.generate()
    stanza = (
        b"-> X25519 " + b64encode(seed("share")).rstrip(b"=") + b"\n" + b64encode(seed("body")).rstrip(b"=") + b"\n"
    )
    for head in (b"age-encryption.org/v1\n" + stanza * 40_000, b"age-encryption.org/v1\n-> X " + b"A" * 4_000_000):
        source = io.BytesIO(head)
        with pytest.raises(BadBundle):
            sealing.unseal(source, me, io.BytesIO())
        assert source.tell() < 2 * sealing.MOST_HEAD


def test_a_stick_full_of_rubbish_is_told_in_short(shared: Shared) -> None:
    shared.exchange()
    for number in range(1500):
        (shared.here / "pages" / f"rubbish {number}").touch()
    assert len(shared.exchange().problems) <= 201


def test_nobody_else_calls_a_space_our_own(shared: Shared) -> None:
    room = Room(Space(shared.bo.org, bytes(16), public=True), shared.bo)
    said = shared.world.say(shared.bo, room, OPENED, {"folder": "a" * 32, "purpose": "own"})
    ingest([said.incoming], spaces=[room.space], known_logs=[shared.world.logs[said.incoming.log]])
    assert room.space.id in {one.space.id for one in NodeStore().spaces()}
