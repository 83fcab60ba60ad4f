"""Pictures of publications: woven from their address, or given by a keeper; one a publication.

A given picture is local material, no event: it can be changed and taken back at once without an edition, and no partner ever
holds a copy that it would have to be asked to delete. It goes with the publication.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max

from tejido.engines.press import cover as engine
from tejido.engines.press.cover import Order
from tejido.ground.errors import NotFound
from tejido.ground.ui.languages import own_name
from tejido.practices.relay.press import addresses, reading
from tejido.practices.relay.press.fonts import folders
from tejido.practices.relay.press.models import GivenCover
from tejido.practices.relay.publishing.public import Edition

TYPE = "image/png"
GIVEN_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Shown:
    """A given picture as pages name it: paths of both sizes, pixels of the greater one, what it shows by language."""

    full: str
    small: str
    side: int
    alts: Mapping[str, str]

    def alt(self, lang: str) -> str:
        """What it shows, in this language or in the first that says it."""
        return self.alts.get(lang) or next(iter(self.alts.values()), "")


def of_edition(edition: Edition, lang: str = "", *, side: int = engine.SIDE) -> Order:
    """The cover of an edition, its title in `lang` or in the first of its languages."""
    found = lang or next((one for one in edition.langs if one in edition.titles), "en")
    return Order(edition.titles.get(found, edition.title), edition.org_name, edition.slug, found, side)


def of_feed(name: str, lang: str) -> Order:
    """The picture of the podcast in a language: who makes it, and in what it is told."""
    return Order(name, own_name(lang), f"feed:{name}", lang, engine.LEAST)


def made(orders: Sequence[Order]) -> list[bytes]:
    """Square PNGs, in order. Raises what the engine raises."""
    return engine.covers(orders, folders())


def given(slugs: Collection[str]) -> dict[str, Shown]:
    """The given pictures of publications, without their bytes; one query."""
    rows = GivenCover.objects.filter(slug__in=slugs).defer("full", "small")
    return {row.slug: _shown(row) for row in rows}


def _shown(row: GivenCover) -> Shown:
    small = addresses.given_cover(row.slug, row.tag, small=True)
    return Shown(addresses.given_cover(row.slug, row.tag), small, row.side, dict(row.alts))


def tags(slug: str) -> str:
    """Another text whenever the given picture of a publication, or what is said of it, changes; empty without one."""
    row = GivenCover.objects.filter(slug=slug).defer("full", "small").first()
    return repr((row.tag, sorted(row.alts.items()))) if row else ""


def bytes_of(slug: str) -> tuple[bytes, Mapping[str, str]] | None:
    """The greater JPEG and what it shows, by language."""
    row = GivenCover.objects.filter(slug=slug).first()
    return (bytes(row.full), dict(row.alts)) if row else None


def picture(slug: str, tag: str, *, small: bool) -> tuple[bytes, float]:
    """A given picture at its address, and when it was given (Unix seconds). Raises `NotFound`."""
    row = GivenCover.objects.filter(slug=slug, tag=tag).first()
    if row is None or reading.edition_at(slug).withdrawn:
        raise NotFound
    return bytes(row.small if small else row.full), row.at.timestamp()


def stamp() -> str:
    """Another text whenever a picture came, changed or went."""
    found = GivenCover.objects.aggregate(last=Max("at"), count=Count("pk"))
    return repr((found["last"], found["count"]))


def clear(standing: Collection[str]) -> None:
    """Erase the pictures of publications that do not stand (any more)."""
    GivenCover.objects.exclude(slug__in=standing).delete()


__all__ = [
    "GIVEN_TYPE", "TYPE", "Order", "Shown", "bytes_of", "clear", "given", "made", "of_edition", "of_feed", "picture", "stamp",
    "tags",
]  # fmt: skip
