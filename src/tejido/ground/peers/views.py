"""Pages about partners over the internet: who they are, how it went, adding, changing, pausing, exchanging now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.network import policies
from tejido.ground.peers import desk
from tejido.ground.peers.forms import AddForm, ChangeForm
from tejido.ground.people import may, require, viewer_of
from tejido.ground.ui.forms import attempt

REFRESH_S = 3
page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Partners, and how the last exchange with each went."""
    viewer = viewer_of(request)
    found = desk.partners(viewer=viewer)
    may_manage = may(viewer, policies.MANAGE)
    may_add = may_manage and bool(desk.candidates(viewer=viewer))
    shown = {"partners": found, "may_manage": may_manage, "may_add": may_add, "now": timezone.now()}
    response = render(request, "peers/partners.html", shown)
    if any(one.percent is not None for one in found):
        response.headers["Refresh"] = f"{REFRESH_S}"
    return response


@page
def add(request: HttpRequest) -> HttpResponse:
    """A new partner: whose node, and where."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    form, status = AddForm(request.POST or None, viewer=viewer), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made, status = attempt(form, lambda: desk.add(viewer=viewer, **form.cleaned_data), "address")
            if made is not None:
                messages.success(request, _("Kept. The worker exchanges with them from now on."))
                return redirect("peers")
    return render(request, "peers/edit.html", {"form": form}, status=status)


@page
def change(request: HttpRequest, peer: str) -> HttpResponse:
    """Another address, or more or less often."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    one = desk.partner(viewer=viewer, peer=peer)
    form = ChangeForm(request.POST or None, initial={"address": one.address, "every_min": one.every_min})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made, status = attempt(form, lambda: desk.change(viewer=viewer, peer=peer, **form.cleaned_data), "address")
            if made is not None:
                messages.success(request, _("Kept."))
                return redirect("peers")
    return render(request, "peers/edit.html", {"form": form, "partner": one}, status=status)


@page
def remove(request: HttpRequest, peer: str) -> HttpResponse:
    """Call a partner no more, after saying what that means."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    one = desk.partner(viewer=viewer, peer=peer)
    if request.method == "POST":
        desk.remove(viewer=viewer, peer=peer)
        messages.success(request, _("This node calls them no more. What was exchanged stays."))
        return redirect("peers")
    return render(request, "peers/remove.html", {"partner": one})


@require_POST
def pause(request: HttpRequest, peer: str) -> HttpResponse:
    """Leave off for now, or go on."""
    desk.pause(viewer=viewer_of(request), peer=peer, paused=request.POST.get("paused") == "1")
    return redirect("peers")


@require_POST
def exchange(request: HttpRequest, peer: str) -> HttpResponse:
    """Exchange with a partner now."""
    desk.exchange(viewer=viewer_of(request), peer=peer)
    return redirect("peers")
