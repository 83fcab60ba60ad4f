"""The node's own store in an exchange, with bo on the other side of the line, who exists in memory only."""

import secrets
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from tejido.ground import blobs
from tejido.ground.network import selectors
from tejido.ground.network.replica import NodeStore
from tejido.ground.peers.course import Course
from tejido.ground.store import db, erasing
from tejido.ground.store.public import own_row
from tejido.ground.witness import public as witness
from tejido.log import canon
from tejido.log.descriptors import Log
from tejido.log.keys import SigningKey
from tejido.log.payload import epoch_key_id
from tejido.log.writer import Head, Written
from tejido.replication import caps, driving, serving
from tejido.replication.access import Peer
from tejido.replication.blobs import Descriptor
from tejido.replication.messages import BlobIs, Checkpoint, Chunk, From, Part, PayloadOf, WantChunks
from tejido.replication.states import FILL, GIVE, Caller
from tejido.replication.store import BEFORE, BlobProblem, Point, SharedSpace
from tests.replication.conftest import Shared, everything
from tests.replication.meeting import Call
from tests.sim.cast import Boxes
from tests.sim.replica import Replica
from tests.sim.store import Own

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 2 * caps.CHUNK + 100


class Bo(Replica):
    """bo's store, with files of several chunks."""

    files: dict[str, tuple[Descriptor, dict[int, bytes]]]

    def hold(self, data: bytes) -> str:
        """Keep a file; its id."""
        chunks = [data[start : start + caps.CHUNK] for start in range(0, len(data), caps.CHUNK)]
        value = {"chunks": [sha256(one).hexdigest() for one in chunks], "size": len(data)}
        made = Descriptor.parse(canon.encode(value))
        self.files[made.id] = (made, dict(enumerate(chunks)))
        return made.id

    def whole(self, blob: str) -> bool:
        """Whether every chunk is here."""
        made, chunks = self.files.get(blob, (None, {}))
        return made is not None and len(chunks) == len(made.chunks)

    def lacking_blobs(self, space: SharedSpace) -> Sequence[str]:
        named = {blob for one in self.contents.values() if one.space == space.space.id for blob in one.blobs}
        return sorted(blob for blob in named if not self.whole(blob))

    def lacks_blob(self, blob: str) -> bool:
        return self._named(blob) and not self.whole(blob)

    def shares_blob(self, space: SharedSpace, blob: str) -> bool:
        return self.whole(blob) and self._named(blob, space.space.id)

    def descriptor(self, blob: str) -> bytes | None:
        return self.files[blob][0].data if self.whole(blob) else None

    def chunk(self, blob: str, number: int) -> bytes | None:
        return self.files[blob][1].get(number)

    def missing_chunks(self, descriptor: Descriptor) -> Sequence[int]:
        held = self.files.get(descriptor.id, (descriptor, {}))[1]
        return [number for number in range(len(descriptor.chunks)) if number not in held]

    def next_chunk(self, blob: str) -> int:
        held = self.files[blob][1] if blob in self.files else {}
        return next(number for number in range(len(held) + 1) if number not in held)

    def take_chunk(self, descriptor: Descriptor, number: int, data: bytes) -> None:
        assert descriptor.matches(number, data)
        self.files.setdefault(descriptor.id, (descriptor, {}))[1][number] = data

    def finish_blob(self, descriptor: Descriptor) -> bool:
        return self.whole(descriptor.id)


@pytest.fixture
def bo(shared: Shared) -> Bo:
    """bo with everything that bo wrote, the invitation to the space, and its key."""
    return a_bo(shared)


def a_bo(shared: Shared) -> Bo:
    """Who has joined by papers: these hold the identities of both."""
    store = Bo(Own(shared.bo.org, shared.bo.device.public, "nobody"), Boxes(Random(1)))
    store.files = {}
    store.learn_space(shared.room.space)
    assert shared.room.key
    store.learn_key(shared.network, shared.room.key, 1)
    store.ingest([one.incoming for one in shared.bo.identity], [], [Log.of_identity(shared.bo.org)])
    node, org = NodeStore(), node_is().org
    store.ingest([held.incoming for held in node.run(org, node.tips(org)[0], -1)], [], [Log.of_identity(org)])
    return store


