"""Pages of those who look after drop links: make one, print it, see what came in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.people import require, viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of
from tejido.ground.ui.qr import svg
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.drops import actions, policies, selectors
from tejido.practices.relay.drops.forms import LinkForm
from tejido.practices.relay.records import ChainItem
from tejido.practices.relay.views import all_of

page = require_http_methods(["GET", "HEAD", "POST"])
LINK_COLUMNS = (
    "id", "chain_title", "circle", "role", "lang", "note", "made", "expires", "most", "used", "minutes", "megabytes", "state",
)  # fmt: skip
DROP_COLUMNS = (
    "report",
    "chain_title",
    "note",
    "day",
    "lang",
    "excerpt",
    "duration",
    "passed",
    "kept",
    "hidden",
    "gone",
)


@require_safe
def drops(request: HttpRequest) -> HttpResponseBase:
    """What came in by links."""
    viewer, query = viewer_of(request), request.GET.get("q", "").strip()
    found = selectors.arrivals(viewer=viewer, query=query)
    if kind := wanted(request):
        rows = ({c: getattr(one, c) for c in DROP_COLUMNS} for one in all_of(found))
        return export(kind, "drops", DROP_COLUMNS, rows)
    context = {"page": page_of(found, request, size=20), "query": query, "unseen": selectors.unseen(viewer=viewer)}
    return render(request, "relay_drops/drops.html", context)


@require_safe
def links(request: HttpRequest) -> HttpResponseBase:
    """All drop links with their use."""
    viewer, query = viewer_of(request), request.GET.get("q", "").strip()
    found = selectors.links(viewer=viewer, query=query)
    if kind := wanted(request):
        rows = ({c: getattr(one, c) for c in LINK_COLUMNS} for one in all_of(found))
        return export(kind, "drop-links", LINK_COLUMNS, rows)
    return render(request, "relay_drops/links.html", {"page": page_of(found, request, size=20), "query": query})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Everything was looked at."""
    actions.mark_seen(viewer=viewer_of(request))
    return redirect("relay_drops")


@require_POST
def revoke(request: HttpRequest, drop_id: int) -> HttpResponse:
    """Close a link."""
    actions.revoke_link(viewer=viewer_of(request), link=drop_id)
    messages.success(request, _("The link takes nothing any more."))
    return redirect("relay_drop_links")


@require_POST
def hide(request: HttpRequest, key: str) -> HttpResponse:
    """Take a report out of the lists, or put it back."""
    hidden = request.POST.get("hidden") == "1"
    actions.hide(viewer=viewer_of(request), report=key, hidden=hidden)
    messages.success(request, _("Taken out of the lists.") if hidden else _("Back in the lists."))
    return redirect("relay_drops")


@require_POST
def erase(request: HttpRequest, key: str) -> HttpResponse:
    """Erase a report that came by link."""
    actions.erase(viewer=viewer_of(request), report=key)
    messages.success(request, _("Erased here. The other nodes erase it with the next exchange."))
    return redirect("relay_drops")


@page
def make(request: HttpRequest, key: str) -> HttpResponse:
    """Make a link for reports to a chain; shows it, once."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    return _make(request, relay.chain(viewer=viewer, key=key).chain, {"chain": key})


@page
def make_for_answers(request: HttpRequest, key: str) -> HttpResponse:
    """Make a link for answers to a voice; shows it, once."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    return _make(request, relay.hop(viewer=viewer, key=key).chain, {"hop": key})


def _make(request: HttpRequest, chain: ChainItem, target: dict[str, Any]) -> HttpResponse:
    viewer, answer = viewer_of(request), "hop" in target
    circles = relay.circles(viewer=viewer, mine=True)
    spoken = [chain.lang, *(lang for circle in circles for lang in circle.langs)]
    form = LinkForm(request.POST or None, circles=circles, ahead=spoken, answer=answer)
    context: dict[str, Any] = {"form": form, "chain": chain, "circles": circles, "answer": answer}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made, status = attempt(form, lambda: actions.make_link(viewer=viewer, **target, **form.made()))
            if made is not None:
                url = request.build_absolute_uri(reverse("relay_drop", args=[made.token]))
                return render(request, "relay_drops/made.html", {"url": url, "qr": svg(url), "chain": chain})
    return render(request, "relay_drops/make.html", context, status=status)
