"""Writes the site: begins at what rooms show to everybody, follows every link, keeps what has not changed."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from tejido.ground.slots import everybody
from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing.public import remembering
from tejido.web.public import selectors
from tejido.web.public.exporting import links
from tejido.web.public.exporting.errors import BadBase, Broken, NothingToShow
from tejido.web.public.exporting.fetching import Answer, fetched
from tejido.web.public.exporting.folder import Entry, Folder, opened

FOUR = "404.html"
NOWHERE = f"{addresses.ROOT}no/such/page/"
HOME = addresses.ROOT
FEEDS = (".xml", ".json")
MAY_NAME = (*FEEDS, ".html", ".txt")
"""Files that name others are read each time; whether a sound has changed its ETag says."""
Progress = Callable[[int, int], None]
AHEAD = 4
"""So many stored files are copied while pages are made: that is reading, hashing and writing, which need no turn of Python's."""


@dataclass(frozen=True)
class Written:
    """What an export did: how many files the site has, their bytes, how many were written, how many removed.

    `lacking`: what feeds name and the worker has not made yet.
    """

    files: int
    size: int
    changed: int
    removed: int
    lacking: tuple[str, ...] = ()


@dataclass
class _Run:
    """One export under way: `seen` paths with the page that led to each, and those still to be fetched."""

    folder: Folder
    base: str
    progress: Progress
    beside: ThreadPoolExecutor
    copied: deque[Future[Entry]] = field(default_factory=deque)
    waiting: deque[str] = field(default_factory=deque)
    seen: dict[str, str] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    done: int = 0

    def add(self, paths: Iterable[str], page: str) -> None:
        for path in paths:
            if path not in self.seen and links.is_safe(path):
                self.seen[path] = page
                self.waiting.append(path)

    def all(self) -> None:
        while self.waiting:
            self.one(self.waiting.popleft())
            self.done += 1
            self.progress(self.done, len(self.seen))
        self.await_copies()

    def await_copies(self, most: int = 0) -> None:
        """Until at most so many are under way; raises what went wrong with one."""
        while len(self.copied) > most:
            self.copied.popleft().result()

    def one(self, path: str) -> None:
        name = links.file_of(path)
        lies = self.folder.unchanged(name)
        known = lies.etag if lies and not name.endswith(MAY_NAME) else ""
        with ExitStack() as stack:
            answer = stack.enter_context(fetched(path, known))
            if lies and answer.status == HTTPStatus.NOT_MODIFIED:
                self.folder.keep(name, lies)
            elif answer.here and answer.stored and not links.is_followed(answer.kind):
                self.await_copies(AHEAD - 1)
                self.copied.append(self.beside.submit(self.copy, name, path, answer, stack.pop_all()))
            elif answer.here:
                self.take(name, path, answer)
            elif self.seen[path].endswith(FEEDS):
                self.lacking.append(path)
            else:
                raise Broken(page=self.seen[path], path=path, status=answer.status)

    def copy(self, name: str, path: str, answer: Answer, held: ExitStack) -> Entry:
        """A stored file, in a thread of its own: nothing of it is asked of the database."""
        with held:
            return self.folder.put(name, answer.pieces, path=path, etag=answer.etag)

    def take(self, name: str, path: str, answer: Answer) -> Entry:
        if not links.is_followed(answer.kind):
            return self.folder.put(name, answer.pieces, path=path, etag=answer.etag)
        text = answer.body().decode()
        self.add(links.found(text, answer.kind, self.base), path)
        if answer.kind == links.PAGE:
            text = links.relative(text, path)
        return self.folder.put(name, [text.encode()], path=path)

    def extras(self) -> None:
        """The first page at the root too; what a host shows for what is not there; and what was taken back says so."""
        with fetched(HOME) as answer:
            page = answer.body().decode()
            self.folder.put(links.INDEX, [links.relative(page, "/").encode()], path="/")
        with fetched(NOWHERE) as answer:
            self.folder.put(FOUR, [links.rooted(answer.body().decode(), self.base).encode()], path=NOWHERE)
        for name, entry in sorted(self.folder.before.items()):
            if name not in self.folder.after and name.endswith(links.INDEX):
                with fetched(entry.path) as answer:
                    if answer.status == HTTPStatus.GONE:
                        self.seen[entry.path] = entry.path
                        self.take(name, entry.path, answer)
        self.all()


def export(folder: Path, *, base: str = "", progress: Progress = lambda _done, _total: None) -> Written:
    """Write the site into a folder, which is then the whole of it and no more. `base`: where it will lie, for feeds.

    Raises what `errors` names; the folder is then as it was before.
    """
    with addresses.told(checked(base) if base else ""), remembering():
        if not selectors.is_open():
            raise NothingToShow
        with opened(folder.absolute()) as ours, ThreadPoolExecutor(1) as beside:
            run = _Run(ours, addresses.base(), progress, beside)
            run.add([HOME, *(one.path for one in everybody.addresses())], "everybody")
            run.all()
            run.extras()
            removed = ours.finish()
    size = sum(entry.size for entry in ours.after.values())
    return Written(len(ours.after), size, len(ours.changed), len(removed), tuple(sorted(run.lacking)))


def checked(base: str) -> str:
    """An address, without a slash at its end."""
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment or "\\" in base:
        raise BadBase(base=base)
    return base.rstrip("/")
