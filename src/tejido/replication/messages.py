"""What nodes say to each other, as frozen records, and the frames that carry it.

A *turn* is any number of messages and an `End`. Whoever calls asks in one turn and is answered in one; whoever serves keeps
nothing between two turns, so that what an answer needs comes with the question.
"""

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tejido.log import canon
from tejido.log.admit import Incoming
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.log.header import MAX_PAYLOAD
from tejido.log.payload import Payload
from tejido.replication import caps, frames, pages
from tejido.replication.blobs import Descriptor
from tejido.replication.frames import Frame
from tejido.replication.pages import Page
from tejido.replication.store import BEFORE, Head, Point

__all__ = ["BEFORE", "Head", "Point"]

EVENTS, PAYLOADS, BLOBS = WHAT = ("events", "payloads", "blobs")


class Run(NamedTuple):
    """The events of a log on the way to `tip`, after `after` (`BEFORE`: from the beginning)."""

    log: bytes
    tip: Point
    after: Point


@dataclass(frozen=True)
class Heads:
    """H: what is held of a space: its logs, and the identity logs of everybody in it."""

    space: bytes
    identities: tuple[Head, ...]
    logs: tuple[Head, ...]


@dataclass(frozen=True)
class AskHeads:
    """W: tell me your heads of the spaces that we have in common."""


@dataclass(frozen=True)
class AskWants:
    """W: tell me what you want of a space: events that my heads beside this tell of, or payloads or blobs that you lack,
    without the first `skip` (those I do not have)."""

    space: bytes
    what: str
    skip: int = 0


@dataclass(frozen=True)
class WantPages:
    """W: pages, at most one run a log; those with the least `lam` first."""

    space: bytes
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class WantPayloads:
    """W: payloads of these events."""

    space: bytes
    events: tuple[bytes, ...]


class From(NamedTuple):
    """A blob's chunks from number `first` on; of that one, `held` bytes are here already."""

    blob: str
    first: int
    held: int = 0


@dataclass(frozen=True)
class WantChunks:
    """W: chunks, blob by blob; each blob's descriptor is told before them."""

    space: bytes
    chunks: tuple[From, ...]


@dataclass(frozen=True)
class Probe:
    """W: which events stand at these seqs on the way to a tip? So two nodes find where a log parts."""

    space: bytes
    log: bytes
    tip: Point
    seqs: tuple[int, ...]


@dataclass(frozen=True)
class Placed:
    """L: the answer to a probe, and to a run whose `after` is not on the way to its tip."""

    space: bytes
    log: bytes
    tip: Point
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Events:
    """P: a header page; the payloads of its events follow it."""

    page: Page


class PayloadOf(NamedTuple):
    """Y: an event's payload, as a file."""

    event: bytes
    payload: Payload


@dataclass(frozen=True)
class BlobIs:
    """D: a blob's descriptor."""

    descriptor: Descriptor


@dataclass(frozen=True)
class Chunk:
    """C: one chunk of a blob, as stored."""

    blob: str
    number: int
    data: bytes


@dataclass(frozen=True)
class Part:
    """B: some bytes of a chunk, from `start` on: chunks come so over a line, which may break at any byte."""

    blob: str
    number: int
    start: int
    data: bytes


@dataclass(frozen=True)
class Checkpoint:
    """K: a checkpoint of a space, as its writer signed it."""

    space: bytes
    data: bytes


@dataclass(frozen=True)
class Identity:
    """I: an identity log with its payloads, for whoever may not know a device yet."""

    events: tuple[Incoming, ...]


@dataclass(frozen=True)
class Manifest:
    """M: what a bundle says of itself; the exchange itself has none."""

    data: bytes


@dataclass(frozen=True)
class End:
    """E: the turn is over."""


Want = AskHeads | AskWants | WantPages | WantPayloads | WantChunks | Probe
Message = Heads | Want | Placed | Events | PayloadOf | BlobIs | Chunk | Part | Checkpoint | Identity | Manifest | End
Value = dict[str, Any]


# --- to frames


def encode(message: Message) -> Frame:
    """The frame of a message."""
    for kind, made in WRITERS.items():
        if isinstance(message, kind):
            return made(message)
    raise TypeError(f"no message: {type(message).__name__}")


def _json(kind: bytes, value: Value) -> Frame:
    return Frame(kind, canon.encode(value))


def _want(name: str, **fields: object) -> Frame:
    return _json(frames.WANTS, {"want": name, **fields})


def _point(point: Point) -> Value:
    return {"hash": point.hash.hex(), "seq": point.seq}


def _heads(heads: tuple[Head, ...]) -> list[Value]:
    return [{"log": head.log.hex(), "tips": [_point(tip) for tip in head.tips]} for head in heads]


