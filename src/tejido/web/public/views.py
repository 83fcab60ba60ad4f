"""Pages for anybody. Whoever reads them is not asked who they are: each is the same for all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from tejido.ground import slots
from tejido.ground.errors import NotFound
from tejido.ground.people import GUEST
from tejido.ground.ui import chain as chains
from tejido.practices.relay.publishing.public import Edition
from tejido.web.public import answers, framing, pages, selectors, wording
from tejido.web.public.records import Reading, Voice

ABOUT_LEAD = 400


@require_safe
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """What is not here, in the design of what is."""
    found = selectors.shelf()
    lang = answers.frame_for(request, found.told.first)
    context = framing.around(lang, framing.NO_PLACE, is_open=found.open)
    return answers.negotiated(answers.page(request, "public/nowhere.html", context, lang=lang, status=404))


# --- the frame


@require_safe
def index(request: HttpRequest, frame: str = "", number: int = 1) -> HttpResponseBase:
    """What is published here: ours, then what partners published and we hold; the podcasts."""
    found = selectors.shelf()
    lang = frame or answers.frame_for(request, found.told.first)
    page = selectors.page(found, lang, number) if found.open else None
    if page is None:
        return nowhere(request) if frame else closed(request, lang)
    about, about_lang = found.told.text(lang)
    context = {"page": page, "about": wording.lead(about, ABOUT_LEAD), "about_lang": about_lang}
    if number == 1:
        with translation.override(lang):
            context |= {"panels": slots.panels("public.index", GUEST), "feeds": selectors.feeds(found.editions)}
    return framed(request, found, frame, "", "public/index.html", context)


def closed(request: HttpRequest, lang: str) -> HttpResponseBase:
    """The honest small page of a node that has published nothing."""
    context = framing.around(lang, "", is_open=False)
    return answers.negotiated(answers.page(request, "public/closed.html", context, lang=lang))


def framed(
    request: HttpRequest, found: selectors.Shelf, frame: str, name: str, template: str, context: Mapping[str, Any]
) -> HttpResponseBase:
    """A page of the frame, in the language of its address or in the browser's."""
    lang = frame or answers.frame_for(request, found.told.first)
    response = answers.page(request, template, {**framing.own_page(lang, name), **context}, lang=lang)
    return response if frame else answers.negotiated(response)


@require_safe
def about(request: HttpRequest, frame: str = "") -> HttpResponseBase:
    """Who this is, in a keeper's words, and how a chain comes about."""
    found = selectors.shelf()
    if not found.open:
        return nowhere(request)
    text, lang = found.told.text(frame or answers.frame_for(request, found.told.first))
    context = {"paragraphs": [one for one in text.split("\n\n") if one.strip()], "about_lang": lang}
    return framed(request, found, frame, "about/", "public/about.html", context)


@require_safe
def take_part(request: HttpRequest, frame: str = "") -> HttpResponseBase:
    """How to join in, and how to take one's voice back."""
    found = selectors.shelf()
    if not found.open:
        return nowhere(request)
    context = {"receipt": selectors.receipt_address(copy=answers.exporting(request))}
    return framed(request, found, frame, "take-part/", "public/take_part.html", context)


@require_safe
def held(request: HttpRequest, frame: str = "") -> HttpResponseBase:
    """What this node holds about readers, and what is public here, counted."""
    found = selectors.shelf()
    if not found.open:
        return nowhere(request)
    numbers = selectors.held(found)
    with translation.override(frame or answers.frame_for(request, found.told.first)):
        context = {"facts": wording.facts(numbers), "gone": numbers.gone}
    return framed(request, found, frame, "held/", "public/held.html", context)


# --- publications


