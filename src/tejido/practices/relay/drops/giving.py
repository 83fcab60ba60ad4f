"""The giver's pages: give by a link, write the receipt down, type it back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tejido.ground import uploads
from tejido.ground.errors import Problem
from tejido.ground.ui.errors import respond
from tejido.ground.ui.forms import attempt
from tejido.practices.relay import uploads as files
from tejido.practices.relay.drops import actions, domain, selectors
from tejido.practices.relay.drops.errors import LinkClosed, NotKept
from tejido.practices.relay.drops.forms import GiveForm, ReceiptForm

PURPOSE = "relay.drop"
REMEMBERED_S = 14 * 24 * 60 * 60  # a recording may wait so long on a phone for a line
View = Callable[..., HttpResponse]
page = require_http_methods(["GET", "HEAD", "POST"])


def secretive(view: View) -> View:
    """Out of indexes and caches, and no address of the page in any `Referer`: a poster's link is a key.

    `strict-origin`, since with `no-referrer` browsers send `Origin: null` with the form, which CSRF checks refuse.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Problem as problem:
            response = respond(request, problem)
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return wrapped


@page
@secretive
@sensitive_post_parameters()
def give(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody without an account sees who has a drop link: the question, and how to answer it."""
    asked = selectors.asked(token)
    with _language(request, asked.lang):
        if asked.state != "open":
            return _closed(request, asked)
        return _speaking(request, _give(request, token, asked), asked.lang)


def _closed(request: HttpRequest, asked: selectors.Asked) -> HttpResponse:
    return render(request, "relay_drops/closed.html", {"asked": asked}, status=410)


def _give(request: HttpRequest, token: str, asked: selectors.Asked) -> HttpResponse:
    form, status = GiveForm(request.POST or None, request.FILES or None, lang=asked.lang), 200
    if request.method == "POST":
        try:
            nonce, status = _given(form, token) if form.is_valid() else (None, 422)
        except LinkClosed:
            return _closed(request, selectors.asked(token))
        if nonce:
            return redirect("relay_receipt_new", nonce)
    else:
        form.initial = {**form.initial, "command": domain.new_nonce(), "token": token}
    context = {"asked": asked, "form": form, "purpose": PURPOSE}
    return render(request, "relay_drops/give.html", context, status=status)


def _given(form: GiveForm, token: str) -> tuple[str | None, int]:
    found = form.cleaned_data
    said = form.said(translation.get_language() or "en")

    def act() -> str:
        with files.recording(found["recording"]) as recording:
            return actions.give(token=token, nonce=form.nonce, words=form.words(**recording), said=said)

    return attempt(form, act)


def _language(request: HttpRequest, lang: str) -> translation.override:
    """The link's language where the pages exist in it and the visitor has chosen none."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    known = lang in dict(settings.LANGUAGES)
    return translation.override(translation.get_language() if chosen or not known else lang)


def _speaking(request: HttpRequest, response: HttpResponse, lang: str) -> HttpResponse:
    """Let the pages that follow speak the same language, and this browser's receipts be shown, until it is closed."""
    common: dict[str, Any] = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True}
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and lang in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, lang, samesite="Lax", **common)
    if settings.GIVER_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(
            settings.GIVER_COOKIE_NAME, actions.new_browser(), max_age=REMEMBERED_S, samesite="Strict", **common
        )
    return response


@page
@secretive
def receipt(request: HttpRequest, nonce: str) -> HttpResponse:
    """The receipt, to be written down; then, without it in sight, to be typed back."""
    browser = request.COOKIES.get(settings.GIVER_COOKIE_NAME, "")
    if not browser:
        raise NotKept
    form, status, groups = ReceiptForm(request.POST or None), 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            text = form.cleaned_data["receipt"]
            done, status = attempt(form, lambda: _typed_back(browser, nonce, text), "receipt")
            if done:
                return render(request, "relay_drops/kept.html")
    elif "back" not in request.GET:
        groups = domain.grouped(actions.show_receipt(browser=browser, nonce=nonce)).split()
    context = {"form": form, "groups": groups, "nonce": nonce}
    return render(request, "relay_drops/receipt.html", context, status=status)


def _typed_back(browser: str, nonce: str, text: str) -> bool:
    actions.type_back(browser=browser, nonce=nonce, text=text)
    return True


# --- the same by an upload that survives a bad line


def begin(_request: HttpRequest, fields: QueryDict) -> str:
    """Check the form before a recording is sent; the link's token goes no further than here."""
    token = fields.get("token", "")
    link = selectors.open_link(token)
    _valid(fields, link.lang)
    fields.pop("token", None)
    fields.pop("csrfmiddlewaretoken", None)
    fields["link"], fields["asked_in"] = str(link.pk), translation.get_language() or "en"
    return domain.new_token()


def finish(finished: uploads.Finished) -> str:
    """Keep what was sent; the address of its receipt."""
    fields = {name: str(value) for name, value in finished.fields.dict().items()}
    form = _valid(finished.fields, fields.get("lang", ""))
    with files.whole(finished) as recording:
        words, said = form.words(**recording), form.said(fields["asked_in"])
        nonce = actions.give_by(int(fields["link"]), form.nonce, words, said)
    return reverse("relay_receipt_new", args=[nonce])


def _valid(fields: QueryDict, lang: str) -> GiveForm:
    form = GiveForm(fields, lang=lang)
    if not form.is_valid():
        raise uploads.BadForm({name: [str(one) for one in found] for name, found in form.errors.items()})
    return form
