"""What goes into a bundle, and how large it will be, before anything is written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from tejido.ground import blobs
from tejido.ground.bundles.errors import NobodyThere, NothingNew, TooManyParts
from tejido.ground.bundles.models import Sent
from tejido.ground.bundles.replica import BundleStore
from tejido.ground.store import db
from tejido.ground.store.models import Org
from tejido.ground.store.public import known_own
from tejido.ground.witness import public as witness
from tejido.log import checkpoint
from tejido.replication import carrying, parts, sealing
from tejido.replication.carrying import Plan, Span
from tejido.replication.store import Point

ALL, SAID, LAST = "all", "said", "last"
SINCE = (ALL, SAID, LAST)
PER_EVENT, PER_CHUNK, CLOSED = 260, 41, 1.0003  # bytes around each; what age adds
SIZES = """SELECT COUNT(*), COALESCE(SUM(LENGTH(e.header)), 0), COALESCE(SUM(LENGTH(p.data)), 0) FROM store_event e
           JOIN store_log l ON l.id = e.log_id LEFT JOIN store_payload p ON p.event_id = e.id
           WHERE l.hash = %s AND e.seq >= %s AND e.seq <= %s AND e.id <= %s"""
ERASED = """SELECT DISTINCT r.target, l.hash, e.seq FROM store_redaction r JOIN store_event e ON e.hash = r.target
            JOIN store_log l ON l.id = e.log_id WHERE r.applied = %s"""


@dataclass(frozen=True)
class Wish:
    """Whom a bundle is for, from where on, with recordings or without, and how large its parts may be (0: one part)."""

    recipients: tuple[bytes, ...]
    since: str = ALL
    blobs: bool = True
    part_bytes: int = 0


@dataclass(frozen=True)
class Estimate:
    """About how much a bundle will hold; `size` in bytes."""

    events: int
    recordings: int
    size: int
    parts: int


def planned(wish: Wish, store: BundleStore) -> Plan:
    """Fix what goes in; raises `NobodyThere` or `NothingNew`."""
    org = bytes(known_own().org)
    if not wish.recipients or not all(sealing.usable(ages_of([one])) for one in wish.recipients):
        raise NobodyThere
    if not carrying.common(store, org, wish.recipients):
        raise NobodyThere
    found = carrying.plan(store, org, wish.recipients, known_to(wish.recipients, wish.since), blobs=wish.blobs)
    if not found.spans:
        raise NothingNew
    return found


def ages_of(orgs: Iterable[bytes]) -> list[str]:
    """Age recipients of the devices that these organisations' identities name."""
    rows = Org.objects.filter(hash__in=list(orgs)).order_by("id")
    return [age for row in rows for _, age in sorted(row.devices.items())]


def known_to(orgs: Sequence[bytes], since: str) -> dict[bytes, Point]:
    """Of each log the last event that all of these hold, by what they said or by what was sent to them."""
    if since == ALL:
        return {}
    each = [said_by(org) if since == SAID else sent_to(org) for org in orgs]
    logs = set.intersection(*(set(one) for one in each))
    return {log: min(one[log] for one in each) for log in logs}


def said_by(org: bytes) -> dict[bytes, Point]:
    """What an organisation says that it holds: of several devices, the one that holds more of a log."""
    found: dict[bytes, Point] = {}
    for space in BundleStore().spaces():
        for data in witness.kept(space.space.id):
            one = checkpoint.parse(data)
            for log, seq, digest in one.heads if one.org == org else ():
                found[log] = max(found.get(log, Point(-1, b"")), Point(seq, digest))
    return found


def sent_to(org: bytes) -> dict[bytes, Point]:
    """Up to where its logs went into bundles for an organisation."""
    return {bytes(one.log): Point(one.seq, bytes(one.hash)) for one in Sent.objects.filter(org=org)}


def last_sent(org: bytes) -> datetime | None:
    """When a bundle was last made for an organisation, or None."""
    found: datetime | None = Sent.objects.filter(org=org).aggregate(at=Max("at"))["at"]
    return found


def estimate(wish: Wish, plan: Plan) -> Estimate:
    """About how large it will be; raises `TooManyParts`."""
    events = size = 0
    for span in plan.spans:
        count, headers, payloads = db.rows(SIZES, [span.log.id, span.first, span.last, plan.upto])[0]
        events, size = events + int(count), size + int(headers) + int(payloads) + int(count) * PER_EVENT
    for blob in plan.blobs:
        found = blobs.descriptor(blob)
        size += found.size + len(found.chunks) * (PER_CHUNK + 67)
    size = int(size * CLOSED) + 4096
    count = -(-size // (wish.part_bytes - parts.HEAD)) if wish.part_bytes > parts.HEAD else 1
    if count > parts.MOST_PARTS:
        raise TooManyParts
    return Estimate(events, len(plan.blobs), size, count)


def erased_within(spans: Collection[Sequence[object]]) -> int:
    """How many events within these (log in hex, first, last) were erased here."""
    wanted: Mapping[object, tuple[object, object]] = {one[0]: (one[1], one[2]) for one in spans}
    count = 0
    for _, log, seq in db.rows(ERASED, [True]):
        first, last = wanted.get(bytes(log).hex(), (1, 0))
        count += first <= seq <= last
    return count


def listed(spans: Iterable[Span]) -> list[list[object]]:
    """As they are kept."""
    return [[one.log.id.hex(), one.first, one.last] for one in spans]
