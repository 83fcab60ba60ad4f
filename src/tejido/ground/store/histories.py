"""What was before: one aggregate's events as they still stand in the log, and who was in a space when."""

from collections.abc import Sequence

from tejido.ground.store import control, db, reading
from tejido.ground.store.batch import Batch
from tejido.ground.store.folding import Context, gather
from tejido.ground.store.logs import snapshot
from tejido.ground.store.models import Space
from tejido.ground.store.registry import REGISTRY, Entry

FAMILIES = "SELECT DISTINCT family FROM store_eventindex WHERE akey = %s"


def entries_of(aggregate: bytes) -> list[Entry]:
    """Its events in the order of folding, less those that were erased; empty where it is not here."""
    akey = aggregate[:16]
    context = Context(snapshot(), reading.epoch_keys())
    for (name,) in db.rows(FAMILIES, [akey]):
        if name in REGISTRY.families and (found := gather(REGISTRY.families[name], [akey], context).get(akey)):
            return found
    return []


def member_lists(spaces: list[Space]) -> dict[int, list[tuple[control.Order, frozenset[bytes]]]]:
    """The member lists of each of these spaces (by its row's id) in order, each with the place of the event that wrote it."""
    batch = Batch(snapshot(), reading.epoch_keys())
    return {space.id: control.member_lists(space, batch) for space in spaces}


def list_entries(space: Space) -> list[Entry]:
    """The events that wrote a space's member lists, in order."""
    return control.list_entries(space, Batch(snapshot(), reading.epoch_keys()))


def stamp_of(families: Sequence[str]) -> str:
    """Another text whenever an event of these families came or was erased: three numbers a family, from the index alone."""
    marks = ", ".join(["%s"] * len(families))
    sql = f"""SELECT family, COUNT(*), MAX(event_id), SUM(event_id) FROM store_eventindex
              WHERE family IN ({marks}) GROUP BY family ORDER BY family"""  # noqa: S608 (place holders alone)
    return " ".join(str(value) for row in db.rows(sql, list(families)) for value in row)
