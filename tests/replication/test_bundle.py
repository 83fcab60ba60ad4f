"""The stream of a bundle, its parts and its seal: what is whole passes, what was changed does not, and no more is in memory
than a frame."""

import io
import tracemalloc
from collections.abc import Iterator
from random import Random

import pyrage
import pytest

from tejido.log.errors import Malformed
from tejido.log.keys import SigningKey
from tejido.replication import bundle, frames, parts, sealing
from tejido.replication.bundle import BadBundle, Manifest, Reader
from tejido.replication.frames import Frame
from tejido.replication.parts import Joined, Splitter
from tests.support.authors import Author, Room, World
from tests.support.bundles import ID, parts_of, stream_of


@pytest.fixture(scope="module")
def written() -> tuple[bytes, Author, Room, World]:
    """A stream by bo with two events of a public room, for somebody else."""
    world = World()
    bo = world.author("bo")
    room = world.room(bo, public=True)
    events = [world.find(room.opened), world.say(bo, room, "noted", {"text": "words"})]
    log = bo.log(room.space)
    mine = [one for one in world.written if one.incoming.log == log.id]
    assert events[0] in mine
    return stream_of(bo, [bytes(32)], log, room.space, mine), bo, room, world


def read(data: bytes, piece: int = 8192) -> tuple[Manifest, list[Frame]]:
    """What a stream says and holds; raises what a reader raises."""
    found: list[Frame] = []
    reader = Reader(lambda _: None, found.append)
    for start in range(0, len(data), piece):
        reader.write(data[start : start + piece])
    return reader.finish(), found


@pytest.mark.parametrize("piece", [1, 7, 8192])
def test_a_stream_is_read_in_pieces_of_any_length(written: tuple[bytes, Author, Room, World], piece: int) -> None:
    manifest, found = read(written[0], piece)
    assert (manifest.org, manifest.id, manifest.counts["events"]) == (written[1].org, ID, 3)
    assert "".join(one.kind.decode() for one in found) == "IPYYYE"


def test_every_flipped_bit_and_every_cut_is_found(written: tuple[bytes, Author, Room, World]) -> None:
    data, chance = written[0], Random(1)
    places = [*range(700), *chance.sample(range(700, len(data)), 500)]
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(Malformed):
            read(bytes(changed))
    for end in [0, 5, 16, *chance.sample(range(len(data)), 60)]:
        with pytest.raises(Malformed):
            read(data[:end])
    with pytest.raises(Malformed):
        read(data + data[-5:])


def test_a_manifest_cannot_be_put_before_other_frames(written: tuple[bytes, Author, Room, World]) -> None:
    _, bo, room, world = written
    log = bo.log(room.space)
    events = [one for one in world.written if one.incoming.log == log.id]
    other = stream_of(bo, [bytes(32)], log, room.space, events[:2])
    head = len(bundle.MAGIC) + 5 + int.from_bytes(written[0][17:21], "big")
    rest = len(bundle.MAGIC) + 5 + int.from_bytes(other[17:21], "big")
    with pytest.raises(BadBundle, match=r"not what was signed|longer"):
        read(written[0][:head] + other[rest:])


def test_frames_out_of_order_are_refused(written: tuple[bytes, Author, Room, World]) -> None:
    _, found = read(written[0])
    manifest = written[0][: len(bundle.MAGIC) + 5 + int.from_bytes(written[0][17:21], "big")]
    turned = [found[1], found[0], *found[2:]]
    with pytest.raises(BadBundle, match="none belongs"):
        read(manifest + b"".join(one.encode() for one in turned))


def test_what_changes_while_it_is_written_is_noticed(written: tuple[bytes, Author, Room, World]) -> None:
    said, found = read(written[0])
    frame = bundle.sign(said, written[1].device)
    with pytest.raises(BadBundle, match="changed"):
        list(bundle.write(frame, found[:-2] + found[-1:]))


