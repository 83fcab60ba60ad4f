"""Where a log goes: which branch counts where it forks, and where the log of a revoked device ends.

A function of the events held and of the organisation's identity (`tejido.log.branches`), noted in the log's row and, for the
events of branches that were passed over, in the table `Aside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tejido.ground.store import db
from tejido.ground.store.batch import Batch, stale_between
from tejido.ground.store.logs import LogInfo, Snapshot
from tejido.ground.store.models import Org as OrgRow
from tejido.log.branches import Course, Link, course
from tejido.log.header import trusted
from tejido.log.identity import Resolution
from tejido.log.membership import UNLIMITED, Pin


@dataclass(frozen=True)
class Going:
    """What a log's row and the table `Aside` say of its course; `tip`: the last event that counts, where it forked."""

    stopped_at: int | None = None
    ended_at: int | None = None
    aside: frozenset[int] = frozenset()
    tip: Link | None = None


def bent(info: LogInfo, shot: Snapshot) -> bool:
    """Whether there is something to decide: most logs neither fork nor end."""
    org = shot.orgs.get(info.log.org)
    ends = org is not None and info.log.device.hex() in org.ended
    return not info.log.identity and (info.row.forked_at is not None or ends or info.row.ended_at is not None)


def going(info: LogInfo, shot: Snapshot) -> Going:
    """The course of one log."""
    org, forked_at = shot.orgs.get(info.log.org), info.row.forked_at
    revoked = org is not None and info.log.device.hex() in org.ended
    pin = _pin(org, info) if org and revoked else None
    if forked_at is None:
        return Going(ended_at=_end(info, pin) if revoked else None)
    links = _links(info, forked_at)
    found = course(links.values(), forked_at, _resolved(org, info.log.id) if org else (), pin)
    kept = {link.hash for link in found.kept}
    passed = [i for i, link in links.items() if link.hash not in kept and _decided(link, found)]
    tip = found.kept[-1] if found.kept else None
    return Going(found.stopped_at, _end(info, pin) if revoked else None, frozenset(passed), tip)


def _decided(link: Link, found: Course) -> bool:
    return found.stopped_at is None or link.seq < found.stopped_at


def _pin(org: OrgRow, info: LogInfo) -> Pin | None:
    found = org.ended[info.log.device.hex()].get(info.log.id.hex())
    return Pin(found[0], bytes.fromhex(found[1])) if found else None


def _end(info: LogInfo, pin: Pin | None) -> int:
    """The first seq that does not count. What is held counts, too, while the pinned event has not come yet."""
    if pin is None or not 0 <= pin.seq < UNLIMITED:
        return 0
    held = [bytes(found) for (found,) in db.rows(HELD, [info.id, pin.seq])]
    return pin.seq + 1 if pin.hash in held or not held else 0


HELD = "SELECT hash FROM store_event WHERE log_id = %s AND seq = %s"
LINKS = "SELECT id, hash, header FROM store_event WHERE log_id = %s AND seq >= %s ORDER BY seq, hash"


def _links(info: LogInfo, start: int) -> dict[int, Link]:
    found: dict[int, Link] = {}
    for event_id, digest, header in db.rows(LINKS, [info.id, start]):
        said = trusted(bytes(header))
        found[event_id] = Link(bytes(digest), bytes.fromhex(said.prev), said.seq)
    return found


def _resolved(org: OrgRow, log: bytes) -> Sequence[Resolution]:
    return [
        Resolution(log, seq, frozenset(map(bytes.fromhex, branches)), bytes.fromhex(keep))
        for name, seq, branches, keep in org.resolved
        if name == log.hex()
    ]


def aside_of(info: LogInfo) -> frozenset[int]:
    """The events of a log that are noted as passed over."""
    return frozenset(i for (i,) in db.rows("SELECT event_id FROM store_aside WHERE log_id = %s", [info.id]))


def bend(infos: Sequence[LogInfo], batch: Batch) -> list[LogInfo]:
    """Decide anew about these logs; those whose course changed."""
    return [info for info in infos if bent(info, batch.shot) and _bend(info, batch)]


def _bend(info: LogInfo, batch: Batch) -> bool:
    row, found = info.row, going(info, batch.shot)
    before = aside_of(info) if row.branched else frozenset()
    if found.tip is not None:
        row.head_seq, row.head_hash = found.tip.seq, found.tip.hash
    batch.touch(info)
    if (row.stopped_at, row.ended_at, before) == (found.stopped_at, found.ended_at, found.aside):
        return False
    row.stopped_at, row.ended_at, row.branched = found.stopped_at, found.ended_at, bool(found.aside)
    db.execute("DELETE FROM store_aside WHERE log_id = %s", [info.id])
    db.many("INSERT INTO store_aside (event_id, log_id) VALUES (%s, %s)", [(i, info.id) for i in sorted(found.aside)])
    if before != found.aside and row.forked_at is not None:
        stale_between(info, row.forked_at, UNLIMITED, batch.stale, [])
    return True
