"""The state hash of a space: equal wherever the same events are held, whatever their order of arrival."""

from hashlib import sha256

from django.db import connection

from tejido.ground.store import tables
from tejido.ground.store.derived import Aggregate
from tejido.ground.store.models import Space as SpaceRow

PREFIX = b"tejido/state/1\n"


def state_hash(space_id: int, suffix: str = "") -> str:
    """SHA-256 over every aggregate's id and state in the order of ids, hex."""
    digest = sha256(PREFIX)
    sql = f"SELECT aggregate, state FROM {tables.name(Aggregate, suffix)} WHERE space_id = %s ORDER BY akey"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [space_id])
        while rows := cursor.fetchmany(2000):
            for aggregate, state in rows:
                digest.update(bytes(aggregate) + len(state).to_bytes(8, "big") + bytes(state))
    return digest.hexdigest()


def state_hashes() -> dict[str, str]:
    """State hash of each space, by the space's id in hex."""
    return {bytes(row.hash).hex(): state_hash(row.id) for row in SpaceRow.objects.order_by("hash")}
