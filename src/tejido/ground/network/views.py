"""Pages about networks: who is in them, what is held of them, joining and admitting, exchange through folders."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.network import desk, gates, glance, health, policies
from tejido.ground.network.forms import ConfirmForm, FolderForm, InvitationForm, OpenForm, ProfileForm, RequestForm
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import may, require, viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of

COLUMNS = ("name", "place", "languages", "words", "org", "own", "founder", "heard", "events", "forked")
REFRESH_S = 3
page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    """Networks that this node is in, and how the last exchange went."""
    viewer = viewer_of(request)
    context = {
        "networks": [(one, gates.onward(one)) for one in glance.networks(viewer=viewer)],
        "unstated": {one.key for one in glance.unstated(viewer=viewer)},
        "last": glance.last_exchange(viewer=viewer),
        "waiting": glance.waiting_in_all(viewer=viewer),
        "own_words": glance.own_words(viewer=viewer),
    }
    return render(request, "network/networks.html", context | _rights(request))


def _rights(request: HttpRequest) -> dict[str, bool]:
    viewer = viewer_of(request)
    return {"may_manage": may(viewer, policies.MANAGE), "may_exchange": may(viewer, policies.EXCHANGE)}


@require_safe
def network(request: HttpRequest, key: str) -> HttpResponseBase:
    """One network: its organisations, and what this node holds of it."""
    viewer, query = viewer_of(request), request.GET.get("q", "").strip()
    info = glance.network(viewer=viewer, key=key)
    found = glance.organisations(viewer=viewer, network=info, query=query)
    if kind := wanted(request):
        return export(kind, "organisations", COLUMNS, _rows(found))
    context = {
        "network": info,
        "page": page_of(found, request),
        "query": query,
        "own_words": glance.own_words(viewer=viewer),
        "held": glance.holdings(viewer=viewer, network=info),
        "health": health.health(viewer=viewer, network=info),
        "crowded": glance.crowded(viewer=viewer, network=info),
        "stated": info.key not in {one.key for one in glance.unstated(viewer=viewer)},
        "members_decide": gates.members_decide(info),
        "onward": gates.onward(info),
        "expected": not info.admitted and gates.expected(info),
        "founded": any(one.own and one.founder for one in found),
    }
    return render(request, "network/network.html", context | _rights(request))


def _rows(found: Iterable[glance.OrgGlance]) -> Iterable[dict[str, Any]]:
    return ({column: getattr(one, column) for column in COLUMNS} for one in found)


@require_safe
def state(request: HttpRequest, key: str) -> HttpResponse:
    """The state of a network's spaces, to be compared with another node's."""
    viewer = viewer_of(request)
    info = glance.network(viewer=viewer, key=key)
    states = health.states(viewer=viewer, network=info)
    return render(request, "network/state.html", {"network": info, "states": states})


@page
def open_network(request: HttpRequest) -> HttpResponse:
    """Open a network with this organisation as its first member."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    form, status = OpenForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made, status = attempt(form, lambda: desk.open_network(viewer=viewer, **form.cleaned_data), "name")
            if made is not None:
                messages.success(request, _("The network is open. Now say in it who you are."))
                return redirect("network_profile", made.key)
    return render(request, "network/open.html", {"form": form}, status=status)


@page
def profile(request: HttpRequest, key: str) -> HttpResponse:
    """Say in a network who we are."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    info = glance.network(viewer=viewer, key=key)
    form, status = ProfileForm(request.POST or None, initial=_said(request, info)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            status = attempt(form, lambda: desk.state_profile(viewer=viewer, network=info, **said))[1]
            if status == 200:
                messages.success(request, _("Saved. The others read it after the next exchange."))
                return redirect("network_one", info.key)
    return render(request, "network/profile.html", {"form": form, "network": info}, status=status)


def _said(request: HttpRequest, info: NetworkInfo) -> dict[str, str]:
    found = glance.organisations(viewer=viewer_of(request), network=info)
    own = next((one for one in found if one.own and one.name), None)
    if own is None:
        return {"name": settings.NODE.name}
    return {"name": own.name, "place": own.place, "languages": ", ".join(own.languages)}


@require_safe
def invite(request: HttpRequest, key: str) -> HttpResponse:
    """How an organisation is invited, step by step."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    return render(request, "network/invite.html", {"network": glance.network(viewer=viewer, key=key)})


@require_safe
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """The invitation as a file."""
    viewer = viewer_of(request)
    info = glance.network(viewer=viewer, key=key)
    return _file(desk.invitation(viewer=viewer, network=info), "invitation.tejido")


