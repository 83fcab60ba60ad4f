"""Exchange through a folder: a shared directory, a USB stick, anything that holds files.

    <random name of the space>/
        folder.json                 a random id, so that another stick under the same path is noticed
        pages/<name>.page           header pages, never changed
        payloads/ab/<event hash>    one file a payload
        blobs/ab/<blob id>          one file a blob
        wants/<kind>-<hash>         somebody lacks this, or found it damaged; whoever has it writes it again

Everything is written under a temporary name and then renamed. Names are hashes or digests made here; whatever else lies
in the folder (other names, links, directories) is passed over and reported, never followed.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tejido.log.descriptors import Log, is_hex
from tejido.log.errors import Malformed
from tejido.log.header import MAX_PAYLOAD
from tejido.log.payload import Payload
from tejido.replication import pages
from tejido.replication.store import BlobProblem, Held, ReplicaStore, SharedSpace

MARK = "folder.json"
MAX_FILE = MAX_PAYLOAD + 1024
PARTS = ("pages", "payloads", "blobs", "wants")


class NoFolder(Exception):
    """There is no such folder. Create it, or plug the stick in, and try again."""


@dataclass
class Exchanged:
    """What one exchange did; `problems` say what was passed over, where and why."""

    accepted: int = 0
    filled: int = 0
    waiting: int = 0
    blobs_in: int = 0
    pages_out: int = 0
    payloads_out: int = 0
    blobs_out: int = 0
    erased: int = 0
    wanted: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything came in or went out."""
        return any(v for k, v in vars(self).items() if k not in ("problems", "waiting", "wanted"))


def exchange(root: Path, store: ReplicaStore) -> Exchanged:
    """Take in what is new in `root`, write what it lacks, delete what was erased. Idempotent."""
    if not root.is_dir():
        raise NoFolder(f"{root} is not a folder. Create it, or plug the stick in, and try again.")
    report = Exchanged()
    for space in store.spaces():
        if is_hex(space.folder, 32):
            _Side(root / space.folder, space, store, report).run()
    return report


