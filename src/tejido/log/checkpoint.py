"""What a device says that it holds of a space: signed, beside the log, and replaced by the next one.

Two lines, each ended by a line end: the signature in hex, and a canonical object. Events about heads would change the
heads; a statement beside them does not. A partner that keeps the last one of every device remembers for a restored node what
it has forgotten, and proves a fork whose second branch it has never seen (the witness rule of C2SP's tlog-checkpoint).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from tejido.log import canon, keys
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.log.header import is_day

PREFIX = b"tejido/checkpoint/1\n"
HEADS = b"tejido/heads/1\n"
FORM = "tejido-checkpoint/1"
FIELDS = frozenset({"day", "device", "form", "heads", "number", "org", "space", "state"})
MAX_HEADS = 5000
MAX_CHECKPOINT = 1 << 20


class HeadAt(NamedTuple):
    """The last event held of a log, or of one of its branches where it forks."""

    log: bytes
    seq: int
    hash: bytes


@dataclass(frozen=True)
class Checkpoint:
    """`heads` in order; `state`: the space's state hash after exactly these (hex), or "" where it was not computed.
    `number` grows with each statement of a device about a space.
    """

    org: bytes
    device: bytes
    space: bytes
    heads: tuple[HeadAt, ...]
    state: str
    number: int
    day: str

    @property
    def digest(self) -> str:
        """The hash of the heads: equal where the same events are held."""
        return heads_digest(self.heads)

    @property
    def events(self) -> int:
        """How many events these heads stand for; of a forked log the longest branch counts."""
        longest: dict[bytes, int] = {}
        for head in self.heads:
            longest[head.log] = max(longest.get(head.log, 0), head.seq + 1)
        return sum(longest.values())


def heads_digest(heads: Iterable[HeadAt]) -> str:
    """SHA-256 over prefix and canonical heads, hex."""
    return sha256(HEADS + canon.encode(_values(heads))).hexdigest()


def _values(heads: Iterable[HeadAt]) -> list[list[object]]:
    return [[head.log.hex(), head.seq, head.hash.hex()] for head in sorted(heads)]


def write(checkpoint: Checkpoint, key: keys.SigningKey) -> bytes:
    """The signed bytes; raises `Malformed` where there are more than `MAX_HEADS` heads."""
    if len(checkpoint.heads) > MAX_HEADS:
        raise Malformed(f"a checkpoint names at most {MAX_HEADS} heads")
    said = {
        "day": checkpoint.day, "device": checkpoint.device.hex(), "form": FORM, "heads": _values(checkpoint.heads),
        "number": checkpoint.number, "org": checkpoint.org.hex(), "space": checkpoint.space.hex(), "state": checkpoint.state,
    }  # fmt: skip
    data = canon.encode(said)
    return key.sign(PREFIX, data).hex().encode() + b"\n" + data + b"\n"


def parse(data: bytes) -> Checkpoint:
    """Read a checkpoint whose signature holds; raises `Malformed`. Whether its device counts is not decided here."""
    if len(data) > MAX_CHECKPOINT:
        raise Malformed(f"a checkpoint has at most {MAX_CHECKPOINT} bytes")
    parts = data.split(b"\n")
    if len(parts) != 3 or parts[2]:
        raise Malformed("a checkpoint has two lines")
    value = canon.decode_object(parts[1])
    found = _checkpoint(value)
    signature = parts[0].decode("ascii", "replace")
    if not is_hex(signature, 2 * keys.SIGNATURE):
        raise Malformed("the first line is a signature in lower-case hex")
    keys.verify(PREFIX, parts[1], bytes.fromhex(signature), found.device)
    return found


def _checkpoint(value: dict[str, Any]) -> Checkpoint:
    if value.keys() != FIELDS or value["form"] != FORM:
        raise Malformed("this is no checkpoint, or one of another form")
    if not all(is_hex(value[name]) for name in ("org", "device", "space")) or not (
        value["state"] == "" or is_hex(value["state"])
    ):
        raise Malformed("organisation, device, space and state have 64 hex digits")
    if type(value["number"]) is not int or value["number"] < 1 or not is_day(value["day"]):
        raise Malformed("a checkpoint has a number from 1 and a day")
    named = {name: bytes.fromhex(value[name]) for name in ("org", "device", "space")}
    return Checkpoint(
        **named, heads=_heads(value["heads"]), state=value["state"], number=value["number"], day=value["day"]
    )


def _heads(values: Any) -> tuple[HeadAt, ...]:
    if not isinstance(values, list) or len(values) > MAX_HEADS:
        raise Malformed(f"heads are a list of at most {MAX_HEADS}")
    heads = tuple(map(_head, values))
    if list(heads) != sorted(set(heads)):
        raise Malformed("heads stand in order, none twice")
    return heads


def _head(value: Any) -> HeadAt:
    right = isinstance(value, list) and len(value) == 3 and is_hex(value[0]) and is_hex(value[2])
    if not right or type(value[1]) is not int or value[1] < 0:
        raise Malformed("a head is a log, a seq and a hash")
    return HeadAt(bytes.fromhex(value[0]), value[1], bytes.fromhex(value[2]))


def contradict(first: Checkpoint, second: Checkpoint) -> tuple[HeadAt, HeadAt] | None:
    """Two heads of one log at one place with different hashes: a fork, proved without either event."""
    places: Mapping[tuple[bytes, int], HeadAt] = {(head.log, head.seq): head for head in first.heads}
    for head in second.heads:
        other = places.get((head.log, head.seq), head)
        if other.hash != head.hash:
            return other, head
    return None


def ahead(theirs: Iterable[HeadAt], mine: Iterable[HeadAt]) -> dict[bytes, int]:
    """How many events of each log they hold beyond the last that we do."""
    last: dict[bytes, int] = {}
    for head in mine:
        last[head.log] = max(last.get(head.log, -1), head.seq)
    found: dict[bytes, int] = {}
    for head in theirs:
        more = head.seq - last.get(head.log, -1)
        if more > 0:
            found[head.log] = max(found.get(head.log, 0), more)
    return found


def forgotten(said: Collection[HeadAt], held: Mapping[bytes, int]) -> dict[bytes, int]:
    """Of our own logs: how many events we once said that we hold and hold no more (`held`: the last seq of each log)."""
    return {head.log: head.seq - held.get(head.log, -1) for head in said if head.seq > held.get(head.log, -1)}
