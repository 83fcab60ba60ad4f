"""Pages: send by file, and take in a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.bundles import desk, glance
from tejido.ground.bundles.answering import file_answer
from tejido.ground.bundles.forms import PartsForm, SendForm
from tejido.ground.network import policies
from tejido.ground.people import require, viewer_of
from tejido.ground.ui.forms import attempt

REFRESH_S = 3
page = require_http_methods(["GET", "HEAD", "POST"])


@page
def send(request: HttpRequest) -> HttpResponse:
    """Choose for whom and from where on; the size is shown before anything is made."""
    viewer = viewer_of(request)
    require(viewer, policies.EXCHANGE)
    members = glance.members(viewer=viewer)
    form, status, estimate = SendForm(request.POST or None, members=members), 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if request.POST.get("do") == "make":
                made, status = attempt(form, lambda: desk.make(viewer=viewer, asked=_wish(request, form)))
                if made is not None:
                    return redirect("bundles_made", made.id)
            else:
                estimate, status = attempt(form, lambda: desk.preview(viewer=viewer, asked=_wish(request, form)))
    context = {
        "form": form,
        "estimate": estimate,
        "members": members,
        "unreachable": [one for one in members if not one.reachable],
        "made": glance.made(viewer=viewer),
    }
    return render(request, "bundles/send.html", context, status=status)


def _wish(request: HttpRequest, form: SendForm) -> Any:
    return desk.wish(viewer=viewer_of(request), **form.cleaned_data)


@require_safe
def made(request: HttpRequest, bundle: str) -> HttpResponse:
    """A bundle that was made: how far it is, or its parts."""
    found = glance.made_one(viewer=viewer_of(request), bundle=bundle)
    response = render(request, "bundles/made.html", {"made": found})
    return _refreshed(response, busy=found.percent is not None)


def _refreshed(response: HttpResponse, *, busy: bool) -> HttpResponse:
    if busy:
        response.headers["Refresh"] = f"{REFRESH_S}"
    return response


@require_safe
def part(request: HttpRequest, bundle: str, number: int) -> HttpResponseBase:
    """One part as a file, under a name that tells nothing."""
    name, path = desk.part(viewer=viewer_of(request), bundle=bundle, number=number)
    return file_answer(request, path, name)


@require_POST
def remove(request: HttpRequest, bundle: str) -> HttpResponse:
    """Delete a bundle that was made here."""
    desk.remove(viewer=viewer_of(request), bundle=bundle)
    messages.success(request, _("Deleted from this node. Copies that were sent stay where they are."))
    return redirect("bundles_send")


@page
def take(request: HttpRequest) -> HttpResponse:
    """Bring the parts of a bundle; what they hold is shown before anything is taken in."""
    viewer = viewer_of(request)
    require(viewer, policies.EXCHANGE)
    form, status = PartsForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            found, status = attempt(form, lambda: desk.gather(viewer=viewer, files=form.files_of()), "parts")
            if found:
                return redirect("bundles_arrived", found[0]) if len(found) == 1 else redirect("bundles_take")
    context = {"form": form, "arriving": glance.arriving(viewer=viewer), "taken": glance.taken(viewer=viewer)}
    return render(request, "bundles/take.html", context, status=status)


@page
def arrived(request: HttpRequest, bundle: str) -> HttpResponse:
    """What a bundle holds and who signed it; POST takes it in; afterwards what it brought."""
    viewer = viewer_of(request)
    if request.method == "POST":
        desk.take(viewer=viewer, bundle=bundle)
        return redirect("bundles_arrived", bundle)
    found = glance.arrived(viewer=viewer, bundle=bundle)
    response = render(request, "bundles/arrived.html", {"one": found, "form": PartsForm()})
    return _refreshed(response, busy=found.percent is not None)


@require_POST
def discard(request: HttpRequest, bundle: str) -> HttpResponse:
    """Throw away what came of a bundle."""
    desk.discard(viewer=viewer_of(request), bundle=bundle)
    messages.success(request, _("Thrown away. Nothing of it was taken in."))
    return redirect("bundles_take")
