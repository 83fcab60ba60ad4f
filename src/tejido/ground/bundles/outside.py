"""Bundles as files on the machine, for the command line."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tejido.ground.bundles import making, reading, shelf
from tejido.ground.bundles.errors import BadFile, ForOthers, NoRoom, NotWhole, OtherParts
from tejido.ground.bundles.making import Tell, Written
from tejido.ground.bundles.models import Arriving
from tejido.ground.bundles.planning import Wish
from tejido.ground.errors import Conflict, Invalid, NotFound
from tejido.ground.store import db, keyring
from tejido.replication import parts, sealing
from tejido.replication.bundle import BadBundle, Manifest
from tejido.replication.parts import Joined, Label


@dataclass(frozen=True)
class Outside:
    """A bundle that was written to files of the machine."""

    manifest: Manifest
    paths: tuple[Path, ...]


def make(wish: Wish, place: Path, tell: Tell) -> Outside:
    """Write a bundle into a new file, or into a folder under names that tell nothing; raises `Conflict` or `NoRoom`."""
    name = making.new_id()
    if not place.is_dir() and place.exists():
        raise Conflict(f"{place} exists already. Name another file; nothing is written over.")
    if not place.parent.is_dir():
        raise NotFound(f"There is no folder {place.parent}.")
    if wish.part_bytes:
        place.mkdir(mode=0o700, exist_ok=True)
    into = place if place.is_dir() else place.parent
    done, temporary = _written(wish, into, name, tell)
    paths = _renamed(done.labels, temporary, place)
    with db.writing():
        making.note_sent(done)
    return Outside(done.manifest, tuple(paths))


def _written(wish: Wish, into: Path, name: str, tell: Tell) -> tuple[Written, list[Path]]:
    paths: list[Path] = []

    def open_part(number: int) -> BinaryIO:
        if number == 1:
            _remove(paths)
        paths.append(into / f".{name}-{number}.part")
        return shelf.open_new(paths[-1])

    try:
        done = making.write(wish, name, open_part, tell)
        for path, label in zip(paths, done.labels, strict=True):
            making.stamp(path, label)
    except OSError as error:
        _remove(paths)
        raise NoRoom from error
    except BaseException:
        _remove(paths)
        raise
    return done, paths


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    paths.clear()


def _renamed(labels: Sequence[Label], temporary: Sequence[Path], place: Path) -> Iterable[Path]:
    targets = [place / label.name if place.is_dir() else place for label in labels]
    for path, target in zip(temporary, targets, strict=True):
        path.replace(target)
    return targets


def gather(paths: Sequence[Path]) -> list[str]:
    """Keep the parts in these files; the ids of their bundles."""
    found: dict[str, None] = {}
    for path in paths:
        with _opened(path) as file:
            found[reading.gather(file).id] = None
    return list(found)


def _opened(path: Path) -> BinaryIO:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    return path.open("rb")


def look(name: str) -> None:
    """Read a whole bundle without taking it in, and keep what it says of itself; raises what `reading.look` does."""
    row = Arriving.objects.get(id=name)
    if row.error:
        raise Invalid(row.error)
    if not row.said:
        try:
            row.said = reading.look(row)
        except (BadFile, ForOthers):
            reading.discard(name)
            raise
        row.save(update_fields=["said"])


def take(name: str, tell: Tell) -> None:
    """Take in what was looked at."""
    reading.take(name, tell)


def open_stream(paths: Sequence[Path], out: BinaryIO) -> None:
    """The decrypted stream of a bundle, of which these are all the parts, into a file. Nothing is taken in."""
    with ExitStack() as stack:
        found: dict[int, BinaryIO] = {}
        labels: dict[int, Label] = {}
        for path in paths:
            file = stack.enter_context(_opened(path))
            try:
                label = parts.read_label(file)
            except BadBundle as error:
                raise BadFile from error
            found[label.number], labels[label.number] = file, label
        if len({(one.id, one.of, one.size) for one in labels.values()}) > 1:
            raise OtherParts
        if parts.missing(labels):
            raise NotWhole
        _unseal(found, out)


def _unseal(files: dict[int, BinaryIO], out: BinaryIO) -> None:
    joined = Joined(len(files), files.__getitem__)
    try:
        sealing.unseal(joined, keyring.age_identity(keyring.folder() / keyring.AGE), out)
    except sealing.NotForUs as error:
        raise ForOthers from error
    except BadBundle as error:
        raise BadFile from error
