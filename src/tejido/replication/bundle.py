"""A bundle: what a node would write into a folder, as one signed stream of frames.

    tejido/bundle/1⏎
    M  signature (64 bytes) ‖ manifest: who sends what to whom, and the digest of every byte that follows
    I  identity logs, the sender's first
    P  pages, each followed by the payloads of its events (Y)
    K  checkpoints
    D  descriptors of blobs, each followed by its chunks (C)
    E  the end

The stream is then encrypted (`tejido.replication.sealing`) and cut into parts (`tejido.replication.parts`). An encryption
with age shows nobody who wrote a file, so the signature stands inside; and the recipients stand inside the signature, lest
one of them passes the stream on as if it had been meant for somebody else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from tejido.log import canon, keys
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.log.header import is_day
from tejido.replication import frames
from tejido.replication.frames import HEAD, Decoder, Frame

MAGIC = b"tejido/bundle/1\n"
FORM = "tejido-bundle/1"
FIELDS = frozenset({"counts", "day", "device", "digest", "form", "id", "org", "ranges", "recipients", "size"})
MAX_RANGES, MAX_RECIPIENTS = 5000, 100
MAX_SIZE = 1 << 40
COUNTED = {
    frames.IDENTITY: "identities",
    frames.PAGE: "pages",
    frames.PAYLOAD: "payloads",
    frames.CHECKPOINT: "checkpoints",
    frames.DESCRIPTOR: "blobs",
    frames.CHUNK: "chunks",
}
COUNTS = frozenset({"events", *COUNTED.values()})
LATER = frames.CHECKPOINT + frames.DESCRIPTOR + frames.END
NEXT = {
    frames.MANIFEST: frames.IDENTITY,
    frames.IDENTITY: frames.IDENTITY + frames.PAGE + LATER,
    frames.PAGE: frames.PAYLOAD + frames.PAGE + LATER,
    frames.PAYLOAD: frames.PAYLOAD + frames.PAGE + LATER,
    frames.CHECKPOINT: LATER,
    frames.DESCRIPTOR: frames.CHUNK,
    frames.CHUNK: frames.CHUNK + frames.DESCRIPTOR + frames.END,
    frames.END: b"",
}
"""What may follow what: one order, so that readers need one way through."""


class BadBundle(Malformed):
    """These bytes are no bundle, or were changed on the way, or are not whole."""

    code = "bad-bundle"


class Range(NamedTuple):
    """Events of one log: `first` to `last` by seq, `head` the last one's hash; of a forked log one range a branch."""

    space: bytes
    log: bytes
    first: int
    last: int
    head: bytes


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself. `digest` and `size` are of every byte after the manifest's frame."""

    org: bytes
    device: bytes
    recipients: tuple[bytes, ...]
    ranges: tuple[Range, ...]
    counts: dict[str, int]
    size: int
    digest: str
    day: str
    id: str


def sign(manifest: Manifest, key: keys.SigningKey) -> Frame:
    """Its frame; raises `Malformed` where it names more than a reader would take."""
    data = canon.encode(_value(manifest))
    read_manifest(canon.decode_object(data))
    return Frame(frames.MANIFEST, key.sign(MAGIC, data) + data)


def _value(manifest: Manifest) -> dict[str, object]:
    ranges = [[r.space.hex(), r.log.hex(), r.first, r.last, r.head.hex()] for r in sorted(manifest.ranges)]
    return {
        "counts": manifest.counts, "day": manifest.day, "device": manifest.device.hex(), "digest": manifest.digest,
        "form": FORM, "id": manifest.id, "org": manifest.org.hex(), "ranges": ranges,
        "recipients": sorted(one.hex() for one in manifest.recipients), "size": manifest.size,
    }  # fmt: skip


def parse(body: bytes) -> Manifest:
    """The manifest in a frame's body, its signature checked; raises `Malformed`. Whose device signed is not decided here."""
    signature, data = body[: keys.SIGNATURE], body[keys.SIGNATURE :]
    found = read_manifest(canon.decode_object(data))
    keys.verify(MAGIC, data, signature, found.device)
    return found


def read_manifest(value: dict[str, Any]) -> Manifest:
    """What a manifest says, its signature aside; raises `Malformed`."""
    _must(value.keys() == FIELDS and value["form"] == FORM, "this is no manifest of a bundle, or one of another form")
    _must(all(is_hex(value[name]) for name in ("org", "device", "digest")), "a manifest's hashes have 64 hex digits")
    _must(is_hex(value["id"], 32) and is_day(value["day"]), "a bundle has an id of 32 hex digits and a day")
    _must(type(value["size"]) is int and 0 < value["size"] <= MAX_SIZE, "a bundle's size is out of range")
    counts = value["counts"]
    _must(isinstance(counts, dict) and counts.keys() == COUNTS, "a manifest counts what its bundle holds")
    _must(all(type(one) is int and one >= 0 for one in counts.values()), "counts are whole numbers")
    org, device = bytes.fromhex(value["org"]), bytes.fromhex(value["device"])
    recipients, ranges = _recipients(value["recipients"]), _ranges(value["ranges"])
    return Manifest(org, device, recipients, ranges, counts, value["size"], value["digest"], value["day"], value["id"])


