"""How far an exchange is, for whoever waits: by events while they come, by bytes of recordings while these come or go."""

from collections.abc import Iterable, Iterator

from tejido.ground.network.replica import NodeStore
from tejido.replication import caps
from tejido.replication.blobs import Descriptor
from tejido.replication.driving import Report
from tejido.replication.messages import From, Message, WantChunks
from tejido.replication.states import FILL, GIVE, PULL, Caller
from tejido.replication.store import Reads
from tejido.replication.wanting import wanted_from

STAGES = 4


class Course:
    """Four stages, as `states` names them, each a quarter; `permille` grows with each, and within all but the third."""

    def __init__(self, store: NodeStore) -> None:
        self._store = store
        self._stage, self._events, self._came = PULL, 0.0, 0
        self._total = self._left = self._moved = 0

    def begins(self, state: Caller, taken: Report, line: int) -> None:
        """A turn; so many bytes went over the line before it."""
        if state.stage != self._stage:
            self._stage, self._total, self._left = state.stage, 0, 0
        self._came, self._moved = line, 0
        self._events = _share(taken.accepted, _told(state)) if state.stage == PULL else 0.0
        if state.stage == FILL and isinstance(state.awaiting, WantChunks):
            self._to_go(lacking(self._store, self._store.sizes_lacking(), state.peer.org))

    def wanted(self, heard: Iterable[Message]) -> Iterator[Message]:
        """What is heard: where they say what they lack, that is what is to go."""
        for one in heard:
            if isinstance(one, WantChunks) and self._stage == GIVE:
                self._to_go(sum(left(self._store, start) for start in one.chunks))
            yield one

    def _to_go(self, size: int) -> None:
        self._left, self._total = size, max(size, self._total)

    def moves(self, line: int) -> int:
        """So many bytes went over the line; how far that is, in thousandths."""
        self._moved = max(self._moved, line - self._came)
        bytes_ = _share(self._total - self._left + min(self._moved, self._left), self._total)
        return int(1000 * (min(self._stage, GIVE) + min(0.99, max(self._events, bytes_))) / STAGES)


def _share(part: int, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0


def _told(state: Caller) -> int:
    return sum(max(tip.seq for tip in head.tips) + 1 for part in state.told for head in (*part.identities, *part.logs))


def left(reads: Reads, start: From) -> int:
    """Stored bytes of one of our blobs from there on."""
    data = reads.descriptor(start.blob)
    return max(0, Descriptor.parse(data).size - start.first * caps.CHUNK - start.held) if data else 0


def lacking(reads: Reads, sizes: dict[str, int], giver: bytes) -> int:
    """Bytes that are still to come of blobs with these sizes."""
    starts = [(wanted_from(reads, blob, giver), size) for blob, size in sizes.items()]
    return sum(max(0, size - start.first * caps.CHUNK - start.held) for start, size in starts)
