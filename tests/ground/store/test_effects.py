"""Forks, removed members, keys, outsiders, redactions: what each does, and what it must not do."""

from typing import Any

import pytest

from tejido.ground import blobs
from tejido.ground.store import db, keyring, logs
from tejido.ground.store.registry import REDACT
from tejido.log import membership
from tejido.log.admit import Incoming
from tejido.log.keys import SigningKey
from tejido.log.payload import Payload, epoch_key_id
from tejido.log.writer import Written
from tests.ground.store.notes import OPENED, SAID
from tests.ground.store.pictures import everything, picture, take, undone
from tests.support.authors import Author, World, again, bare, seed

MARKER = "remolacha-5521"


class Stage:
    """A private room of ana's with bo and the node in it."""

    def __init__(self, *, node: bool = True) -> None:
        self.world = World()
        self.ana, self.bo, self.cy, self.node = (self.world.author(name) for name in ("ana", "bo", "cy", "node"))
        members = [self.bo, self.cy, *([self.node] if node else [])]
        self.room = self.world.room(self.ana, public=False, members=members)
        self.sent = 0

    def deliver(self) -> None:
        """Whatever was written since the last time."""
        fresh, self.sent = self.world.written[self.sent :], len(self.world.written)
        take(self.world, [self.room.space], [one.incoming for one in fresh])

    def note(self, author: Author, text: str) -> Written:
        return self.world.say(author, self.room, OPENED, {"text": text})

    def said(self) -> dict[str, Any]:
        """Last words by note."""
        return {source: last for _key, source, _space, last, _count in picture()["notes"]}


def redact(stage: Stage, author: Author, target: Written, **body: Any) -> Written:
    whole = {"kind": OPENED, "reason": "asked", "stub": {}, "target": target.hash.hex(), **body}
    return stage.world.say(author, stage.room, REDACT, whole, target.hash, deps=[target.hash])


# --- forks


@pytest.mark.parametrize("order", ["left first", "right first", "mixed"])
def test_both_branches_are_kept_and_folding_stops_below(reader: None, order: str) -> None:
    stage = Stage()
    note = stage.note(stage.bo, "one")
    below = stage.world.say(stage.bo, stage.room, SAID, {"text": "below"}, note.hash)
    stage.deliver()
    left = stage.world.say(stage.bo, stage.room, SAID, {"text": "left"}, note.hash, after=below.head)
    left2 = stage.world.say(stage.bo, stage.room, SAID, {"text": "left 2"}, note.hash, after=left.head)
    right = stage.world.say(stage.bo, stage.room, SAID, {"text": "right"}, note.hash, after=below.head)
    right2 = stage.world.say(stage.bo, stage.room, SAID, {"text": "right 2"}, note.hash, after=right.head)
    orders = {"left first": [left, left2, right, right2], "right first": [right, right2, left, left2]}
    for one in orders.get(order, [left, right, right2, left2]):
        take(stage.world, [stage.room.space], [one.incoming])
    assert stage.said() == {db.row_key(note.hash): "below"}
    proof = db.rows("SELECT hash, header, signature FROM store_event WHERE seq = %s", [left.head.seq])
    held = {bytes(h): (bytes(header), bytes(sig)) for h, header, sig in proof if bytes(h) in (left.hash, right.hash)}
    expected = {one.hash: (one.incoming.header, one.incoming.signature) for one in (left, right)}
    assert held == expected
    assert db.value("SELECT forked_at FROM store_log WHERE hash = %s", [left.incoming.log]) == left.head.seq


def test_two_events_of_the_other_branch_in_one_page_unfold_the_first(reader: None) -> None:
    stage = Stage()
    note, other = stage.note(stage.bo, "one"), stage.note(stage.bo, "mine")
    start = other.head
    first = stage.world.say(stage.bo, stage.room, SAID, {"text": "first branch"}, note.hash)
    stage.deliver()
    assert stage.said()[db.row_key(note.hash)] == "first branch"
    two = stage.world.say(stage.bo, stage.room, SAID, {"text": "x"}, other.hash, after=start)
    three = stage.world.say(stage.bo, stage.room, SAID, {"text": "y"}, other.hash, after=two.head)
    take(stage.world, [stage.room.space], [two.incoming, three.incoming])
    assert stage.said() == {db.row_key(note.hash): "one", db.row_key(other.hash): "mine"}
    assert first.head.seq == two.head.seq


# --- members and keys