@require_safe
def publication(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The languages of a publication, the browser's first."""
    newest = versions(slug)[:1]
    if not newest:
        return nowhere(request)
    (edition,) = newest
    if edition.withdrawn:
        return gone(request, edition)
    lang = pages.best(answers.preferred(request), edition.langs)
    title, title_lang = pages.text_in(edition.titles, lang, edition.langs)
    tongues = selectors.tongues(edition)
    best = next(one for one in tongues if one.lang == lang)
    context = {
        **framing.publication(edition, lang),
        "title": title,
        "title_lang": title_lang,
        "tongues": tongues,
        "best": best,
    }
    context["canonical"] = ""
    page = answers.page(
        request, "public/choice.html", context, lang=framing.frame_of(lang), when=selectors.moment(edition)
    )
    return answers.negotiated(page)


def versions(slug: str, *, words: bool = True) -> Sequence[Edition]:
    """Every edition of a publication, the newest first; none where there is nothing, or the site is not open."""
    try:
        found = selectors.versions(slug, words=words)
    except NotFound:
        return ()
    return found if selectors.is_open() else ()


def gone(request: HttpRequest, edition: Edition, lang: str = "") -> HttpResponseBase:
    """410: what was published here was taken back; in the language of the address, or the browser's."""
    frame = framing.frame_of(lang) if lang else answers.frame_for(request, selectors.told().first)
    context = {**framing.around(frame, framing.NO_PLACE), "edition": edition}
    page = answers.page(request, "public/withdrawn.html", context, lang=frame, status=410)
    return page if lang else answers.negotiated(page)


@require_safe
def chain(request: HttpRequest, slug: str, lang: str, edition: int | None = None) -> HttpResponseBase:
    """A publication in one language: the question, every voice in its place, what answers what, and files to keep."""
    found = versions(slug)
    shown = chosen(found, lang, edition)
    if shown is None:
        return nowhere(request)
    if shown.withdrawn:
        return gone(request, shown, lang)
    return chain_page(request, found, shown, lang, older=edition is not None and not shown.newest)


def chain_page(
    request: HttpRequest, found: Sequence[Edition], shown: Edition, lang: str, *, older: bool = False
) -> HttpResponseBase:
    """The page of an edition, `found` being all of its publication; proofs of unpublished ones are made here too."""
    reading = selectors.with_sounds(shown, pages.reading(shown, lang, older=older))
    with translation.override(framing.frame_of(lang)):
        context = _chain(found, shown, reading, older=older)
    return answers.page(
        request, "public/chain.html", context, lang=framing.frame_of(lang), when=selectors.moment(shown)
    )


def chosen(found: Sequence[Edition], lang: str, number: int | None) -> Edition | None:
    """The edition with that number, else the newest; None where it is not here, or not in this language."""
    asked = (one for one in found if number in (None, one.number))
    shown = next(asked, None)
    return shown if shown is not None and (shown.withdrawn or lang in shown.langs) else None


def _chain(found: Sequence[Edition], shown: Edition, reading: Reading, *, older: bool) -> dict[str, Any]:
    files = () if older else selectors.books(shown, reading.lang)
    return {
        **_edition(found, shown, reading, older=older),
        "tongues": selectors.tongues(shown, older=older),
        "voices": [(one, wording.role(one.role), wording.marks(one, mine=shown.mine)) for one in reading.voices],
        "weave": chains.weave(wording.picture(reading.voices)) if len(reading.voices) > 1 else "",
        "downloads": wording.labelled((*files, *reading.sounds)),
        "earlier": [
            (one.number, pages.page_path(one, reading.lang, older=True))
            for one in found
            if one.number < shown.number and not one.withdrawn and reading.lang in one.langs
        ],
        "feeds": [] if older else selectors.feeds([shown]),
        **_picture(shown, reading.lang),
    }


def _picture(shown: Edition, lang: str) -> dict[str, Any]:
    found = selectors.picture(shown)
    return {"picture": found.small, "picture_alt": found.alt(lang)} if found else {}


def _edition(
    found: Sequence[Edition], shown: Edition, reading: Reading, *, older: bool, tail: str = ""
) -> dict[str, Any]:
    newest = found[0]
    return {
        **framing.publication(shown, reading.lang, tail),
        "reading": reading,
        "newest": newest,
        "newest_url": pages.page_path(newest, pages.best([reading.lang], newest.langs), older=False),
        "noindex": older,
        "description": wording.description(reading.question, reading.summary),
        "graph_title": reading.title,
        "cover": selectors.cover(shown),
    }


@require_safe
def voice(request: HttpRequest, slug: str, lang: str, number: int, edition: int | None = None) -> HttpResponseBase:
    """One voice with all its words, as spoken beside their translation, and its files."""
    found = versions(slug, words=False)
    shown = chosen(found, lang, edition)
    if shown is not None and shown.withdrawn:
        return gone(request, shown, lang)
    older = edition is not None and shown is not None and not shown.newest
    if shown is None:
        return nowhere(request)
    return voice_page(request, found, selectors.with_words(shown, number), lang, number, older=older)


def voice_page(
    request: HttpRequest, found: Sequence[Edition], shown: Edition, lang: str, number: int, *, older: bool = False
) -> HttpResponseBase:
    """The page of one voice of an edition; proofs are made here too."""
    reading = pages.reading(shown, lang, whole=True, older=older)
    one = next((one for one in reading.voices if one.number == number), None)
    if one is None:
        return nowhere(request)
    (heard,) = selectors.with_sounds(shown, replace(reading, voices=(one,))).voices
    with translation.override(framing.frame_of(lang)):
        context = {**_edition(found, shown, reading, older=older, tail=f"{number}/"), **_voice(shown, reading, heard)}
    context["chain_url"] = pages.page_path(shown, lang, older=older)
    status = 410 if one.gone else 200
    return answers.page(
        request, "public/one.html", context, lang=framing.frame_of(lang), status=status, when=selectors.moment(shown)
    )


def _voice(shown: Edition, reading: Reading, one: Voice) -> dict[str, Any]:
    beside = {other.number: other.url for other in reading.voices}
    numbers = sorted(beside)
    at = numbers.index(one.number)
    name = wording.role(one.role)
    return {
        "voice": one,
        "role": name,
        "marks": wording.marks(one, mine=shown.mine),
        "downloads": wording.labelled(one.sounds),
        "transcripts": selectors.transcripts(one),
        "before": beside[numbers[at - 1]] if at else "",
        "after": beside[numbers[at + 1]] if at + 1 < len(numbers) else "",
        "graph_title": f"{one.number}. {name}: {reading.title}",
        "description": wording.description(*(part.text for part in one.paragraphs[:1])),
    }
