"""Pages to read and hear: chains, voices, circles, this organisation's reports."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tejido.ground import blobs
from tejido.ground.people import may, viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.paging import page_of
from tejido.practices.relay import pictures, policies, renderings, selectors
from tejido.practices.relay.renderings import Rendering
from tejido.practices.relay.segments import Line

CHAIN_COLUMNS = (
    "key", "title", "question", "lang", "day", "org_name", "voices", "answers", "languages", "organisations", "places",
    "hours",
)  # fmt: skip
REPORT_COLUMNS = ("key", "chain_title", "role", "circle", "lang", "day", "pseudonym", "duration", "excerpt", "step")
HOP_COLUMNS = (
    "number", "depth", "key", "parent", "role", "org_name", "circle", "place", "lang", "day", "duration", "status", "text_lang",
    "words", "text",
)  # fmt: skip
CIRCLE_COLUMNS = ("key", "name", "place", "langs", "org_name")
READ_SIZE = 8
TIMED_LETTERS = 12_000  # more words than this on a page are read without the times of their lines


@require_safe
def chains(request: HttpRequest) -> HttpResponseBase:
    """Chains, the most lately answered first."""
    viewer, query = viewer_of(request), request.GET.get("q", "")
    found = selectors.chains(viewer=viewer, query=query)
    if kind := wanted(request):
        return export(kind, "chains", CHAIN_COLUMNS, ({c: getattr(i, c) for c in CHAIN_COLUMNS} for i in all_of(found)))
    invited = selectors.invitations_to_us(viewer=viewer) if not query else []
    context = {"page": page_of(found, request, size=20), "query": query, "invited": invited}
    return render(request, "relay/chains.html", context | {"may_open": may(viewer, policies.OPEN)})


def all_of(rows: Sequence[Any], size: int = 200) -> Any:
    """Every row, loaded in portions."""
    for start in range(0, len(rows), size):
        yield from rows[start : start + size]


@require_safe
def chain(request: HttpRequest, key: str) -> HttpResponse:
    """A chain: its question, its picture, who is invited to answer."""
    viewer = viewer_of(request)
    page = selectors.chain(viewer=viewer, key=key)
    pattern = reverse("relay_hop", args=[key])
    readings = renderings.read(request, viewer, page.hops, page.hops)
    suffix = f"?in={readings.lang}" if readings.lang else ""
    hops = [readings.shortened(hop) for hop in page.hops]
    picture = pictures.nodes(hops, lambda hop: pattern.replace(key, hop) + suffix, readings.excerpt_lang)
    context = {"page": page, "chain": page.chain, "picture": picture, "readings": readings}
    return render(request, "relay/chain.html", context | _allowed(request, key))


def _allowed(request: HttpRequest, chain: str) -> dict[str, bool]:
    """What may be added to a chain."""
    viewer = viewer_of(request)
    speaks = selectors.speaks_in(viewer=viewer, chain=chain)
    return {
        "may_report": speaks and may(viewer, policies.REPORT), "may_pass": speaks and may(viewer, policies.PASS),
        "left_behind": not speaks,
    }  # fmt: skip


@require_safe
def read(request: HttpRequest, key: str) -> HttpResponseBase:
    """A chain as one page to read and hear, eight voices at a time; or all of it as a file."""
    viewer = viewer_of(request)
    found = selectors.reading(viewer=viewer, key=key)
    if kind := wanted(request):
        readings = renderings.read(request, viewer, (), found.hops)
        rows = (_hop_row(one, readings.of(one.hop)) for one in all_of(found, READ_SIZE))
        return export(kind, f"chain-{key}", HOP_COLUMNS, rows)
    page = page_of(found, request, size=READ_SIZE)
    readings = renderings.read(request, viewer, found.hops, [one.hop for one in page])
    timed = sum(len(line.text) for one in page for line in one.lines) <= TIMED_LETTERS
    voices = [(one, *_words(one, readings.of(one.hop), timed=timed)) for one in page]
    context = {"page": page, "voices": voices, "chain": found.chain, "readings": readings}
    return render(request, "relay/read.html", context)


def _words(one: selectors.Voice, rendering: Rendering | None, *, timed: bool) -> tuple[list[dict[str, Any]], Any]:
    """Lines for the player, and the rendering that they come from, if any."""
    if rendering is None:
        return (segments(one.lines) if timed else []), None
    return (renderings.played(rendering) if timed else []), rendering


def _hop_row(one: selectors.Voice, rendering: Rendering | None) -> dict[str, Any]:
    """The words as they are read, and `words`: who wrote them (person, machine, approved; or a rendering's mark)."""
    hop = one.hop
    row = {column: getattr(hop, column) for column in HOP_COLUMNS if hasattr(hop, column)}
    circle = {"circle": hop.circle.name, "place": hop.circle.place} if hop.circle else {"circle": "", "place": ""}
    if rendering is not None:
        said = {"text_lang": rendering.lang, "words": rendering.mark or "approved"}
        return {**row, **circle, **said, "text": " ".join(line.text for line in rendering.said)}
    words = "approved" if hop.state == "approved" else hop.by
    return {**row, **circle, "text_lang": hop.lang, "words": words, "text": " ".join(line.text for line in one.lines)}


def segments(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Segments as the player takes them; none where the words have no times. Lines are marked where only some are a
    machine's; words that are all of one kind are marked as a whole.
    """
    if not lines or lines[0].start is None:
        return []
    mixed = len({line.by == "machine" for line in lines}) > 1
    return [_segment(line, marked=mixed and line.by == "machine") for line in lines]


def _segment(line: Line, *, marked: bool) -> dict[str, Any]:
    return {"start": (line.start or 0) / 1000, "end": (line.end or 0) / 1000, "text": line.text, "machine": marked}


@require_safe
def hop(request: HttpRequest, key: str) -> HttpResponse:
    """One voice with all its words, and what answered it."""
    viewer = viewer_of(request)
    page = selectors.hop(viewer=viewer, key=key)
    readings = renderings.read(request, viewer, [page.hop], [page.hop])
    played, rendering = _words(selectors.Voice(page.hop, page.lines), readings.of(page.hop), timed=True)
    context = {"page": page, "hop": page.hop, "chain": page.chain, "segments": played}
    context |= {"readings": readings, "rendering": rendering}
    return render(request, "relay/hop.html", context | _allowed(request, page.chain.key))


@require_safe
def hop_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a hop."""
    return blobs.serve_range(request, selectors.hop_audio(viewer=viewer_of(request), key=key), f"voice-{key[:8]}.m4a")


@require_safe
def report_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a report."""
    return blobs.serve_range(
        request, selectors.report_audio(viewer=viewer_of(request), key=key), f"report-{key[:8]}.m4a"
    )


@require_safe
def reports(request: HttpRequest) -> HttpResponseBase:
    """This organisation's reports, the newest first."""
    viewer, query = viewer_of(request), request.GET.get("q", "")
    found = selectors.reports(viewer=viewer, query=query)
    if kind := wanted(request):
        rows = ({c: getattr(i, c) for c in REPORT_COLUMNS} for i in all_of(found))
        return export(kind, "reports", REPORT_COLUMNS, rows)
    context = {"page": page_of(found, request, size=20), "query": query, "may_pass": may(viewer, policies.PASS)}
    return render(request, "relay/reports.html", context)


@require_safe
def circles(request: HttpRequest) -> HttpResponseBase:
    """Circles of all organisations, our own first."""
    viewer, query = viewer_of(request), request.GET.get("q", "")
    found = selectors.circles(viewer=viewer, query=query)
    if kind := wanted(request):
        return export(kind, "circles", CIRCLE_COLUMNS, ({c: getattr(i, c) for c in CIRCLE_COLUMNS} for i in found))
    context = {"page": page_of(found, request), "query": query, "may_open": may(viewer, policies.OPEN)}
    return render(request, "relay/circles.html", context)


@require_safe
def circle(request: HttpRequest, key: str) -> HttpResponse:
    """One circle and the chains it opened."""
    viewer = viewer_of(request)
    found = selectors.circle(viewer=viewer, key=key)
    page = page_of(selectors.chains(viewer=viewer, circle=key), request, size=20)
    context = {"circle": found, "page": page, "may_open": may(viewer, policies.OPEN)}
    return render(request, "relay/circle.html", context)


def language_of_questions(request: HttpRequest, spoken: str) -> str:
    """In which language a page puts questions that are read aloud: as asked for, else as spoken, else as the page is."""
    known = dict(settings.LANGUAGES)
    wanted = (request.GET.get("in", ""), spoken, spoken.partition("-")[0], get_language() or "en")
    return next((one for one in wanted if one in known), "en")
