"""When a space's key is renewed, and when it is wrapped again."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pyrage

from tejido.ground.devices import renewing
from tejido.ground.devices.renewing import RENEW, SHARE
from tejido.ground.network import papers
from tejido.ground.network.actions import admit_paper
from tejido.ground.store import db, keyring, logs, reading
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import EpochKey, Own
from tejido.log import writer
from tejido.log.header import event_hash, trusted
from tejido.log.identity import DEVICE, REVOKED, revoked_body
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft, Head
from tests.ground.devices.conftest import Held
from tests.ground.network.builders import DAY, Stranger

TODAY = datetime.now(UTC).date()


def member(held: Held) -> Stranger:
    """An organisation that was admitted to the network."""
    stranger = Stranger()
    admit_paper(papers.parse(stranger.request(held.network), papers.REQUEST))
    return stranger


def decide(stranger: Stranger, kind: str, body: Mapping[str, object]) -> None:
    last = trusted(stranger.identity[-1].header)
    head = Head(last.seq, event_hash(stranger.identity[-1].header), last.lam)
    made = writer.write_identity(
        stranger.org, head, Draft(kind, dict(body), DAY, 0, aggregate=stranger.org), stranger.signers
    )
    stranger.identity.append(made.incoming)
    assert ingest([made.incoming]).accepted == 1


def due(held: Held, today: date = TODAY) -> list[str]:
    return [what for row, what in renewing.due(today) if bytes(row.hash) == held.network.space]


def keys(held: Held) -> set[bytes]:
    row = logs.space_row(held.network.space)
    return {bytes(one.key) for one in EpochKey.objects.filter(space_id=row.id)}


def current(held: Held) -> bytes | None:
    return keyring.current_epoch_key(logs.space_row(held.network.space).id)


def test_nothing_is_due_after_founding_and_admitting(held: Held) -> None:
    assert renewing.due(TODAY) == []
    member(held)
    assert renewing.due(TODAY) == []


def test_a_new_key_each_quarter_and_only_once(held: Held) -> None:
    later = TODAY + timedelta(days=93)
    assert due(held, later) == [RENEW]
    before = current(held)
    renewing.carry_out(later)  # the event is written today, by the clock that dates it
    assert current(held) != before
    assert len(keys(held)) == 2
    assert due(held) == []


def test_a_clock_that_is_behind_renews_nothing(held: Held) -> None:
    assert due(held, TODAY - timedelta(days=400)) == []


def test_a_revoked_device_of_a_member_gets_no_new_key(held: Held) -> None:
    stranger = member(held)
    before = current(held)
    decide(stranger, REVOKED, revoked_body(stranger.key.public, {}))
    assert due(held) == [RENEW]
    renewing.carry_out(TODAY)
    assert current(held) != before
    assert due(held) == []
    boxes = boxes_of(held)[-1]
    assert {box["org"] for box in boxes} == {held.org.hex()}


def test_a_member_s_new_device_is_given_every_key(held: Held) -> None:
    stranger = member(held)
    age = pyrage.x25519.Identity.generate()
    body = {"age": str(age.to_public()), "key": SigningKey.generate().public.hex()}
    decide(stranger, DEVICE, body)
    assert due(held) == [SHARE]
    before = current(held)
    renewing.carry_out(TODAY)
    assert current(held) == before
    assert due(held) == []
    mine = [box["age"] for box in boxes_of(held)[-1] if box["org"] == stranger.org.hex()]
    assert {bytes(pyrage.decrypt(b64decode(one), [age])) for one in mine} == {before}


def test_a_founder_s_new_device_gives_every_key_once(held: Held) -> None:
    """It took identities in before the boxes that others wrote: their order here says nothing of whom these knew (simulator,
    seed 177: a member and the founder had both lost their devices, and the member was never given a key)."""
    member(held)
    assert due(held) == []
    Own.objects.update(device=SigningKey.generate().public)
    assert due(held) == [SHARE]


def boxes_of(held: Held) -> list[list[dict[str, str]]]:
    """What each `space.key` of the network's space says, in order."""
    row = logs.space_row(held.network.space)
    found = db.rows("SELECT event_id FROM store_eventindex WHERE space_id = %s AND kind = 'space.key'", [row.id])
    entries = reading.entries([event_id for (event_id,) in found], logs.snapshot(), reading.epoch_keys())
    return [entries[event_id].body["boxes"] for (event_id,) in sorted(found)]
