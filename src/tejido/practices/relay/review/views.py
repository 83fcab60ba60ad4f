"""The workbench as pages. Everything works as plain forms; the script sends the same forms and gets one segment back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground import blobs
from tejido.ground.people import Viewer, may, viewer_of
from tejido.ground.ui.errors import words
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.paging import page_of
from tejido.practices.relay.review import actions, errors, policies, selectors
from tejido.practices.relay.review import measures as figures
from tejido.practices.relay.review.forms import SegmentForm, StartForm, TypingForm
from tejido.practices.relay.review.records import Bench, Row

SIZE = 40
SHOWS = ("all", "open", "suspect")
LIST_COLUMNS = (
    "key", "into", "kind", "chain", "title", "source_lang", "lang", "segments", "approved", "suspects", "percent", "state",
    "day",
)  # fmt: skip
STALE = (errors.StaleText, errors.StaleApproval, errors.StaleSource)


@require_safe
def benches(request: HttpRequest) -> HttpResponseBase:
    """What is to be reviewed: transcripts and translations, the newest first."""
    viewer = viewer_of(request)
    query, what, lang = (request.GET.get(name, "") for name in ("q", "kind", "lang"))
    found = selectors.benches(viewer=viewer, query=query, kind=what, lang=lang)
    if kind := wanted(request):
        return export(kind, "review", LIST_COLUMNS, ({c: getattr(i, c) for c in LIST_COLUMNS} for i in found))
    tongues = selectors.languages(viewer=viewer)
    context = {"page": page_of(found, request, size=20), "query": query, "tongues": tongues}
    context |= {"kind": what, "lang_asked": lang}
    return render(request, "review/benches.html", context)


@require_safe
def bench(request: HttpRequest, key: str, into: str) -> HttpResponse:
    """A text, segment by segment, forty at a time."""
    viewer = viewer_of(request)
    found = selectors.bench(viewer=viewer, key=key, into=into)
    show = request.GET.get("show", "all")
    rows = shown(found, show)
    context = {
        "bench": found,
        "page": page_of(rows, request, size=SIZE),
        "show": show if show in SHOWS else "all",
        "who": selectors.present(found, viewer),
        "may_approve": may(viewer, policies.APPROVE),
        "may_pass": may(viewer, policies.PASS),
        "message": _why(found),
    }
    return render(request, "review/bench.html", context)


def shown(found: Bench, show: str) -> list[Row]:
    """The segments that a filter leaves."""
    if show == "open":
        return [row for row in found.rows if row.state != "approved"]
    return [row for row in found.rows if row.doubtful] if show == "suspect" else list(found.rows)


def _why(found: Bench) -> str:
    """Why a draft is stuck, in the viewer's language."""
    doing = found.under_way
    return _(doing.message) if doing and doing.message else ""


@require_safe
def next_open(request: HttpRequest, key: str, into: str) -> HttpResponse:
    """To the next segment that nobody has approved, after `?after=` (a segment's number)."""
    found = selectors.bench(viewer=viewer_of(request), key=key, into=into)
    after = request.GET.get("after", "0")
    number = int(after) if after.isdecimal() and len(after) < 6 else 0
    waiting = [row for row in found.rows if row.state != "approved"]
    row = next((row for row in waiting if row.number > number), waiting[0] if waiting else None)
    return redirect(_place(found, row) if row else _to(found))


def _to(found: Bench) -> str:
    return reverse("review_bench", args=[found.subject.key, found.into])


def _place(found: Bench, row: Row) -> str:
    """The page of the whole text on which a segment stands, at that segment."""
    return f"{_to(found)}?page={(row.number - 1) // SIZE + 1}#s-{row.id}"


@require_safe
def state(request: HttpRequest, key: str, into: str) -> HttpResponse:
    """`{version, percent, drafted, who, lines}`, or 204 where nothing has changed since `?v=`; for the script."""
    found = selectors.pulse(viewer=viewer_of(request), key=key, into=into)
    if request.GET.get("v") == found.version:
        return HttpResponse(status=204)
    said = {name: getattr(found, name) for name in ("version", "percent", "drafted", "who", "lines")}
    return JsonResponse(said)


@require_http_methods(["GET", "HEAD", "POST"])
def segment(request: HttpRequest, key: str, into: str, segment: str) -> HttpResponse:
    """One segment with what helps (memory, glossary, earlier versions); or, sent, its words saved or approved."""
    if request.method == "POST":
        return _write(request, key, into, segment)
    if request.headers.get("X-Part") == "segment":
        return _part(request, key, into, segment)
    viewer = viewer_of(request)
    found, row = selectors.row(viewer=viewer, key=key, into=into, segment=segment)
    context = _context(request, found, row)
    context["versions"] = selectors.versions(viewer=viewer, key=key, into=into, segment=segment)
    if not found.is_transcript:
        context["hints"] = selectors.hints(viewer=viewer, source=row.source, source_lang=row.source_lang, lang=row.lang)
    template = "review/help.html" if request.headers.get("X-Part") == "help" else "review/segment.html"
    return render(request, template, context)


