"""The cover of a publication: the keeper's page, and the pictures that everybody may have."""

import hashlib

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tejido.engines.press.picture import CAMERA, PLACE, TEXT
from tejido.ground import blobs
from tejido.ground.people import Viewer, viewer_of
from tejido.ground.ui.forms import attempt
from tejido.practices.relay.press import actions, covers, selectors
from tejido.practices.relay.press.forms import CoverForm, read


@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a picture, see it at the size of lists, go back to the woven one."""
    viewer = viewer_of(request)
    edition, shown = selectors.given_cover(viewer=viewer, slug=slug)
    form = CoverForm(request.POST or None, request.FILES or None, langs=edition.langs, alts=shown.alts if shown else {})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = attempt(form, lambda: _done(request, viewer, slug, form))
            if done:
                return redirect("press_own_cover", slug)
        shown = selectors.given_cover(viewer=viewer, slug=slug)[1]
    context = {"edition": edition, "shown": shown, "form": form, "woven": selectors.woven(edition)}
    return render(request, "press/cover.html", context, status=status)


def _done(request: HttpRequest, viewer: Viewer, slug: str, form: CoverForm) -> bool:
    if form.cleaned_data["do"] == "weave":
        actions.take_back_cover(viewer=viewer, slug=slug)
        messages.success(request, _("The cover is woven again. The picture is erased here."))
        return True
    data = read(form.cleaned_data["picture"])
    carried = actions.give_cover(viewer=viewer, slug=slug, data=data, alts=form.alts)
    said = {
        PLACE: _(
            "The file said where the picture was taken. That was left behind; the file on your device still says it."
        ),
        CAMERA: _("The file carried notes of the camera. They were left behind."),
        TEXT: _("The file carried words beside the picture. They were left behind."),
    }
    for one in carried:
        messages.warning(request, said[one])
    messages.success(request, _("Saved. Pages show it now; books and feeds follow within minutes."))
    return True


@require_safe
def given(request: HttpRequest, slug: str, tag: str) -> HttpResponseBase:
    """The picture, for feeds and books."""
    return _served(request, *covers.picture(slug, tag, small=False))


@require_safe
def given_small(request: HttpRequest, slug: str, tag: str) -> HttpResponseBase:
    """The picture, for pages."""
    return _served(request, *covers.picture(slug, tag, small=True))


def _served(request: HttpRequest, body: bytes, at: float) -> HttpResponseBase:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    plain = HttpResponse(body, content_type=covers.GIVEN_TYPE)
    response = get_conditional_response(request, etag=etag, response=plain) or plain
    response.headers["ETag"], response.headers["Last-Modified"] = etag, http_date(int(at))
    response.headers["Cache-Control"] = "public, max-age=300"
    return blobs.shared(response)
