"""Bundles on a node: what goes into one, what comes out of one, what is refused, and what erasure does to those that lie here."""

import io
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tejido.ground import blobs
from tejido.ground.bundles import holding, making, planning, reading, shelf, tasks
from tejido.ground.bundles.errors import (
    BadFile,
    ForOthers,
    NobodyThere,
    NothingNew,
    NotItsDevice,
    NotWhole,
    OtherParts,
    UnknownSender,
)
from tejido.ground.bundles.models import Arriving, Made, Sent, Taken
from tejido.ground.bundles.planning import LAST, Wish
from tejido.ground.erasures import leftovers
from tejido.ground.network import selectors
from tejido.ground.network.families import PROFILE
from tejido.ground.store import db, keyring
from tejido.ground.store.public import Fact, append, redact
from tejido.log import canon
from tejido.log.keys import SigningKey
from tejido.log.words import fingerprint
from tejido.log.writer import Written
from tejido.replication import frames, messages, parts, sealing
from tejido.replication.blobs import Descriptor
from tejido.replication.bundle import Manifest, Reader
from tejido.replication.carrying import Brought
from tejido.replication.frames import Frame
from tests.ground.people.builders import signed_in
from tests.replication.conftest import Shared, everything
from tests.support.authors import World, age_of
from tests.support.bundles import ID, page_of, parts_of, stream_of


def ours() -> str:
    """The node's own age recipient."""
    return str(keyring.age_identity(keyring.folder() / keyring.AGE).to_public())


def from_bo(
    shared: Shared, *events: Written, to: Sequence[bytes] = (), most: int = 1 << 40, name: str = ID,
    more: Sequence[Frame] = (),
) -> list[bytes]:  # fmt: skip
    """The parts of a bundle by bo with these events, for this node."""
    log, space = shared.bo.log(shared.room.space), shared.room.space
    stream = stream_of(shared.bo, to or [selectors.org_id()], log, space, events, more=more, name=name)
    return parts_of(stream, [ours()], most, name)


def bring(*made: bytes) -> str:
    """Its id."""
    names = [reading.gather(io.BytesIO(one)).id for one in made]
    return names[0]


def take(*made: bytes) -> Brought:
    name = bring(*made)
    row = Arriving.objects.get(id=name)
    row.said = reading.look(row)
    row.save()
    return reading.take(name)


def opened(made: Path, name: str = "bo") -> tuple[Manifest, list[Frame]]:
    """What a recipient finds in a bundle that this node has made."""
    found: list[Frame] = []
    reader = Reader(lambda _: None, found.append)
    whole = b"".join(shelf.part(made, number).read_bytes()[parts.HEAD :] for number in shelf.numbers(made))
    sealing.unseal(io.BytesIO(whole), age_of(name), reader)
    return reader.finish(), found


def make(shared: Shared, since: str = planning.ALL, part_bytes: int = 0) -> Made:
    row = making.request(Wish((shared.bo.org,), since, part_bytes=part_bytes))
    making.carry_out(row.id)
    return Made.objects.get(id=row.id)


def take_back(shared: Shared, event: bytes) -> None:
    redact(shared.network, event, aggregate=event, kind=PROFILE, stub={}, reason="withdrawn")