def _context(request: HttpRequest, found: Bench, row: Row) -> dict[str, Any]:
    return {"bench": found, "row": row, "may_approve": may(viewer_of(request), policies.APPROVE)}


def _part(request: HttpRequest, key: str, into: str, segment: str, status: int = 200, **more: Any) -> HttpResponse:
    found, row = selectors.row(viewer=viewer_of(request), key=key, into=into, segment=segment)
    return render(request, "review/row.html", {**_context(request, found, row), **more}, status=status)


def _write(request: HttpRequest, key: str, into: str, segment: str) -> HttpResponse:
    form, whole = SegmentForm(request.POST), request.headers.get("X-Part") != "segment"
    if not form.is_valid():
        raise errors.BadForm
    try:
        _carry_out(viewer_of(request), {"key": key, "into": into, "segment": segment}, form.cleaned_data)
    except STALE as stale:
        return _stale(request, key, into, segment, stale, whole=whole)
    if not whole:
        return _part(request, key, into, segment, saved=form.cleaned_data["do"] != "leave")
    bench, row = selectors.row(viewer=viewer_of(request), key=key, into=into, segment=segment)
    if form.cleaned_data["do"] == "approve" and bench.open:
        return redirect(reverse("review_next", args=[key, into]) + f"?after={row.number}")
    return redirect(_place(bench, row))


def _carry_out(viewer: Viewer, place: dict[str, str], found: dict[str, Any]) -> None:
    if found["do"] == "leave":
        actions.leave(viewer=viewer, **place)
        return
    act = actions.approve if found["do"] == "approve" else actions.correct
    seen = actions.Seen(found["base"], found["source"])
    act(viewer=viewer, **place, seen=seen, text=found["text"], settles=found["settles"].split())


def _stale(request: HttpRequest, key: str, into: str, segment: str, stale: Any, *, whole: bool) -> HttpResponse:
    """Both texts: the one that stands there now, and the one that was sent."""
    context = {"stale": stale.params, "message": words(stale)}
    if not whole:
        return _part(request, key, into, segment, 409, **context)
    found, row = selectors.row(viewer=viewer_of(request), key=key, into=into, segment=segment)
    return render(request, "review/segment.html", {**_context(request, found, row), **context}, status=409)


@require_POST
def typing(request: HttpRequest, key: str, into: str, segment: str) -> HttpResponse:
    """Keep what somebody is typing, or only that they are there; for the script."""
    form = TypingForm(request.POST)
    if not form.is_valid():
        raise errors.BadForm
    found = form.cleaned_data
    text = found["text"] if found["base"] else None
    actions.look_in(viewer=viewer_of(request), key=key, into=into, segment=segment, text=text, base=found["base"])
    return HttpResponse(status=204)


@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a translation: a machine drafts it, or people write it."""
    form = StartForm(request.POST)
    if not form.is_valid():
        raise errors.BadForm
    viewer, found = viewer_of(request), form.cleaned_data
    if found["how"] == "hand":
        lang = actions.write_by_hand(viewer=viewer, key=key, lang=found["lang"])
    else:
        lang = actions.start(viewer=viewer, key=key, lang=found["lang"], outside=found["outside"])
    return redirect("review_bench", key, lang)


@require_POST
def retry(request: HttpRequest, key: str, into: str) -> HttpResponse:
    """Let the machine try again."""
    actions.retry(viewer=viewer_of(request), key=key, lang=into)
    return redirect("review_bench", key, into)


@require_POST
def share(request: HttpRequest, key: str, into: str) -> HttpResponse:
    """Give the other circles this translation."""
    actions.share(viewer=viewer_of(request), key=key, lang=into)
    messages.success(request, _("The other circles get this translation with the next exchange."))
    return redirect("review_bench", key, into)


@require_POST
def discard(request: HttpRequest, key: str, into: str) -> HttpResponse:
    """Throw a translation away."""
    actions.discard(viewer=viewer_of(request), key=key, lang=into)
    messages.success(request, _("The translation is erased."))
    return redirect("review")


@require_safe
def audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a text under review."""
    return blobs.serve_range(request, selectors.sound(viewer=viewer_of(request), key=key), f"review-{key[:8]}.m4a")


@require_safe
def measures(request: HttpRequest) -> HttpResponseBase:
    """How good drafts are, and how fast words travel: by pair of languages."""
    viewer = viewer_of(request)
    found = figures.measured(viewer=viewer)
    if kind := wanted(request):
        return export(kind, "measures", figures.COLUMNS, ({c: getattr(i, c) for c in figures.COLUMNS} for i in found))
    return render(request, "review/measures.html", {"rows": found})