def test_a_member_admitted_later_reads_what_was_written_before(reader: None) -> None:
    stage = Stage(node=False)
    note = stage.note(stage.bo, "before you came")
    stage.world.renew(stage.room)
    stage.world.say(stage.bo, stage.room, SAID, {"text": "still before"}, note.hash)
    stage.deliver()
    assert stage.said() == {}
    assert b"before you came" not in everything()
    stage.world.set_members(stage.room, [stage.ana, stage.bo, stage.node])
    stage.deliver()
    assert stage.said() == {db.row_key(note.hash): "still before"}
    row = logs.space_row(stage.room.space.id)
    assert keyring.current_epoch_key(row.id) == stage.room.keys[-1]


def test_a_node_that_is_no_member_folds_nothing_and_reads_nothing(reader: None) -> None:
    stage = Stage(node=False)
    stage.note(stage.bo, MARKER)
    stage.deliver()
    assert (picture()["notes"], picture()["keys"]) == ([], [])
    assert MARKER.encode() not in everything()


def test_pages_of_an_unknown_space_are_not_taken_in(reader: None) -> None:
    stage = Stage()
    stage.note(stage.bo, MARKER)
    take(stage.world, [], [one.incoming for one in stage.world.written])
    spaces = db.value("SELECT COUNT(*) FROM store_space")
    private = db.value("SELECT COUNT(*) FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.space_id <> 0")
    assert (spaces, private) == (0, 0)


def test_who_leaves_reads_nothing_that_comes_after(reader: None) -> None:
    stage = Stage()
    note = stage.note(stage.bo, "you were here")
    stage.room.keys.append(seed("after the node left"))
    stage.world.set_members(stage.room, [stage.ana, stage.bo, stage.cy])
    stage.world.say(stage.bo, stage.room, SAID, {"text": MARKER}, note.hash)
    stage.deliver()
    assert stage.said() == {db.row_key(note.hash): "you were here"}
    assert MARKER.encode() not in everything()
    assert [key for key, _ in picture()["keys"]] == [epoch_key_id(stage.room.keys[0]).hex()]


def test_a_removed_member_counts_up_to_its_pin(reader: None) -> None:
    stage = Stage()
    note = stage.note(stage.cy, "while in")
    head = stage.cy.heads[stage.cy.log(stage.room.space).id]
    pins = {stage.cy.log(stage.room.space).id.hex(): {"hash": head.hash.hex(), "seq": head.seq}}
    stage.world.set_members(stage.room, [stage.ana, stage.bo, stage.node], pins)
    stage.world.say(stage.cy, stage.room, SAID, {"text": "back-dated"}, note.hash)
    later = again(stage.cy, b"n" * 16)
    stage.world.say(later, stage.room, SAID, {"text": "in a new log"}, note.hash)
    stage.deliver()
    assert stage.said() == {db.row_key(note.hash): "while in"}
    stage.world.set_members(stage.room, [stage.ana, stage.bo, stage.cy, stage.node])
    stage.deliver()
    assert set(stage.said().values()) <= {"back-dated", "in a new log"}


def test_a_stranger_cannot_give_the_space_a_key(reader: None) -> None:
    """`space.key` is not sealed: anybody who may write files could otherwise choose the key we write with."""
    stage = Stage()
    stage.deliver()
    evil = Author("evil", stage.bo.admin, SigningKey(seed("evil")), stage.ana.org, stage.ana.identity)
    for writer in (evil, stage.cy):
        stage.world.share_keys(stage.room, [seed("a key the stranger knows")], writer)
    stage.world.say(
        evil, stage.room, membership.MEMBERS, {"members": [stage.cy.org.hex()], "pins": {}}, stage.room.opened
    )
    stage.deliver()
    row = logs.space_row(stage.room.space.id)
    assert keyring.current_epoch_key(row.id) == stage.room.keys[-1]
    assert stage.bo.org.hex() in row.members["orgs"]


def test_the_renewed_key_is_the_one_to_write_with_whatever_it_is_called(reader: None) -> None:
    for attempt in range(6):
        with undone():
            stage = Stage()
            stage.room.keys.append(seed(f"renewed {attempt}"))
            stage.world.share_keys(stage.room)
            stage.deliver()
            assert keyring.current_epoch_key(logs.space_row(stage.room.space.id).id) == stage.room.keys[-1]


def test_an_owner_elsewhere_cannot_take_a_key_away(reader: None) -> None:
    stage = Stage()
    stage.deliver()
    other = stage.world.room(stage.cy, public=False, members=[stage.node], name="trap")
    stage.world.share_keys(other, [stage.room.keys[-1]])
    take(stage.world, [stage.room.space, other.space], [one.incoming for one in stage.world.written])
    assert keyring.current_epoch_key(logs.space_row(stage.room.space.id).id) == stage.room.keys[-1]


