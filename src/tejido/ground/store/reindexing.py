"""Filling the search index anew in place, family by family; running it twice changes nothing."""

from base64 import b32decode
from collections.abc import Iterator

from tejido.ground import search
from tejido.ground.store import db, logs, reading
from tejido.ground.store.folding import Context, fold_groups, gather
from tejido.ground.store.registry import REGISTRY, Family

BATCH = 500


def reindex() -> None:
    """Replace the documents of every aggregate that has some, then drop those of aggregates that are gone."""
    for family in REGISTRY.families.values():
        if family.index:
            _family(family)
    _drop_orphans()


def _family(family: Family) -> None:
    for akeys in _akeys(family.name):
        with db.writing():
            context = Context(logs.snapshot(), reading.epoch_keys())
            folded = fold_groups(family, gather(family, akeys, context), context)
            docs = family.index(folded) if family.index else ()
            search.replace([db.row_key(akey) for akey in akeys], docs)


def _akeys(family: str) -> Iterator[list[bytes]]:
    last = b""
    sql = "SELECT DISTINCT akey FROM store_eventindex WHERE family = %s AND akey > %s ORDER BY akey LIMIT %s"
    while found := [bytes(akey) for (akey,) in db.rows(sql, [family, last, BATCH])]:
        yield found
        last = found[-1]


def _drop_orphans() -> None:
    from tejido.ground.search.models import Document

    sources = list(Document.objects.values_list("source", flat=True).distinct())
    by_akey = {akey_of(source): source for source in sources}
    sql = "SELECT akey FROM store_aggregate WHERE akey IN ({})"
    there = {bytes(akey) for (akey,) in db.rows_in(sql, by_akey)}
    search.remove([source for akey, source in by_akey.items() if akey not in there])


def akey_of(row_key: str) -> bytes:
    """The 16 bytes that a row key stands for."""
    return b32decode(row_key.upper() + "======")
