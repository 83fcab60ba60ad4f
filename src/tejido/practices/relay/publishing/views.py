"""Publications as pages: what may leave, publishing it, its editions, taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tejido.ground.people import Viewer, may, require, viewer_of
from tejido.ground.ui.errors import words
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of
from tejido.practices.relay.publishing import actions, policies, proofs, selectors
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.forms import ProofForm, PublishForm, SeasonForm, UnpublishForm
from tejido.practices.relay.publishing.selectors import Board

COLUMNS = ("slug", "number", "title", "org_name", "langs", "voices", "day", "withdrawn")
page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def publications(request: HttpRequest) -> HttpResponseBase:
    """What was published, by us and by others, the newest first."""
    viewer, query = viewer_of(request), request.GET.get("q", "")
    found = selectors.publications(viewer=viewer, query=query)
    if kind := wanted(request):
        rows = ({**{c: getattr(one, c) for c in COLUMNS}, "voices": len(one.voices)} for one in found)
        return export(kind, "publications", COLUMNS, rows)
    allowed = may(viewer, policies.PUBLISH)
    open_ = proofs.proofs(viewer=viewer) if allowed else []
    context = {"page": page_of(found, request, size=20), "query": query, "may_publish": allowed, "proofs": open_}
    return render(request, "publishing/publications.html", context)


@require_safe
def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """A publication with its editions; `?edition=`: an earlier one."""
    viewer = viewer_of(request)
    number = request.GET.get("edition", "")
    found = selectors.publication(viewer=viewer, slug=slug, number=int(number) if number[:6].isdecimal() else None)
    context = {"found": found, "edition": found.edition, "may_publish": may(viewer, policies.PUBLISH)}
    return render(request, "publishing/publication.html", context)


@page
def publish(request: HttpRequest) -> HttpResponse:
    """Choose, see what would leave, publish. Without a chain: choose those of a season."""
    viewer = viewer_of(request)
    require(viewer, policies.PUBLISH)
    chains = tuple((request.POST or request.GET).getlist("chain"))
    if not chains and "proof" not in request.GET:
        return _season(request, viewer)
    given = request.GET
    if request.method != "POST" and (key := given.get("proof", "")):
        return _edit(request, viewer, *proofs.choice_of(viewer=viewer, key=key))
    asked = Choice(chains, since=given.get("since", "")[:10], until=given.get("until", "")[:10])
    return _edit(request, viewer, asked, "")


@page
def correct(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose anew, see what would leave, publish the next edition."""
    viewer = viewer_of(request)
    require(viewer, policies.PUBLISH)
    actions.editions_of(slug)
    key = request.GET.get("proof", "") if request.method != "POST" else ""
    return _edit(request, viewer, proofs.choice_of(viewer=viewer, key=key)[0] if key else Choice(), slug)


def _season(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    choices = selectors.chains(viewer=viewer)
    return render(request, "publishing/season.html", {"form": SeasonForm(chains=choices), "chains": choices})


def _edit(request: HttpRequest, viewer: Viewer, choice: Choice, slug: str) -> HttpResponse:
    """The form with what would leave; or, once published, the publication's page."""
    if request.method != "POST":
        board = selectors.board(viewer=viewer, choice=choice, slug=slug)
        return _show(request, _form(None, board.choice, slug), board, slug, 200)
    form = _form(request.POST, Choice(langs=_langs(request.POST)), slug)
    status = 200 if form.is_valid() else 422
    choice = form.choice if status == 200 else Choice(tuple(request.POST.getlist("chain")))
    if status == 200 and form.cleaned_data["do"] == "publish":
        done, status = attempt(form, lambda: _publish(viewer, form, slug))
        if done:
            messages.success(request, _("It is published. What the press makes of it appears within minutes."))
            return redirect("publishing_one", done)
    if status == 200 and form.cleaned_data["do"] == "prove":
        key, status = attempt(form, lambda: _prove(viewer, form, slug))
        if key:
            return redirect("publishing_proof", key)
    board = selectors.board(viewer=viewer, choice=choice, slug=slug)
    return _show(request, form, board, slug, status)


def _langs(posted: QueryDict) -> tuple[str, ...]:
    return tuple(lang for lang in posted.getlist("lang") if len(lang) <= 40)[:30]


def _form(posted: QueryDict | None, choice: Choice, slug: str) -> PublishForm:
    return PublishForm(posted, choice=choice, correction=bool(slug))


def _prove(viewer: Viewer, form: PublishForm, slug: str) -> str:
    keep = bool(form.cleaned_data.get("keep_earlier", True))
    return proofs.prove(viewer=viewer, choice=form.choice, slug=slug, keep_earlier=keep)


@page
def proof(request: HttpRequest, key: str) -> HttpResponse:
    """The finished pages of what is not published yet: look, then publish, change or drop it."""
    viewer = viewer_of(request)
    require(viewer, policies.PUBLISH)
    form, status = ProofForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = attempt(form, lambda: _decided(request, viewer, key, form))
            if done:
                return redirect(done)
    found = proofs.proof(viewer=viewer, key=key)
    answer = render(request, "publishing/proof.html", {"found": found, "form": form}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _decided(request: HttpRequest, viewer: Viewer, key: str, form: ProofForm) -> str:
    if form.cleaned_data["do"] == "drop":
        proofs.drop(viewer=viewer, key=key)
        messages.success(request, _("The preview is gone. Nothing was published."))
        return reverse("publishing")
    slug = proofs.publish(viewer=viewer, key=key, command=form.cleaned_data["command"])
    messages.success(request, _("It is published. What the press makes of it appears within minutes."))
    return reverse("publishing_one", args=[slug])


def _publish(viewer: Viewer, form: PublishForm, slug: str) -> str:
    found: dict[str, Any] = form.cleaned_data
    known = {"viewer": viewer, "choice": form.choice, "base": found["base"], "command": found["command"]}
    if slug:
        return actions.correct(slug=slug, keep_earlier=found["keep_earlier"], **known)
    return actions.publish(**known)


def _show(request: HttpRequest, form: PublishForm, board: Board, slug: str, status: int) -> HttpResponse:
    """The page; the base of what it shows goes with the form, so that this very thing is published, or nothing."""
    problem = words(board.problem) if board.problem else ""
    context = {"form": form, "board": board, "slug": slug, "problem": problem, "texts": _texts(form, board)}
    return render(request, "publishing/edit.html", context, status=status)


def _texts(form: PublishForm, board: Board) -> Any:
    return form.texts([lang for lang in board.choice.langs if f"title_{lang}" in form.fields])


def _take_back(viewer: Viewer, slug: str) -> bool:
    actions.unpublish(viewer=viewer, slug=slug)
    return True


@page
def unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    """Take all of it back, asked once more."""
    viewer = viewer_of(request)
    require(viewer, policies.PUBLISH)
    actions.editions_of(slug)
    form, status = UnpublishForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = attempt(form, lambda: _take_back(viewer, slug))
            if done:
                messages.success(request, _("It is taken back."))
                return redirect(reverse("publishing_one", args=[slug]))
    found = selectors.publication(viewer=viewer, slug=slug)
    return render(request, "publishing/unpublish.html", {"form": form, "found": found}, status=status)