ODD_BODIES: list[dict[str, Any]] = [
    {}, {"members": "all"}, {"members": [1]}, {"members": [], "pins": [1, 2]}, {"members": [], "pins": {"x": 1}},
    {"members": [], "pins": {"ab" * 32: {"seq": "1", "hash": 2}}}, {"boxes": [None, {"age": 1, "key_id": 2}]},
    {"boxes": [{"age": "!", "key_id": "zz"}], "current": []}, {"boxes": {}}, {"folder": 7, "purpose": ["x"] * 99},
    {"folder": "../../etc", "purpose": "p" * 500}, {"target": "x"}, {"target": ["ab" * 32]}, {"kind": [], "target": None},
    {"key": "00" * 32, "age": "age1broken"}, {"key": [], "age": {}},
]  # fmt: skip


@pytest.mark.parametrize("body", ODD_BODIES, ids=str)
def test_malformed_control_bodies_change_nothing_and_break_nothing(reader: None, body: dict[str, Any]) -> None:
    stage = Stage()
    note = stage.note(stage.bo, "calm")
    stage.deliver()
    folder = logs.space_row(stage.room.space.id).folder
    for kind in (membership.OPENED, membership.KEY, REDACT, "org.device", "org.genesis"):
        stage.world.say(stage.ana, stage.room, kind, body, stage.room.opened)
    if body.get("members") is None:
        stage.world.say(stage.ana, stage.room, membership.MEMBERS, body, stage.room.opened)
    stage.deliver()
    stage.world.say(stage.bo, stage.room, SAID, {"text": "still calm"}, note.hash)
    stage.deliver()
    assert stage.said() == {db.row_key(note.hash): "still calm"}
    assert logs.space_row(stage.room.space.id).folder == folder


def test_a_room_s_event_in_an_identity_log_folds_to_nothing(reader: None) -> None:
    """Its space is no space: folding it would stop every node that meets it."""
    from tejido.log import writer
    from tejido.log.writer import Draft
    from tests.support.authors import DAY

    stage = Stage()
    draft = Draft(OPENED, {"text": "where am I?"}, DAY, 0)
    stage.world._keep(writer.write_identity(stage.bo.org, stage.bo.identity[-1].head, draft, stage.bo.signers), b"")
    stage.deliver()
    assert picture()["notes"] == []


# --- redactions


def test_a_redacted_event_that_arrives_again_is_stored_as_its_header(reader: None) -> None:
    stage = Stage()
    note = stage.note(stage.bo, MARKER)
    stage.deliver()
    assert MARKER.encode() in everything()
    redact(stage, stage.bo, note)
    stage.deliver()
    assert MARKER.encode() not in everything()
    report = take(stage.world, [stage.room.space], [note.incoming])
    assert (report.accepted, report.filled) == (0, 0)
    assert (
        db.value("SELECT COUNT(*) FROM store_payload p JOIN store_event e ON e.id = p.event_id WHERE e.state = 2") == 0
    )
    assert MARKER.encode() not in everything()


def test_a_redact_before_its_target_leaves_the_header_only(reader: None) -> None:
    stage = Stage()
    copy = again(stage.bo, b"c" * 16)
    note = stage.world.say(copy, stage.room, OPENED, {"text": MARKER})
    body = {"kind": OPENED, "reason": "", "stub": {}, "target": note.hash.hex()}
    gone = stage.world.say(stage.bo, stage.room, REDACT, body, note.hash)
    events = [one.incoming for one in stage.world.written if one not in (note, gone)]
    take(stage.world, [stage.room.space], [*events, gone.incoming])
    take(stage.world, [stage.room.space], [note.incoming])
    assert db.value("SELECT state FROM store_event WHERE hash = %s", [note.hash]) == 2
    assert (
        db.value("SELECT p.event_id FROM store_payload p JOIN store_event e ON e.id = p.event_id WHERE e.state = 2")
        is None
    )


def test_a_redacted_payload_does_not_even_wait(reader: None) -> None:
    stage = Stage()
    first = stage.note(stage.cy, "first")
    note = stage.world.say(stage.cy, stage.room, OPENED, {"text": MARKER})
    copy = again(stage.cy, b"c" * 16)
    body = {"kind": OPENED, "reason": "", "stub": {}, "target": note.hash.hex()}
    gone = stage.world.say(copy, stage.room, REDACT, body, note.hash)
    take(stage.world, [stage.room.space], [one.incoming for one in stage.world.written if one not in (first, note)])
    assert gone.incoming.payload
    assert take(stage.world, [stage.room.space], [note.incoming]).waiting == 1
    assert db.value("SELECT payload FROM store_waiting") is None
    take(stage.world, [stage.room.space], [first.incoming])
    assert db.value("SELECT state FROM store_event WHERE hash = %s", [note.hash]) == 2


