"""Invitation links: made and taken back by keepers; opened by whoever holds one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.charter import inviting, selectors
from tejido.ground.charter.forms import LinkForm
from tejido.ground.network import desk, papers
from tejido.ground.people import viewer_of
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of
from tejido.ground.ui.qr import svg

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def links(request: HttpRequest, key: str) -> HttpResponse:
    """The links of a network; POST makes one and shows it, this once."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    form, status = LinkForm(request.POST or None), 200
    found = inviting.links(viewer=viewer, network=info)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made, status = attempt(form, lambda: inviting.make(viewer=viewer, network=info, **form.cleaned_data))
            if made is not None:
                url = request.build_absolute_uri(inviting.path(made[1]))
                whole = papers.carried(url, desk.invitation(viewer=viewer, network=info))
                context = {"network": info, "url": url, "qr": svg(url), "whole": whole}
                return render(request, "charter/link.html", context)
    context = {"network": info, "form": form, "page": page_of(found, request, size=20)}
    return render(request, "charter/links.html", context, status=status)


@require_POST
def revoke(request: HttpRequest, key: str, link_id: int) -> HttpResponse:
    """Take a link back."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    inviting.revoke(viewer=viewer, network=info, link=link_id)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("charter_links", info.key)


@require_safe
def code(request: HttpRequest, key: str) -> HttpResponse:
    """The whole invitation as a QR code, to be printed or photographed; a problem where it does not fit."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    word = papers.compact(desk.invitation(viewer=viewer, network=info))
    drawn = svg(word, _("The whole invitation as a QR code"), dense=True)
    return render(request, "charter/code.html", {"network": info, "word": word, "qr": drawn})


@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, to which network, and the words to compare: for whoever holds the link."""
    url = request.build_absolute_uri()
    return _public(
        render(request, "charter/invitation.html", {"offer": inviting.offer(token=token), "token": token, "url": url})
    )


@require_POST
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation: as a file, or as text on a page to be copied. It uses the link once."""
    offer, found = inviting.offer(token=token), inviting.take(token=token)
    if request.POST.get("as") == "text":
        context = {"offer": offer, "word": papers.compact(found)}
        return _public(render(request, "charter/taken.html", context))
    response = HttpResponse(found, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = 'attachment; filename="invitation.tejido"'
    return _public(response)


def _public(response: HttpResponse) -> HttpResponse:
    """What a link opens is for whoever holds it, and for no search engine."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
