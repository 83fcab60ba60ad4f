"""The pages of whoever holds a receipt: hear and read what they gave, change what they allow, take it back."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from tejido.ground import blobs
from tejido.ground.errors import NotFound
from tejido.ground.keeping.records import backups_before
from tejido.ground.ui.forms import attempt
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.drops import actions, selectors
from tejido.practices.relay.drops.domain import OPEN_FOR_S
from tejido.practices.relay.drops.errors import ReceiptClosed
from tejido.practices.relay.drops.forms import AllowForm, ReceiptForm, TakeBackForm
from tejido.practices.relay.drops.giving import page, secretive
from tejido.practices.relay.views import segments


@page
@secretive
@sensitive_post_parameters()
def enter(request: HttpRequest) -> HttpResponse:
    """Type a receipt."""
    form, status = ReceiptForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            text, browser = form.cleaned_data["receipt"], request.COOKIES.get(settings.GIVER_COOKIE_NAME, "")
            held, status = attempt(form, lambda: actions.open_receipt(text=text, browser=browser), "receipt")
            if held:
                return _holding(redirect("relay_receipt_mine"), held)
    return render(request, "relay_drops/enter.html", {"form": form}, status=status)


def _holding(response: HttpResponse, held: str) -> HttpResponse:
    response.set_cookie(
        settings.RECEIPT_COOKIE_NAME, held, max_age=OPEN_FOR_S, path=reverse("relay_receipt"), httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Strict",
    )  # fmt: skip
    return response


def _held(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.RECEIPT_COOKIE_NAME, "")


@require_safe
@secretive
def mine(request: HttpRequest) -> HttpResponse:
    """What the receipt's holder gave: its sound, its words, what they allow."""
    try:
        found = selectors.own_report(_held(request))
    except ReceiptClosed:
        return redirect("relay_receipt")
    except NotFound:
        return _gone(request)
    under_way = found.transcription
    waiting = bool(under_way and under_way.state in {"waiting", "running"})
    context = {
        "page": found, "report": found.report, "segments": segments(found.lines), "waiting": waiting,
        "percent": relay.percent(under_way), "erased": selectors.own_erasure(_held(request)),
    }  # fmt: skip
    return render(request, "relay_drops/mine.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    """Erased: how many nodes have confirmed it, as long as the receipt is remembered."""
    return render(request, "relay_drops/gone.html", {"erased": selectors.own_erasure(_held(request))})


@require_safe
def audio(request: HttpRequest) -> HttpResponseBase:
    """Its sound."""
    return blobs.serve_range(request, selectors.own_audio(_held(request)), "mine.m4a")


@page
@secretive
def consent(request: HttpRequest) -> HttpResponse:
    """Answer each question anew."""
    try:
        found = selectors.own_report(_held(request))
    except ReceiptClosed:
        return redirect("relay_receipt")
    terms = found.consent.terms
    form = AllowForm(request.POST or None, initial={"purposes": list(terms.purposes), "audio": terms.audio})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = attempt(form, lambda: _changed(_held(request), form))
            if done:
                return redirect("relay_receipt_mine")
    return render(request, "relay_drops/consent.html", {"form": form, "report": found.report}, status=status)


def _changed(held: str, form: AllowForm) -> bool:
    actions.change_consent(held=held, said=form.said(translation.get_language() or "en"))
    return True


@page
@secretive
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take it back from others, or have it erased."""
    try:
        found = selectors.own_report(_held(request))
    except ReceiptClosed:
        return redirect("relay_receipt")
    form, status = TakeBackForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            erase = form.cleaned_data["how"] == "erase"
            done, status = attempt(form, lambda: _taken(_held(request), erase=erase))
            if done:
                return _gone(request) if erase else redirect("relay_receipt_mine")
    context = {"form": form, "report": found.report, "backups": backups_before(timezone.now())}
    return render(request, "relay_drops/withdraw.html", context, status=status)


def _taken(held: str, *, erase: bool) -> bool:
    actions.take_back(held=held, erase_too=erase)
    return True


@require_POST
@secretive
def discard(request: HttpRequest) -> HttpResponse:
    """Forget the receipt of something erased, here and in the browser."""
    actions.discard(held=_held(request))
    return forget(request)


@require_POST
@secretive
def forget(request: HttpRequest) -> HttpResponse:
    """Close the pages of a receipt, and let the browser forget all it keeps of this node."""
    response = _forgotten(render(request, "relay_drops/forgotten.html"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _forgotten(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.RECEIPT_COOKIE_NAME, path=reverse("relay_receipt"), samesite="Strict")
    response.delete_cookie(settings.GIVER_COOKIE_NAME, samesite="Strict")
    return response
