"""Pages about tokens, below one's own account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tejido.ground.people import require, viewer_of
from tejido.ground.tokens import actions, selectors
from tejido.ground.tokens.forms import TokenForm
from tejido.ground.ui.exports import export, wanted
from tejido.ground.ui.forms import attempt
from tejido.ground.ui.paging import page_of

COLUMNS = ("owner", "name", "scopes", "made", "expires", "used")


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens: what each is for, until when, when it was last used."""
    found = selectors.own_tokens(viewer=viewer_of(request))
    if kind := wanted(request):
        return export(kind, "tokens", COLUMNS[1:], (vars(one) for one in found))  # type: ignore[return-value]
    return render(request, "tokens/tokens.html", {"page": page_of(found, request)})


@require_safe
def everybodys(request: HttpRequest) -> HttpResponse:
    """Everybody's tokens, for keepers."""
    found = selectors.tokens(viewer=viewer_of(request))
    if kind := wanted(request):
        return export(kind, "tokens", COLUMNS, (vars(one) for one in found))  # type: ignore[return-value]
    return render(request, "tokens/everybodys.html", {"page": page_of(found, request)})


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, once. The password is asked for first."""
    require(viewer_of(request), "people.self")
    selectors.own_tokens(viewer=viewer_of(request))
    response: HttpResponse = _make(request)
    return response


@reauthentication_required  # type: ignore[untyped-decorator]
def _make(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        made, status = attempt(form, lambda: actions.make_token(viewer=viewer_of(request), **form.cleaned_data))
        if made is not None:
            return render(request, "tokens/made.html", {"secret": made.secret, "name": form.cleaned_data["name"]})
    return render(request, "tokens/make.html", {"form": form}, status=status)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Let a token open nothing any more."""
    actions.revoke_token(viewer=viewer_of(request), token_id=token_id)
    messages.success(request, _("The token opens nothing any more."))
    return redirect("tokens")
