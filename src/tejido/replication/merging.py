"""The events of many pages in one order: identities first, then by `lam`, so that few need wait for what comes later."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from itertools import count

from tejido.log.admit import Incoming
from tejido.replication.pages import Page, PageName
from tejido.replication.taking import lam

OPEN = 48
"""Logs that are read at the same time, of which each may hold a page of 1 MiB; those beyond follow when one ends."""

Read = Callable[[PageName], Page | None]
Key = tuple[bool, int, int]


@dataclass
class Opened:
    """A page that is being read."""

    name: PageName
    page: Page
    place: int = 0

    @property
    def next(self) -> Incoming:
        """Its next event."""
        return self.page.events[self.place]

    @property
    def ended(self) -> bool:
        """Whether all its events were given."""
        return self.place >= len(self.page.events)


def in_order(names: Iterable[PageName], read: Read) -> Iterator[tuple[Opened, Incoming]]:
    """Each event with its page; after a page's last event it says `ended`. Pages that cannot be read are left out."""
    queues = defaultdict[tuple[bool, str], deque[PageName]](deque)
    for name in sorted(names, key=lambda one: (one.first, one.last, one.digest)):
        queues[not name.identity, name.log].append(name)
    order = deque(sorted(queues, key=lambda log: (log[0], queues[log][0].first, log[1])))
    numbers = count()
    heap: list[tuple[Key, Opened]] = []

    def put(opened: Opened) -> None:
        heappush(heap, ((not opened.name.identity, lam(opened.next.header), next(numbers)), opened))

    def open_next(log: tuple[bool, str]) -> None:
        """The log's next page that can be read; where it has none, that of a log that nobody reads yet."""
        while queues[log] or order:
            if not queues[log]:
                log = order.popleft()
            page = read(name := queues[log].popleft())
            if page is not None:
                return put(Opened(name, page))
        return None

    while order and len(heap) < OPEN:
        open_next(order.popleft())
    while heap:
        (late, _, _), opened = heap[0]
        event, opened.place = opened.next, opened.place + 1
        yield opened, event
        if opened.ended:
            heappop(heap)
            open_next((late, opened.name.log))
        else:
            heapreplace(heap, ((late, lam(opened.next.header), next(numbers)), opened))