@require_safe
def request_file(request: HttpRequest, key: str) -> HttpResponse:
    """The request to be admitted as a file."""
    viewer = viewer_of(request)
    info = glance.network(viewer=viewer, key=key)
    return _file(desk.request_file(viewer=viewer, network=info), "request.tejido")


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page
def join(request: HttpRequest) -> HttpResponse:
    """Open an invitation; the request that answers it can be had on the network's page."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    form, status = InvitationForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data["paper"]
            info, status = attempt(form, lambda: desk.join(viewer=viewer, invitation=data), "paper")
            if info is not None:
                return redirect("network_one", info.key)
    return render(request, "network/join.html", {"form": form}, status=status)


@page
def admit(request: HttpRequest) -> HttpResponse:
    """Read a request, and show whose it is before anything is kept."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    form, status = RequestForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data["paper"]
            found, status = attempt(form, lambda: desk.examine(viewer=viewer, request=data), "paper")
            if found is not None:
                context = {"form": ConfirmForm.of(data), "applicant": found}
                return render(request, "network/confirm.html", context)
    return render(request, "network/admit.html", {"form": form}, status=status)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Admit whoever signed the request, once the words were compared."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    form = ConfirmForm(request.POST)
    valid, data = form.is_valid(), form.cleaned_data.get("paper")
    if data is None:
        return render(request, "network/admit.html", {"form": RequestForm()}, status=422)
    if not valid:
        found = desk.examine(viewer=viewer, request=data)
        return render(request, "network/confirm.html", {"form": form, "applicant": found}, status=422)
    found = desk.admit(viewer=viewer, request=data)
    if found.asked:
        messages.success(request, _("Put to the members with your yes. They are in once enough have agreed."))
    else:
        messages.success(request, _("Admitted. They are in as soon as both nodes have exchanged."))
    return redirect("network_one", found.network.key)


@page
def remove(request: HttpRequest, key: str, org: str) -> HttpResponse:
    """Remove a member, after saying what that does and what it cannot do."""
    viewer = viewer_of(request)
    info = glance.network(viewer=viewer, key=key)
    desk.removable(viewer=viewer, network=info, org=org)
    if request.method == "POST":
        desk.remove(viewer=viewer, network=info, org=org)
        messages.success(request, _("Removed. It receives nothing new from now on."))
        return redirect("network_one", info.key)
    found = next(one for one in glance.organisations(viewer=viewer, network=info) if one.org == org)
    return render(request, "network/remove.html", {"network": info, "org": found})


@require_POST
def make_room(request: HttpRequest, key: str) -> HttpResponse:
    """Let more logs of one organisation in."""
    viewer = viewer_of(request)
    info = glance.network(viewer=viewer, key=key)
    if desk.make_room(viewer=viewer, network=info, org=request.POST.get("org", "")):
        messages.success(request, _("There is room for more of them. They come with the next exchange."))
    return redirect("network_one", info.key)


@page
def exchange(request: HttpRequest) -> HttpResponse:
    """Folders through which is exchanged, and how it went; POST exchanges now, by the worker where one runs."""
    viewer = viewer_of(request)
    told = desk.exchange(viewer=viewer, folder=request.POST.get("folder", "")) if request.method == "POST" else []
    if any(one.queued for one in told):
        return redirect("network_exchange")
    return _exchange_page(request, FolderForm(), told, 200)


def _exchange_page(request: HttpRequest, form: FolderForm, told: list[desk.Told], status: int) -> HttpResponse:
    found = glance.exchange_folders(viewer=viewer_of(request))
    context = {"folders": found, "form": form, "told": told}
    response = render(request, "network/exchange.html", context | _rights(request), status=status)
    if any(one.percent is not None for one in found):
        response.headers["Refresh"] = f"{REFRESH_S}"
    return response


@require_POST
def add_folder(request: HttpRequest) -> HttpResponse:
    """Exchange with one more folder."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    form, status = FolderForm(request.POST), 422
    if form.is_valid():
        status = attempt(form, lambda: desk.add_folder(viewer=viewer, path=form.cleaned_data["path"]), "path")[1]
        if status == 200:
            messages.success(request, _("From now on the worker exchanges with this folder too."))
            return redirect("network_exchange")
    return _exchange_page(request, form, [], status)


@require_POST
def remove_folder(request: HttpRequest) -> HttpResponse:
    """Exchange with a folder no more."""
    desk.remove_folder(viewer=viewer_of(request), path=request.POST.get("path", ""))
    messages.success(request, _("Nothing is exchanged with this folder any more. What lies in it stays."))
    return redirect("network_exchange")