@pytest.mark.parametrize("most", [parts.HEAD + 1, 200, 4096, 1 << 40])
def test_parts_are_joined_to_the_same_bytes(most: int) -> None:
    data = Random(2).randbytes(400)
    made = _split(data, most)
    assert len(made) == max(1, -(-400 // (most - parts.HEAD)))
    assert all(len(one) <= most for one in made)
    labels = [parts.read_label(io.BytesIO(one)) for one in made]
    assert {(one.id, one.of, one.size) for one in labels} == {(ID, len(made), 400)}

    def open_part(number: int) -> io.BytesIO:
        file = io.BytesIO(made[number - 1])
        file.seek(parts.HEAD)
        return file

    joined = Joined(len(made), open_part)
    assert b"".join(iter(lambda: joined.read(100), b"")) == data


def _split(data: bytes, most: int) -> list[bytes]:
    made: dict[int, bytes] = {}

    class Part(io.BytesIO):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        def close(self) -> None:
            made[self.number] = self.getvalue()

    splitter = Splitter(ID, most, Part)
    for start in range(0, len(data), 33):
        splitter.write(data[start : start + 33])
    splitter.close()
    return [label.encode() + made[label.number][parts.HEAD :] for label in splitter.labels()]


def test_a_part_that_was_changed_is_refused() -> None:
    whole = _split(b"some bytes", 4096)[0]
    assert parts.copy_checked(_after_label(whole), io.BytesIO(), parts.read_label(io.BytesIO(whole))) == 10
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 4
        file = io.BytesIO(bytes(changed))
        try:
            label = parts.read_label(file)
            parts.copy_checked(file, io.BytesIO(), label)
        except BadBundle:
            continue
        assert label != parts.read_label(
            io.BytesIO(whole)
        )  # other numbers, or of another bundle: it fits to none of them


def _after_label(part: bytes) -> io.BytesIO:
    file = io.BytesIO(part)
    file.seek(parts.HEAD)
    return file


def test_whoever_carries_a_bundle_reads_no_name_in_it(written: tuple[bytes, Author, Room, World]) -> None:
    data, bo, room, _ = written
    identity = pyrage.x25519.Identity.generate()
    made = b"".join(parts_of(data, [str(identity.to_public())], 700))
    for name in (bo.org, bo.device.public, room.space.id, bytes(32)):
        assert name not in made
        assert name.hex().encode() not in made
    assert str(identity.to_public()).encode() not in made
    assert parts_of(data, [str(identity.to_public())])[0].count(b"-> X25519 ") == sealing.ROUND


def test_only_its_recipients_open_it_and_a_cut_is_found(written: tuple[bytes, Author, Room, World]) -> None:
    ours, theirs = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    closed = io.BytesIO()
    sealing.seal([written[0]], [str(ours.to_public()), "age1nonsense"], closed)
    opened = io.BytesIO()
    sealing.unseal(io.BytesIO(closed.getvalue()), ours, opened)
    assert opened.getvalue() == written[0]
    with pytest.raises(sealing.NotForUs):
        sealing.unseal(io.BytesIO(closed.getvalue()), theirs, io.BytesIO())
    for data in (closed.getvalue()[:-20], b"", b"age-encryption.org/v1\n"):
        with pytest.raises(BadBundle):
            sealing.unseal(io.BytesIO(data), ours, io.BytesIO())


def test_memory_is_flat_however_long_the_stream() -> None:
    key = SigningKey.generate()
    identity = pyrage.x25519.Identity.generate()

    def given(count: int) -> Iterator[Frame]:
        yield Frame(frames.IDENTITY, b"{}")
        yield Frame(frames.DESCRIPTOR, b"{}")
        for _ in range(count):
            yield Frame(frames.CHUNK, bytes(36 + (1 << 20)))
        yield Frame(frames.END, b"")

    def peak(count: int) -> int:
        tally = bundle.count(given(count))
        said = Manifest(
            bytes(32), key.public, (bytes(32),), (), tally.counts, tally.size, tally.digest, "2026-11-20", ID
        )
        tracemalloc.start()
        closed = io.BytesIO()
        sealing.seal(bundle.write(bundle.sign(said, key), given(count)), [str(identity.to_public())], closed)
        held = len(closed.getvalue())
        reader = Reader(lambda _: None, lambda _: None)
        closed.seek(0)
        sealing.unseal(closed, identity, reader)
        assert reader.finish().size == tally.size
        found = tracemalloc.get_traced_memory()[1] - held
        tracemalloc.stop()
        return found

    assert peak(24) < peak(8) + 12 * (1 << 20)  # the closed bytes lie in a BytesIO, which doubles as it grows


def test_ranges_and_recipients_have_limits(written: tuple[bytes, Author, Room, World]) -> None:
    said, _ = read(written[0])
    one = said.ranges[0]
    for changed in (
        {"recipients": ()},
        {"recipients": (bytes(32), bytes(32))},
        {"recipients": tuple(bytes([n]) * 32 for n in range(101))},
        {"ranges": (one, one)},
        {"ranges": (one._replace(first=2, last=1),)},
        {"size": 0},
        {"id": "5B" * 16},
        {"day": "2026-13-01"},
        {"counts": {**said.counts, "events": -1}},
    ):
        with pytest.raises(Malformed):
            bundle.sign(Manifest(**{**vars(said), **changed}), written[1].device)
