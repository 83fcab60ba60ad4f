"""Pictures of publications: drawn from their title and address, one a publication."""

from tejido.engines.press.cover import SIDE, cover
from tejido.practices.relay.press.fonts import folders
from tejido.practices.relay.publishing.public import Edition

TYPE = "image/png"


def drawn(edition: Edition, lang: str = "", *, side: int = SIDE) -> bytes:
    """The cover of an edition, its title in `lang` or in the first of its languages: a square PNG."""
    found = lang or next((one for one in edition.langs if one in edition.titles), "en")
    return cover(edition.titles.get(found, edition.title), edition.org_name, edition.slug, found, side=side, fonts=folders())


def of_feed(title: str, name: str, lang: str) -> bytes:
    """The picture of a podcast in a language: the cloth of who makes it."""
    return cover(title, name, f"feed:{name}", lang, fonts=folders())
