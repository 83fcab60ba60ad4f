"""Every read about drop links and receipts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone

from tejido.ground.blobs import BlobRef
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, selectors, traces
from tejido.practices.relay.drops import errors, policies
from tejido.practices.relay.drops.domain import ERASED_FOR, OPEN_FOR_S, Limits, digest
from tejido.practices.relay.drops.models import Drop, DropLink
from tejido.practices.relay.models import Chain, Circle, Hop, Report
from tejido.practices.relay.own import ReportPage

SALT = "tejido.relay.drops.receipt"


@dataclass(frozen=True)
class LinkRow:
    """A link in the list; `state`: open, revoked, expired, used-up."""

    id: int
    chain: str
    chain_title: str
    circle: str
    role: str
    lang: str
    note: str
    made: date
    expires: datetime
    most: int
    used: int
    minutes: int
    megabytes: int
    state: str


@dataclass(frozen=True)
class Arrival:
    """What came by a link; `gone`: it was erased. `kept`: the giver has typed the receipt back."""

    report: str
    chain_title: str
    link: int | None
    note: str
    day: date
    lang: str
    excerpt: str
    duration: int
    passed: bool
    kept: bool
    seen: bool
    hidden: bool
    gone: bool


@dataclass(frozen=True)
class Asked:
    """What the giver's page shows of a link: the question, who asks, what it takes.

    Of a voice that is to be answered it shows nothing: its words were passed to circles, not to whoever has a link.
    """

    id: int
    state: str
    lang: str
    title: str
    question: str
    question_lang: str
    circle: str
    organisation: str
    role: str
    minutes: int
    megabytes: int
    expires: datetime


def links(*, viewer: Viewer, query: str = "") -> "Links":
    """Links, the newest first."""
    require(viewer, policies.MANAGE)
    return Links(DropLink.objects.filter(note__icontains=query) if query else DropLink.objects.all())


class Links(Sequence[LinkRow]):
    """Links; counts and slices like a list, three queries a page."""

    def __init__(self, rows: QuerySet[DropLink]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, index: Any) -> Any:
        rows = list(self._rows[index]) if isinstance(index, slice) else [self._rows[index]]
        titles = _column(Chain, "title", [row.chain for row in rows])
        circles = _column(Circle, "name", [row.circle for row in rows])
        found = [_link(row, titles, circles) for row in rows]
        return found if isinstance(index, slice) else found[0]


def _column(model: Any, name: str, keys: Sequence[str]) -> dict[str, str]:
    return dict(model.objects.filter(key__in=set(keys)).values_list("key", name))


def _link(row: DropLink, titles: dict[str, str], circles: dict[str, str]) -> LinkRow:
    return LinkRow(
        row.pk, row.chain, titles.get(row.chain, ""), circles.get(row.circle, ""), row.role, row.lang, row.note,
        row.made, row.expires, row.most, row.used, row.minutes, row.megabytes, state_of(row),
    )  # fmt: skip


def state_of(row: DropLink) -> str:
    """Whether a link takes anything now."""
    return Limits(row.most, row.used, row.expires, row.revoked).state(timezone.now())


def arrivals(*, viewer: Viewer, query: str = "") -> "Arrivals":
    """What came by link, the newest first."""
    require(viewer, policies.MANAGE)
    rows = Drop.objects.select_related("link").filter(erased=None)
    if query:
        found = Report.objects.filter(Q(excerpt__icontains=query) | Q(lines__icontains=query)).values("key")
        rows = rows.filter(Q(report__in=found) | Q(link__note__icontains=query))
    return Arrivals(rows)


class Arrivals(Sequence[Arrival]):
    """What came by link; counts and slices like a list, three queries a page."""

    def __init__(self, rows: QuerySet[Drop]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, index: Any) -> Any:
        rows = list(self._rows[index]) if isinstance(index, slice) else [self._rows[index]]
        reports = {one.key: one for one in Report.objects.filter(key__in=[row.report for row in rows])}
        titles = _column(Chain, "title", [one.chain for one in reports.values()])
        found = [_arrival(row, reports.get(row.report), titles) for row in rows]
        return found if isinstance(index, slice) else found[0]


def _arrival(row: Drop, report: Report | None, titles: dict[str, str]) -> Arrival:
    note = row.link.note if row.link else ""
    chain, lang, excerpt, duration, hop = (
        (report.chain, report.lang, report.excerpt, report.duration, report.hop) if report else ("", "", "", 0, "")
    )
    return Arrival(
        row.report, titles.get(chain, ""), row.link_id, note, row.day, lang, excerpt, duration, bool(hop), row.kept,
        row.seen, row.hidden, report is None,
    )  # fmt: skip


def unseen(*, viewer: Viewer) -> int:
    """How many came in that nobody has looked at."""
    require(viewer, policies.MANAGE)
    return Drop.objects.filter(seen=False, hidden=False).count()


def hidden_reports() -> Any:
    """Keys of reports that lists leave out, as a query."""
    return Drop.objects.filter(hidden=True).values("report")


def given_among(reports: Collection[str]) -> Collection[str]:
    """Those of these reports that came by a link: whoever gave them cannot be asked anything."""
    return set(Drop.objects.filter(report__in=reports).values_list("report", flat=True))


def came_by_link(report: str) -> Drop | None:
    """What is kept about a report's coming by link; None where it did not."""
    return Drop.objects.filter(report=report).first()


