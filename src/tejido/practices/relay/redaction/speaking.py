"""The page of a report's voices."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tejido.engines.speech.measured import measured
from tejido.ground import blobs
from tejido.ground.people import require, viewer_of
from tejido.ground.ui.forms import attempt
from tejido.practices.relay import policies, uploads
from tejido.practices.relay.redaction import forms, selectors, voicing
from tejido.practices.relay.redaction.views import page


@page
def voice(request: HttpRequest, key: str) -> HttpResponse:
    """Hear a report in each voice it has, have it disguised, add a reading, choose who hears which."""
    require(viewer_of(request), policies.REPORT)
    if request.method == "POST":
        doing = {"disguise": _disguise, "read": _read, "remove": _remove}.get(request.POST.get("do", ""), _choose)
        return doing(request, key)
    return _show(request, key)


def _choose(request: HttpRequest, key: str) -> HttpResponse:
    form = forms.VoiceForm(request.POST)

    def act() -> None:
        voicing.choose(viewer=viewer_of(request), report=key, **form.cleaned_data)

    status = _sent(request, form, act, _("Saved."))
    return _show(request, key, form, status=status) if status else redirect("relay_voice", key)


def _read(request: HttpRequest, key: str) -> HttpResponse:
    form = forms.ReadingForm(request.POST, request.FILES)

    def act() -> None:
        agreed = form.cleaned_data["agreed"]
        with uploads.recording(form.cleaned_data["recording"]) as recording:
            voicing.read_again(viewer=viewer_of(request), report=key, agreed=agreed, **recording)

    status = _sent(request, form, act, _("The reading is here. Listen to it, then choose who hears it."))
    return _show(request, key, reading=form, status=status) if status else redirect("relay_voice", key)


def _sent(request: HttpRequest, form: Form, act: Callable[[], None], said: str) -> int:
    """Act on a form and say so; else the status of its page, which shows what was wrong."""
    if not form.is_valid():
        return 422
    _done, status = attempt(form, act)
    if status != HTTPStatus.OK:
        return status
    messages.success(request, said)
    return 0


def _disguise(request: HttpRequest, key: str) -> HttpResponse:
    voicing.disguise(viewer=viewer_of(request), report=key)
    return redirect("relay_voice", key)


def _remove(request: HttpRequest, key: str) -> HttpResponse:
    voicing.remove(viewer=viewer_of(request), report=key, voice=request.POST.get("voice", ""))
    messages.success(request, _("Erased here. The other nodes erase it with the next exchange."))
    return redirect("relay_voice", key)


@dataclass(frozen=True)
class Figures:
    """What was measured of the disguise, in percent; likeness of the voice, and of two people who have nothing in common."""

    day: str
    on: str
    misheard: float
    misheard_before: float
    likeness: int
    informed: int
    strangers: int


def figures() -> Figures | None:
    """What was measured when this version was made; None where nothing was."""
    try:
        found = measured()
    except FileNotFoundError:
        return None
    tier = found.tier("disguised")
    if tier is None:
        return None
    informed = tier.likeness if tier.informed is None else tier.informed
    rates = (tier.wrong_words / 10, tier.wrong_words_before / 10)
    return Figures(found.day, found.on, *rates, tier.likeness // 10, informed // 10, found.strangers // 10)


def _show(
    request: HttpRequest,
    key: str,
    form: forms.VoiceForm | None = None,
    reading: forms.ReadingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = selectors.voice_page(viewer=viewer_of(request), report=key)
    tiers = {tier.voice: tier for tier in found.tiers}
    context: dict[str, Any] = {
        "found": found,
        "report": found.page.report,
        "form": form or forms.VoiceForm(initial={"circles": found.circles, "public": found.public or "none"}),
        "reading": reading or forms.ReadingForm(),
        "own": tiers["own"],
        "disguised": tiers["disguised"],
        "revoiced": tiers["revoiced"],
        "figures": figures(),
        "why": _(found.message) % found.params if found.message else "",
    }
    return render(request, "relay_redaction/voice.html", context, status=status)


@require_safe
def voice_audio(request: HttpRequest, key: str, voice: str) -> HttpResponseBase:
    """A report in one voice."""
    ref = selectors.voice_audio(viewer=viewer_of(request), report=key, voice=voice)
    return blobs.serve_range(request, ref, f"{voice}-{key[:8]}.m4a")