def node_is() -> Peer:
    """As whom bo knows the node."""
    own = own_row()
    return Peer(bytes(own.org), bytes(own.device))


def bo_is(shared: Shared) -> Peer:
    return Peer(shared.bo.org, shared.bo.device.public)


def bo_calls(shared: Shared, bo: Bo) -> Call:
    return Call(bo, NodeStore(), bo_is(shared), node_is()).run()


def node_calls(shared: Shared, bo: Bo) -> Call:
    return Call(NodeStore(), bo, node_is(), bo_is(shared)).run()


def here() -> set[bytes]:
    """Every event of a shared space, and of identities, that the node holds."""
    sql = """SELECT e.hash FROM store_event e JOIN store_log l ON l.id = e.log_id
             LEFT JOIN store_space s ON s.id = l.space_id WHERE s.purpose = 'network' OR l.space_id = 0"""
    return {bytes(digest) for (digest,) in db.rows(sql)}


def tell(bo: Bo, shared: Shared, *events: Written) -> None:
    """bo holds what bo wrote."""
    logs = [shared.world.logs[one.incoming.log] for one in events]
    bo.ingest([one.incoming for one in events], [], logs)


def test_both_hold_the_same_whoever_calls(shared: Shared, bo: Bo) -> None:
    tell(bo, shared, *(shared.say(f"bo {number}") for number in range(5)))
    call = bo_calls(shared, bo)
    assert here() == set(bo.rows)
    assert shared.names() == [f"bo {number}" for number in range(5)]
    assert not call.other.problems
    assert all(payload for payload in map(bo.payloads.get, bo.rows))
    tell(bo, shared, shared.say("bo again"))
    call = node_calls(shared, bo)
    assert here() == set(bo.rows)
    assert "bo again" in shared.names()
    assert call.report.accepted == 1
    before = everything()
    for again in (bo_calls, node_calls):
        call = again(shared, bo)
        assert not call.report.changed
        assert not call.other.changed
    assert everything() == before


def test_a_stranger_learns_nothing_from_the_node(shared: Shared, bo: Bo) -> None:
    stranger = Peer(shared.bo.org, SigningKey.generate().public)
    call = Call(bo, NodeStore(), stranger, node_is()).run()
    assert call.answered == []
    assert not [row for row in bo.rows.values() if row.place.space == shared.network]


def test_both_branches_of_a_fork_travel_and_the_first_two_tips_prove_it(shared: Shared, bo: Bo) -> None:
    trunk = [shared.say(f"trunk {number}") for number in range(40)]
    tell(bo, shared, *trunk)
    node_calls(shared, bo)
    left = [shared.say(f"left {number}") for number in range(30)]
    tell(bo, shared, *left)
    node_calls(shared, bo)
    right = _branch(shared, trunk[24].head, 20) + _branch(shared, left[4].head, 3)
    other = a_bo(shared)
    tell(other, shared, *trunk, *left[:5], *right)
    call = node_calls(shared, other)
    assert not call.report.problems
    assert {one.hash for one in right} <= here()
    store, log = NodeStore(), trunk[0].incoming.log
    tips = store.tips(log)
    assert sorted(tips) == sorted(Point(one.head.seq, one.hash) for one in (left[-1], right[19], right[-1]))
    assert right[19].hash in {tip.hash for tip in tips[:2]}
    middle = [*trunk, *left[:5], *right[20:]]
    for tip, events in ((left[-1], trunk + left), (right[19], trunk[:25] + right[:20]), (right[-1], middle)):
        point = Point(tip.head.seq, tip.hash)
        assert [held.hash for held in store.run(log, point, -1)] == [one.hash for one in events]
        assert [held.hash for held in store.run(log, point, 30)] == [one.hash for one in events[31:]]
        assert [p.hash for p in store.hashes(log, point, [0, 24, 25, 30, 42, 999])] == [
            events[seq].hash for seq in (0, 24, 25, 30, 42) if seq < len(events)
        ]
    assert store.hashes(log, Point(3, left[-1].hash), [0]) == []
    node_calls(shared, bo)
    bo_calls(shared, bo)
    assert set(bo.rows) == here()


def _branch(shared: Shared, head: Head, count: int) -> list[Written]:
    made: list[Written] = []
    for number in range(count):
        body = {"languages": [], "name": f"other {number}", "place": ""}
        made.append(
            shared.world.say(shared.bo, shared.room, "network.profile", body, after=made[-1].head if made else head)
        )
    return made


