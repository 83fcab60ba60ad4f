"""Pictures of publications: drawn from their title and address, one a publication."""

from tejido.engines.press import cover as engine
from tejido.ground.ui.languages import own_name
from tejido.practices.relay.press.fonts import folders
from tejido.practices.relay.publishing.public import Edition

TYPE = "image/png"


def drawn(edition: Edition, lang: str = "", *, side: int = engine.SIDE) -> bytes:
    """The cover of an edition, its title in `lang` or in the first of its languages: a square PNG."""
    found = lang or next((one for one in edition.langs if one in edition.titles), "en")
    return engine.cover(
        edition.titles.get(found, edition.title), edition.org_name, edition.slug, found, side=side, fonts=folders()
    )


def of_feed(name: str, lang: str) -> bytes:
    """The picture of the podcast in a language: who makes it, and in what it is told."""
    return engine.cover(name, own_name(lang), f"feed:{name}", lang, side=engine.LEAST, fonts=folders())
