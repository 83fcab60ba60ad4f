"""Pages of successors: propose one, found it, go along, bring others over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tejido.ground.charter import policies, selectors, succeeding, successions
from tejido.ground.charter.forms import SuccessorForm
from tejido.ground.people import require, viewer_of
from tejido.ground.ui.forms import attempt

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def succeed(request: HttpRequest, key: str) -> HttpResponse:
    """Propose to go on, without the founder, in a new network."""
    viewer = viewer_of(request)
    require(viewer, policies.SPEAK)
    info = selectors.network_of(viewer=viewer, key=key)
    form, status = SuccessorForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            made, status = attempt(form, lambda: succeeding.propose(viewer=viewer, network=info, **said), "name")
            if made is not None:
                messages.success(request, _("Put to the members. They read it after the next exchange."))
                return redirect("charter_matter", info.key, made)
    found = successions.successors(viewer=viewer, network=info)
    context = {"network": info, "form": form, "found": found, "charter": selectors.course_of(info).in_force is not None}
    return render(request, "charter/succeed.html", context, status=status)


@require_POST
def found(request: HttpRequest, key: str, successor: str) -> HttpResponse:
    """Open the network that the members agreed on; then say in it who we are."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    made = succeeding.found(viewer=viewer, network=info, matter=successor)
    messages.success(
        request, _("The network is open, and the others hear of it at the next exchange. Say in it who you are.")
    )
    return redirect("network_profile", made.key)


@require_POST
def follow(request: HttpRequest, key: str, successor: str) -> HttpResponse:
    """Go on in a network that was founded."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    made = succeeding.follow(viewer=viewer, network=info, matter=successor)
    messages.success(request, _("Said. Exchange with the others, and the network opens here."))
    return redirect("network_one", made.key)


@require_POST
def bring(request: HttpRequest, key: str, successor: str, org: str) -> HttpResponse:
    """Put it to the members of the new network that an organisation of the old one asks to come over."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    made = succeeding.bring(viewer=viewer, network=info, matter=successor, org=org)
    new = next(one for one in successions.successors(viewer=viewer, network=info) if one.key == successor)
    messages.success(request, _("Put to the members with your yes. They are in once enough have agreed."))
    return redirect("charter_matter", new.network, made)