# --- for whoever holds a link


def open_link(token: str) -> DropLink:
    """The link with this token; raises `UnknownLink`, or `LinkClosed` with its state."""
    row = _link_of(token)
    if (state := state_of(row)) != "open":
        raise errors.LinkClosed(state=state)
    return row


def _link_of(token: str) -> DropLink:
    row = DropLink.objects.filter(digest=digest(token)).first()
    if row is None:
        raise errors.UnknownLink
    return row


def asked(token: str) -> Asked:
    """What a link asks, for its page; raises `UnknownLink`."""
    row = _link_of(token)
    chain, (circle,) = access.chain(row.chain), _circles(row.circle)
    withdrawn = bool(row.hop) and not Hop.objects.filter(key=row.hop, status="shown").exists()
    state = "revoked" if withdrawn else state_of(row)
    return Asked(
        row.pk, state, row.lang, chain.title, chain.question, chain.lang, circle.name, circle.org_name, row.role,
        row.minutes, row.megabytes, row.expires,
    )  # fmt: skip


def _circles(key: str) -> list[Any]:
    from tejido.practices.relay.names import load

    return list(load([key]).circles.values())


# --- for whoever holds a receipt


def by_nonce(nonce: str) -> Drop:
    """What waits to have its receipt shown; raises `NotKept` where it was typed back, or an hour after it was shown first."""
    row = Drop.objects.filter(Q(secret="") | Q(until__gt=timezone.now()), nonce=nonce, kept=False).first()
    if row is None:
        raise errors.NotKept
    return row


def speaker(drop: Drop) -> Viewer:
    """Whoever has proved that this report is theirs: no role, no name, and this one thing to govern."""
    return Viewer(None, frozenset(), "", only=drop.report)


def held_by(held: str) -> Drop:
    """What a signed pass opens; raises `ReceiptClosed` where it is too old, wrong, or of something erased."""
    try:
        found = signing.loads(held, salt=SALT, max_age=OPEN_FOR_S)
        drop = Drop.objects.get(pk=found["drop"])
    except (signing.BadSignature, Drop.DoesNotExist, KeyError, TypeError) as error:
        raise errors.ReceiptClosed from error
    if drop.secret[-12:] != found["secret"]:
        raise errors.ReceiptClosed
    return drop


def own_report(held: str) -> ReportPage:
    """The report behind a receipt. Raises `ReceiptClosed`, or `NotFound` where it was erased."""
    drop = held_by(held)
    return selectors.report(viewer=speaker(drop), key=drop.report)


@dataclass(frozen=True)
class Erased:
    """How far the erasure of copies is, in numbers alone: who is in a network is nobody's business who holds a receipt.

    `until`: the last day on which the receipt tells it, None while the report is here; `taken`: the giver wished it."""

    confirmed: int
    asked: int
    here: bool
    weaker: bool
    until: date | None
    taken: bool


def own_erasure(held: str) -> Erased | None:
    """What became of the copies of the report behind a receipt; None where nothing was taken back or erased."""
    drop = held_by(held)
    found = traces.standing(drop.report)
    until = drop.erased + ERASED_FOR if drop.erased else None
    if found is None:
        return Erased(0, 0, here=True, weaker=False, until=until, taken=drop.taken) if drop.erased else None
    return Erased(found.confirmed, found.asked, found.here, bool(found.weaker), until, drop.taken)


def own_audio(held: str) -> BlobRef:
    """Its sound."""
    drop = held_by(held)
    return selectors.report_audio(viewer=speaker(drop), key=drop.report)
