"""One aggregate's events as they still stand in the log: for pages that show what something was before."""

from tejido.ground.store import db, reading
from tejido.ground.store.folding import Context, gather
from tejido.ground.store.logs import snapshot
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
