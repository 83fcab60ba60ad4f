"""What this node holds of a space, as heads."""

from collections.abc import Iterable

from tejido.ground.store import db
from tejido.ground.store.models import Space
from tejido.log.checkpoint import HeadAt
from tejido.log.header import trusted

LOGS = "SELECT hash, id, head_seq, head_hash, forked_at FROM store_log WHERE head_seq >= 0 AND "
BRANCHES = "SELECT hash, seq, header FROM store_event WHERE log_id = %s AND seq >= %s"
UNREAD = """SELECT 1 FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE e.state = 0
            AND (l.space_id = %s OR (l.space_id = 0 AND l.org IN ({}))) LIMIT 1"""


def writers(space: Space) -> list[bytes]:
    """The organisations whose logs and identities belong to a space: members, the owner, and whoever has written in it."""
    written = db.rows("SELECT DISTINCT org FROM store_log WHERE space_id = %s", [space.id])
    listed = {bytes.fromhex(org) for org in space.members.get("orgs", ())}
    return sorted({bytes(org) for (org,) in written} | listed | {bytes(space.owner)})


def heads(space: Space) -> tuple[HeadAt, ...]:
    """Of every log of the space and of its writers' identities; of a forked log the end of each branch."""
    rows = db.rows(LOGS + "space_id = %s", [space.id]) + db.rows_in(
        LOGS + "space_id = 0 AND org IN ({})", writers(space)
    )
    found: set[HeadAt] = set()
    for log, row_id, seq, digest, forked in rows:
        if forked is None:
            found.add(HeadAt(bytes(log), seq, bytes(digest)))
        else:
            found.update(_tips(bytes(log), row_id, forked))
    return tuple(sorted(found))


def _tips(log: bytes, row_id: int, forked: int) -> Iterable[HeadAt]:
    rows = [
        (bytes(digest), seq, trusted(bytes(header)).prev) for digest, seq, header in db.rows(BRANCHES, [row_id, forked])
    ]
    continued = {prev for _, _, prev in rows}
    return [HeadAt(log, seq, digest) for digest, seq, _ in rows if digest.hex() not in continued]


def everything_read(space: Space) -> bool:
    """Whether nothing of the space waits for its payload: otherwise another state may stand on the same heads."""
    listed = writers(space)
    sql = UNREAD.format(",".join(["%s"] * len(listed)))
    return not db.value(sql, [space.id, *listed])
