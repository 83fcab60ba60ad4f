"""From a store to the frames of a bundle, and from these into a store: the same bytes that a folder holds, in another order.

Events go out in the order in which they came in, some thousand at once: whatever one of them names stands before it, or
comes along with it. So a reader that takes some thousand in together, by `lam`, has nothing that waits.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.errors import Malformed
from tejido.log.header import event_hash
from tejido.replication import caps, frames, messages, pages, taking
from tejido.replication.blobs import Descriptor
from tejido.replication.bundle import BadBundle, Manifest, Range
from tejido.replication.frames import Frame
from tejido.replication.store import BEFORE, BlobProblem, Head, Held, Point, SharedSpace, Taken

BATCH, BATCH_BYTES = caps.BATCH, caps.BATCH_BYTES
IDENTITY_BYTES = caps.BODY * 3 // 4
MOST_PROBLEMS = 50
Tell = Callable[[Frame], None]


class Span(NamedTuple):
    """Events of one log from `first` to `last`, by seq."""

    log: Log
    first: int
    last: int


class Placed(NamedTuple):
    """An event with its log."""

    log: Log
    held: Held


class Gives(Protocol):
    """What a bundle is made from."""

    def spaces(self) -> Sequence[SharedSpace]:
        """Spaces to exchange; never the organisation's own."""

    def members(self, space: SharedSpace) -> Collection[bytes]:
        """Organisations in a space's folded member list."""

    def logs(self, space: SharedSpace) -> Sequence[Log]:
        """Logs known in a space, and the identity logs of everybody in it, these first."""

    def heads(self, space: SharedSpace) -> Sequence[Head]:
        """Of each of `logs` that has an event."""

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these events are here."""

    def forked(self, log: Log) -> int | None:
        """The seq at which a log forks."""

    def events(self, log: Log, after: int) -> Iterable[Held]:
        """Events of one log, in order."""

    def latest(self) -> int:
        """The place of the event that came last."""

    def arrived(self, spans: Sequence[Span], upto: int) -> Iterator[Placed]:
        """Events of these logs in the order in which they came, up to a place."""

    def blobs_of(self, spans: Sequence[Span], upto: int) -> Sequence[str]:
        """Whole blobs that these events name, the most urgent first."""

    def descriptor(self, blob: str) -> bytes | None:
        """A whole blob's descriptor."""

    def chunk(self, blob: str, number: int) -> bytes | None:
        """One stored chunk of a whole blob."""

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """The latest checkpoint of each device."""