class _Side:
    """One space's directory against one store."""

    def __init__(self, folder: Path, space: SharedSpace, store: ReplicaStore, report: Exchanged) -> None:
        self.folder, self.space, self.store, self.report = folder, space, store, report
        self.carrier, self.waiting = "", 0

    def run(self) -> None:
        self.carrier = self._prepare()
        self._erase()
        self._take_pages()
        self._take_payloads()
        self._take_blobs()
        self._give_pages()
        self._give_wanted()

    def _prepare(self) -> str:
        for part in PARTS:
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        mark = self.folder / MARK
        if not mark.exists():
            _write(mark, orjson.dumps({"id": secrets.token_hex(16)}))
        try:
            return str(orjson.loads(mark.read_bytes())["id"])[:64]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            self._say(mark, "is damaged; it is written anew")
            _write(mark, orjson.dumps({"id": secrets.token_hex(16)}))
            return str(orjson.loads(mark.read_bytes())["id"])

    def _say(self, path: Path, what: str) -> None:
        self.report.problems.append(f"{path.relative_to(self.folder.parent)}: {what}")

    # --- erasure

    def _erase(self) -> None:
        events = [self._payload(event.hex()) for event in self.store.erased_events(self.space)]
        blobs = [self._blob(blob) for blob in self.store.erased_blobs()]
        for path in [*events, *blobs]:
            if path.exists():
                path.unlink()
                self.report.erased += 1

    # --- in

    def _take_pages(self) -> None:
        """Pages that are not known yet, again while that brings something: logs name each other, and a node keeps only so
        many events that wait. A page of which some still wait is not known yet: the next exchange reads it again."""
        before = -1
        while before < self.report.accepted and (before < 0 or self.waiting):
            before = self.report.accepted
            self.report.waiting -= self.waiting
            self.waiting = 0
            seen = self.store.seen(self.carrier)
            for path in sorted(self._files("pages", pages.SUFFIX)):
                if path.name not in seen:
                    self._take_page(path)
        self.report.problems = list(dict.fromkeys(self.report.problems))

    def _take_page(self, path: Path) -> None:
        try:
            page = pages.decode(_read(path, pages.MAX_PAGE))
        except Malformed as error:
            return self._say(path, f"{error}. It was passed over")
        if page.space is not None and page.space.id != self.space.space.id:
            return self._say(path, "belongs to another space. It was passed over")
        events = [event._replace(payload=self._read_payload(event.header)) for event in page.events]
        taken = self.store.ingest(events, [page.space] if page.space else [], [page.log])
        self.report.accepted += taken.accepted
        self.report.waiting += taken.waiting
        self.waiting += taken.waiting
        self.report.filled += taken.filled
        self.report.problems += [f"{path.relative_to(self.folder.parent)}: {problem}" for problem in taken.problems]
        if not taken.waiting:
            self.store.mark_seen(self.carrier, path.name)
        if page.events and not taken.problems:
            self._cover_by(page)
        return None

    def _cover_by(self, page: pages.Page) -> None:
        last = orjson.loads(page.events[-1].header)["seq"]
        if last > self.store.covered(self.carrier, page.log.id):
            self.store.cover(self.carrier, page.log.id, last)

    def _read_payload(self, header: bytes) -> Payload | None:
        from tejido.log.header import event_hash

        return self._load_payload(event_hash(header))

    def _load_payload(self, event: bytes) -> Payload | None:
        path = self._payload(event.hex())
        if not path.exists():
            return None
        try:
            return Payload.unpack(_read(path, MAX_FILE))
        except Malformed as error:
            self._say(path, f"{error}. It was passed over")
            return None

    def _take_payloads(self) -> None:
        for held in self.store.lacking_payloads(self.space):
            payload = self._load_payload(held.hash)
            if payload is not None:
                taken = self.store.ingest([held.incoming._replace(payload=payload)], [], [])
                self.report.filled += taken.filled
                if taken.filled:
                    continue
                self._say(self._payload(held.hash.hex()), "is not the payload that its event names")
            self._want("payload", held.hash.hex())

    def _take_blobs(self) -> None:
        for blob in self.store.lacking_blobs(self.space):
            path = self._blob(blob)
            if not path.is_file() or path.is_symlink():
                self._want("blob", blob)
                continue
            try:
                self.store.import_blob(blob, path)
                self.report.blobs_in += 1
            except BlobProblem as error:
                self._say(path, str(error))
                self._want("blob", blob)

    def _want(self, kind: str, name: str) -> None:
        self.report.wanted += 1
        path = self.folder / "wants" / f"{kind}-{name}"
        if not path.exists():
            _write(path, b"")

    # --- out

    def _give_pages(self) -> None:
        for log in self.store.logs(self.space):
            self._give_log(log)

    def _give_log(self, log: Log) -> None:
        fresh: list[Held] = []
        for held in self.store.events(log, self.store.covered(self.carrier, log.id)):
            fresh.append(held)
            if len(fresh) == pages.MAX_EVENTS:
                self._give(log, fresh)
                fresh = []
        if fresh:
            self._give(log, fresh)

    def _give(self, log: Log, events: list[Held]) -> None:
        for held in events:
            self._give_payload(held.hash.hex(), held.incoming.payload)
            for blob in self.store.named_blobs(held.hash):
                self._give_blob(blob)
        space = None if log.identity else self.space.space
        number = 0
        for page in pages.split(log, space, (held.incoming for held in events)):
            data = page.encode()
            name = pages.file_name(data, page, events[number].seq)
            number += len(page.events)
            if not (self.folder / "pages" / name).exists():
                _write(self.folder / "pages" / name, data, sync=True)
                self.report.pages_out += 1
            self.store.mark_seen(self.carrier, name)
        self.store.cover(self.carrier, log.id, max(held.seq for held in events))

    def _give_payload(self, event: str, payload: Payload | None, *, again: bool = False) -> None:
        path = self._payload(event)
        if payload is not None and (again or not path.exists()):
            _write(path, payload.pack())
            self.report.payloads_out += 1

    def _give_blob(self, blob: str, *, again: bool = False) -> None:
        path = self._blob(blob)
        if self.store.has_blob(blob) and (again or not path.exists()):
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
            self.store.export_blob(blob, part)
            part.replace(path)
            self.report.blobs_out += 1

    def _give_wanted(self) -> None:
        for path in self._files("wants", ""):
            kind, _, name = path.name.partition("-")
            if kind == "payload" and is_hex(name):
                packed = self.store.payload(bytes.fromhex(name))
                if packed is not None:
                    self._give_payload(name, Payload.unpack(packed), again=True)
                    path.unlink(missing_ok=True)
            elif kind == "blob" and is_hex(name) and self.store.has_blob(name):
                self._give_blob(name, again=True)
                path.unlink(missing_ok=True)

    # --- paths: made of hashes that were checked, never of what a file says

    def _payload(self, event: str) -> Path:
        return self.folder / "payloads" / event[:2] / event

    def _blob(self, blob: str) -> Path:
        return self.folder / "blobs" / blob[:2] / blob

    def _files(self, part: str, suffix: str) -> Iterator[Path]:
        for entry in _sorted(self.folder / part):
            if entry.name.startswith("."):
                continue  # somebody is writing
            if entry.is_symlink() or not entry.is_file(follow_symlinks=False) or not entry.name.endswith(suffix):
                self._say(Path(entry.path), "does not belong here. It was passed over")
                continue
            yield Path(entry.path)


def _sorted(folder: Path) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _read(path: Path, most: int) -> bytes:
    if path.is_symlink() or path.stat().st_size > most:
        raise Malformed(f"a link, or larger than {most} bytes")
    with path.open("rb") as handle:
        return handle.read(most + 1)


def _write(path: Path, data: bytes, *, sync: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    with part.open("wb") as handle:
        handle.write(data)
        handle.flush()
        if sync:  # a payload that a power cut halves is noticed by its hash and wanted again; a page is not
            os.fsync(handle.fileno())
    part.replace(path)
