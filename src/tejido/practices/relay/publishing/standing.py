"""What stands of a publication of ours: its kept editions, the voices that can be used again, whether it is behind."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from tejido.ground.network.selectors import org_id
from tejido.ground.store.public import row_key
from tejido.practices.relay.models import Report
from tejido.practices.relay.publishing import plan as plans
from tejido.practices.relay.publishing import settling, sources
from tejido.practices.relay.publishing.models import Behind, Edition, Kept, Voice
from tejido.practices.relay.publishing.plan import Planned
from tejido.practices.relay.review.models import Translation

Standing = Mapping[str, tuple[Mapping[str, Any], Voice]]
"""By a hop's full hash: what is kept of its place in the editions before, and the voice that stands."""


def kept(slug: str) -> list[Kept]:
    """What the editions of one of our publications were made from, the newest first."""
    return list(Kept.objects.filter(slug=slug).order_by("-number", "-at", "key")) if slug else []


def items(row: Kept) -> list[dict[str, Any]]:
    """Its places."""
    found: list[dict[str, Any]] = orjson.loads(row.items or "[]")
    return found


def numbers(slug: str) -> dict[str, int]:
    """The numbers that hops, by name, have had in a publication of ours: nothing else ever gets them."""
    found: dict[str, int] = {}
    for row in kept(slug):
        for item in items(row):
            found.setdefault(item["hop"], item["number"])
    return found


def standing(slug: str) -> Standing:
    """The voices of a publication that were not taken back, the last of each hop."""
    named = [item for row in reversed(kept(slug)) for item in items(row) if item["voice"]]
    rows = Voice.objects.filter(aggregate__in=[item["voice"] for item in named], status="shown")
    found = {row.aggregate: row for row in rows}
    return {item["hop"]: (item, found[item["voice"]]) for item in named if item["voice"] in found}


def reusable(one: Planned, known: Standing, *, places: bool) -> Voice | None:
    """The voice that says this already, in the same sound and by the same consent."""
    item, row = known.get(one.source.name, (None, None))
    if item is None or row is None or item["sound"] != sound_id(one):
        return None
    carried = plans.carries(one, "")
    same = (carried["purposes"], carried["audio"]) == (row.purposes.split(), row.tier)
    return row if same and plans.told(one, places=places) == settling.told(row) else None


def sound_id(one: Planned) -> str | None:
    """The sealed file that a place's sound would be copied from."""
    return str(one.sound.file["id"]) if one.sound else None


def look_again(hops: Collection[str] | None = None) -> None:
    """Note which of our publications are behind, of those that hold one of these hops (row keys; None: all)."""
    for slug in holding(hops):
        note(slug)


def holding(hops: Collection[str] | None = None) -> list[str]:
    """The addresses of our publications whose newest edition holds one of these hops (row keys; None: all of them)."""
    newest: dict[str, Kept] = {}
    if hops is not None and not hops:
        return []
    for row in Kept.objects.order_by("number", "key"):
        newest[row.slug] = row
    return [
        slug
        for slug, row in newest.items()
        if hops is None or any(row_key(bytes.fromhex(item["hop"])) in hops for item in items(row))
    ]


def note(slug: str) -> None:
    """Note whether a publication of ours is behind."""
    voices = behind(slug)
    if voices:
        Behind.objects.update_or_create(slug=slug, defaults={"voices": voices})
    else:
        Behind.objects.filter(slug=slug).delete()


def behind(slug: str) -> int:
    """How many places of its newest edition would say something else today; none once it was unpublished."""
    rows = kept(slug)
    edition = Edition.objects.filter(key=rows[0].edition, org=org_id().hex(), withdrawn=False).first() if rows else None
    if edition is None:
        return 0
    hops = [row_key(bytes.fromhex(item["hop"])) for item in items(rows[0])]
    langs = edition.langs.split()
    found = plans.plan(sources.gather(hops, langs), langs, sound=rows[0].sound, places=rows[0].places)
    known = standing(slug)
    return sum(reusable(one, known, places=rows[0].places) is None for one in found.leaving)


def hops_of(reports: Collection[str]) -> list[str]:
    """The hops that these reports (row keys) were passed as."""
    return list(Report.objects.filter(key__in=reports).exclude(hop="").values_list("hop", flat=True))


def hops_of_translations(keys: Collection[str]) -> list[str]:
    """The hops that these translations (row keys) belong to."""
    subjects = list(Translation.objects.filter(key__in=keys).values_list("subject", flat=True))
    return [*subjects, *hops_of(subjects)]