class Takes(Protocol):
    """What a bundle is taken into."""

    def spaces(self) -> Sequence[SharedSpace]:
        """Spaces that this node knows."""

    def ingest(self, incoming: Sequence[Incoming], spaces: Sequence[Space], logs: Sequence[Log]) -> Taken:
        """The ordinary way in."""

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these events are here."""

    def lacks_blob(self, blob: str) -> bool:
        """Whether a held payload of any shared space names it, it is not here, and it was not erased."""

    def missing_chunks(self, descriptor: Descriptor) -> Sequence[int]:
        """Numbers of the chunks that are not here yet."""

    def take_chunk(self, descriptor: Descriptor, number: int, data: bytes) -> None:
        """Keep a verified chunk of a blob that is lacking; raises `BlobProblem`."""

    def finish_blob(self, descriptor: Descriptor) -> bool:
        """Make a blob whole whose chunks are all here; whether it is now. Raises `BlobProblem`."""

    def take_checkpoint(self, space: bytes, data: bytes) -> str:
        """Verify and keep a checkpoint; what is wrong with it, or nothing."""


# --- out


@dataclass(frozen=True)
class Plan:
    """What goes into one bundle, fixed before it is written; what comes in meanwhile stays out."""

    recipients: tuple[bytes, ...]
    spaces: tuple[SharedSpace, ...]
    identities: tuple[Log, ...]
    spans: tuple[Span, ...]
    ranges: tuple[Range, ...]
    upto: int
    blobs: tuple[str, ...]


def common(store: Gives, org: bytes, recipients: Collection[bytes]) -> list[SharedSpace]:
    """Spaces in which all of them are, and we: whoever can open the bundle may have everything in it."""
    everybody = {org, *recipients}
    return [one for one in store.spaces() if everybody <= {one.space.owner, *store.members(one)}]


def plan(
    store: Gives, org: bytes, recipients: Collection[bytes], since: Mapping[bytes, Point], *, blobs: bool = True
) -> Plan:
    """A bundle for these organisations: of each log what follows `since`, everything where that names nothing."""
    spaces, upto = common(store, org, recipients), store.latest()
    identities: dict[bytes, Log] = {org: Log.of_identity(org)}
    spans: list[Span] = []
    ranges: list[Range] = []
    for space in spaces:
        known = {log.id: log for log in store.logs(space)}
        identities |= {log.org: log for log in known.values() if log.identity}
        for head in store.heads(space):
            log = known.get(head.log)
            if log is None or log.identity:
                continue
            first = _first(store, log, since.get(log.id, BEFORE), head.tips)
            tips = [tip for tip in head.tips if tip.seq >= first]
            if tips:
                spans.append(Span(log, first, max(tip.seq for tip in tips)))
                ranges += [Range(space.space.id, log.id, first, tip.seq, tip.hash) for tip in tips]
    found = tuple(store.blobs_of(spans, upto)) if blobs else ()
    return Plan(
        tuple(sorted(recipients)), tuple(spaces), tuple(identities.values()), tuple(spans), tuple(ranges), upto, found
    )


def _first(store: Gives, log: Log, known: Point, tips: Sequence[Point]) -> int:
    """The first seq that they lack who hold `known`: all of a log of which they hold what we do not, and of a forked one its
    branches."""
    if known == BEFORE:
        return 0
    if not store.held([known.hash]):
        return 0 if known.seq <= max(tip.seq for tip in tips) else known.seq + 1
    forked = store.forked(log)
    return known.seq + 1 if forked is None else min(known.seq + 1, forked)


def give(store: Gives, planned: Plan) -> Iterator[Frame]:
    """The frames after the manifest; giving them twice gives the same as long as nothing of them changed here."""
    for identity in planned.identities:
        yield from _identity(store, identity)
    for batch in _batches(store.arrived(planned.spans, planned.upto)):
        yield from _pages({one.space.id: one.space for one in planned.spaces}, batch)
    for space in planned.spaces:
        for checkpoint in store.checkpoints(space):
            yield messages.encode(messages.Checkpoint(space.space.id, checkpoint))
    for blob in planned.blobs:
        yield from _blob(store, blob)
    yield Frame(frames.END, b"")


def _identity(store: Gives, log: Log) -> Iterator[Frame]:
    part: list[Incoming] = []
    size = 0
    for held in store.events(log, -1):
        one = held.incoming
        length = len(one.header) + 2 * len(one.signature) + (4 * len(one.payload.data) // 3 if one.payload else 0) + 100
        if part and (size + length > IDENTITY_BYTES or len(part) == caps.IDENTITY):
            yield messages.encode(messages.Identity(tuple(part)))
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        yield messages.encode(messages.Identity(tuple(part)))


def _batches(events: Iterable[Placed]) -> Iterator[list[Placed]]:
    batch: list[Placed] = []
    size = 0
    for one in events:
        payload = one.held.incoming.payload
        length = len(one.held.incoming.header) + (len(payload.data) if payload else 0)
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += length
    if batch:
        yield batch


def _pages(spaces: Mapping[bytes, Space], batch: Iterable[Placed]) -> Iterator[Frame]:
    by_log: dict[bytes, tuple[Log, list[Incoming]]] = {}
    for log, held in batch:
        by_log.setdefault(log.id, (log, []))[1].append(held.incoming)
    for log, events in by_log.values():
        for page in pages.split(log, spaces[log.space], events):
            yield messages.encode(messages.Events(page))
            for one in page.events:
                if one.payload is not None:
                    yield messages.encode(messages.PayloadOf(event_hash(one.header), one.payload))


def _blob(store: Gives, blob: str) -> Iterator[Frame]:
    data = store.descriptor(blob)
    if data is None:
        return  # erased since: the digest will tell, and the bundle is made anew
    descriptor = Descriptor.parse(data)
    yield messages.encode(messages.BlobIs(descriptor))
    for number in range(len(descriptor.chunks)):
        chunk = store.chunk(blob, number)
        if chunk is None:
            raise BadBundle("a recording was erased while the bundle was written")
        yield messages.encode(messages.Chunk(blob, number, chunk))


# --- in


class Checked:
    """Whether frames hold what their manifest says, before any of them does anything: events of its ranges, up to their heads."""

    def __init__(self) -> None:
        self._spans: dict[bytes, tuple[int, int]] = {}
        self._heads: set[bytes] = set()
        self.manifest: Manifest | None = None

    def begun(self, manifest: Manifest) -> None:
        """What is promised."""
        self.manifest = manifest
        for one in manifest.ranges:
            first, last = self._spans.get(one.log, (one.first, one.last))
            self._spans[one.log] = (min(first, one.first), max(last, one.last))
            self._heads.add(one.head)

    def take(self, frame: Frame) -> None:
        """One frame; raises `Malformed`."""
        if frame.kind in (frames.CHUNK, frames.PAYLOAD):
            return
        said = messages.decode(frame)
        if isinstance(said, messages.Events):
            self._page(said.page)

    def _page(self, page: pages.Page) -> None:
        span = self._spans.get(page.log.id)
        if span is None:
            raise BadBundle("the bundle holds events of a log that its manifest does not name")
        for one in page.events:
            if not span[0] <= taking.seq(one.header) <= span[1]:
                raise BadBundle("the bundle holds events beyond those that its manifest names")
            self._heads.discard(event_hash(one.header))

    def finish(self) -> None:
        """Raises `BadBundle` where a head that was promised did not come."""
        if self._heads:
            raise BadBundle("the bundle lacks events that its manifest names")


@dataclass
class Brought:
    """What came of a bundle. `gaps`: ranges before which something is missing, so that they wait."""

    accepted: int = 0
    held: int = 0
    filled: int = 0
    waiting: int = 0
    blobs_in: int = 0
    checkpoints: int = 0
    foreign: int = 0
    gaps: list[Range] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def say(self, problem: str) -> None:
        """Note what was passed over, once."""
        if problem not in self.problems and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


class Taking:
    """Takes frames into a store; what is wrong is passed over and said. Repeating it changes nothing."""

    def __init__(self, store: Takes) -> None:
        self.store, self.report = store, Brought()
        self._spaces = {one.space.id for one in store.spaces()}
        self._events: dict[bytes, Incoming] = {}
        self._page: dict[bytes, Incoming] = {}
        self._log: Log | None = None
        self._logs: dict[bytes, Log] = {}
        self._described: dict[bytes, Space] = {}
        self._size = 0
        self._blob: Descriptor | None = None
        self._lacking: set[int] = set()
        self._manifest: Manifest | None = None

    def begun(self, manifest: Manifest) -> None:
        """What will come."""
        self._manifest = manifest

    def take(self, frame: Frame) -> None:
        """One frame; raises only what the store raises when it cannot go on."""
        try:
            said = messages.decode(frame)
        except Malformed as error:
            return self.report.say(f"{frame.kind.decode()}: {error}")
        match said:
            case messages.Identity():
                self._ingest(said.events, [], [Log.of_identity(said.events[0].log)])
            case messages.Events():
                self._take_page(said.page)
            case messages.PayloadOf():
                self._take_payload(said)
            case messages.Checkpoint():
                self._take_checkpoint(said)
            case messages.BlobIs():
                self._begin_blob(said.descriptor)
            case messages.Chunk():
                self._take_chunk(said)
            case _:
                self._flush()
        return None

    def finish(self) -> Brought:
        """After the last frame."""
        self._flush()
        ranges = self._manifest.ranges if self._manifest else ()
        ours = [one for one in ranges if one.space in self._spaces]
        held = set(self.store.held([one.head for one in ours]))
        self.report.gaps = [one for one in ours if one.head not in held]
        self.report.waiting = sum(one.last - one.first + 1 for one in self.report.gaps)
        return self.report

    def _take_page(self, page: pages.Page) -> None:
        if page.space is not None and page.space.id not in self._spaces:
            self._page = {}
            self.report.foreign += 1
            return
        elsewhere = page.log.id in self._logs and page.log != self._log
        if elsewhere or len(self._events) + len(page.events) > 2 * BATCH or self._size > BATCH_BYTES:
            self._flush()
        self._page = {event_hash(one.header): one for one in page.events}
        self._events |= self._page
        self._logs[page.log.id] = self._log = page.log
        self._size += sum(len(one.header) for one in page.events)
        if page.space is not None:
            self._described[page.space.id] = page.space

    def _take_payload(self, said: messages.PayloadOf) -> None:
        one = self._page.get(said.event)
        if one is None or self._log is None:
            return
        if self._size > caps.MOST_BATCH_BYTES:
            self._flush()
        self._events[said.event] = one._replace(payload=said.payload)
        self._logs[one.log] = self._log
        self._size += len(said.payload.data)

    def _flush(self) -> None:
        events = sorted(self._events.values(), key=lambda one: taking.lam(one.header))
        if events:
            self._ingest(events, list(self._described.values()), list(self._logs.values()))
        self._events, self._logs, self._described, self._size = {}, {}, {}, 0

    def _ingest(self, events: Sequence[Incoming], spaces: Sequence[Space], logs: Sequence[Log]) -> None:
        taken = self.store.ingest(events, spaces, logs)
        self.report.accepted += taken.accepted
        self.report.held += taken.held
        self.report.filled += taken.filled
        for problem in (*taken.refused, *taken.bad_payloads):
            self.report.say(problem)

    def _take_checkpoint(self, said: messages.Checkpoint) -> None:
        self._flush()
        if said.space not in self._spaces:
            return
        wrong = self.store.take_checkpoint(said.space, said.data)
        self.report.checkpoints += not wrong
        if wrong:
            self.report.say(f"checkpoint: {wrong}")

    def _begin_blob(self, descriptor: Descriptor) -> None:
        self._flush()
        self._blob = descriptor if self.store.lacks_blob(descriptor.id) else None
        self._lacking = set(self.store.missing_chunks(descriptor)) if self._blob else set()

    def _take_chunk(self, said: messages.Chunk) -> None:
        if self._blob is None or said.blob != self._blob.id:
            return
        try:
            if said.number in self._lacking:
                self.store.take_chunk(self._blob, said.number, said.data)
            if said.number == len(self._blob.chunks) - 1:
                self.report.blobs_in += self.store.finish_blob(self._blob)
        except BlobProblem as error:
            self.report.say(f"recording {said.blob[:16]}: {error}")
            self._blob = None
