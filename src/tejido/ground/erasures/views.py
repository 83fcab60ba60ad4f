"""Pages: what this organisation has had erased, and which nodes have confirmed it."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tejido.ground import slots
from tejido.ground.erasures import selectors, wording
from tejido.ground.erasures.records import Erasure
from tejido.ground.people import viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.paging import page_of

COLUMNS = ("key", "kind", "network", "day", "reason", "here", "confirmed", "asked", "missing")
PORTION = 200


@require_safe
def erasures(request: HttpRequest) -> HttpResponseBase:
    """All of them, the latest first."""
    viewer = viewer_of(request)
    found = selectors.erasures(viewer=viewer)
    if kind := wanted(request):
        return export(kind, "erasures", COLUMNS, (_row(one) for one in _all(found)))
    page = page_of(found, request, size=20)
    links = slots.resolve_many([(one.kind, one.key) for one in page], viewer)
    rows = [(one, wording.reason(one.standing.reasons), links.get((one.kind, one.key))) for one in page]
    return render(request, "erasures/erasures.html", {"page": page, "rows": rows})


def _all(found: selectors.Erasures) -> Any:
    for start in range(0, len(found), PORTION):
        yield from found[start : start + PORTION]


def _row(one: Erasure) -> dict[str, Any]:
    standing = one.standing
    return {
        "key": one.key, "kind": one.kind, "network": one.network, "day": standing.day, "here": standing.here,
        "reason": " ".join(standing.reasons), "confirmed": standing.confirmed, "asked": standing.asked,
        "missing": ", ".join(node.name for node in standing.missing),
    }  # fmt: skip
