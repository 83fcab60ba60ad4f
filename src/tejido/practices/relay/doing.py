"""Pages that change something: a form, an action, the next page. A problem that the form can show is shown there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.engines.language.captions import MOST_BYTES
from tejido.ground import blobs
from tejido.ground.keeping.records import backups_before
from tejido.ground.people import may, require, viewer_of
from tejido.ground.ui.forms import attempt
from tejido.practices.relay import actions, asking, errors, policies, renderings, segments, selectors, uploads, views
from tejido.practices.relay.drafts import Transcription
from tejido.practices.relay.forms import (
    AnswerForm,
    AskedForm,
    CaptionsForm,
    ChainForm,
    CircleForm,
    InviteForm,
    LinelessForm,
    ReportForm,
    SegmentForm,
    TypedForm,
    WithdrawForm,
    WordingForm,
)

page = require_http_methods(["GET", "HEAD", "POST"])


def _handle(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The form, or, once it is valid and done, the page that `act` names."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            target, status = attempt(form, lambda: act(form.cleaned_data))
            if target is not None:
                return redirect(target)
    return render(request, template, {"form": form, **context}, status=status)


@page
def open_circle(request: HttpRequest) -> HttpResponse:
    """Open a circle."""
    viewer = viewer_of(request)
    require(viewer, policies.OPEN)

    def act(found: dict[str, Any]) -> str:
        key = actions.open_circle(viewer=viewer, **found)
        messages.success(request, _("The circle is open."))
        return _to("relay_circle", key)

    return _handle(request, CircleForm(request.POST or None), act, "relay/circle_form.html", {})


@page
def change_circle(request: HttpRequest, key: str) -> HttpResponse:
    """Describe a circle anew."""
    viewer = viewer_of(request)
    require(viewer, policies.OPEN)
    circle = selectors.circle(viewer=viewer, key=key)
    initial = {"name": circle.name, "place": circle.place, "langs": circle.langs}

    def act(found: dict[str, Any]) -> str:
        actions.change_circle(viewer=viewer, circle=key, name=found["name"], place=found["place"], langs=found["langs"])
        messages.success(request, _("Saved."))
        return _to("relay_circle", key)

    form = CircleForm(request.POST or None, initial=initial, ahead=circle.langs)
    return _handle(request, form, act, "relay/circle_form.html", {"circle": circle})


@page
def open_chain(request: HttpRequest) -> HttpResponse:
    """Open a chain with its question."""
    viewer = viewer_of(request)
    require(viewer, policies.OPEN)
    circles = selectors.circles(viewer=viewer, mine=True)

    def act(found: dict[str, Any]) -> str:
        return _to("relay_chain", actions.open_chain(viewer=viewer, **found))

    form = ChainForm(request.POST or None, circles=circles, initial={"circle": request.GET.get("circle", "")})
    return _handle(request, form, act, "relay/chain_form.html", {"circles": circles})


@page
def change_chain(request: HttpRequest, key: str) -> HttpResponse:
    """Word a chain anew."""
    viewer = viewer_of(request)
    require(viewer, policies.OPEN)
    chain = selectors.chain(viewer=viewer, key=key).chain

    def act(found: dict[str, Any]) -> str:
        actions.change_chain(viewer=viewer, chain=key, **found)
        messages.success(request, _("Saved."))
        return _to("relay_chain", key)

    form = WordingForm(request.POST or None, initial={"title": chain.title, "question": chain.question})
    return _handle(request, form, act, "relay/chain_form.html", {"chain": chain, "circles": [chain.circle]})


@page
def add_report(request: HttpRequest, key: str) -> HttpResponse:
    """Add a report to a chain: upload a recording or type."""
    viewer = viewer_of(request)
    require(viewer, policies.REPORT)
    chain = selectors.chain(viewer=viewer, key=key).chain
    circles = selectors.circles(viewer=viewer, mine=True)
    form = ReportForm(request.POST or None, request.FILES or None, circles=circles)

    def act(found: dict[str, Any]) -> str:
        with uploads.recording(found["recording"]) as recording:
            words, said = form.words(**recording), form.said()
            report = actions.add_report(
                viewer=viewer, chain=key, circle=found["circle"], words=words, said=said, command=found["command"]
            )
        return _to("relay_report", report)

    return _handle(request, form, act, "relay/add.html", {"chain": chain, "circles": circles})


@page
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Answer a voice with a commentary or a parallel experience."""
    viewer = viewer_of(request)
    require(viewer, policies.REPORT)
    heard = selectors.hop(viewer=viewer, key=key)
    circles = selectors.circles(viewer=viewer, mine=True)
    initial = {"role": request.GET.get("role", "commentary")}
    form = AnswerForm(request.POST or None, request.FILES or None, circles=circles, heard=heard.lines, initial=initial)

    def act(found: dict[str, Any]) -> str:
        with uploads.recording(found["recording"]) as recording:
            words, said = form.words(**recording), form.said()
            report = actions.answer(
                viewer=viewer, hop=key, role=found["role"], circle=found["circle"], words=words, said=said,
                command=found["command"],
            )  # fmt: skip
        return _to("relay_report", report)

    readings = renderings.read(request, viewer, [heard.hop], [heard.hop])
    rendering = readings.of(heard.hop)
    played = renderings.played(rendering) if rendering else views.segments(heard.lines)
    context = {"chain": heard.chain, "heard": heard, "circles": circles, "segments": played, "rendering": rendering}
    return _handle(request, form, act, "relay/add.html", context)


