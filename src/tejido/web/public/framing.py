"""What stands around a public page: its places, its languages, its absolute addresses."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tejido.ground.ui import languages
from tejido.ground.ui.languages import own_name
from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing.public import Edition
from tejido.web.public import paths

NO_PLACE = "-"


def frame_of(lang: str) -> str:
    """The language of the frame around words in this language: the same one where the frame has it."""
    return languages.frame_of(lang)


def around(lang: str, here: str, *, is_open: bool = True) -> dict[str, Any]:
    """The base template's context; `here` names the page of the frame that this is."""
    return {
        "open": is_open,
        "home": paths.frame("", lang) if is_open else addresses.index(),
        "places": [
            {"label": label, "url": paths.frame(name, lang), "here": name == here} for name, label in _places(lang)
        ],
        "take_part": paths.frame("take-part/", lang),
    }


def _places(lang: str) -> Iterable[tuple[str, str]]:
    with translation.override(lang):
        return (
            ("", _("Publications")),
            ("about/", _("About us")),
            ("take-part/", _("Take part")),
            ("held/", _("What is held here")),
        )


def own_page(lang: str, name: str) -> dict[str, Any]:
    """Around a page of the frame: it exists in every language of the frame."""
    codes = paths.frames()
    alternates = [("x-default", paths.frame(name)), *((code, paths.frame(name, code)) for code in codes)]
    return {
        **around(lang, name),
        "frames": [(code, own_name(code), paths.frame(name, code)) for code in codes],
        "canonical": addresses.absolute(paths.frame(name, lang)),
        "alternates": [(tag, addresses.absolute(path)) for tag, path in alternates],
    }


def publication(edition: Edition, lang: str, tail: str = "") -> dict[str, Any]:
    """Around a publication, or a part of it at `tail`: it exists in its own languages."""
    alternates = [] if tail else [("x-default", addresses.publication(edition.slug))]
    alternates += [(tag, addresses.publication(edition.slug, tag) + tail) for tag in edition.langs]
    return {
        **around(frame_of(lang), NO_PLACE),
        "edition": edition,
        "canonical": addresses.absolute(addresses.publication(edition.slug, lang) + tail),
        "alternates": [(tag, addresses.absolute(path)) for tag, path in alternates],
    }
