"""Taking bundles in: parts are gathered, the whole is read once without doing anything, shown, and then taken in.

Nothing in a bundle is executed and no name is taken from it. Parts may come days apart, twice, and in any order."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tejido.ground import work
from tejido.ground.bundles import shelf
from tejido.ground.bundles.choosing import Choosing
from tejido.ground.bundles.errors import (
    BadFile,
    ForOthers,
    NoRoom,
    NotItsDevice,
    NotWhole,
    OtherParts,
    TooManyLike,
    UnknownSender,
)
from tejido.ground.bundles.models import Arriving, Taken
from tejido.ground.bundles.replica import BundleStore
from tejido.ground.errors import NotFound, Problem
from tejido.ground.store import db, erasing, keyring
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Org, Redaction
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import own_row
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.errors import Malformed
from tejido.replication import frames, messages, parts, sealing
from tejido.replication.bundle import BadBundle, Manifest, Reader
from tejido.replication.carrying import Brought, Checked, Taking
from tejido.replication.frames import Frame
from tejido.replication.parts import Joined, Label, Readable

Tell = Callable[[int], None]
KEEP = timedelta(days=14)
MOST_ARRIVING = 20
MOST_IDENTITY = 20_000
AHEAD = 256 * 1024  # bytes that age may have read beyond what it found to be right
MOST_LIKE = 8
"""Files that say that they are the same part of the same bundle."""


@dataclass(frozen=True)
class Gathered:
    """A part that came: its bundle, whether it was here already, and whether that bundle was taken in before."""

    id: str
    again: bool
    taken: bool


def gather(file: Readable) -> Gathered:
    """Keep one part; raises `BadFile`, `OtherParts` or `NoRoom`."""
    try:
        label = parts.read_label(file)
    except BadBundle as error:
        raise BadFile from error
    known = Taken.objects.filter(id__in=[label.id, _other(label)]).first()
    if known is not None:
        return Gathered(known.id, again=True, taken=True)
    row = _row_for(label)
    folder = shelf.ensure(shelf.arriving(row.id))
    if row.said or shelf.candidate(folder, label.number, label.digest).exists():
        return Gathered(row.id, again=True, taken=False)
    if len(shelf.candidates(folder, label.number)) >= MOST_LIKE:
        raise TooManyLike
    if not shelf.room(label.size // label.of):
        raise NoRoom
    _keep(file, label, row.id)
    Arriving.objects.filter(id=row.id).exclude(error="").update(error="")  # what was wrong may be what this part mends
    return Gathered(row.id, again=False, taken=False)


def _other(label: Label) -> str:
    """Where parts lie that say other numbers than the first that came with this id."""
    return sha256(f"{label.id} {label.of} {label.size}".encode()).hexdigest()[:32]


def _row_for(label: Label) -> Arriving:
    found = Arriving.objects.filter(bundle=label.id, parts=label.of, size=label.size).first()
    if found is not None:
        return found
    if Arriving.objects.count() >= MOST_ARRIVING:
        raise NoRoom
    first = not Arriving.objects.filter(bundle=label.id).exists()
    erasures = Redaction.objects.aggregate(last=Max("id"))["last"] or 0
    return Arriving.objects.create(
        id=label.id if first else _other(label), bundle=label.id, parts=label.of, size=label.size, begun=timezone.now(),
        erasures=erasures,
    )  # fmt: skip


def _keep(file: Readable, label: Label, name: str) -> None:
    """Written beside, and renamed once its bytes were found to be those that its label tells."""
    folder = shelf.arriving(name)
    path = folder / f"{label.number}.{shelf.token()}.part"
    try:
        with shelf.open_new(path) as target:
            target.write(label.encode())
            parts.copy_checked(file, target, label)
        path.replace(shelf.candidate(folder, label.number, label.digest))
    except BadBundle as error:
        raise BadFile from error
    except OSError as error:
        raise NoRoom from error
    finally:
        path.unlink(missing_ok=True)
        if not shelf.numbers(folder):
            discard(name)


def missing(row: Arriving) -> list[int]:
    """Parts that have not come yet."""
    here = set(shelf.numbers(shelf.arriving(row.id)))
    return [number for number in range(1, row.parts + 1) if number not in here]


def discard(name: str) -> None:
    """Throw away what came of a bundle."""
    Arriving.objects.filter(id=name).delete()
    work.forget([claim_key(name)])
    transaction.on_commit(partial(shelf.remove, shelf.arriving(name)), robust=True)


def claim_key(name: str) -> str:
    """The name of the work on it."""
    return f"bundles:read:{name}"


# --- looking


def look(row: Arriving, tell: Tell = lambda _: None) -> dict[str, Any]:
    """What a whole bundle says of itself, after every byte of it was compared with its signed digest; nothing is taken in.

    Where several files say that they are the same part, those are found that make up what was signed, and the others go.
    Raises `NotWhole`, `BadFile`, `ForOthers`, `OtherParts`, `UnknownSender` or `NotItsDevice`."""
    if missing(row):
        raise NotWhole
    folder = shelf.arriving(row.id)
    choosing = Choosing([shelf.candidates(folder, number) for number in range(1, row.parts + 1)])
    furthest = (1, 1)
    while True:
        reading = _Reading(row, choosing.chosen)
        try:
            found = _looked(row, reading, tell)
        except Problem as problem:
            furthest = max(furthest, reading.broke_off())
            if not choosing.wrong_at(reading.broke_off()[0] if isinstance(problem, BadFile) else row.parts):
                if isinstance(problem, BadFile):
                    _drop_wrong(choosing, *furthest)
                raise
        else:
            for path in choosing.others():
                path.unlink()
            return found


def _drop_wrong(choosing: Choosing[Path], last: int, first: int) -> None:
    """Of a bundle that nothing makes whole, the parts go beyond which nobody could read: the true ones may still come. What
    else is here stays."""
    if first > 1 or last < len(choosing.listed):
        for path in (path for files in choosing.listed[first - 1 : last] for path in files):
            path.unlink()


def _looked(row: Arriving, reading: "_Reading", tell: Tell) -> dict[str, Any]:
    looking = _Looking()
    reader = Reader(looking.begun, looking.take)
    reading.feed(reader, tell)
    try:
        manifest = reader.finish()
        looking.checked.finish()
    except Malformed as error:
        raise BadFile from error
    if manifest.id != row.bundle:
        raise OtherParts
    _must_be_known(manifest, looking.identity)
    return said(manifest, row)


class _Looking:
    """Checks frames, and keeps the signer's identity."""

    def __init__(self) -> None:
        self.checked, self.identity = Checked(), list[Incoming]()
        self.org = b""

    def begun(self, manifest: Manifest) -> None:
        """Before anything else: whether it is for us."""
        if bytes(own_row().org) not in manifest.recipients:
            raise ForOthers
        self.org = manifest.org
        self.checked.begun(manifest)

    def take(self, frame: Frame) -> None:
        """One frame."""
        self.checked.take(frame)
        if frame.kind == frames.IDENTITY and len(self.identity) < MOST_IDENTITY:
            found = messages.decode(frame)
            if isinstance(found, messages.Identity) and found.events[0].log == self.org:
                self.identity += found.events


