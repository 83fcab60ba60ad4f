"""A room for tests: notes to which anybody may add words; the last writer shows, everybody is counted."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from django.db import models

from tejido.ground.store import tables
from tejido.ground.store.derived import ReadModel
from tejido.ground.store.entry import Entry
from tejido.ground.store.models import ReadTable
from tejido.ground.store.registry import REDACT, REGISTRY, Family, Folded, Kind, register

OPENED, SAID, OTHER = "test.note.opened", "test.note.said", "test.mark.made"


@dataclass(frozen=True)
class NoteState:
    """Who opened it, what was said last and by whom, how much in all."""

    opener: str
    last: str
    writer: str
    count: int
    writers: tuple[tuple[str, int], ...]
    gone: bool = False


class NoteRow(ReadModel):
    """One row a note."""

    single: ClassVar[bool] = True
    last = models.TextField()
    count = models.IntegerField()

    class Meta(ReadModel.Meta):
        abstract = False
        app_label = "tests_store"
        db_table = "tests_note"


class WriterRow(ReadModel):
    """One row a writer of a note."""

    org = models.CharField(max_length=64, db_index=True)
    count = models.IntegerField()

    class Meta(ReadModel.Meta):
        abstract = False
        app_label = "tests_store"
        db_table = "tests_writer"


def fold(entries: Sequence[Entry]) -> NoteState | None:
    """The opening event, or its tombstone, and everything said in order."""
    opener = next((e for e in entries if e.kind == OPENED and e.hash == e.aggregate), None)
    gone = next((e for e in entries if e.kind == REDACT and e.body["target"] == e.aggregate.hex()), None)
    first = opener or gone
    if first is None:
        return None
    said = [e for e in entries if e.kind in (OPENED, SAID)]
    counts: dict[str, int] = {}
    for one in said:
        counts[one.org.hex()] = counts.get(one.org.hex(), 0) + 1
    last = said[-1] if said else first
    words = "" if last is gone else str(last.body.get("text", ""))
    return NoteState(
        first.org.hex(), words, last.org.hex(), len(said), tuple(sorted(counts.items())), gone=opener is None
    )


def project(folded: Sequence[Folded]) -> Iterable[ReadModel]:
    """A row for the note, and one for each writer."""
    for one in folded:
        state: NoteState = one.state
        yield NoteRow(key=one.key, source=one.key, space=one.space, last=state.last, count=state.count)
        for org, count in state.writers:
            key = f"{one.key[:13]}{org[:13]}"
            yield WriterRow(key=key, source=one.key, space=one.space, org=org, count=count)


def fold_marks(entries: Sequence[Entry]) -> tuple[int, str] | None:
    """Counts whatever it is given: a careless neighbour."""
    return (len(entries), entries[0].org.hex())


FAMILIES = (
    Family("test.note", (Kind(OPENED, creates=True), Kind(SAID)), fold, project, (NoteRow, WriterRow)),
    Family("test.mark", (Kind(OTHER, creates=True),), fold_marks),
)


@contextmanager
def registered() -> Iterator[None]:
    """The families and their tables; both are gone afterwards."""
    register(*FAMILIES)
    try:
        for model in (NoteRow, WriterRow):
            tables.create(model)
            ReadTable.objects.update_or_create(name=model._meta.db_table, defaults={"shape": tables.shape(model)})
        yield
    finally:
        for family in FAMILIES:
            REGISTRY.families.pop(family.name)
            for kind in family.kinds:
                REGISTRY.kinds.pop(kind.name)
