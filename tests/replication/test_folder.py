"""A folder that anybody may write to: what is well comes in once, what is not changes nothing and is said."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tejido.ground import blobs
from tejido.ground.network import selectors
from tejido.ground.network.families import PROFILE
from tejido.ground.network.models import Exchange
from tejido.ground.store import db, keyring, logs, retiring
from tejido.ground.store.models import Own
from tejido.ground.store.public import Fact, append, redact
from tejido.ground.store.spaces import share_keys
from tejido.log import payload
from tejido.log.payload import Payload
from tejido.replication import pages, rewrapped
from tests.replication.conftest import Shared, everything
from tests.support.authors import World


def test_in_and_out_once(shared: Shared) -> None:
    shared.put(shared.say("one"), shared.say("two"))
    first = shared.exchange()
    assert (first.accepted, first.problems, shared.names()) == (2, [], ["one", "two"])
    before = {path: path.stat().st_mtime_ns for path in shared.root.rglob("*") if path.is_file()}
    again = shared.exchange()
    assert (again.changed, again.problems, again.wanted) == (False, [], 0)
    assert {path: path.stat().st_mtime_ns for path in shared.root.rglob("*") if path.is_file()} == before


def page_of(shared: Shared) -> Path:
    return next((shared.here / "pages").glob(f"*{shared.bo.log(shared.room.space).id.hex()[:32]}*"))


def flip(path: Path, at: int = -9) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def another_space(shared: Shared) -> None:
    page_of(shared).unlink()
    world = World()
    ana = world.author("ana")
    room = world.room(ana, public=True)
    page = pages.Page(world.logs[world.find(room.opened).incoming.log], room.space, (world.find(room.opened).incoming,))
    (shared.here / "pages" / str(pages.PageName.of(page))).write_bytes(page.encode())


def link(shared: Shared) -> None:
    outside = shared.root.parent / "outside"
    outside.write_bytes(page_of(shared).read_bytes())
    page_of(shared).unlink()
    (shared.here / "pages" / "link.page").symlink_to(outside)


def raw_name(shared: Shared) -> None:
    folder = os.fsencode(shared.here / "pages")
    with open(folder + b"/\xff\n\x1b[31m.page", "wb") as handle:  # noqa: PTH123 - bytes
        handle.write(b"x")
    page_of(shared).unlink()


def renamed(shared: Shared) -> None:
    page = page_of(shared)
    page.rename(page.with_name(page.name.replace("-000000000000-", "-000000000007-")))


def not_headers(shared: Shared) -> None:
    page = page_of(shared)
    lines = page.read_bytes().split(b"\n")
    data = b"\n".join([*lines[:2], lines[2][:129] + b'{"seq":0}', b""])
    page.unlink()
    name = page.name[: -len(".page") - 32] + pages._digest(data) + ".page"
    (shared.here / "pages" / name).write_bytes(data)


def signed_by_nobody(shared: Shared) -> None:
    page = pages.decode(page_of(shared).read_bytes())
    page_of(shared).unlink()
    shared.put_page(page.log.id, [one._replace(signature=bytes(64)) for one in page.events])


def folders(shared: Shared) -> None:
    page_of(shared).unlink()
    (shared.here / "pages" / "..page").mkdir()
    (shared.here / "pages" / "a..b" / "etc").mkdir(parents=True)


def pipe(shared: Shared) -> None:
    page_of(shared).unlink()
    os.mkfifo(shared.here / "pages" / "pipe.page")


DAMAGE: dict[str, Callable[[Shared], object]] = {
    "a flipped bit": lambda shared: flip(page_of(shared)),
    "a flipped bit in a signature": lambda shared: flip(page_of(shared), 700),
    "half a file": lambda shared: cut(page_of(shared)),
    "an empty file": lambda shared: page_of(shared).write_bytes(b""),
    "a bomb": lambda shared: os.truncate(page_of(shared), 2**33),
    "a name of its own": lambda shared: page_of(shared).rename(shared.here / "pages" / "notes.page"),
    "a name with a path in it": lambda shared: page_of(shared).rename(shared.here / "pages" / "a..%2f..%2fetc.page"),
    "a name that tells other events": renamed,
    "a name that cannot be printed": raw_name,
    "a link": link,
    "a folder": folders,
    "a pipe": pipe,
    "another space's page": another_space,
    "no headers at all": not_headers,
    "signatures of nobody": signed_by_nobody,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_not_well_is_said_and_changes_nothing(shared: Shared, name: str) -> None:
    shared.exchange()
    shared.put(shared.say("one"))
    DAMAGE[name](shared)
    before = everything()
    for _ in range(2):
        report = shared.exchange()
        assert report.problems
        assert all(problem.isprintable() for problem in report.problems)
        assert everything() == before
    assert Exchange.objects.get().report["problems"] == report.problems


def test_a_damaged_page_of_ours_is_wanted_and_written_again(shared: Shared) -> None:
    shared.exchange()
    mine = max((shared.here / "pages").glob("1-*.page"))
    whole = mine.read_bytes()
    flip(mine)
    (shared.here / "wants" / f"page-{mine.name}").touch()  # as a node that met it does
    report = shared.exchange()
    assert (mine.read_bytes(), report.pages_out, shared.wants()) == (whole, 1, [])


def test_a_damaged_page_of_another_is_wanted(shared: Shared) -> None:
    shared.exchange()
    page = shared.put(shared.say("one"))
    whole = page.read_bytes()
    cut(page)
    assert shared.exchange().wanted == 1
    assert shared.wants() == [f"page-{page.name}"]
    page.write_bytes(whole)  # bo has seen it
    report = shared.exchange()
    assert (report.accepted, report.problems, shared.wants(), shared.names()) == (1, [], [], ["one"])


def test_a_page_that_somebody_deleted_is_written_again(shared: Shared) -> None:
    shared.put(shared.say("one"))
    shared.exchange()
    there = {path.name for path in (shared.here / "pages").iterdir()}
    for path in (shared.here / "pages").iterdir():
        path.unlink()
    assert shared.exchange().pages_out == len(there)
    assert {path.name for path in (shared.here / "pages").iterdir()} == there


def test_another_stick_is_filled(shared: Shared) -> None:
    shared.put(shared.say("one"))
    shared.exchange()
    held = {path.name for path in shared.root.rglob("*") if path.parent.name != "wants"}
    shared.root.rename(shared.root.with_name("old"))
    shared.root.mkdir()
    shared.exchange()
    assert {path.name for path in shared.root.rglob("*")} == held


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def linked(path: Path) -> None:
    path.rename(path.with_name("x"))
    path.symlink_to(path.with_name("x"))


def folder_linked(path: Path) -> None:
    outside = path.parents[2] / "x"
    path.parent.rename(outside)
    path.parent.symlink_to(outside)


PAYLOADS: dict[str, Callable[[Path], object]] = {
    "a flipped bit": flip,
    "a flipped bit in the key's name": lambda path: flip(path, 3),
    "a flipped bit in the wrapped key": lambda path: flip(path, 30),
    "half a file": cut,
    "an empty file": lambda path: path.write_bytes(b""),
    "a bomb": lambda path: os.truncate(path, 2**33),
    "gone": lambda path: path.unlink(),
    "a pipe": piped,
    "a link": linked,
    "its folder a link": folder_linked,
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_bad_payload_is_wanted_and_taken_when_it_is_good(shared: Shared, name: str) -> None:
    one, two = shared.say("one"), shared.say("two")
    shared.put(one, two)
    path, packed = shared.payload(one.hash), shared.payload(one.hash).read_bytes()
    PAYLOADS[name](path)
    report = shared.exchange()
    assert report.problems or name.startswith(("gone", "a flipped bit in the key"))
    assert (shared.names(), shared.wants()) == ([], [f"payload-{one.hash.hex()}"])
    for link_ in (path, path.parent):
        if link_.is_symlink():
            link_.unlink()
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(packed)
    assert shared.exchange().filled == 1
    assert shared.names() == ["one", "two"]


def test_a_genesis_without_its_payload_comes_later(shared: Shared) -> None:
    cy = shared.world.author("cy")
    events = cy.identity
    shared.put(*events)
    shared.payload(cy.org).unlink()
    assert shared.exchange().problems
    assert shared.wants() == [f"payload-{cy.org.hex()}"]
    assert db.value("SELECT COUNT(*) FROM store_org WHERE hash = %s", [cy.org]) == 0
    assert events[0].incoming.payload
    shared.payload(cy.org).write_bytes(events[0].incoming.payload.pack())
    assert shared.exchange().problems == []
    assert db.value("SELECT COUNT(*) FROM store_org WHERE hash = %s", [cy.org]) == 1


def test_an_identity_s_lost_payload_is_wanted_too(shared: Shared) -> None:
    cy = shared.world.author("cy")
    shared.put(*cy.identity)
    shared.payload(cy.identity[1].hash).unlink()
    shared.exchange()
    assert f"payload-{cy.identity[1].hash.hex()}" in shared.wants()


def test_wants_reach_no_other_space(shared: Shared) -> None:
    """Whoever knows a hash of the own space must not get at it by wishing."""
    ref = blobs.put(b"sealed" * 100, sealed=True, media_type="audio/ogg")
    body = {"languages": [], "name": "ours alone", "place": ""}
    secret = append(selectors.own_space(), Fact(PROFILE, body, blobs=(ref.id,)))[0]
    shared.exchange()
    for want in (f"payload-{secret.hash.hex()}", f"blob-{ref.id}"):
        (shared.here / "wants" / want).touch()
    shared.exchange()
    assert not shared.payload(secret.hash).exists()
    assert list((shared.here / "blobs").rglob(ref.id)) == []
    assert len(shared.wants()) == 2


def test_a_wanted_payload_of_this_space_is_given(shared: Shared) -> None:
    one = shared.say("one")
    shared.put(one)
    shared.exchange()
    cut(shared.payload(one.hash))
    (shared.here / "wants" / f"payload-{one.hash.hex()}").touch()
    assert shared.exchange().payloads_out == 1
    assert Payload.unpack(shared.payload(one.hash).read_bytes()) == one.incoming.payload
    assert shared.wants() == []


@pytest.mark.parametrize("part", ["", "pages", "payloads", "wants"])
def test_links_in_place_of_folders_are_not_followed(shared: Shared, part: str) -> None:
    outside = shared.root.parent / "outside"
    outside.mkdir()
    place = shared.here / part if part else shared.here
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside)
    assert shared.exchange().problems
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("mark", [b"", b"[]", b'{"id":7}', b'{"id":"../x"}', b"x" * 100_000])
def test_a_damaged_mark_is_written_anew(shared: Shared, mark: bytes) -> None:
    shared.exchange()
    (shared.here / "folder.json").write_bytes(mark)
    assert "folder.json" in shared.exchange().problems[0]
    assert shared.exchange().problems == []


def test_what_is_erased_leaves_the_folder(shared: Shared) -> None:
    ref = blobs.put(b"sound" * 100, sealed=True, media_type="audio/ogg")
    body = {"languages": [], "name": "to be erased", "place": ""}
    event = append(shared.network, Fact(PROFILE, body, blobs=(ref.id,)))[0]
    shared.exchange()
    path = shared.payload(event.hash)
    part = path.with_name(f".{path.name}.00000000.part")  # as a killed process leaves it
    part.write_bytes(path.read_bytes())
    (shared.here / "wants" / path.name).with_name(f"payload-{path.name}").touch()
    assert list((shared.here / "blobs").rglob(ref.id))
    redact(shared.network, event.hash, aggregate=event.aggregate, kind=PROFILE, stub={}, reason="asked")
    assert shared.exchange().erased == 2
    left = [p.name for p in shared.root.rglob("*") if p.is_file() and (event.hash.hex() in p.name or ref.id in p.name)]
    assert left == []
    assert shared.exchange().erased == 0


def test_a_blob_travels_and_a_damaged_one_is_wanted(shared: Shared) -> None:
    ref = blobs.put(b"sound" * 100, sealed=True, media_type="audio/ogg")
    blobs.export_to(ref.id, shared.root.parent / "blob")
    path = shared.here / "blobs" / ref.id[:2] / ref.id
    path.parent.mkdir(parents=True)
    path.write_bytes((shared.root.parent / "blob").read_bytes())
    blobs.vault().storage.delete(ref.id)
    flip(path)
    shared.put(shared.say("with sound", blobs=(ref.id,)))
    report = shared.exchange()
    assert (report.blobs_in, len(report.problems), shared.wants()) == (0, 1, [f"blob-{ref.id}"])
    flip(path)
    assert shared.exchange().blobs_in == 1
    assert blobs.read(ref) == b"sound" * 100


def test_our_own_log_in_the_folder_opens_an_epoch(shared: Shared) -> None:
    """This node is a restored copy: the folder holds what the lost one had written."""
    append(shared.network, Fact(PROFILE, {"languages": [], "name": "first", "place": ""}))
    shared.exchange()
    before = bytes(Own.objects.get().epoch)
    last = db.value("SELECT MAX(id) FROM store_event")
    log = db.value("SELECT log_id FROM store_event WHERE id = %s", [last])
    for table, column in (
        ("payload", "event_id"),
        ("payloadkey", "event_id"),
        ("eventindex", "event_id"),
        ("event", "id"),
    ):
        db.execute(f"DELETE FROM store_{table} WHERE {column} = %s", [last])
    head = db.rows("SELECT seq, hash FROM store_event WHERE log_id = %s ORDER BY seq DESC LIMIT 1", [log])[0]
    db.execute("UPDATE store_log SET head_seq = %s, head_hash = %s WHERE id = %s", [head[0], bytes(head[1]), log])
    db.execute("DELETE FROM network_carrier")
    assert shared.exchange().accepted == 1
    assert bytes(Own.objects.get().epoch) != before
    written = append(shared.network, Fact(PROFILE, {"languages": [], "name": "second", "place": ""}))[0]
    assert db.value("SELECT seq FROM store_event WHERE hash = %s", [written.hash]) == 0
    assert {row.forked_at for row in (info.row for info in logs.snapshot().logs.values())} == {None}


def test_both_branches_of_a_fork_travel(shared: Shared) -> None:
    start = shared.say("start")
    left = shared.world.say(shared.bo, shared.room, PROFILE, {"name": "left"}, after=start.head)
    right = shared.world.say(shared.bo, shared.room, PROFILE, {"name": "right"}, after=start.head)
    shared.put(start, left)
    shared.exchange()
    shared.put(start, right)
    shared.exchange()
    other = shared.root.with_name("other")
    other.mkdir()
    from tejido.ground.network.exchanging import exchange_folder

    exchange_folder(other)
    pages_ = b"".join(path.read_bytes() for path in other.rglob("*.page"))
    assert left.incoming.header in pages_
    assert right.incoming.header in pages_
    assert not exchange_folder(other).changed


def test_what_lies_under_a_key_that_is_gone_is_written_anew(shared: Shared) -> None:
    """Boxes leave the folder; what they opened lies there under the next key, for whoever comes later."""
    mine = append(shared.network, Fact(PROFILE, {"languages": [], "name": "ours", "place": ""}))[0].hash
    theirs = shared.say("bo")
    shared.put(theirs)
    shared.exchange()
    row = logs.space_row(shared.network)
    boxes = [entry.hash for entry in retiring._given(row)]
    old = payload.epoch_key_id(keyring.current_epoch_key(row.id) or b"")
    share_keys(shared.network, renew=True)
    fresh = payload.epoch_key_id(keyring.current_epoch_key(row.id) or b"")
    shared.exchange()
    assert {_key_of(shared, mine), _key_of(shared, theirs.hash)} == {old}
    assert retiring.carry_out(datetime.now(UTC).date() + timedelta(days=31))
    shared.exchange()
    assert {_key_of(shared, mine), _key_of(shared, theirs.hash)} == {fresh}
    assert not [event for event in boxes if shared.payload(event).exists()]
    assert [path for path in shared.here.rglob("payloads/*/*") if path.read_bytes()[1:17] == old] == []
    shared.payload(mine).write_bytes(b"\x01" + old + shared.payload(mine).read_bytes()[17:])
    before = shared.payload(mine).read_bytes()
    shared.exchange()  # once is enough: whoever finds this asks for it
    assert shared.payload(mine).read_bytes() == before


def test_a_stick_is_brought_up_to_date_part_by_part(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [
        append(shared.network, Fact(PROFILE, {"languages": [], "name": name, "place": ""}))[0].hash for name in "abcde"
    ]
    row = logs.space_row(shared.network)
    share_keys(shared.network, renew=True)
    shared.exchange()
    fresh = payload.epoch_key_id(keyring.current_epoch_key(row.id) or b"")
    assert retiring.carry_out(datetime.now(UTC).date() + timedelta(days=31))
    monkeypatch.setattr(rewrapped, "AN_EXCHANGE", 3)
    done = list[int]()
    while not done or done[-1] < len(said):
        shared.exchange()
        done.append(sum(_key_of(shared, event) == fresh for event in said))
        assert len(done) < 10
    assert len(done) > 2
    assert done == sorted(done)
    marks = db.rows("SELECT page FROM network_carrier WHERE page LIKE 'keys-%%'")
    assert len(marks) == 1


def test_words_that_come_under_a_key_that_is_gone_are_asked_for_and_come_anew(shared: Shared) -> None:
    row = logs.space_row(shared.network)
    late = shared.say("bo was away for a year")
    old = keyring.current_epoch_key(row.id) or b""
    share_keys(shared.network, renew=True)
    assert retiring.carry_out(datetime.now(UTC).date() + timedelta(days=31))
    shared.put(late)
    shared.exchange()
    assert (shared.names(), shared.wants()) == ([], [f"payload-{late.hash.hex()}"])
    assert late.incoming.payload
    again = payload.rewrap(late.incoming.payload, old, keyring.current_epoch_key(row.id) or b"")
    shared.payload(late.hash).write_bytes(again.pack())
    shared.exchange()
    assert shared.names() == ["bo was away for a year"]


def _key_of(shared: Shared, event: bytes) -> bytes:
    return shared.payload(event).read_bytes()[1:17]