@pytest.mark.parametrize("who", ["another organisation", "a device that is not named"])
def test_a_redact_by_somebody_else_changes_nothing(reader: None, who: str) -> None:
    stage = Stage()
    stranger = Author("bo", stage.bo.admin, SigningKey(seed("stranger")), stage.bo.org, stage.bo.identity)
    author = stage.cy if who == "another organisation" else stranger
    note = stage.note(stage.bo, "mine")
    gone = redact(stage, author, note)
    hash_of = [one.incoming for one in stage.world.written]
    with undone():
        take(stage.world, [stage.room.space], hash_of)
        assert stage.said() == {db.row_key(note.hash): "mine"}
    # and where it comes first
    copy = again(stage.bo, b"d" * 16)
    other = stage.world.say(copy, stage.room, OPENED, {"text": "mine too"})
    body = {"kind": OPENED, "reason": "", "stub": {}, "target": other.hash.hex()}
    early = stage.world.say(author, stage.room, REDACT, body, other.hash)
    rest = [one.incoming for one in stage.world.written if one not in (other, early)]
    take(stage.world, [stage.room.space], [*rest, early.incoming])
    take(stage.world, [stage.room.space], [other.incoming])
    assert stage.said()[db.row_key(other.hash)] == "mine too"
    assert gone.hash != early.hash


def test_a_damaged_payload_that_nobody_can_open_gives_way_to_the_good_one(reader: None) -> None:
    stage = Stage()
    note = stage.note(stage.bo, "good")
    good = note.incoming.payload
    assert good is not None
    wrong = Payload(good.data, bytes(16), good.wrapped)  # names a key that nobody has
    events = [one.incoming for one in stage.world.written if one is not note]
    take(stage.world, [stage.room.space], [*events, note.incoming._replace(payload=wrong)])
    assert stage.said() == {}
    take(stage.world, [stage.room.space], [note.incoming])
    assert stage.said() == {db.row_key(note.hash): "good"}


def test_a_sealed_payload_in_a_public_space_counts_as_not_arrived(reader: None) -> None:
    world = World()
    ana = world.author("ana")
    room = world.room(ana, public=True)
    note = world.say(ana, room, OPENED, {"text": "open"})
    sealed = Incoming(
        note.incoming.log, note.incoming.header, note.incoming.signature, Payload(b"x" * 99, bytes(16), bytes(72))
    )
    report = take(world, [room.space], [*[one.incoming for one in world.written[:-1]], sealed])
    assert len(report.bad_payloads) == 1
    assert take(world, [room.space], [note.incoming]).filled == 1


def test_a_pending_event_holds_back_what_follows_it(reader: None) -> None:
    stage = Stage()
    note = stage.note(stage.bo, "one")
    hidden = stage.world.say(stage.bo, stage.room, SAID, {"text": "two"}, note.hash)
    stage.world.say(stage.bo, stage.room, SAID, {"text": "three"}, note.hash)
    events = [bare(one) if one is hidden else one.incoming for one in stage.world.written]
    take(stage.world, [stage.room.space], events)
    assert stage.said() == {db.row_key(note.hash): "one"}
    take(stage.world, [stage.room.space], [hidden.incoming])
    assert stage.said() == {db.row_key(note.hash): "three"}


def test_a_file_that_a_later_edition_still_names_comes_back(reader: None) -> None:
    """The edition's payload arrives after the redact of the one before: the file was dropped, and is wanted again."""
    stage, blob = Stage(), seed("sound").hex()
    note = stage.world.say(stage.bo, stage.room, OPENED, {"text": "first"}, blobs=[blob])
    stage.deliver()
    second = stage.world.say(stage.bo, stage.room, SAID, {"text": "second"}, note.hash, blobs=[blob])
    gone = redact(stage, stage.bo, note)
    take(stage.world, [stage.room.space], [bare(second), gone.incoming])
    assert blobs.is_erased(blob)
    take(stage.world, [stage.room.space], [second.incoming])
    assert not blobs.is_erased(blob)


def test_a_file_stays_erased_whoever_else_names_it(reader: None) -> None:
    stage, blob = Stage(), seed("sound").hex()
    note = stage.world.say(stage.bo, stage.room, OPENED, {"text": "first"}, blobs=[blob])
    redact(stage, stage.bo, note)
    stage.deliver()
    stage.world.say(stage.cy, stage.room, OPENED, {"text": "mine"}, blobs=[blob])
    stage.deliver()
    assert blobs.is_erased(blob)