def _run(run: Run) -> Value:
    return {"after": _point(run.after), "log": run.log.hex(), "tip": _point(run.tip)}


def _event(one: Incoming) -> Value:
    packed = b64encode(one.payload.pack()).decode() if one.payload else ""
    return {"h": one.header.decode("ascii"), "p": packed, "s": one.signature.hex()}


WRITERS: Mapping[type, Callable[[Any], Frame]] = {
    Events: lambda m: Frame(frames.PAGE, m.page.encode()),
    PayloadOf: lambda m: Frame(frames.PAYLOAD, m.event + m.payload.pack()),
    BlobIs: lambda m: Frame(frames.DESCRIPTOR, m.descriptor.data),
    Chunk: lambda m: Frame(frames.CHUNK, bytes.fromhex(m.blob) + m.number.to_bytes(4, "big") + m.data),
    Part: lambda m: Frame(
        frames.PART, bytes.fromhex(m.blob) + m.number.to_bytes(4, "big") + m.start.to_bytes(4, "big") + m.data
    ),
    Checkpoint: lambda m: Frame(frames.CHECKPOINT, m.space + m.data),
    Manifest: lambda m: Frame(frames.MANIFEST, m.data),
    End: lambda m: Frame(frames.END, b""),  # noqa: ARG005 - it says nothing else
    Identity: lambda m: _json(
        frames.IDENTITY, {"events": [_event(one) for one in m.events], "log": m.events[0].log.hex()}
    ),
    Heads: lambda m: _json(
        frames.HEADS, {"identities": _heads(m.identities), "logs": _heads(m.logs), "space": m.space.hex()}
    ),
    Placed: lambda m: _json(
        frames.PLACED,
        {"log": m.log.hex(), "points": [*map(_point, m.points)], "space": m.space.hex(), "tip": _point(m.tip)},
    ),
    AskHeads: lambda m: _want("heads"),  # noqa: ARG005
    AskWants: lambda m: _want("wants", space=m.space.hex(), what=m.what, skip=m.skip),
    WantPages: lambda m: _want("pages", space=m.space.hex(), runs=[*map(_run, m.runs)]),
    WantPayloads: lambda m: _want("payloads", space=m.space.hex(), events=[e.hex() for e in m.events]),
    WantChunks: lambda m: _want("chunks", space=m.space.hex(), chunks=[one._asdict() for one in m.chunks]),
    Probe: lambda m: _want("places", space=m.space.hex(), log=m.log.hex(), tip=_point(m.tip), seqs=list(m.seqs)),
}  # fmt: skip


# --- from frames


def decode(frame: Frame) -> Message:
    """The message in a frame; raises `Malformed` for anything odd."""
    return READERS[frame.kind](frame.body)


def read(chunks: Iterator[bytes]) -> Iterator[Message]:
    """Messages out of a stream that is one turn; raises `Malformed` where it is not whole, after the last that was."""
    decoder, count = frames.Decoder(), 0
    for data in chunks:
        for frame in decoder.feed(data):
            count += 1
            if count > caps.FRAMES:
                raise Malformed(f"a turn has at most {caps.FRAMES} frames")
            yield decode(frame)
    decoder.finish()


def _object(data: bytes, *names: str) -> Value:
    value = canon.decode_object(data)
    _only(value, *names)
    return value


def _only(value: Any, *names: str) -> None:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise Malformed(f"an object with {', '.join(names)} is expected")


def _hash(value: Any) -> bytes:
    if not is_hex(value):
        raise Malformed("a hash has 64 lower-case hex digits")
    return bytes.fromhex(value)


def _name(value: Any) -> str:
    return _hash(value).hex()