class _Reading:
    """The decrypted stream of a bundle, from these files."""

    def __init__(self, row: Arriving, paths: Sequence[Path]) -> None:
        self.row, self._paths = row, paths
        self.joined = Joined(row.parts, lambda number: shelf.opened(paths[number - 1]))

    def broke_off(self) -> tuple[int, int]:
        """(the last part that was read, the first of which a byte was read since what was surely right)."""
        left, number = self.joined.read_so_far - AHEAD, 1
        for path in self._paths[: self.joined.number - 1]:
            left -= path.stat().st_size - parts.HEAD
            if left < 0:
                break
            number += 1
        return max(1, self.joined.number), number

    def feed(self, reader: Reader, tell: Tell) -> None:
        """Into a reader, its own problems as they are."""
        sink = _Sink(reader, self.joined, self.row.size, tell)
        try:
            sealing.unseal(self.joined, keyring.age_identity(keyring.folder() / keyring.AGE), sink)
        except sealing.NotForUs as error:
            raise ForOthers from error
        except Malformed as error:
            raise BadFile from error
        finally:
            self.joined.close()


@dataclass
class _Sink:
    reader: Reader
    joined: Joined
    size: int
    tell: Tell

    def write(self, data: bytes, /) -> int:
        self.tell(min(999, 1000 * self.joined.read_so_far // max(1, self.size)))
        return self.reader.write(data)

    def flush(self) -> None:
        self.reader.flush()


def _must_be_known(manifest: Manifest, identity: list[Incoming]) -> None:
    """The signer is in a network with us, and the device is one of its own now, by what we hold and what came along."""
    known = {bytes(owner) for owner in SpaceRow.objects.exclude(purpose="own").values_list("owner", flat=True)}
    for row in SpaceRow.objects.exclude(purpose="own"):
        known |= {bytes.fromhex(org) for org in row.members.get("orgs", ())}
    if manifest.org not in known:
        raise UnknownSender
    with db.writing():
        ingest(identity, known_logs=[Log.of_identity(manifest.org)])
        org = Org.objects.filter(hash=manifest.org).first()
        named = org is not None and manifest.device.hex() in org.devices
        transaction.set_rollback(True)
    if not named:
        raise NotItsDevice


def said(manifest: Manifest, row: Arriving) -> dict[str, Any]:
    """What a manifest says, for keeping."""
    spaces: dict[str, list[int]] = {}
    for one in manifest.ranges:
        counts = spaces.setdefault(one.space.hex(), [0, 0])
        counts[0] += 1
        counts[1] += one.last - one.first + 1
    return {
        "org": manifest.org.hex(), "day": manifest.day, "recipients": [one.hex() for one in manifest.recipients],
        "spaces": spaces, "size": row.size, "parts": row.parts, **manifest.counts,
    }  # fmt: skip


# --- taking in


def take(name: str, tell: Tell = lambda _: None) -> Brought:
    """Take a bundle in that was looked at; then its parts go. Cut short, it can be repeated."""
    row = Arriving.objects.filter(id=name).first()
    if row is None:
        raise NotFound
    found = row.said or look(row)
    taking = Taking(BundleStore())
    reader = Reader(taking.begun, taking.take)
    folder = shelf.arriving(row.id)
    chosen = [shelf.candidates(folder, number)[0] for number in range(1, row.parts + 1)]
    _Reading(row, chosen).feed(reader, tell)
    try:
        manifest = reader.finish()
    except Malformed as error:
        raise BadFile from error
    report = taking.finish()
    if erasing.unscrubbed():
        erasing.scrub()
    kept = {"at": timezone.now(), "org": manifest.org, "said": found, "report": told(report)}
    Taken.objects.update_or_create(id=name, defaults=kept)
    for one in Arriving.objects.filter(bundle=row.bundle).values_list("id", flat=True):
        discard(one)
    return report


def told(report: Brought) -> dict[str, Any]:
    """A report, for keeping."""
    gaps = [[one.space.hex(), one.log.hex(), one.first, one.last] for one in report.gaps]
    return {**asdict(report), "gaps": gaps}


def carry_out(name: str, tell: Tell = lambda _: None) -> None:
    """Look at a bundle that is whole, and take it in if somebody has agreed; what is wrong stands with it."""
    row = Arriving.objects.filter(id=name).first()
    if row is None or missing(row) or row.error:
        return
    try:
        if not row.said:
            found = look(row, tell)
            Arriving.objects.filter(id=name).update(said=found)
        if row.agreed:
            take(name, tell)
    except Problem as problem:
        if missing(row):
            return  # a part that somebody made up went; the true one may still come
        shelf.remove(shelf.arriving(name))
        Arriving.objects.filter(id=name).update(error=str(problem.message)[:500], said={}, agreed=False)
