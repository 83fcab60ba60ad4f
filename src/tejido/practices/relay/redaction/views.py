"""The page where words are taken out of a report. One address: each button says what it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tejido.ground import blobs
from tejido.ground.people import require, viewer_of
from tejido.ground.ui.forms import attempt
from tejido.practices.relay import policies
from tejido.practices.relay.redaction import actions, forms, selectors, tasks
from tejido.practices.relay.redaction.selectors import Redaction

page = require_http_methods(["GET", "HEAD", "POST"])
HEIGHT = 60  # of the picture of loudness, in its own units
EMPTY_ROWS = 2


@page
def redact(request: HttpRequest, key: str) -> HttpResponse:
    """Mark, have it cut, listen, keep."""
    viewer = viewer_of(request)
    require(viewer, policies.WITHDRAW)
    if request.method == "POST":
        doing = {"keep": _keep, "forget": _forget}.get(request.POST.get("do", ""), _mark)
        return doing(request, key)
    found = selectors.redaction(viewer=viewer, report=key)
    if found.peaks is None:
        tasks.request_picture(key)
    return _show(request, found)


def _mark(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    found = selectors.redaction(viewer=viewer, report=key)
    form = forms.MarksForm(request.POST)

    def act() -> bool:
        data = form.cleaned_data
        marks = forms.marks(request.POST, found.page.lines)
        actions.mark(viewer=viewer, report=key, base=data["base"], marks=marks, mode=data["mode"])
        if request.POST.get("do") == "listen":
            actions.cut(viewer=viewer, report=key)
        return True

    status = 422
    if form.is_valid():
        done, status = attempt(form, act)
        if done:
            return redirect("relay_redact", key)
    return _show(request, selectors.redaction(viewer=viewer, report=key), form, status=status)


def _keep(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    form = forms.KeepForm(request.POST, sealed=selectors.redaction(viewer=viewer, report=key).sealed)
    status = 422
    if form.is_valid():
        original = form.cleaned_data.get("original", False)
        kept, status = attempt(form, lambda: actions.keep(viewer=viewer, report=key, original=original))
        if kept:
            messages.success(request, _("Erased here. The other nodes erase it with the next exchange."))
            return redirect("relay_report", key)
    return _show(request, selectors.redaction(viewer=viewer, report=key), keep=form, status=status)


def _forget(request: HttpRequest, key: str) -> HttpResponse:
    actions.forget(viewer=viewer_of(request), report=key)
    messages.success(request, _("The marks are gone. The report is as it was."))
    return redirect("relay_report", key)


@require_safe
def trial_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The recording as it was cut for listening."""
    ref = selectors.trial_audio(viewer=viewer_of(request), report=key)
    return blobs.serve_range(request, ref, f"trial-{key[:8]}.m4a")


@require_safe
def progress(request: HttpRequest, key: str) -> JsonResponse:
    """How far the cutting is: `{state, drawn}`; for the page's script."""
    found = selectors.redaction(viewer=viewer_of(request), report=key)
    return JsonResponse({"state": found.state, "drawn": found.peaks is not None})


@dataclass(frozen=True)
class Word:
    """A word on the page: its name in the form, from when to when it is heard (empty where unknown), whether it is marked."""

    name: str
    text: str
    start: int | str
    end: int | str
    marked: bool


@dataclass(frozen=True)
class Stretch:
    """A line of the page."""

    number: int
    start: int | None
    end: int | None
    seconds: float | None
    lang: str
    words: tuple[Word, ...]
    timed: bool
    marked: bool


def _stretches(found: Redaction) -> list[Stretch]:
    whole = set(found.marks.segments)
    made = []
    for number, line in enumerate(found.page.lines):
        texts, marked = line.text.split(), found.marks.of(line.id)
        timed = len(line.words) == 2 * len(texts) and bool(texts)
        words = tuple(
            Word(
                f"{number}.{i}",
                text,
                line.words[2 * i] if timed else "",
                line.words[2 * i + 1] if timed else "",
                i in marked,
            )
            for i, text in enumerate(texts)
        )
        lang = line.lang or found.page.report.lang
        made.append(Stretch(number, line.start, line.end, line.seconds, lang, words, timed, line.id in whole))
    return made


def _show(
    request: HttpRequest,
    found: Redaction,
    form: forms.MarksForm | None = None,
    keep: forms.KeepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    report = found.page.report
    context: dict[str, Any] = {
        "found": found,
        "report": report,
        "form": form or forms.MarksForm(initial={"base": found.base, "mode": found.mode}),
        "keep": keep or forms.KeepForm(sealed=found.sealed),
        "stretches": _stretches(found),
        "spans": _rows(request, found),
        "peaks": _path(found.peaks or ()),
        "cuts": [(start, end - start, forms.clock(start), forms.clock(end)) for start, end in found.cuts],
        "why": _(found.message) % found.params if found.message else "",
        "width": max(report.duration, 1),
        "height": HEIGHT,
    }
    return render(request, "relay_redaction/redact.html", context, status=status)


def _rows(request: HttpRequest, found: Redaction) -> list[tuple[str, str]]:
    """Beginning and end of each stretch as the fields show them; what was refused stays as it was written."""
    if request.method == "POST" and "start" in request.POST:
        return list(zip(request.POST.getlist("start"), request.POST.getlist("end"), strict=False))
    return [*((forms.clock(start), forms.clock(end)) for start, end in found.marks.spans), *[("", "")] * EMPTY_ROWS]


def _path(peaks: Sequence[int]) -> str:
    """The picture: an upright line for each step, in a box of `len(peaks)` × HEIGHT."""
    middle = HEIGHT / 2
    tall = [max(1, peak * middle / 100) for peak in peaks]
    return "".join(f"M{i} {middle - half:.0f}V{middle + half:.0f}" for i, half in enumerate(tall))
