"""Pages of the memory: looking through it, files in and out, the glossary."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido import __version__
from tejido.engines.language import glossary, tmx
from tejido.ground.memory import actions, policies, selectors
from tejido.ground.memory.forms import ImportForm, TermForm
from tejido.ground.memory.selectors import Filter
from tejido.ground.people import may, require, viewer_of
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of

UNIT_COLUMNS = ("source_lang", "source", "target_lang", "target", "name", "note")
page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def memory(request: HttpRequest) -> HttpResponseBase:
    """Entries, found by words and languages; the files they are from; what can draft here."""
    viewer, asked = viewer_of(request), _asked(request)
    if kind := wanted(request):
        return export(kind, "memory", UNIT_COLUMNS, map(_unit_row, selectors.exported(viewer=viewer, wanted=asked)))
    context = {
        "page": page_of(selectors.units(viewer=viewer, wanted=asked), request, size=20),
        "origins": selectors.origins(viewer=viewer),
        "engines": selectors.engines(viewer=viewer),
    }
    return render(request, "memory/memory.html", context | _choices(request, asked))


def _unit_row(unit: tmx.Unit) -> dict[str, str]:
    (source_lang, source), (target_lang, target) = unit.variants
    note = "; ".join((*unit.notes, *(value for _kind, value in unit.props)))
    return dict(zip(UNIT_COLUMNS, (source_lang, source, target_lang, target, unit.name, note), strict=True))


def _asked(request: HttpRequest) -> Filter:
    given = request.GET
    query, origin = given.get("q", "").strip()[:200], given.get("origin", "")[:26]
    return Filter(query, given.get("source", "")[:8], given.get("target", "")[:8], origin)


def _choices(request: HttpRequest, asked: Filter) -> dict[str, Any]:
    viewer = viewer_of(request)
    codes = selectors.languages(viewer=viewer)
    return {"asked": asked, "query": asked.query, "codes": codes, "may_keep": may(viewer, policies.KEEP)}


@page
def take_in(request: HttpRequest) -> HttpResponse:
    """Import a file."""
    viewer = viewer_of(request)
    require(viewer, policies.KEEP)
    form, status = ImportForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            key, status = attempt(
                form, lambda: actions.hand_in(viewer=viewer, name=file.name, chunks=file.chunks()), "file"
            )
            if key is not None:
                messages.success(request, _("The file has arrived. This machine reads it now; you may go on."))
                return redirect("memory_origin", key)
    return render(request, "memory/import.html", {"form": form}, status=status)


@require_safe
def origin(request: HttpRequest, key: str) -> HttpResponse:
    """One file: how far it has been read, or what is wrong with it."""
    viewer = viewer_of(request)
    found = selectors.origin(viewer=viewer, key=key)
    return render(request, "memory/origin.html", {"origin": found, "may_keep": may(viewer, policies.KEEP)})


@page
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Take a file's entries out."""
    viewer = viewer_of(request)
    require(viewer, policies.KEEP)
    found = selectors.origin(viewer=viewer, key=key)
    if request.method == "POST":
        actions.remove_origin(viewer=viewer, key=key)
        messages.success(request, _("Everything from this file has been taken out."))
        return redirect("memory")
    return render(request, "memory/remove.html", {"origin": found})


@require_POST
def remove_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Take one entry out."""
    actions.remove_unit(viewer=viewer_of(request), unit=unit_id)
    messages.success(request, _("The entry has been taken out."))
    return redirect("memory")


@require_safe
def tmx_file(request: HttpRequest) -> HttpResponseBase:
    """The memory as TMX 1.4; with `people=1` also what speakers allow to be published."""
    people = request.GET.get("people") == "1"
    found = selectors.exported(viewer=viewer_of(request), wanted=_asked(request), people=people)
    return _download(tmx.write(found, version=__version__), "application/x-tmx+xml; charset=utf-8", "memory.tmx")


@page
def terms(request: HttpRequest) -> HttpResponseBase:
    """The glossary, and a form to add to it."""
    viewer, asked = viewer_of(request), _asked(request)
    if kind := wanted(request):
        rows = selectors.exported_terms(viewer=viewer, wanted=asked)
        return export(kind, "glossary", glossary.COLUMNS, (dict(_term_row(row)) for row in rows))
    form, status = TermForm(request.POST or None, initial={"source": asked.source, "target": asked.target}), 200
    if request.method == "POST":
        require(viewer, policies.KEEP)
        status = 422
        if form.is_valid():
            new, status = attempt(form, lambda: actions.add_term(viewer=viewer, **form.cleaned_data))
            if new is not None:
                messages.success(
                    request, _("The term is in the glossary.") if new else _("This term was there already.")
                )
                return redirect("memory_terms")
    rows_shown = page_of(selectors.terms(viewer=viewer, wanted=asked), request)
    context = {"page": rows_shown, "form": form} | _choices(request, asked)
    return render(request, "memory/terms.html", context, status=status)


def _term_row(row: glossary.Row) -> Iterator[tuple[str, str]]:
    cells = (row.name, row.source_lang, row.target_lang, row.source, row.target, row.note)
    yield from zip(glossary.COLUMNS, cells, strict=True)


@require_POST
def remove_term(request: HttpRequest, term_id: int) -> HttpResponse:
    """Take a term out."""
    actions.remove_term(viewer=viewer_of(request), term=term_id)
    messages.success(request, _("The term has been taken out."))
    return redirect("memory_terms")


def _download(parts: Iterator[str], mime: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse((part.encode() for part in parts), content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
