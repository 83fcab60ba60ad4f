"""From a choice to a plan: which hops are meant, in which order, what of them leaves. Pages, API and actions ask here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import NetworkInfo, network
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import row_key
from tejido.practices.relay import access
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.models import Chain, Hop, Report
from tejido.practices.relay.publishing import errors, policies, sources, standing
from tejido.practices.relay.publishing import plan as plans
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.licences import LICENCES
from tejido.practices.relay.publishing.plan import Plan
from tejido.practices.relay.records import HopView


@dataclass(frozen=True)
class Preview:
    """What would be published: `chains` it is taken from, `space` it goes to, `plan` place by place; `address`: the one that
    a first edition will have, where that is known already.
    """

    choice: Choice
    chains: tuple[Chain, ...]
    network: NetworkInfo
    plan: Plan
    slug: str = ""
    number: int = 1
    address: str = ""


def preview(*, viewer: Viewer, choice: Choice, slug: str = "") -> Preview:
    """What of a choice leaves and what stays, place by place; `slug`: as a new edition of that publication.

    Raises `NotFound`, `NothingChosen`, `BadPeriod`, `NoLanguage`, `SeveralNetworks`, `NoPublicSpace`."""
    require(viewer, policies.PUBLISH)
    chains = chains_of(choice, slug)
    langs = tuple(dict.fromkeys(access.language(lang) for lang in choice.langs))
    if not langs:
        raise errors.NoLanguage
    home = network_of(chains)
    keys = [hop.key for chain in chains for hop in chosen(viewer, chain, choice)]
    if not keys or (choice.hops and set(choice.hops) - set(keys)):
        raise errors.NothingChosen
    found = plans.plan(
        sources.gather(keys, langs),
        langs,
        sound=choice.sound,
        places=choice.places,
        all_asked=bool(choice.hops),
        numbers=standing.numbers(slug),
    )
    return Preview(choice, tuple(chains), home, found, slug, _last(slug) + 1)


def must_leave(found: Preview) -> None:
    """Refuse what would be an empty publication, or empty in one of its languages."""
    if not found.plan.leaving:
        raise errors.NothingLeaves
    if found.plan.lacking:
        raise errors.EmptyLanguage(lang=found.plan.lacking[0])
    if found.choice.licence not in LICENCES:
        raise errors.UnknownLicence(licence=found.choice.licence)


def titles(found: Preview) -> dict[str, str]:
    """A title in each language: the one given, else the chain's. Raises `TitleMissing`."""
    one = found.chains[0] if len(found.chains) == 1 else None
    given = {lang: access.clean(text) for lang, text in found.choice.titles.items()}
    made = {lang: given.get(lang) or (one.title if one else "") for lang in found.plan.langs}
    for lang, title in made.items():
        if not title:
            raise errors.TitleMissing(lang=lang)
    return made


def questions(found: Preview) -> dict[str, str]:
    """The questions given, and the chain's own in its language."""
    one = found.chains[0] if len(found.chains) == 1 else None
    own = {one.lang: one.question} if one else {}
    return texts({**own, **found.choice.questions}, found.plan.langs)


def texts(given: Mapping[str, str], langs: Sequence[str]) -> dict[str, str]:
    """Texts by those languages that were chosen; empty ones are left out."""
    return {lang: cleaned for lang in langs if (cleaned := access.clean(given.get(lang, "")))}


def hops(keys: Sequence[str]) -> list[Hop]:
    """Rows of hops, without their words."""
    return list(Hop.objects.filter(key__in=keys).only("key", "lang", "day", "chain"))


def reports_of(keys: Sequence[str]) -> list[str]:
    """Our reports behind these hops, by row key."""
    return list(Report.objects.filter(hop__in=keys).values_list("key", flat=True))


def hops_before(slug: str) -> set[str]:
    """Row keys of the hops in the last edition of a publication of ours."""
    rows = standing.kept(slug)[:1]
    return {row_key(bytes.fromhex(item["hop"])) for row in rows for item in standing.items(row)}


def _last(slug: str) -> int:
    return max((row.number for row in standing.kept(slug)), default=0)


def chains_of(choice: Choice, slug: str) -> list[Chain]:
    """The chains that are meant, the earliest first; those of the last edition where none is named."""
    keys = choice.chains or _before(slug)
    rows = {row.key: row for row in Chain.objects.filter(key__in=keys)}
    if not keys:
        raise errors.NothingChosen
    if set(keys) - set(rows):
        raise NotFound
    return sorted(rows.values(), key=lambda row: (row.day, row.at or 0, row.key))


def _before(slug: str) -> tuple[str, ...]:
    found = standing.kept(slug)
    return tuple(row_key(bytes.fromhex(name)) for name in orjson.loads(found[0].chains)) if found else ()


def network_of(chains: Sequence[Chain]) -> NetworkInfo:
    """The network of all of them, which has a public space."""
    spaces = {row.space for row in chains}
    if len(spaces) > 1:
        raise errors.SeveralNetworks
    found = network(spaces.pop())
    if found is None or found.public_space is None or not found.admitted:
        raise errors.NoPublicSpace
    return found


def chosen(viewer: Viewer, chain: Chain, choice: Choice) -> list[HopView]:
    """The hops of a chain that a choice means, in reading order."""
    since, until = _day(choice.since), _day(choice.until)
    if since and until and since > until:
        raise errors.BadPeriod
    page = relay.chain(viewer=viewer, key=chain.key)
    return [
        hop
        for hop in page.hops
        if (not choice.hops or hop.key in choice.hops) and since <= hop.day and (not until or hop.day <= until)
    ]


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise errors.BadPeriod from error
