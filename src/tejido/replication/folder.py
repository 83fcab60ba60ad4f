"""Exchange through a folder: a shared directory, a USB stick, anything that holds files.

    <random name of the space>/
        folder.json                 a random id, so that another stick under the same path is noticed
        pages/<name>.page           header pages, never changed; the name tells log, first and last seq, and a digest
        payloads/ab/<event hash>    one file a payload
        blobs/ab/<blob id>          one file a blob
        checkpoints/<device>        what a device last said that it holds of the space; replaced by its next one
    wants/<kind>-<name>         somebody lacks this, or found it damaged; whoever has it writes it again

Everything is written under a temporary name and then renamed. Names are hashes or digests made here; whatever else lies
in the folder (other names, links, directories) is passed over and reported, never followed. What the folder lacks is told
by its names alone: a page counts when it is there and was once read whole, so that lost pages are written again.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import orjson

from tejido.log import checkpoint
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, is_hex
from tejido.log.errors import Malformed
from tejido.log.header import MAX_PAYLOAD, event_hash
from tejido.log.payload import Payload
from tejido.replication import caps, files, pages, rewrapped
from tejido.replication.exchanged import Exchanged, NoFolder, Tell, quiet
from tejido.replication.merging import Opened, in_order
from tejido.replication.pages import PageName
from tejido.replication.ranges import Ranges
from tejido.replication.store import BlobProblem, Held, ReplicaStore, SharedSpace

T = TypeVar("T")
MARK = "folder.json"
MAX_FILE = MAX_PAYLOAD + 1024
MOST_AT_ONCE = 16 * 2**20
PARTS = ("pages", "payloads", "blobs", "wants", "checkpoints")
PASSED = "It was passed over"


def exchange(root: Path, store: ReplicaStore, tell: Tell = quiet) -> Exchanged:
    """Take in what is new in `root`, write what it lacks, delete what was erased. Idempotent."""
    if not root.is_dir():
        raise NoFolder(f"{root} is not a folder. Create it, or plug the stick in, and try again.")
    report = Exchanged()
    spaces = [space for space in store.spaces() if is_hex(space.folder, 32)]
    for number, space in enumerate(spaces):
        part = partial(_tell_part, tell, number, len(spaces))
        _Side(root / space.folder, space, store, report, part).run()
    return report


def _tell_part(tell: Tell, number: int, spaces: int, done: float) -> None:
    tell(int(1000 * (number + done) / spaces))


class _Side:
    """One space's directory against one store."""

    def __init__(
        self, folder: Path, space: SharedSpace, store: ReplicaStore, report: Exchanged, tell: Callable[[float], None]
    ) -> None:
        self.folder, self.space, self.store, self.report, self.tell = folder, space, store, report, tell
        self.carrier, self.waiting = "", 0
        self.wanted: set[str] = set()

    def run(self) -> None:
        try:
            self._run()
        except (NotADirectoryError, FileExistsError, IsADirectoryError, FileNotFoundError) as error:
            self._say(self.folder, f"something lies where a file or a folder of ours belongs: {error.strerror}")

    def _run(self) -> None:
        self.carrier = self._prepare()
        self._erase()
        self._take_pages()
        self._take_payloads()
        self._take_blobs()
        self._give_wanted()
        self._give_rewrapped()
        self._give_pages()
        self._share_checkpoints()

    def _each(self, items: Iterable[T], begin: float, end: float) -> Iterator[T]:
        """One after the other, telling how far we are: this is the space's work from `begin` to `end` (of 1)."""
        listed = list(items)
        for number, item in enumerate(listed):
            self.tell(begin + (end - begin) * number / len(listed))
            yield item

    def _prepare(self) -> str:
        for folder in (self.folder, *(self.folder / part for part in PARTS)):
            files.make_folder(folder)
        mark = self.folder / MARK
        if files.exists(mark):
            found = self._read_mark(mark)
            if found:
                return found
            self._say(mark, "is damaged; it is written anew")
        name = secrets.token_hex(16)
        files.write(mark, orjson.dumps({"id": name}))
        return self._read_mark(mark) or name  # somebody else's may have come in between

    def _read_mark(self, mark: Path) -> str:
        try:
            value = orjson.loads(files.read(mark, 4096))
        except (orjson.JSONDecodeError, Malformed):
            return ""
        name = value.get("id") if isinstance(value, dict) else None
        return name if isinstance(name, str) and is_hex(name, 32) else ""

    def _say(self, path: Path, what: str) -> None:
        problem = f"{files.shown(path, self.folder.parent)}: {what}"
        if len(self.report.problems) < caps.PROBLEMS and problem not in self.report.problems:
            self.report.problems.append(problem)

    # --- erasure

    def _erase(self) -> None:
        events = {event.hex() for event in self.store.erased_events(self.space)}
        blobs = set(self.store.erased_blobs())
        for path in [*map(self._payload, sorted(events)), *map(self._blob, sorted(blobs))]:
            self.report.erased += files.remove(path)
        for path in self._files("wants"):
            kind, _, name = path.name.partition("-")
            if name in (events if kind == "payload" else blobs):
                files.remove(path)

    # --- in

    def _take_pages(self) -> None:
        """Pages that are not known yet, again while that brings something: logs name each other, and a node keeps only so
        many events that wait. A page of which some still wait is not known yet: the next exchange reads it again."""
        before = -1
        while before < self.report.accepted and (before < 0 or self.waiting):
            before, self.waiting = self.report.accepted, 0
            seen = self.store.seen(self.carrier)
            fresh = [name for name in self._pages() if str(name) not in seen]
            events, done = in_order(fresh, self._page), 0
            while batch := list(islice(events, pages.MAX_EVENTS)):
                self._take_batch(batch)
                done += len({id(opened) for opened, _ in batch if opened.ended})
                self.tell(0.4 * done / len(fresh))
        self.report.waiting += self.waiting

    def _pages(self) -> Iterator[PageName]:
        for path in self._files("pages"):
            name = PageName.parse(path.name)
            if name is None:
                self._say(path, f"does not belong here. {PASSED}")
            else:
                yield name

    def _page(self, name: PageName) -> pages.Page | None:
        path = self.folder / "pages" / str(name)
        try:
            return self._read_page(name, path)
        except Malformed as error:
            self._say(path, f"{error}. {PASSED}")
            return None

    def _read_page(self, name: PageName, path: Path) -> pages.Page:
        data = files.read(path, pages.MAX_PAGE)
        if not name.fits(data):
            self._want("page", str(name))
            raise Malformed("its bytes are not those that its name tells: half a file, or damaged")
        page = pages.decode(data)
        if name != PageName.of(page):
            raise Malformed("its name tells another log, or other events, than it holds")
        if page.space is not None and page.space.id != self.space.space.id:
            raise Malformed("it belongs to another space")
        return page

    def _take_batch(self, batch: list[tuple[Opened, Incoming]]) -> None:
        """A page counts as read when its last event came and all are held: else it is read again next time."""
        logs = {opened.page.log.id: opened.page.log for opened, _ in batch}
        trouble = False
        for events in self._with_payloads(event for _, event in batch):
            taken = self.store.ingest(events, [self.space.space], list(logs.values()))
            self.report.accepted += taken.accepted
            self.waiting += taken.waiting
            self.report.filled += taken.filled
            trouble = trouble or bool(taken.refused or taken.bad_payloads)
        if trouble:
            self._say_where(batch)
        ended = list({id(opened): opened for opened, _ in batch if opened.ended}.values())
        hashes = {event_hash(event.header) for opened in ended for event in opened.page.events}
        if lacks := hashes.difference(self.store.held(hashes)):
            ended = [one for one in ended if not any(event_hash(event.header) in lacks for event in one.page.events)]
        if ended:
            self.store.mark_seen(self.carrier, [str(opened.name) for opened in ended])

    def _say_where(self, batch: list[tuple[Opened, Incoming]]) -> None:
        """Something was wrong with some of these: offered once more page by page, it is told with its place."""
        by_page = defaultdict[str, list[Incoming]](list)
        for opened, event in batch:
            by_page[str(opened.name)].append(event)
        log_of = {str(opened.name): opened.page.log for opened, _ in batch}
        for name, listed in by_page.items():
            for events in self._with_payloads(listed):
                taken = self.store.ingest(events, [self.space.space], [log_of[name]])
                for problem in (*taken.refused, *taken.bad_payloads):
                    self._say(self.folder / "pages" / name, problem)

    def _with_payloads(self, events: Iterable[Incoming]) -> Iterator[list[Incoming]]:
        """Events with the payloads that lie in the folder, not too many bytes at once."""
        part: list[Incoming] = []
        size = 0
        load = files.Plain(self.folder / "payloads", MAX_FILE)
        for event in events:
            name = event_hash(event.header).hex()
            payload = self._payload_in(load, name)
            if payload is None and b'"log":""' in event.header:
                self._want("payload", name)  # a genesis is nothing without it
            part.append(event._replace(payload=payload))
            size += len(payload.data) if payload else 0
            if size > MOST_AT_ONCE:
                yield part
                part, size = [], 0
        if part:
            yield part

    def _payload_in(self, plain: files.Plain, name: str) -> Payload | None:
        """What is in order, the short way; else with its place."""
        data = plain.read(name[:2], name)
        try:
            return Payload.unpack(data) if data else self._load_payload(name) if data is None else None
        except Malformed:
            return self._load_payload(name)

    def _load_payload(self, event: str) -> Payload | None:
        path = self._payload(event)
        if not files.exists(path):
            return None
        try:
            return Payload.unpack(files.read(path, MAX_FILE))
        except Malformed as error:
            self._say(path, f"{error}. {PASSED}")
            return None

    def _take_payloads(self) -> None:
        for held in self._each(self.store.lacking_payloads(self.space), 0.4, 0.5):
            payload = self._load_payload(held.hash.hex())
            if payload is not None and payload != held.incoming.payload:
                taken = self.store.ingest([held.incoming._replace(payload=payload)], [], [])
                self.report.filled += taken.filled
                if taken.filled:
                    continue
                self._say(self._payload(held.hash.hex()), f"is not the payload that its event names. {PASSED}")
            self._want("payload", held.hash.hex())

    def _take_blobs(self) -> None:
        for blob in self._each(self.store.lacking_blobs(self.space), 0.5, 0.75):
            path = self._blob(blob)
            if not files.exists(path) or not files.is_folder(path.parent):
                self._want("blob", blob)
                continue
            try:
                self.store.import_blob(blob, path)
                self.report.blobs_in += 1
            except BlobProblem as error:
                self._say(path, f"{error} {PASSED}")
                self._want("blob", blob)

    def _want(self, kind: str, name: str) -> None:
        path = self.folder / "wants" / f"{kind}-{name}"
        self.report.wanted += path.name not in self.wanted
        self.wanted.add(path.name)
        if not files.exists(path):
            files.write(path, b"")

    # --- out

    def _give_pages(self) -> None:
        seen = self.store.seen(self.carrier)
        there = [name for name in self._pages() if str(name) in seen]
        for log in self._each(self.store.logs(self.space), 0.75, 1):
            self._give_log(log, [name for name in there if name.names(log)])

    def _give_log(self, log: Log, there: list[PageName]) -> None:
        covered = Ranges(there)
        forked = self.store.forked(log)
        start = covered.end_of_first() if forked is None else min(covered.end_of_first(), forked - 1)
        fresh: list[Held] = []
        for held in self.store.events(log, start):
            lacks = held.seq not in covered or (forked is not None and held.seq >= forked)
            parted = fresh and (not lacks or held.seq > fresh[-1].seq + 1 or fresh[-1].seq < (forked or 0) <= held.seq)
            if parted or len(fresh) == pages.MAX_EVENTS:  # at the fork: so that its pages get the same names
                self._give(log, fresh)
                fresh = []
            if lacks:
                fresh.append(held)
        if fresh:
            self._give(log, fresh)

    def _give(self, log: Log, events: list[Held]) -> None:
        for held in events:
            self._give_payload(held.hash.hex(), held.incoming.payload)
            for blob in self.store.named_blobs(held.hash):
                self._give_blob(blob)
        space = None if log.identity else self.space.space
        for page in pages.split(log, space, (held.incoming for held in events)):
            self._give_page(page)

    def _give_page(self, page: pages.Page, *, again: bool = False) -> None:
        name = PageName.of(page)
        path = self.folder / "pages" / str(name)
        if again or not files.exists(path):
            files.write(path, page.encode(), sync=True)  # a halved payload shows in its hash, and is wanted
            self.report.pages_out += 1
        self.store.mark_seen(self.carrier, [str(name)])

    def _give_payload(self, event: str, payload: Payload | None, *, again: bool = False) -> None:
        path = self._payload(event)
        if payload is not None and (again or not files.exists(path)):
            files.write(path, payload.pack())
            self.report.payloads_out += 1

    def _give_blob(self, blob: str, *, again: bool = False) -> None:
        path = self._blob(blob)
        if self.store.has_blob(blob) and (again or not files.exists(path)):
            with files.part_of(path) as part:
                self.store.export_blob(blob, part)
            self.report.blobs_out += 1

    def _give_wanted(self) -> None:
        for path in self._files("wants"):
            kind, _, name = path.name.partition("-")
            page = PageName.parse(name) if kind == "page" else None
            if page is not None:
                done = self._give_wanted_page(page)
            elif kind == "payload" and is_hex(name):
                done = self._give_wanted_payload(name)
            elif kind == "blob" and is_hex(name):
                done = self._give_wanted_blob(name)
            else:
                self._say(path, f"does not belong here. {PASSED}")
                continue
            if done:
                files.remove(path)

    def _give_wanted_payload(self, name: str) -> bool:
        packed = self.store.payload(self.space, bytes.fromhex(name))
        if packed is not None:
            self._give_payload(name, Payload.unpack(packed), again=True)
        return packed is not None

    def _give_rewrapped(self) -> None:
        for event in rewrapped.outdated(self.store, self.space, self.carrier, self._load_payload):
            self._give_wanted_payload(event.hex())

    def _give_wanted_blob(self, name: str) -> bool:
        if not self.store.shares_blob(self.space, name):
            return False
        self._give_blob(name, again=True)
        return True

    def _give_wanted_page(self, name: PageName) -> bool:
        """A page that is whole again needs no more; one that we can make exactly so is written in its place."""
        path = self.folder / "pages" / str(name)
        try:
            if not files.exists(path) or name.fits(files.read(path, pages.MAX_PAGE)):
                return True
        except Malformed:
            pass
        self.store.forget_seen(self.carrier, str(name))
        log = next((log for log in self.store.logs(self.space) if name.names(log)), None)
        page = None if log is None else pages.again(log, self.space.space, name, self._incoming(log, name))
        if page is None or PageName.of(page) != name:
            return False
        self._give_page(page, again=True)
        return True

    def _incoming(self, log: Log, name: PageName) -> Iterator[tuple[int, Incoming]]:
        return ((held.seq, held.incoming) for held in self.store.events(log, name.first - 1))

    # --- checkpoints: after everything else, so that what is said of this folder's events holds

    def _share_checkpoints(self) -> None:
        lying = {path.name: path for path in self._files("checkpoints")}
        for path in lying.values():
            self._take_checkpoint(path)
        for data in self.store.checkpoints(self.space):
            said = checkpoint.parse(data)
            path = self.folder / "checkpoints" / said.device.hex()
            if self._number(path) < said.number:
                files.write(path, data)
                self.report.checkpoints_out += 1

    def _take_checkpoint(self, path: Path) -> None:
        try:
            problem = self.store.take_checkpoint(self.space.space.id, files.read(path, checkpoint.MAX_CHECKPOINT))
        except Malformed as error:
            problem = str(error)
        if problem:
            self._say(path, f"{problem}. {PASSED}")

    def _number(self, path: Path) -> int:
        """Of the checkpoint that lies there; 0 where none does, or one that its device did not write."""
        try:
            said = checkpoint.parse(files.read(path, checkpoint.MAX_CHECKPOINT))
        except Malformed:
            return 0
        return said.number if (said.device.hex(), said.space) == (path.name, self.space.space.id) else 0

    # --- paths: made of hashes that were checked, never of what a file says

    def _payload(self, event: str) -> Path:
        return self.folder / "payloads" / event[:2] / event

    def _blob(self, blob: str) -> Path:
        return self.folder / "blobs" / blob[:2] / blob

    def _files(self, part: str) -> Iterator[Path]:
        for entry in files.entries(self.folder / part):
            if entry.is_symlink() or not entry.is_file(follow_symlinks=False):
                self._say(Path(entry.path), f"does not belong here. {PASSED}")
            else:
                yield Path(entry.path)