def _number(value: Any, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise Malformed(f"a whole number from {least} on is expected")
    return value


def _list(value: Any, most: int, least: int = 0) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise Malformed(f"a list of {least} to {most} is expected")
    return value


def _read_point(value: Any) -> Point:
    _only(value, "hash", "seq")
    return Point(_number(value["seq"]), _hash(value["hash"]))


def _read_after(value: Any) -> Point:
    return BEFORE if value == _point(BEFORE) else _read_point(value)


def _read_head(value: Any) -> Head:
    _only(value, "log", "tips")
    return Head(_hash(value["log"]), tuple(map(_read_point, _list(value["tips"], caps.TIPS, 1))))


def _read_run(value: Any) -> Run:
    _only(value, "after", "log", "tip")
    return Run(_hash(value["log"]), _read_point(value["tip"]), _read_after(value["after"]))


def _read_from(value: Any) -> From:
    _only(value, "blob", "first", "held")
    return From(_name(value["blob"]), _number(value["first"]), _number(value["held"]))


def _read_heads(data: bytes) -> Heads:
    value = _object(data, "identities", "logs", "space")
    identities, logs = (tuple(map(_read_head, _list(value[name], caps.HEADS))) for name in ("identities", "logs"))
    return Heads(_hash(value["space"]), identities, logs)


def _read_placed(data: bytes) -> Placed:
    value = _object(data, "log", "points", "space", "tip")
    points = tuple(map(_read_point, _list(value["points"], caps.SEQS)))
    return Placed(_hash(value["space"]), _hash(value["log"]), _read_point(value["tip"]), points)


def _read_payload(data: bytes) -> PayloadOf:
    payload = Payload.unpack(data[32:])
    if len(payload.data) > MAX_PAYLOAD + 256:
        raise Malformed("a payload is larger than any header may say")
    return PayloadOf(data[:32], payload)


def _read_chunk(data: bytes) -> Chunk:
    if len(data) < 36:
        raise Malformed("a chunk is named by 36 bytes")
    return Chunk(data[:32].hex(), int.from_bytes(data[32:36], "big"), data[36:])


def _read_part(data: bytes) -> Part:
    if len(data) <= 40:
        raise Malformed("a part of a chunk is named by 40 bytes, and holds some")
    return Part(data[:32].hex(), int.from_bytes(data[32:36], "big"), int.from_bytes(data[36:40], "big"), data[40:])


def _read_checkpoint(data: bytes) -> Checkpoint:
    if len(data) <= 32:
        raise Malformed("a checkpoint names its space by 32 bytes")
    return Checkpoint(data[:32], data[32:])


def _read_identity(data: bytes) -> Identity:
    value = _object(data, "events", "log")
    log = _hash(value["log"])
    return Identity(tuple(_read_event(log, one) for one in _list(value["events"], caps.IDENTITY, 1)))


def _read_event(log: bytes, value: Any) -> Incoming:
    _only(value, "h", "p", "s")
    if not all(isinstance(text, str) and text.isascii() for text in value.values()):
        raise Malformed("an identity log's events are texts")
    try:
        packed = b64decode(value["p"], validate=True)
        signature = bytes.fromhex(value["s"])
    except (NoBase64, ValueError) as error:
        raise Malformed("an identity log's payloads are base64, its signatures hex") from error
    return Incoming(log, value["h"].encode(), signature, Payload.unpack(packed) if packed else None)


def _read_want(data: bytes) -> Want:
    value = canon.decode_object(data)
    name = value.get("want")
    read = WANTED.get(name) if isinstance(name, str) else None
    if read is None:
        raise Malformed("nobody knows what this asks for")
    return read(value)


def _space(value: Value, *names: str) -> bytes:
    _only(value, "want", "space", *names)
    return _hash(value["space"])


def _read_ask_heads(value: Value) -> AskHeads:
    _only(value, "want")
    return AskHeads()


def _read_ask_wants(value: Value) -> AskWants:
    space = _space(value, "what", "skip")
    if value["what"] not in WHAT:
        raise Malformed(f"what somebody may want is {', '.join(WHAT)}")
    return AskWants(space, value["what"], _number(value["skip"]))


def _read_pages(value: Value) -> WantPages:
    return WantPages(_space(value, "runs"), tuple(map(_read_run, _list(value["runs"], caps.RUNS, 1))))


def _read_payloads(value: Value) -> WantPayloads:
    return WantPayloads(_space(value, "events"), tuple(map(_hash, _list(value["events"], caps.ITEMS, 1))))


def _read_chunks(value: Value) -> WantChunks:
    return WantChunks(_space(value, "chunks"), tuple(map(_read_from, _list(value["chunks"], caps.ITEMS, 1))))


def _read_probe(value: Value) -> Probe:
    space = _space(value, "log", "tip", "seqs")
    seqs = tuple(map(_number, _list(value["seqs"], caps.SEQS, 1)))
    return Probe(space, _hash(value["log"]), _read_point(value["tip"]), seqs)


WANTED: Mapping[str, Callable[[Value], Want]] = {
    "heads": _read_ask_heads,
    "wants": _read_ask_wants,
    "pages": _read_pages,
    "payloads": _read_payloads,
    "chunks": _read_chunks,
    "places": _read_probe,
}
READERS: Mapping[bytes, Callable[[bytes], Message]] = {
    frames.PAGE: lambda data: Events(pages.decode(data)),
    frames.PAYLOAD: _read_payload,
    frames.DESCRIPTOR: lambda data: BlobIs(Descriptor.parse(data)),
    frames.CHUNK: _read_chunk,
    frames.PART: _read_part,
    frames.HEADS: _read_heads,
    frames.WANTS: _read_want,
    frames.PLACED: _read_placed,
    frames.CHECKPOINT: _read_checkpoint,
    frames.IDENTITY: _read_identity,
    frames.MANIFEST: Manifest,
    frames.END: lambda data: End(),  # noqa: ARG005
}