def test_taken_in_once_and_the_same_file_again_changes_nothing(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"), shared.say("two"))
    before = everything()
    name = bring(*made)
    said = reading.look(Arriving.objects.get(id=name))
    assert (everything(), said["events"], said["org"]) == (before, 2, shared.bo.org.hex())
    report = reading.take(name)
    assert (report.accepted, report.problems, report.gaps, shared.names()) == (2, [], [], ["one", "two"])
    assert not shelf.arriving(name).exists()
    after = everything()
    again = reading.gather(io.BytesIO(made[0]))
    assert (again.taken, everything(), Arriving.objects.count()) == (True, after, 0)
    assert Taken.objects.get(id=name).report["accepted"] == 2


def test_parts_come_in_any_order_twice_and_days_apart(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"), most=600)
    assert len(made) > 4
    name = bring(made[2], made[0], made[2])
    row = Arriving.objects.get(id=name)
    assert reading.missing(row) == [2, *range(4, len(made) + 1)]
    with pytest.raises(NotWhole):
        reading.look(row)
    assert leftovers.receipts_until() is not None
    assert take(*reversed(made)).accepted == 1
    assert leftovers.receipts_until() is None


def test_what_comes_before_may_come_after(shared: Shared) -> None:
    first, second = shared.say("one"), shared.say("two")
    later = take(*from_bo(shared, second))
    assert (later.accepted, later.waiting, [one.first for one in later.gaps]) == (0, 1, [1])
    assert take(*from_bo(shared, first, name="6c" * 16)).accepted == 2
    assert shared.names() == ["one", "two"]


def test_a_bundle_for_others_is_carried_and_not_opened(shared: Shared) -> None:
    other = pyrage.x25519.Identity.generate()
    log, space = shared.bo.log(shared.room.space), shared.room.space
    stream = stream_of(shared.bo, [bytes(32)], log, space, [shared.say("not for us")])
    name = bring(*parts_of(stream, [str(other.to_public())]))
    tasks.read_now(name)
    row = Arriving.objects.get(id=name)
    assert (row.said, "other devices" in row.error, shelf.arriving(name).exists()) == ({}, True, False)
    with pytest.raises(ForOthers):  # somebody who could open it has closed it again, to us
        take(*from_bo(shared, shared.say("passed on"), to=[bytes(32)], name="6c" * 16))


def test_strangers_and_other_devices_are_refused(shared: Shared) -> None:
    before = everything()
    world = World()
    cleo = world.author("cleo")
    room = world.room(cleo, public=True)
    events = [one for one in world.written if one.incoming.log == cleo.log(room.space).id]
    strange = stream_of(cleo, [selectors.org_id()], cleo.log(room.space), room.space, events)
    with pytest.raises(UnknownSender):
        take(*parts_of(strange, [ours()]))
    stolen = SigningKey.generate()
    device, shared.bo.device = shared.bo.device, stolen
    one = shared.say("by a key of nobody")
    with pytest.raises(NotItsDevice):
        take(*from_bo(shared, one, name="7d" * 16))
    shared.bo.device = device
    with pytest.raises(BadFile):
        bring(b"PK\x03\x04" + bytes(400))
    assert everything() == before


def test_every_changed_byte_is_found_before_anything_is_done(shared: Shared) -> None:
    made = from_bo(shared, shared.say("one"))[0]
    before = everything()
    for place in range(0, len(made), 97):
        changed = bytearray(made)
        changed[place] ^= 1
        with pytest.raises((BadFile, OtherParts, NotWhole)):
            take(bytes(changed))
        for row in Arriving.objects.all():
            reading.discard(row.id)
    assert everything() == before


def test_events_that_the_manifest_does_not_name_are_refused(shared: Shared) -> None:
    first, second = shared.say("one"), shared.say("two")
    log, space = shared.bo.log(shared.room.space), shared.room.space
    more = page_of(log, space, [second.incoming])
    with pytest.raises(BadFile):
        take(*from_bo(shared, first, more=more))


def test_recordings_come_along_verified(shared: Shared) -> None:
    data = b"sound " * 300_000
    chunks = [data[start : start + (1 << 20)] for start in range(0, len(data), 1 << 20)]
    described = messages.decode(
        Frame(frames.DESCRIPTOR, _described([sha256(one).hexdigest() for one in chunks], len(data)))
    )
    assert isinstance(described, messages.BlobIs)
    blob: Descriptor = described.descriptor
    more = [messages.encode(described), *(messages.encode(messages.Chunk(blob.id, n, c)) for n, c in enumerate(chunks))]
    report = take(*from_bo(shared, shared.say("one", blobs=(blob.id,)), more=more))
    assert (report.blobs_in, report.problems, blobs.has(blob.id)) == (1, [], True)
    wrong = [more[0], messages.encode(messages.Chunk(blob.id, 0, b"x" * len(chunks[0]))), *more[2:]]
    blobs.vault().storage.delete(blob.id)
    report = take(*from_bo(shared, shared.say("two"), more=wrong, name="6c" * 16))
    assert (report.blobs_in, blobs.has(blob.id), len(report.problems)) == (0, False, 1)


def _described(chunks: list[str], size: int) -> bytes:
    return canon.encode({"chunks": chunks, "size": size})


def test_a_bundle_holds_what_its_recipients_may_have_and_no_more(shared: Shared) -> None:
    append(shared.network, Fact(PROFILE, {"languages": [], "name": "Ours", "place": ""}))
    append(selectors.own_space(), Fact("noted.here", {"text": "own"}))
    row = make(shared, part_bytes=4096)
    manifest, found = opened(shelf.made(row.id))
    assert (row.state, row.parts > 1, row.events) == ("ready", True, manifest.counts["events"])
    assert {one.space for one in manifest.ranges} == {shared.network}
    assert manifest.recipients == (shared.bo.org,)
    pages = [messages.decode(one) for one in found if one.kind == frames.PAGE]
    assert {one.page.log.space for one in pages if isinstance(one, messages.Events)} == {shared.network}
    assert {path.name for path in shelf.made(row.id).iterdir()} == {f"{n:04}" for n in range(1, row.parts + 1)}
    with pytest.raises(NobodyThere):
        making.request(Wish((b"\1" * 32,)))


def test_since_the_last_one(shared: Shared) -> None:
    with pytest.raises(NobodyThere):
        making.request(Wish(()))
    first = make(shared)
    assert Sent.objects.filter(org=shared.bo.org).exists()
    with pytest.raises(NothingNew):
        making.request(Wish((shared.bo.org,), LAST))
    append(shared.network, Fact(PROFILE, {"languages": [], "name": "Later", "place": ""}))
    second = make(shared, LAST)
    assert (first.events > 1, second.events) == (True, 1)
    assert opened(shelf.made(second.id))[0].ranges[0].first == opened(shelf.made(first.id))[0].ranges[0].last + 1


def test_erasing_deletes_the_bundles_that_hold_it(shared: Shared) -> None:
    early = make(shared)
    done = append(shared.network, Fact(PROFILE, {"languages": [], "name": "Canary in a bundle", "place": ""}))[0]
    only, late = make(shared, LAST), make(shared)
    raw = b"".join(path.read_bytes() for path in (Path(settings.NODE_DIR) / "bundles").rglob("*") if path.is_file())
    assert b"Canary" not in raw
    take_back(shared, done.hash)
    assert list(Made.objects.values_list("id", flat=True)) == [early.id]
    assert [shelf.made(one.id).exists() for one in (early, late, only)] == [True, False, False]
    again = make(shared)
    _, found = opened(shelf.made(again.id))
    assert sum(one.kind == frames.PAYLOAD for one in found) < again.events
    holding.tidy()
    assert Made.objects.filter(id=again.id).exists()


def test_what_was_erased_while_it_was_written_is_not_in_it(shared: Shared) -> None:
    done = append(shared.network, Fact(PROFILE, {"languages": [], "name": "Gone", "place": ""}))[0]
    row = making.request(Wish((shared.bo.org,)))
    told: list[int] = []

    def tell(permille: int) -> None:
        if not told and permille > 300:
            told.append(permille)
            take_back(shared, done.hash)

    making.carry_out(row.id, tell)
    assert told
    _, found = opened(shelf.made(row.id))
    assert done.hash not in {one.body[:32] for one in found if one.kind == frames.PAYLOAD}


def test_old_ones_go(shared: Shared) -> None:
    row = make(shared)
    name = bring(from_bo(shared, shared.say("one"), most=600)[0])
    db.execute("UPDATE bundles_made SET at = %s", ["2020-01-01 00:00:00+00:00"])
    db.execute("UPDATE bundles_arriving SET begun = %s", ["2020-01-01 00:00:00+00:00"])
    shelf.ensure(shelf.made("ab" * 16))
    holding.tidy()
    assert (Made.objects.count(), Arriving.objects.count()) == (0, 0)
    assert not any(path.exists() for path in (shelf.made(row.id), shelf.arriving(name), shelf.made("ab" * 16)))


def test_a_bundle_holds_no_bomb(shared: Shared) -> None:
    """Lengths that promise much are refused by their first bytes, whatever follows."""
    bomb = frames.PAGE + (1 << 31).to_bytes(4, "big") + zlib.compress(bytes(1 << 20))
    stream = stream_of(
        shared.bo, [selectors.org_id()], shared.bo.log(shared.room.space), shared.room.space, [shared.say("one")]
    )
    with pytest.raises(BadFile):
        take(*parts_of(stream[:-5] + bomb, [ours()]))


def test_the_pages_need_no_script(shared: Shared) -> None:
    browser, send, taking = signed_in("keeper", "keeper"), "/network/exchange/send/", "/network/exchange/take/"
    asked = {"to": [shared.bo.org.hex()], "since": "all", "blobs": "on", "megabytes": "8"}
    shown = browser.post(send, {**asked, "do": "show"})
    assert (shown.status_code, "About" in shown.text, Made.objects.count()) == (200, True, 0)
    made = browser.post(send, {**asked, "do": "make"})
    page = browser.get(made.headers["Location"]).text
    assert "Download the file" in page
    part = browser.get(f"{made.headers['Location']}1/")
    name = Made.objects.get().id
    assert part.headers["Content-Disposition"] == f'attachment; filename="{name}-1of1.bundle"'
    assert part.getvalue().startswith(parts.MAGIC)
    brought = from_bo(shared, shared.say("one"), shared.say("two"), most=1500)
    first = browser.post(taking, {"parts": [SimpleUploadedFile("a", brought[0])]})
    assert f"1 of {len(brought)} parts are here" in browser.get(first.headers["Location"]).text
    rest = browser.post(taking, {"parts": [SimpleUploadedFile("x", one) for one in brought[1:]]})
    page = browser.get(rest.headers["Location"]).text
    assert fingerprint(shared.bo.org) in page
    assert "Nothing in it is executed" in page
    assert shared.names() == []
    assert browser.post(rest.headers["Location"]).status_code == 302
    assert "2 events came in" in browser.get(rest.headers["Location"]).text
    assert shared.names() == ["one", "two"]
    wrong = browser.post(taking, {"parts": [SimpleUploadedFile("a", b"no bundle")]})
    assert (wrong.status_code, "no part of a bundle" in wrong.text) == (422, True)
    assert signed_in("amina").get(send).status_code == 403
