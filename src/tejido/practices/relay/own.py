"""Reading this organisation's own reports: words that have not been passed on, consent, what is under way."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tejido.ground import blobs, search
from tejido.ground.blobs import BlobRef
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import own_space_key
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, copies, domain, policies
from tejido.practices.relay.access import sound
from tejido.practices.relay.drafts import Removed, Transcription
from tejido.practices.relay.models import Chain, Hop, Report
from tejido.practices.relay.names import load
from tejido.practices.relay.records import CircleView, ReportItem
from tejido.practices.relay.segments import Line

FOUND = 200


@dataclass(frozen=True)
class ReportPage:
    """A report of this organisation with its words, its consent and what is under way."""

    report: ReportItem
    lines: tuple[Line, ...]
    model: str
    consent: consent.Record
    transcription: Transcription | None
    changed: bool
    parent: str


def report_audio(*, viewer: Viewer, key: str) -> BlobRef:
    """The preview of one of this organisation's reports. Raises `NotFound`."""
    policies.require_for(viewer, policies.REPORT, key)
    return sound(Report.objects.filter(key=key, space=own_space_key()).values_list("preview", flat=True).first())


def sealed_original(*, viewer: Viewer, report: str) -> Iterator[bytes]:
    """The original of a report as it is kept: closed to the recovery sheets. Raises `NotFound` where there is none."""
    require(viewer, policies.PASS)
    kept = Report.objects.filter(key=report, space=own_space_key()).values_list("master", flat=True).first()
    return blobs.open_range(sound(kept))


@dataclass(frozen=True)
class Original:
    """What became of the recording as it was sent: `kept` closed, or erased although it was `wanted`; what it told."""

    kept: bool
    wanted: bool
    removed: tuple[tuple[str, str], ...]


def original(*, viewer: Viewer, key: str) -> Original | None:
    """What became of a report's original; None where there was no recording, or for whoever may not see the report."""
    policies.require_for(viewer, policies.REPORT, key)
    row = Report.objects.filter(key=key, space=own_space_key()).first()
    if row is None or not row.preview:
        return None
    removed = Removed.objects.filter(report=key).values_list("fields", flat=True).first() or []
    held = consent.in_force(bytes.fromhex(row.aggregate))
    kept = bool(row.master) and blobs.has(sound(row.master).id)
    wanted = consent.may_archive(held) and not kept
    return Original(kept, wanted, tuple((name, place) for name, place in removed))


def report(*, viewer: Viewer, key: str) -> ReportPage:
    """One report. Raises `NotFound`."""
    policies.require_for(viewer, policies.REPORT, key)
    row = Report.objects.filter(key=key, space=own_space_key()).first()
    if row is None:
        raise NotFound
    under_way = Transcription.objects.filter(report=key).first()
    held = consent.record(bytes.fromhex(row.aggregate))
    lines = access.lines(row.lines)
    passed = access.copies(row)
    changed = any(copies.differs(row, copy) for copy in passed)
    step = domain.next_step(
        transcribed=row.transcribed, transcription=under_way.state if under_way else "",
        may_pass=consent.may_pass(held.terms), passed=bool(passed), changed=changed,
        reachable=not _cannot_be_asked([key]),
    )  # fmt: skip
    item = _report_item(row, step, _titles([row]), load([row.circle]).circles)
    return ReportPage(item, lines, row.model, held, under_way, changed, row.parent)


def reports(*, viewer: Viewer, query: str = "", chain: str = "") -> "Reports":
    """This organisation's reports, the newest first."""
    require(viewer, policies.REPORT)
    rows = Report.objects.filter(space=own_space_key())
    for taken_out in hidden():
        rows = rows.exclude(key__in=taken_out)
    if chain:
        rows = rows.filter(chain=chain)
    if query.strip():
        found = search.search(query, spaces=[own_space_key()], kinds=["relay.report"], limit=FOUND).hits
        rows = rows.filter(key__in=[hit.key for hit in found])
    return Reports(rows.order_by("-at", "key"))


_unreachable: list[Callable[[Collection[str]], Collection[str]]] = []


def unreachable(function: Callable[[Collection[str]], Collection[str]]) -> None:
    """Let `function` say which of these reports (keys) came from somebody whom nobody here can ask anything."""
    if function not in _unreachable:
        _unreachable.append(function)


def _cannot_be_asked(keys: Collection[str]) -> set[str]:
    return {key for function in _unreachable for key in function(keys)}


_hiders: list[Callable[[], Iterable[str]]] = []


def hider(function: Callable[[], Iterable[str]]) -> None:
    """Let `function` name reports, by key, that lists leave out; a query of one column is best."""
    if function not in _hiders:
        _hiders.append(function)


def hidden() -> list[Iterable[str]]:
    """The keys of reports that lists leave out, in portions."""
    return [function() for function in _hiders]


class Reports(Sequence[ReportItem]):
    """Reports; counts and slices like a list, seven queries a page."""

    def __init__(self, rows: QuerySet[Report]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, index: Any) -> Any:
        found = list(self._rows[index]) if isinstance(index, slice) else [self._rows[index]]
        items = _report_items(found)
        return items if isinstance(index, slice) else items[0]


def _report_items(rows: Sequence[Report]) -> list[ReportItem]:
    keys = [row.key for row in rows]
    states = dict(Transcription.objects.filter(report__in=keys).values_list("report", "state"))
    held = consent.in_force_many(keys)
    titles, circles = _titles(rows), load([row.circle for row in rows]).circles
    hops = [row.hop for row in rows if row.hop]
    unasked = _cannot_be_asked(keys)
    passed = {hop.key: hop for hop in Hop.objects.filter(key__in=hops).exclude(status="withdrawn")}
    items = []
    for row in rows:
        copy = passed.get(row.hop)
        changed = copy is not None and copies.differs(row, copy)
        step = domain.next_step(
            transcribed=row.transcribed, transcription=states.get(row.key, ""),
            may_pass=consent.may_pass(held.get(row.key, consent.NOTHING)), passed=copy is not None, changed=changed,
            reachable=row.key not in unasked,
        )  # fmt: skip
        items.append(_report_item(row, step, titles, circles))
    return items


def _titles(rows: Sequence[Report]) -> dict[str, str]:
    return dict(Chain.objects.filter(key__in={row.chain for row in rows}).values_list("key", "title"))


def _report_item(row: Report, step: str, titles: Mapping[str, str], circles: Mapping[str, CircleView]) -> ReportItem:
    spoke = circles.get(row.circle)
    return ReportItem(
        row.key, row.chain, titles.get(row.chain, ""), row.role, spoke.name if spoke else "", row.lang, row.day,
        row.pseudonym, row.duration, bool(row.preview), row.synthetic, row.excerpt, row.conflicts, row.hop, step,
        row.state,
    )  # fmt: skip


def percent(under_way: Transcription | None) -> int:
    """How much of a recording has been transcribed, 0 to 100."""
    return under_way.percent if under_way else 100