def test_what_was_redacted_here_is_not_given_nor_taken(shared: Shared, bo: Bo) -> None:
    said = shared.say("bo")
    tell(bo, shared, said)
    node_calls(shared, bo)
    body = {"kind": "network.profile", "reason": "asked", "stub": {}, "target": said.hash.hex()}
    redact = shared.world.say(shared.bo, shared.room, "redact", body, said.hash)
    node = NodeStore()
    node.ingest([redact.incoming], [], [])
    assert said.incoming.payload
    assert node.fill([(said.hash, said.incoming.payload)]).filled == 0
    space = node.spaces()[0]
    assert node.payload(space, said.hash) is None
    call = bo_calls(shared, bo)
    assert said.hash not in {one.event for one in call.answered if isinstance(one, PayloadOf)}
    assert said.hash not in bo.payloads
    if erasing.unscrubbed():
        erasing.scrub()


def test_missing_payloads_come_and_unknown_keys_are_asked_for_sparingly(
    shared: Shared, bo: Bo, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [shared.say(f"bo {number}") for number in range(4)]
    tell(bo, shared, *said)
    node = NodeStore()
    bare = [one.incoming._replace(payload=None) for one in said[:2]]
    other = said[3].incoming.payload
    assert other
    made_up = other._replace(key_id=secrets.token_bytes(16))
    node.ingest(
        [*bare, said[2].incoming, said[3].incoming._replace(payload=made_up)], [], [shared.bo.log(shared.room.space)]
    )
    (space,) = [one for one in node.spaces() if one.space.id == shared.network]
    assert list(node.pending(space, 0, 10)) == [said[0].hash, said[1].hash, said[3].hash]
    assert list(node.pending(space, 1, 1)) == [said[1].hash]
    assert list(node.pending(space, 2, 10)) == [said[3].hash]
    assert list(node.pending(space, 3, 10)) == []
    monkeypatch.setattr("tejido.ground.network.reach.RETRIED", 0)
    assert list(node.pending(space, 0, 10)) == [said[0].hash, said[1].hash]
    monkeypatch.undo()
    call = node_calls(shared, bo)
    assert call.report.filled == 3
    assert shared.names() == [f"bo {number}" for number in range(4)]
    assert epoch_key_id(shared.room.keys[0]) == other.key_id


def test_files_come_chunk_by_chunk_and_go_on_after_a_cut(shared: Shared, bo: Bo) -> None:
    data = secrets.token_bytes(SIZE)
    blob = bo.hold(data)
    tell(bo, shared, shared.say("with a file", blobs=(blob,)))
    turns = 0

    def cutting(frames: list[bytes]) -> list[bytes]:
        nonlocal turns
        turns += 1
        parts = [place for place, one in enumerate(frames) if one[:1] == b"B"]
        return [*frames[: parts[19]], frames[parts[19]][:1000]] if len(parts) > 20 else frames

    call = Call(NodeStore(), bo, node_is(), bo_is(shared), back=cutting).run()
    assert blobs.has(blob)
    vault = blobs.vault()
    assert b"".join(vault.stored_chunk(blob, number) for number in range(3)) == data
    said = [(one.number, one.start) for one in call.answered if isinstance(one, Part)]
    whole = [(number, start) for number in (0, 1) for start in range(0, caps.CHUNK, caps.PART)]
    assert said == [*whole, (2, 0), *whole[19:], (2, 0)]
    assert call.report.chunks_in == 3
    assert call.report.blobs_in == 1


def test_a_line_that_breaks_within_every_chunk_brings_all_of_a_file(shared: Shared, bo: Bo) -> None:
    data = secrets.token_bytes(SIZE)
    blob = bo.hold(data)
    tell(bo, shared, shared.say("with a file", blobs=(blob,)))

    def cutting(frames: list[bytes]) -> list[bytes]:
        """Two parts of a chunk in each turn, and some of the third."""
        parts = [place for place, one in enumerate(frames) if one[:1] == b"B"]
        return [*frames[: parts[2]], frames[parts[2]][:9]] if len(parts) > 2 else frames

    call = Call(NodeStore(), bo, node_is(), bo_is(shared), back=cutting).run()
    assert blobs.has(blob)
    assert not any("other bytes" in one for one in call.report.problems)
    assert call.turns < 40
    folder = Path(settings.NODE_DIR) / "blobs" / blob[:2] / blob
    assert sorted(one.name for one in folder.iterdir()) == ["0", "1", "2", "descriptor"]


def test_wrong_bytes_in_the_middle_of_a_chunk_spoil_it_for_their_giver_alone(shared: Shared, bo: Bo) -> None:
    data = secrets.token_bytes(SIZE)
    blob = bo.hold(data)
    tell(bo, shared, shared.say("with a file", blobs=(blob,)))
    node, giver = NodeStore(), bo_is(shared).org

    lied = False

    def lying(frames: list[bytes]) -> list[bytes]:
        """A wrong part, then nothing any more."""
        nonlocal lied
        parts = [place for place, one in enumerate(frames) if one[:1] == b"B" and not lied]
        wrong = [frames[place][:45] + bytes(caps.PART) for place in parts[:1]]
        gone, lied = lied, lied or bool(parts)
        return [*frames[: parts[0]], *wrong, b"B"] if parts else [] if gone else frames

    Call(node, bo, node_is(), bo_is(shared), back=lying).run()
    assert node.part(blob, 0, giver)[: caps.PART] == bytes(caps.PART)
    assert node.part(blob, 0, bytes(32)) == b""  # another's would begin at its first byte
    call = node_calls(shared, bo)  # the rest is true: the whole is not, and is forgotten
    assert (node.part(blob, 0, giver), blobs.has(blob)) == (b"", False)
    assert any("other bytes than its descriptor says" in one for one in call.report.problems)
    node_calls(shared, bo)
    assert blobs.has(blob)


def test_what_came_of_an_erased_file_goes_too(shared: Shared, bo: Bo) -> None:
    blob = bo.hold(secrets.token_bytes(SIZE))
    tell(bo, shared, shared.say("with a file", blobs=(blob,)))
    descriptor = bo.files[blob][0]
    node = NodeStore()
    node.take_part(descriptor, 0, shared.bo.org, 0, b"begun")
    node.take_part(descriptor, 0, shared.bo.org, 9, b"a gap before it")
    assert node.part(blob, 0, shared.bo.org) == b"begun"
    blobs.drop(blob)
    assert node.part(blob, 0, shared.bo.org) == b""
    with pytest.raises(BlobProblem):
        node.take_part(descriptor, 0, shared.bo.org, 0, b"again")
    assert node.part(blob, 0, shared.bo.org) == b""


def test_how_far_an_exchange_is_follows_the_bytes_of_recordings(shared: Shared, bo: Bo) -> None:
    coming = bo.hold(secrets.token_bytes(SIZE))
    going = blobs.put(secrets.token_bytes(SIZE), sealed=True, media_type="audio/ogg").id
    tell(bo, shared, shared.say("with a file", blobs=(coming,)))
    Call(
        NodeStore(), bo, node_is(), bo_is(shared), back=lambda frames: [one for one in frames if one[:1] != b"B"]
    ).run()
    store, giver = NodeStore(), bo_is(shared)
    store._urgency.known[coming] = (1, SIZE)  # as a report's payload says it
    course, state = Course(store), Caller(store, giver, stage=FILL, awaiting=WantChunks(shared.network, ()))
    course.begins(state, driving.Report(), 1000)
    seen = [course.moves(1000), course.moves(1000 + SIZE // 2)]
    descriptor, chunks = bo.files[coming]
    store.take_chunk(descriptor, 0, chunks[0])
    store.take_part(descriptor, 1, giver.org, 0, chunks[1][: caps.PART])
    course.begins(state, driving.Report(), SIZE)  # a new turn, after a cut: a part of a chunk came besides the first
    seen += [course.moves(SIZE), course.moves(9 * SIZE)]
    course.begins(Caller(store, giver, stage=GIVE), driving.Report(), 9 * SIZE)
    seen += [course.moves(9 * SIZE)]
    assert list(course.wanted([WantChunks(shared.network, (From(going, 1, 0),))]))
    seen += [course.moves(9 * SIZE + 1), course.moves(10 * SIZE)]
    assert seen == [250, 375, 250 + 250 * (caps.CHUNK + caps.PART) // SIZE, 497, 750, 750, 997]


def test_files_go_out_to_whoever_lacks_them(shared: Shared, bo: Bo) -> None:
    ref = blobs.put(secrets.token_bytes(SIZE), sealed=True, media_type="audio/ogg")
    tell(bo, shared, shared.say("with a file of the node's", blobs=(ref.id,)))
    call = node_calls(shared, bo)
    assert bo.whole(ref.id)
    assert len({one.number for one in call.asked if isinstance(one, Part)}) == 3
    call = bo_calls(shared, bo)
    assert not any(isinstance(one, Chunk | Part | BlobIs) for one in (*call.asked, *call.answered))


def test_a_file_of_another_space_is_not_given(shared: Shared, bo: Bo) -> None:
    ref = blobs.put(b"of nobody", sealed=True, media_type="audio/ogg")
    node = NodeStore()
    assert not node.shares_blob(node.spaces()[0], ref.id)
    assert not node.lacks_blob("ab" * 32)
    assert node.descriptor("ab" * 32) is None
    assert node.chunk("ab" * 32, 0) is None


def test_an_erased_file_is_not_wanted(shared: Shared, bo: Bo) -> None:
    blob = bo.hold(b"gone")
    blobs.drop(blob)
    tell(bo, shared, shared.say("with a file", blobs=(blob,)))
    call = node_calls(shared, bo)
    assert not blobs.has(blob)
    assert not any(isinstance(one, BlobIs) for one in call.answered)


def test_a_damaged_chunk_that_lies_here_is_fetched_anew(shared: Shared, bo: Bo) -> None:
    data = secrets.token_bytes(SIZE)
    blob = bo.hold(data)
    vault = blobs.vault()
    for number in range(3):
        vault.storage.write(f"{blob}/{number}", b"half a chunk")
    tell(bo, shared, shared.say("with a file", blobs=(blob,)))
    call = node_calls(shared, bo)
    assert any("ends within chunk" in one for one in call.report.problems)
    node_calls(shared, bo)
    assert blobs.has(blob)


def test_words_before_pictures(shared: Shared) -> None:
    names = {kind: sha256(kind.encode()).hexdigest() for kind in ("image/webp", "audio/ogg", "text/vtt")}
    for kind, blob in names.items():
        body = {"languages": [], "name": kind, "place": "", "file": {"id": blob, "key": "", "size": 5, "type": kind}}
        said = shared.world.say(shared.bo, shared.room, "network.profile", body, blobs=(blob,))
        NodeStore().ingest([said.incoming], [], [shared.bo.log(shared.room.space)])
    node = NodeStore()
    (space,) = [one for one in node.spaces() if one.space.id == shared.network]
    assert list(node.lacking_blobs(space)) == [names[kind] for kind in ("text/vtt", "audio/ogg", "image/webp")]


def test_checkpoints_travel_with_the_heads(shared: Shared, bo: Bo) -> None:
    own = witness.own(shared.network, today=date(2026, 11, 22))
    call = bo_calls(shared, bo)
    assert Checkpoint(shared.network, own or b"") in call.answered
    call = node_calls(shared, bo)
    assert Checkpoint(shared.network, own or b"") in call.asked
    assert NodeStore().take_checkpoint(shared.network, b"nonsense")


def test_a_page_of_many_logs_is_merged_from_short_reads(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many events a log has, no more of them are read than fit a turn."""
    monkeypatch.setattr("tejido.ground.network.reach.FIRST", 2)
    monkeypatch.setattr("tejido.ground.network.reach.MOST", 8)
    said = [shared.say(f"bo {number}") for number in range(50)]
    node = NodeStore()
    node.ingest([one.incoming for one in said], [], [shared.bo.log(shared.room.space)])
    tip = Point(said[-1].head.seq, said[-1].hash)
    assert [one.hash for one in node.run(said[0].incoming.log, tip, -1)] == [one.hash for one in said]
    assert [one.seq for one in node.run(said[0].incoming.log, Point(7, said[7].hash), 4)] == [5, 6, 7]
    assert list(node.run(bytes(32), tip, BEFORE.seq)) == []
    (space,) = [one for one in node.spaces() if one.space.id == shared.network]
    assert list(serving.batch_pages(space, ())) == []
    assert selectors.org_id() in node.members(space)
