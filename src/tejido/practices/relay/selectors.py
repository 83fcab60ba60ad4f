"""Every read of the relay room. Consent and audience are settled in the rows and queries, never in a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from tejido.ground import search
from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import networks, org_id, organisations
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, domain, policies, quoting
from tejido.practices.relay.access import sound
from tejido.practices.relay.models import Chain, Circle, Hop, Invitation, Report
from tejido.practices.relay.names import Names, load
from tejido.practices.relay.own import (
    ReportPage,
    Reports,
    original,
    percent,
    report,
    report_audio,
    reports,
    sealed_original,
)
from tejido.practices.relay.records import (
    ChainItem,
    ChainPage,
    CircleView,
    HopPage,
    HopView,
    InvitationView,
)
from tejido.practices.relay.segments import Line
from tejido.practices.relay.tree import Node, tree

__all__ = [
    "Chains",
    "Reading",
    "ReportPage",
    "Reports",
    "Voice",
    "answers_to_us",
    "chain",
    "chain_items",
    "chains",
    "circle",
    "circles",
    "hop",
    "hop_audio",
    "invitations_to_us",
    "organisations_to_invite",
    "original",
    "percent",
    "reading",
    "report",
    "report_audio",
    "reports",
    "sealed_original",
]

FOUND = 200
HOP_FIELDS = (
    "key", "org", "chain", "parent", "role", "circle", "lang", "day", "at", "pseudonym", "audio", "voice", "duration",
    "synthetic", "by", "state", "excerpt", "letters", "edition", "status",
)  # fmt: skip


def circles(*, viewer: Viewer, mine: bool | None = None, query: str = "") -> list[CircleView]:
    """Circles by name, our own first; only ours, or only others', where `mine` says so."""
    require(viewer, policies.READ)
    found = sorted(load(None).circles.values(), key=lambda one: (not one.mine, one.name.casefold(), one.key))
    wanted = search.fold_text(query)
    left = _left_behind() if mine else ()
    return [
        one for one in found
        if (mine is None or one.mine == mine) and _names_hold(one, wanted) and one.key not in left
    ]  # fmt: skip


def _left_behind() -> set[str]:
    """Circles in networks from which this organisation goes on: nothing new is said in their name."""
    spaces = access.left_behind()
    return set(Circle.objects.filter(space__in=spaces).values_list("key", flat=True)) if spaces else set()


def speaks_in(*, viewer: Viewer, chain: str) -> bool:
    """Whether something new can be said in a chain: not where this organisation goes on in another network."""
    require(viewer, policies.READ)
    spaces = access.left_behind()
    return not (spaces and Chain.objects.filter(key=chain, space__in=spaces).exists())


def _names_hold(one: CircleView, folded: str) -> bool:
    return not folded or folded in search.fold_text(f"{one.name} {one.place} {one.org_name}")


def circle(*, viewer: Viewer, key: str) -> CircleView:
    """One circle; raises `NotFound`."""
    require(viewer, policies.READ)
    found = load([key]).circles.get(key)
    if found is None:
        raise NotFound
    return found


class Chains(Sequence[ChainItem]):
    """Chains, the most lately answered first; counts and slices like a list, three queries a page."""

    def __init__(self, keys: Sequence[str] | None, filters: Q) -> None:
        self._rows = Chain.objects.filter(filters if keys is None else filters & Q(key__in=keys))

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return chain_items(list(self._ordered()[index]))
        return chain_items([self._ordered()[index]])[0]

    def _ordered(self) -> QuerySet[Chain]:
        last = Hop.objects.filter(chain=OuterRef("key"), at__isnull=False).order_by("-at").values("at")[:1]
        return self._rows.annotate(last=Coalesce(Subquery(last), F("at"))).order_by("-last", "key")


def chains(*, viewer: Viewer, query: str = "", circle: str = "") -> Chains:
    """Chains that this viewer may see; with a `query`, those in whose question or words it is found."""
    require(viewer, policies.READ)
    keys = _found_chains(query) if query.strip() else None
    return Chains(keys, Q(circle=circle) if circle else Q())


def _found_chains(query: str) -> list[str]:
    spaces = [network.key for network in networks()]
    hits = search.search(query, spaces=spaces, kinds=["relay.chain", "relay.hop"], limit=FOUND).hits
    hops = [hit.key for hit in hits if hit.kind == "relay.hop"]
    of_hops = Hop.objects.filter(key__in=hops).values_list("chain", flat=True) if hops else []
    return [*{*of_hops, *(hit.key for hit in hits if hit.kind == "relay.chain")}]