@require_safe
@cache_control(public=True, no_cache=True)
def phone(request: HttpRequest) -> HttpResponse:
    """What waits on this phone, and recording without a line: the same page for everybody, filled in by the phone."""
    return render(request, "relay/phone.html", {"form": LinelessForm()})


@page
def invite(request: HttpRequest, key: str) -> HttpResponse:
    """Ask another organisation to answer a chain."""
    viewer = viewer_of(request)
    require(viewer, policies.PASS)
    chain = selectors.chain(viewer=viewer, key=key).chain
    circles = selectors.circles(viewer=viewer, mine=True)
    orgs = selectors.organisations_to_invite(viewer=viewer, chain=key)

    def act(found: dict[str, Any]) -> str:
        asked = {**found, "to_org": bytes.fromhex(found["to_org"]), "deadline": found["deadline"].isoformat()}
        actions.invite_to_answer(viewer=viewer, chain=key, **asked)
        messages.success(request, _("The invitation travels with the next exchange."))
        return _to("relay_chain", key)

    form = InviteForm(request.POST or None, circles=circles, orgs=orgs)
    return _handle(request, form, act, "relay/invite.html", {"chain": chain, "orgs": orgs})


@require_POST
def end_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Take an invitation back."""
    chain = actions.end_invitation(viewer=viewer_of(request), invitation=key)
    messages.success(request, _("The invitation is taken back."))
    return redirect("relay_chain", chain)


@require_safe
def report(request: HttpRequest, key: str) -> HttpResponse:
    """A report of this organisation: hear it, see its transcript grow, correct it, pass it on."""
    return _report(request, key, TypedForm(), 200)


def _report(
    request: HttpRequest, key: str, form: forms.Form, status: int, bringing: forms.Form | None = None
) -> HttpResponse:
    viewer = viewer_of(request)
    found = selectors.report(viewer=viewer, key=key)
    context = {
        "page": found,
        "report": found.report,
        "form": form,
        "bringing": bringing or CaptionsForm(),
        "may_bring": not segments.touched(found.lines),
        "may_pass": may(viewer, policies.PASS),
        "percent": selectors.percent(found.transcription),
        "stuck": _why(found.transcription),
    }
    return render(request, "relay/report.html", context, status=status)


def _why(under_way: Transcription | None) -> str:
    """Why a transcript is stuck, in the viewer's language."""
    return _(under_way.message) % under_way.params if under_way and under_way.message else ""


@require_safe
def progress(request: HttpRequest, key: str) -> JsonResponse:
    """How far a transcript is: `{step, percent, segments}`; for the script of the report's page."""
    found = selectors.report(viewer=viewer_of(request), key=key)
    under_way = found.transcription
    heard = [segment["text"] for segment in under_way.segments] if under_way else []
    return JsonResponse({"step": found.report.step, "percent": selectors.percent(under_way), "segments": heard})


@require_POST
def correct(request: HttpRequest, key: str, segment: str) -> HttpResponse:
    """Save one segment's words; where they have changed meanwhile, both texts are shown (409)."""
    viewer, form = viewer_of(request), SegmentForm(request.POST)
    if not form.is_valid():
        return _report(request, key, TypedForm(), 422)
    found = form.cleaned_data
    try:
        actions.correct_segment(
            viewer=viewer, report=key, segment=segment, base=found["base"], text=found["text"],
            settles=found["settles"].split(),
        )  # fmt: skip
    except errors.StaleCorrection as stale:
        page = selectors.report(viewer=viewer, key=key)
        context = {"report": page.report, "segment": segment, **stale.params, "message": stale.message}
        return render(request, "relay/stale.html", context, status=409)
    if request.headers.get("Accept", "").startswith("application/json"):
        line = next(one for one in selectors.report(viewer=viewer, key=key).lines if one.id == segment)
        return JsonResponse({"text": line.text, "base": line.base})
    return redirect(_to("relay_report", key) + f"#s-{segment}")


