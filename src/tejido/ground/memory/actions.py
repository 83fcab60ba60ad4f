"""Every change that people make to the memory by hand."""

import re
import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable
from pathlib import Path

from django.utils import timezone

from tejido.engines.language import glossary
from tejido.engines.language.languages import primary
from tejido.ground import work
from tejido.ground.errors import Invalid, NotFound
from tejido.ground.memory import files, importing, keeping, policies
from tejido.ground.memory.models import Origin, Term, Unit
from tejido.ground.memory.problems import AlreadyThere, BadTerm, NotByHand, TooLarge
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import writing

TYPED = "typed"
"""The key of the origin of terms that were typed here."""
TAG = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
Progress = Callable[[int, int], None]


def hand_in(*, viewer: Viewer, name: str, chunks: Iterable[bytes]) -> str:
    """Keep an uploaded file for the worker to read; the key of its origin. AlreadyThere where it was read before."""
    require(viewer, policies.KEEP)
    key = _kept(name, chunks)
    from tejido.ground.memory import tasks

    tasks.request(key)
    return key


def import_file(*, viewer: Viewer, path: Path, progress: Progress = lambda *_: None) -> tuple[str, int]:
    """Read a file now, in this process; the key of its origin and the number of entries that are new.

    Where this process is killed, a worker goes on."""
    require(viewer, policies.KEEP)
    from tejido.ground.memory import tasks

    with path.open("rb") as file:
        key = _kept(path.name, iter(lambda: file.read(1 << 20), b""))
    with work.claim(tasks.claim_key(key)) as held:
        added = tasks.run(key, held, progress)
    origin = Origin.objects.get(key=key)
    if origin.state == Origin.State.FAILED:
        raise Invalid(origin.fault, **origin.params)
    return key, added


def _kept(name: str, chunks: Iterable[bytes]) -> str:
    kind = files.kind_of(name)
    part = files.waiting(_new_key() + files.PART)
    try:
        _stored(part, chunks)
        origin = _opened(kind, name, part)
        part.replace(files.waiting(origin.key))
    finally:
        part.unlink(missing_ok=True)
    return origin.key


def remove_origin(*, viewer: Viewer, key: str) -> None:
    """Take out a file's entries and terms, all of them."""
    require(viewer, policies.KEEP)
    origin = Origin.objects.filter(key=key).first()
    if origin is None:
        raise NotFound
    if origin.kind == Origin.Kind.REVIEW:
        raise NotByHand
    Origin.objects.filter(key=key).update(state=Origin.State.FAILED)
    while units := list(Unit.objects.filter(origin=key).values_list("id", flat=True)[: importing.BATCH]):
        with writing():
            keeping.remove(units)
    with writing():
        Term.objects.filter(origin=key).delete()
        Origin.objects.filter(key=key).delete()
    files.waiting(key).unlink(missing_ok=True)


def remove_unit(*, viewer: Viewer, unit: int) -> None:
    """Take out one imported entry."""
    require(viewer, policies.KEEP)
    with writing():
        found = Unit.objects.filter(id=unit).first()
        if found is None:
            raise NotFound
        if found.subject:
            raise NotByHand
        keeping.remove([unit])


def add_term(*, viewer: Viewer, source: str, target: str, term: str, meant: str, note: str = "") -> bool:
    """Add a term to the glossary; whether it is new."""
    require(viewer, policies.KEEP)
    term, meant, note = (" ".join(text.split()) for text in (term, meant, note))
    tags = TAG.fullmatch(source.strip()) and TAG.fullmatch(target.strip())
    fits = 0 < len(term) <= glossary.MOST_LETTERS and 0 < len(meant) <= glossary.MOST_LETTERS
    if not tags or not fits or primary(source) == primary(target) or max(len(source), len(target)) > 35:
        raise BadTerm
    row = glossary.Row(source.strip(), target.strip(), term, meant, note=note[:1000])
    with writing():
        return bool(importing.add_terms(_typed(), [row]))


def remove_term(*, viewer: Viewer, term: int) -> None:
    """Take a term out of the glossary."""
    require(viewer, policies.KEEP)
    with writing():
        if not Term.objects.filter(id=term).delete()[0]:
            raise NotFound


def _typed() -> Origin:
    given = {"kind": Origin.Kind.GLOSSARY, "state": Origin.State.READY, "day": _today()}
    return Origin.objects.get_or_create(key=TYPED, defaults=given)[0]


def _stored(part: Path, chunks: Iterable[bytes]) -> None:
    size = 0
    with part.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > files.MOST_BYTES:
                raise TooLarge(megabytes=files.MOST_BYTES >> 20)
            file.write(chunk)


def _opened(kind: str, name: str, path: Path) -> Origin:
    """A waiting origin for a file; one that failed with the same file gives way to it."""
    digest, size = files.sha256(path), path.stat().st_size
    with writing():
        same = Origin.objects.filter(sha256=digest, kind=kind).first()
        if same is None:
            given = {"kind": kind, "name": files.shown(name), "sha256": digest, "day": _today(), "total": size}
            return Origin.objects.create(key=_new_key(), **given)
        if same.state != Origin.State.FAILED:
            raise AlreadyThere
        same.state, same.fault, same.params, same.done, same.total = Origin.State.WAITING, "", {}, 0, size
        same.save()
        return same


def _today() -> str:
    return timezone.now().date().isoformat()


def _new_key() -> str:
    return b32encode(secrets.token_bytes(16))[:26].decode().lower()