def chain_items(rows: Sequence[Chain], names: Names | None = None) -> list[ChainItem]:
    """Chains with their counts: three queries however many there are."""
    keys = [row.key for row in rows]
    heard = Hop.objects.filter(chain__in=keys, status="shown")
    counts = {found["chain"]: found for found in heard.values("chain").annotate(**COUNTS)}
    pairs = heard.values_list("chain", "circle").distinct()
    spoken: dict[str, set[str]] = {}
    for chain, spoke in pairs:
        spoken.setdefault(chain, set()).add(spoke)
    found_names = names or load({*(row.circle for row in rows), *(c for group in spoken.values() for c in group)})
    return [_chain_item(row, counts.get(row.key, {}), spoken.get(row.key, set()), found_names) for row in rows]


COUNTS = {
    "voices": Count("key"),
    "answers": Count("key", filter=~Q(parent="")),
    "languages": Count("lang", distinct=True),
    "organisations": Count("org", distinct=True),
    "last": Max("at"),
    "asked": Min("at", filter=Q(parent="")),
    "answered": Min("at", filter=~Q(parent="")),
}


def _chain_item(row: Chain, counts: Mapping[str, Any], spoken: set[str], names: Names) -> ChainItem:
    places = {names.circles[key].place.strip().casefold() for key in spoken if key in names.circles} - {""}
    asked, answered = counts.get("asked"), counts.get("answered")
    hours = max(0, answered - asked) / 3600 if asked is not None and answered is not None else None
    return ChainItem(
        row.key, row.title, row.question, row.lang, row.day, row.at, names.circles.get(row.circle), row.org,
        names.org(row.org), row.org == names.own, counts.get("voices", 0), counts.get("answers", 0),
        counts.get("languages", 0), counts.get("organisations", 0), len(places), counts.get("last") or row.at, hours,
    )  # fmt: skip


def chain(*, viewer: Viewer, key: str) -> ChainPage:
    """A chain as one page: its hops in reading order, whatever their number, in eight queries. Raises `NotFound`."""
    require(viewer, policies.READ)
    row = access.chain(key)
    hops = list(Hop.objects.filter(chain=key).values(*HOP_FIELDS))
    invitations = list(Invitation.objects.filter(chain=key, ended=False).order_by("deadline", "key"))
    named = {hop["circle"] for hop in hops} | {row.circle}
    named |= {one.circle for one in invitations} | {one.to_circle for one in invitations}
    names = load(named)
    views = _hop_views(hops, names)
    asked = [_invitation(one, hops, names) for one in invitations]
    return ChainPage(_counted(row, views, names), tuple(views), tuple(asked))


@dataclass(frozen=True, slots=True)
class _Place:
    parent: str | None
    day: str
    at: int | None


def _hop_views(hops: Sequence[Mapping[str, Any]], names: Names) -> list[HopView]:
    by_key = {hop["key"]: hop for hop in hops}
    places = {key: _Place(hop["parent"] or None, hop["day"], hop["at"]) for key, hop in by_key.items()}
    return [_hop_view(by_key[node.key], node, names) for node in tree(places)]


def _hop_view(hop: Mapping[str, Any], node: Node, names: Names) -> HopView:
    return HopView(
        key=node.key,
        chain=hop["chain"],
        parent=node.parent or "",
        number=node.number,
        depth=node.depth,
        children=node.children,
        orphan=node.orphan,
        role=hop["role"],
        circle=names.circles.get(hop["circle"]),
        org=hop["org"],
        org_name=names.org(hop["org"]),
        mine=hop["org"] == names.own,
        lang=hop["lang"],
        day=hop["day"],
        at=hop["at"],
        pseudonym=hop["pseudonym"],
        heard=bool(hop["audio"]),
        voice=hop["voice"],
        duration=hop["duration"],
        synthetic=hop["synthetic"],
        by=hop["by"],
        state=hop["state"],
        excerpt=hop["excerpt"],
        more=hop["letters"] > len(hop["excerpt"]),
        edition=hop["edition"],
        status=hop["status"],
    )


def _counted(row: Chain, hops: Sequence[HopView], names: Names) -> ChainItem:
    """The chain's counts from hops that are loaded anyway."""
    heard = [hop for hop in hops if hop.status == "shown"]
    asked = [hop.at for hop in heard if not hop.parent and hop.at is not None]
    answered = [hop.at for hop in heard if hop.parent and hop.at is not None]
    counts = {
        "voices": len(heard),
        "answers": sum(bool(hop.parent) for hop in heard),
        "languages": len({hop.lang for hop in heard}),
        "organisations": len({hop.org for hop in heard}),
        "last": max((hop.at for hop in heard if hop.at is not None), default=None),
        "asked": min(asked, default=None),
        "answered": min(answered, default=None),
    }
    return _chain_item(row, counts, {hop.circle.key for hop in heard if hop.circle}, names)