@require_POST
def type_transcript(request: HttpRequest, key: str) -> HttpResponse:
    """Type a transcript."""
    viewer, form = viewer_of(request), TypedForm(request.POST)

    def act() -> bool:
        actions.write_transcript(viewer=viewer, report=key, text=form.cleaned_data["text"])
        return True

    if form.is_valid() and attempt(form, act)[0]:
        return redirect("relay_report", key)
    return _report(request, key, form, 422)


@require_POST
def bring_transcript(request: HttpRequest, key: str) -> HttpResponse:
    """Bring captions that were made elsewhere."""
    viewer, form = viewer_of(request), CaptionsForm(request.POST, request.FILES)

    def act() -> bool:
        content = form.cleaned_data["captions"].read(MOST_BYTES + 1)
        actions.bring_transcript(viewer=viewer, report=key, content=content)
        return True

    status = 422
    if form.is_valid():
        done, status = attempt(form, act, "captions")
        if done:
            return redirect("relay_report", key)
    return _report(request, key, TypedForm(), status, form)


@require_POST
def retry(request: HttpRequest, key: str) -> HttpResponse:
    """Let the machine try again."""
    actions.retry_transcription(viewer=viewer_of(request), report=key)
    return redirect("relay_report", key)


@require_POST
def pass_on(request: HttpRequest, key: str) -> HttpResponse:
    """Pass a report on to the other circles, or send them its corrections."""
    viewer = viewer_of(request)
    if request.POST.get("again"):
        actions.revise(viewer=viewer, report=key)
        messages.success(request, _("The other circles get the corrected words with the next exchange."))
        return redirect("relay_report", key)
    hop = actions.pass_on(viewer=viewer, report=key)
    messages.success(request, _("Passed on. It travels with the next exchange."))
    return redirect("relay_hop", hop)


@page
def ask_consent(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the speaker anew. Nothing is ticked beforehand: an earlier yes is shown, not presumed."""
    viewer = viewer_of(request)
    require(viewer, policies.REPORT)
    found = selectors.report(viewer=viewer, key=key)
    lang = found.report.lang
    form = AskedForm(request.POST or None, request.FILES or None, initial={"asked_in": lang}, ahead=[lang])

    def act(chosen: dict[str, Any]) -> str:
        said = form.said()
        if said is not None:
            with uploads.recording(chosen["clip"]) as clip:
                if clip:
                    asking.keep(viewer=viewer, report=key, lang=said.lang, **clip)
            actions.grant_consent(viewer=viewer, report=key, said=said)
        messages.success(request, _("Saved."))
        return _to("relay_report", key)

    read_in = views.language_of_questions(request, lang)
    context = {
        "page": found,
        "report": found.report,
        "read_in": read_in,
        "others": [pair for pair in settings.LANGUAGES if pair[0] != read_in],
        "spoken": asking.answers(viewer=viewer, report=key),
    }
    return _handle(request, form, act, "relay/consent.html", context)


@require_safe
def spoken_answer(request: HttpRequest, key: str, number: int) -> HttpResponseBase:
    """A speaker's answer to what they allow, as they spoke it."""
    ref = asking.audio(viewer=viewer_of(request), report=key, number=number)
    return blobs.serve_range(request, ref, f"answer-{key[:8]}.m4a")


@page
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Take words back: what this does, and what it cannot do."""
    viewer = viewer_of(request)
    require(viewer, policies.WITHDRAW)
    found = selectors.report(viewer=viewer, key=key)

    def act(chosen: dict[str, Any]) -> str:
        erase = chosen["how"] == "erase"
        actions.withdraw(viewer=viewer, report=key, purposes=actions.TAKEN[chosen["how"]], erase_too=erase)
        done = _("Erased here. The other nodes erase it with the next exchange.") if erase else _("Taken back.")
        messages.success(request, done)
        return _to("relay_chain", found.report.chain) if erase else _to("relay_report", key)

    context = {"report": found.report, "backups": backups_before(timezone.now())}
    return _handle(request, WithdrawForm(request.POST or None), act, "relay/withdraw.html", context)


def _to(name: str, key: str) -> str:
    return reverse(name, args=[key])
