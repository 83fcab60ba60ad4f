"""What there is of bundles, for whoever may exchange."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tejido.ground import work
from tejido.ground.bundles import holding, making, planning, reading, shelf
from tejido.ground.bundles.models import Arriving, Made, Taken
from tejido.ground.bundles.records import ArrivingGlance, GapGlance, MadeGlance, Member, PartGlance, SpaceGlance
from tejido.ground.errors import NotFound
from tejido.ground.network import policies, selectors
from tejido.ground.people import Viewer, require
from tejido.ground.store import db
from tejido.ground.store.models import Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.witness import public as witness
from tejido.log import checkpoint
from tejido.log.words import fingerprint
from tejido.replication import parts

RUNNING = frozenset({"running", "waiting"})
SHOWN_TAKEN = 50


def members(*, viewer: Viewer) -> list[Member]:
    """Organisations in a network with us, by name."""
    require(viewer, policies.EXCHANGE)
    own = Own.objects.first()
    mine = bytes(own.org) if own else b""
    networks: dict[bytes, list[str]] = {}
    for one in selectors.networks():
        for org in one.members if one.admitted else ():
            networks.setdefault(org, []).append(one.name)
    said = _last_words()
    found = [_member(org, names, said.get(org, "")) for org, names in networks.items() if org != mine]
    return sorted(found, key=lambda one: (one.name.casefold(), one.org))


def _member(org: bytes, networks: Sequence[str], said: str) -> Member:
    sent = planning.last_sent(org)
    reachable = bool(planning.ages_of([org]))
    return Member(org.hex(), selectors.org_name(org), fingerprint(org), tuple(networks), said, sent, reachable)


def _last_words() -> dict[bytes, str]:
    """The day of each organisation's last statement about what it holds."""
    found: dict[bytes, str] = {}
    for row in SpaceRow.objects.exclude(purpose="own").order_by("id"):
        for data in witness.kept(bytes(row.hash)):
            one = checkpoint.parse(data)
            found[one.org] = max(found.get(one.org, ""), one.day)
    return found


def made(*, viewer: Viewer) -> list[MadeGlance]:
    """Bundles made here that still lie here, the latest first."""
    require(viewer, policies.EXCHANGE)
    holding.erased()
    rows = list(Made.objects.order_by("-at", "id"))
    running = work.progress_of([making.claim_key(row.id) for row in rows])
    return [_made(row, running.get(making.claim_key(row.id))) for row in rows]


def made_one(*, viewer: Viewer, bundle: str) -> MadeGlance:
    """One of them; raises `NotFound`."""
    found = next((one for one in made(viewer=viewer) if one.id == bundle), None)
    if found is None:
        raise NotFound
    return found


def _made(row: Made, progress: work.Progress | None) -> MadeGlance:
    folder, ready = shelf.made(row.id), row.state == Made.State.READY
    files = tuple(
        PartGlance(number, parts.part_name(row.id, number, row.parts), shelf.part(folder, number).stat().st_size)
        for number in (shelf.numbers(folder) if ready else ())
    )
    names = tuple(selectors.org_name(org) for org in row.recipients)
    percent = (progress.permille // 10 if progress else 0) if row.state == Made.State.WAITING else None
    return MadeGlance(
        row.id, row.at, row.at + holding.KEEP_MADE, names, row.state, row.error, row.events, row.recordings, row.size,
        files, percent,
    )  # fmt: skip


def arriving(*, viewer: Viewer) -> list[ArrivingGlance]:
    """Bundles of which parts lie here, the latest first."""
    require(viewer, policies.EXCHANGE)
    rows = list(Arriving.objects.order_by("-begun", "id"))
    running = work.progress_of([reading.claim_key(row.id) for row in rows])
    return [_arriving(row, running.get(reading.claim_key(row.id))) for row in rows]


def taken(*, viewer: Viewer) -> list[ArrivingGlance]:
    """Bundles that were taken in, the latest first."""
    require(viewer, policies.EXCHANGE)
    return [_taken(row) for row in Taken.objects.order_by("-at", "id")[:SHOWN_TAKEN]]


def arrived(*, viewer: Viewer, bundle: str) -> ArrivingGlance:
    """One of either; raises `NotFound`."""
    require(viewer, policies.EXCHANGE)
    row = Taken.objects.filter(id=bundle).first()
    if row is not None:
        return _taken(row)
    found = next((one for one in arriving(viewer=viewer) if one.id == bundle), None)
    if found is None:
        raise NotFound
    return found


def _arriving(row: Arriving, progress: work.Progress | None) -> ArrivingGlance:
    lacking = () if row.error else tuple(reading.missing(row))
    busy = not row.error and not lacking and (row.agreed or not row.said)
    percent = (progress.permille // 10 if progress and progress.state in RUNNING else 0) if busy else None
    return _glance(
        row.id, row.begun, row.said, parts=row.parts, size=row.size, missing=lacking, looked=bool(row.said),
        agreed=row.agreed, error=row.error, percent=percent,
    )  # fmt: skip


def _taken(row: Taken) -> ArrivingGlance:
    said, report = row.said, row.report
    waits: dict[str, int] = {}
    for _, log, first, last in report.get("gaps", ()):
        name = _writer(log)
        waits[name] = waits.get(name, 0) + last - first + 1
    gaps = tuple(GapGlance(name, count) for name, count in sorted(waits.items()))
    return _glance(
        row.id, row.at, said, parts=said["parts"], size=said["size"], looked=True, agreed=True, report=report, gaps=gaps
    )


def _writer(log: str) -> str:
    org = db.value("SELECT org FROM store_log WHERE hash = %s", [bytes.fromhex(log)])
    return selectors.org_name(bytes(org)) if org is not None else log[:12]


def _glance(bundle: str, at: datetime, said: dict[str, Any], **more: Any) -> ArrivingGlance:
    if not said:
        return ArrivingGlance(bundle, at, missing=more.pop("missing", ()), **more)
    org = bytes.fromhex(said["org"])
    more.setdefault("missing", ())
    return ArrivingGlance(
        bundle, at, org=org.hex(), name=selectors.org_name(org), words=fingerprint(org), day=said["day"],
        events=said["events"], recordings=said["blobs"], spaces=tuple(_spaces(said["spaces"])), **more,
    )  # fmt: skip


def _spaces(spaces: dict[str, list[int]]) -> Iterable[SpaceGlance]:
    known = {bytes(row.hash).hex(): row for row in SpaceRow.objects.all()}
    for space, (logs, events) in sorted(spaces.items()):
        row = known.get(space)
        yield SpaceGlance(row.purpose if row else "", row.name if row else "", logs, events)