def _invitation(row: Invitation, hops: Sequence[Mapping[str, Any]], names: Names) -> InvitationView:
    answered = any(_answers(row, hop) for hop in hops)
    from_circle, to_circle = names.circles.get(row.circle), names.circles.get(row.to_circle)
    return InvitationView(
        key=row.key,
        chain=row.chain,
        hop=row.hop,
        from_org=names.org(row.org),
        from_circle=from_circle.name if from_circle else "",
        to_org=names.org(row.to_org),
        to_circle=to_circle.name if to_circle else "",
        to_us=row.to_org == names.own,
        mine=row.org == names.own,
        deadline=row.deadline,
        note=row.note,
        answered=answered,
        status=domain.invitation_status(row.deadline, answered=answered, today=_today()),
    )


def _answers(row: Invitation, hop: Mapping[str, Any]) -> bool:
    return domain.answers(
        domain.Asked(row.chain, row.hop, row.to_org, row.to_circle),
        domain.Given(hop["chain"], hop["parent"], hop["org"], hop["circle"]),
    )


def invitations_to_us(*, viewer: Viewer) -> list[InvitationView]:
    """Invitations to this organisation that nobody has answered yet, the most pressing first."""
    require(viewer, policies.READ)
    own = org_id().hex()
    rows = list(Invitation.objects.filter(to_org=own, ended=False).order_by("deadline", "key")[:FOUND])
    if not rows:
        return []
    names = load({row.circle for row in rows} | {row.to_circle for row in rows})
    keys = {row.chain for row in rows}
    hops = list(Hop.objects.filter(chain__in=keys, org=own).values("chain", "parent", "org", "circle"))
    return [view for row in rows if not (view := _invitation(row, hops, names)).answered]


def answers_to_us(*, viewer: Viewer, limit: int) -> list[HopView]:
    """The latest answers by others to this organisation's voices."""
    require(viewer, policies.READ)
    own = org_id().hex()
    ours = Hop.objects.filter(org=own).values("key")
    found = Hop.objects.filter(parent__in=ours, status="shown").exclude(org=own).order_by("-at", "key")
    rows = list(found.values(*HOP_FIELDS)[:limit])
    names = load({row["circle"] for row in rows})
    return [_hop_view(row, Node(row["key"], 0, 1, row["parent"], (), False), names) for row in rows]


def has_spoken(*, viewer: Viewer, network: str) -> bool:
    """Whether a voice of this organisation was ever passed on in that network (its key)."""
    require(viewer, policies.READ)
    return Hop.objects.filter(space=network, org=org_id().hex()).exists()


def hop(*, viewer: Viewer, key: str) -> HopPage:
    """A hop with all its words and its answers. Raises `NotFound`."""
    require(viewer, policies.READ)
    row = access.hop(key)
    page = chain(viewer=viewer, key=row.chain)
    view = next((one for one in page.hops if one.key == key), None)
    if view is None:
        raise NotFound
    report = Report.objects.filter(hop=key).values_list("key", flat=True).first() if view.mine else None
    answers = tuple(one for one in page.hops if one.parent == key)
    quotes = quoting.shown(row.quotes) if view.status == "shown" else ()
    return HopPage(view, page.chain, access.lines(row.lines), answers, report or "", quotes)


@dataclass(frozen=True, slots=True)
class Voice:
    """A hop with its words, for reading."""

    hop: HopView
    lines: tuple[Line, ...]


class Reading(Sequence[Voice]):
    """A chain's hops in reading order with their words, loaded a slice at a time."""

    def __init__(self, page: ChainPage) -> None:
        self.chain = page.chain
        self.hops = page.hops

    def __len__(self) -> int:
        return len(self.hops)

    def __getitem__(self, index: Any) -> Any:
        hops = self.hops[index] if isinstance(index, slice) else (self.hops[index],)
        shown = [hop.key for hop in hops if hop.status == "shown"]
        words = dict(Hop.objects.filter(key__in=shown, status="shown").values_list("key", "lines"))
        voices = [Voice(hop, access.lines(words.get(hop.key, ""))) for hop in hops]
        return voices if isinstance(index, slice) else voices[0]


def reading(*, viewer: Viewer, key: str) -> Reading:
    """A chain to be read from beginning to end. Raises `NotFound`."""
    return Reading(chain(viewer=viewer, key=key))


def hop_audio(*, viewer: Viewer, key: str) -> BlobRef:
    """The sound of a hop that may be heard. Raises `NotFound`."""
    require(viewer, policies.READ)
    return sound(Hop.objects.filter(key=key, status="shown").values_list("audio", flat=True).first())


def organisations_to_invite(*, viewer: Viewer, chain: str) -> list[tuple[str, str]]:
    """Other members of the chain's network: id in hex and name."""
    require(viewer, policies.READ)
    row = access.chain(chain)
    network = next((one for one in networks() if one.key == row.space), None)
    known = organisations()
    members = [org.hex() for org in network.members] if network else []
    names = Names({org: info.name for org, info in known.items()}, {}, "")
    others = [(org, names.org(org)) for org in members if not (org in known and known[org].own)]
    return sorted(others, key=lambda pair: pair[1].casefold())


def _today() -> date:
    return timezone.now().date()