def _must(holds: bool, message: str) -> None:
    if not holds:
        raise BadBundle(message)


def _recipients(value: Any) -> tuple[bytes, ...]:
    _must(isinstance(value, list) and 1 <= len(value) <= MAX_RECIPIENTS, "a bundle names whom it is for")
    _must(all(map(is_hex, value)) and value == sorted(set(value)), "recipients are different, and in order")
    return tuple(map(bytes.fromhex, value))


def _ranges(value: Any) -> tuple[Range, ...]:
    _must(isinstance(value, list) and len(value) <= MAX_RANGES, f"a bundle names at most {MAX_RANGES} ranges")
    found = tuple(map(_range, value))
    _must(list(found) == sorted(set(found)), "ranges stand in order, none twice")
    return found


def _range(value: Any) -> Range:
    right = isinstance(value, list) and len(value) == 5 and all(map(is_hex, (value[0], value[1], value[4])))
    _must(right and type(value[2]) is int and type(value[3]) is int, "a range is space, log, first, last and head")
    _must(0 <= value[2] <= value[3] < canon.LIMIT, "a range goes from a seq to one that is not smaller")
    return Range(bytes.fromhex(value[0]), bytes.fromhex(value[1]), value[2], value[3], bytes.fromhex(value[4]))


# --- writing


@dataclass
class Tally:
    """Digest, size and numbers of the frames that go by."""

    size: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(sorted(COUNTS), 0))

    def __post_init__(self) -> None:
        self._digest = sha256()

    def add(self, frame: Frame) -> bytes:
        """Count one frame; its bytes."""
        data = frame.encode()
        self.count(frame.kind, frame.body, len(data))
        self._digest.update(data)
        return data

    def heard(self, frame: Frame) -> None:
        """Count a frame that was read, without putting it together again."""
        size = len(frame.body)
        self.count(frame.kind, frame.body, HEAD + size)
        self._digest.update(frame.kind + size.to_bytes(4, "big"))
        self._digest.update(frame.body)

    def count(self, kind: bytes, body: bytes, size: int) -> None:
        """One frame more."""
        self.size += size
        if name := COUNTED.get(kind):
            self.counts[name] += 1
            self.counts["events"] += page_events(body) if kind == frames.PAGE else 0

    @property
    def digest(self) -> str:
        """SHA-256 of all so far, hex."""
        return self._digest.hexdigest()


def page_events(body: bytes) -> int:
    """How many events a page holds, by its lines."""
    return max(0, body.count(b"\n") - 2)


def count(given: Iterable[Frame]) -> Tally:
    """What a manifest says of these frames; they end with the end."""
    tally = Tally()
    for frame in given:
        tally.add(frame)
    return tally


def write(manifest: Frame, given: Iterable[Frame]) -> Iterator[bytes]:
    """The stream's bytes, a frame at a time; raises `BadBundle` at its end where the frames are not those that were counted."""
    said, tally = parse(manifest.body), Tally()
    yield MAGIC + manifest.encode()
    for frame in given:
        yield tally.add(frame)
    _must((tally.digest, tally.size) == (said.digest, said.size), "what is held changed while the bundle was written")


# --- reading


class Reader:
    """Takes a stream's bytes as they come; `begun` is told the manifest, `take` each frame after it.

    No more than one frame is kept in memory. The digest is known at the end alone: whoever must not act on a stream that was
    changed reads it twice."""

    def __init__(self, begun: Callable[[Manifest], None], take: Callable[[Frame], None]) -> None:
        self.manifest: Manifest | None = None
        self._begun, self._take = begun, take
        self._head, self._decoder, self._tally = b"", Decoder(), Tally()
        self._last = b""

    def write(self, data: bytes) -> int:
        """More bytes, of any length; raises `Malformed`."""
        missing = len(MAGIC) - len(self._head)
        self._head += data[:missing]
        _must(MAGIC.startswith(self._head), "this is no bundle")
        for frame in self._decoder.feed(data[missing:]):
            self._one(frame)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def _one(self, frame: Frame) -> None:
        allowed = NEXT[self._last] if self._last else frames.MANIFEST
        _must(frame.kind in allowed, f"a frame {frame.kind!r} stands where none belongs")
        self._last = frame.kind
        if self.manifest is None:
            self.manifest = parse(frame.body)
            self._begun(self.manifest)
            return
        self._tally.heard(frame)
        _must(self._tally.size <= self.manifest.size, "the bundle is longer than its manifest says")
        self._take(frame)

    def finish(self) -> Manifest:
        """Nothing more will come; raises `Malformed` unless all that was signed has come, and nothing else."""
        self._decoder.finish()
        if self.manifest is None or self._last != frames.END:
            raise BadBundle("the bundle is not whole: its end is missing")
        said, tally = self.manifest, self._tally
        same = (said.digest, said.size, said.counts) == (tally.digest, tally.size, tally.counts)
        _must(same, "what came is not what was signed")
        return said
