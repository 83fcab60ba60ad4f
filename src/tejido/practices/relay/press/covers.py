"""Pictures of publications: drawn from their title and address, one a publication."""

from collections.abc import Sequence

from tejido.engines.press import cover as engine
from tejido.engines.press.cover import Order
from tejido.ground.ui.languages import own_name
from tejido.practices.relay.press.fonts import folders
from tejido.practices.relay.publishing.public import Edition

TYPE = "image/png"


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


__all__ = ["TYPE", "Order", "made", "of_edition", "of_feed"]
