"""Voices in a reader's language on pages: which languages there are to choose from, and lines as the player takes them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from tejido.ground.people import Viewer
from tejido.practices.relay.records import HopView
from tejido.practices.relay.review.public import Rendering, reading_languages, renderings

__all__ = ["Choice", "Readings", "Rendering", "asked", "played", "read"]

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
MACHINE = ("machine", "suspect")


@dataclass(frozen=True, slots=True)
class Choice:
    """A language to read in; an empty one is the original. `here`: it is the one on the page."""

    lang: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """The words of some voices in the language asked for, by hop; nothing where the originals are read."""

    lang: str
    by_hop: Mapping[str, Rendering]
    choices: tuple[Choice, ...]

    def of(self, hop: HopView) -> Rendering | None:
        """A voice's words in that language; None where it was spoken in it."""
        return self.by_hop.get(hop.key) if hop.lang != self.lang else None

    def excerpt_lang(self, hop: HopView) -> str:
        """The language in which a voice's beginning is shown."""
        found = self.of(hop)
        return hop.lang if found is None or found.original else self.lang

    def shortened(self, hop: HopView) -> HopView:
        """The voice with its beginning in that language, for lists."""
        found = self.of(hop)
        if found is None or found.original:
            return hop
        text = " ".join(one.text for one in found.said)
        by = "machine" if found.mark in MACHINE else "person"
        return replace(hop, excerpt=text[:280], by=by, more=len(text) > 280)


def asked(request: HttpRequest) -> str:
    """The language of `?in=`, or nothing."""
    lang = request.GET.get("in", "")
    return lang if _TAG.fullmatch(lang) else ""


def read(request: HttpRequest, viewer: Viewer, hops: Collection[HopView], shown: Collection[HopView]) -> Readings:
    """The languages in which `hops` can be read, and the words of those that are `shown`."""
    lang = asked(request)
    known = reading_languages(viewer=viewer, hops=[hop.key for hop in hops])
    wanted = [hop.key for hop in shown if hop.status == "shown" and hop.lang != lang] if lang else []
    found = renderings(viewer=viewer, hops=wanted, lang=lang) if wanted else {}
    return Readings(lang, found, _choices(request, known, lang))


def _choices(request: HttpRequest, known: Sequence[str], lang: str) -> tuple[Choice, ...]:
    if not known and not lang:
        return ()
    offered = dict.fromkeys(["", *known, lang])
    return tuple(Choice(one, _address(request, one), one == lang) for one in offered)


def _address(request: HttpRequest, lang: str) -> str:
    query = request.GET.copy()
    query.pop("in", None)
    query.pop("export", None)
    if lang:
        query["in"] = lang
    return f"?{query.urlencode()}"


def played(rendering: Rendering) -> list[dict[str, Any]]:
    """Lines with their times, as the player takes them; none where they have no times."""
    if not rendering.said or rendering.said[0].start is None:
        return []
    return [
        {
            "start": (one.start or 0) / 1000, "end": (one.end or 0) / 1000, "text": one.text, "lang": one.lang,
            "mark": one.mark,
        }
        for one in rendering.marked
    ]  # fmt: skip
