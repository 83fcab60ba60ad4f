"""The search page and the keeper's page."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.people import viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.paging import address, page_of
from tejido.web import finding, operating

SIZE, LAST = 20, 50
FOUND_COLUMNS = ("kind", "title", "lang", "day", "text", "url")
WORK_COLUMNS = ("key", "state", "percent", "attempts", "note", "error", "beat_at")


class SearchForm(forms.Form):
    """One box, and the kind of thing that is looked for."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Only"), required=False, choices=lambda: [("", _("everything")), *finding.kinds()]
    )


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Search in everything that the viewer may see."""
    asked = "q" in request.GET
    form = SearchForm(request.GET if asked else None)
    if not asked or not form.is_valid():
        status = 422 if form.errors and request.GET.get("q", "").strip() else 200
        return render(request, "web/search.html", {"form": SearchForm() if status == 200 else form}, status=status)
    query, kind = form.cleaned_data["q"], form.cleaned_data["kind"]
    found = finding.finds(viewer=viewer_of(request), query=query, kind=kind)
    if wish := wanted(request):
        return export(wish, "search", FOUND_COLUMNS, _found_rows(found))
    return render(request, "web/search.html", {"form": form, "asked": True, **_some(request, found)})


def _some(request: HttpRequest, found: Iterable[finding.Found]) -> dict[str, Any]:
    """One page of finds. How many there are is not known: they are resolved only as far as they are shown."""
    wish = request.GET.get("page", "1")
    number = min(max(1, int(wish)), LAST) if wish.isdecimal() and len(wish) < 9 else 1
    rows = list(islice(found, (number - 1) * SIZE, number * SIZE + 1))
    return {
        "found": rows[:SIZE],
        "number": number,
        "previous": address(request, page=number - 1) if number > 1 else "",
        "next": address(request, page=number + 1) if len(rows) > SIZE and number < LAST else "",
    }


def _found_rows(found: Iterable[finding.Found]) -> Iterable[dict[str, Any]]:
    for one in found:
        hit = one.hit
        text = "".join(piece.text for piece in hit.snippet)
        yield {
            "kind": hit.kind,
            "title": hit.title or str(one.link.label),
            "lang": hit.lang,
            "day": hit.day,
            "text": text,
            "url": one.link.url,
        }


@require_safe
def operate(request: HttpRequest) -> HttpResponseBase:
    """How this node stands, for keepers."""
    viewer = viewer_of(request)
    pieces = operating.unfinished(viewer=viewer)
    if kind := wanted(request):
        return export(kind, "work", WORK_COLUMNS, (vars(one) for one in pieces))
    context = {
        "node": operating.standing(viewer=viewer),
        "warnings": operating.warnings(viewer=viewer),
        "page": page_of(pieces, request),
    }
    return render(request, "web/operate.html", context)


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Let a stuck piece of work be tried again."""
    operating.retry(viewer=viewer_of(request), key=request.POST.get("key", ""))
    messages.success(request, _("It is tried again."))
    return redirect("operate")


class CloseForm(forms.Form):
    """Whether the keeper has read what closing means."""

    sure = forms.BooleanField(label=gettext_lazy("I can open it again at the machine, or somebody I trust can"))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Say what closing does; then do it."""
    viewer = viewer_of(request)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operating.close(viewer=viewer)
        return render(request, "web/closed.html")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "running": operating.processes(viewer=viewer)}
    return render(request, "web/close.html", context, status=status)
