"""The page on which a keeper says what the public site says of the node."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tejido.ground.people import require, viewer_of
from tejido.ground.ui.forms import attempt
from tejido.practices.relay.press.public import addresses
from tejido.web.public import actions, selectors
from tejido.web.public.forms import TellForm, filled
from tejido.web.public.policies import KEEP


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Write about the organisation, open the site, see how it stands."""
    viewer = viewer_of(request)
    require(viewer, KEEP)
    found = selectors.shelf()
    form = TellForm(request.POST) if request.method == "POST" else TellForm(initial=dict(filled(found.told)))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = {"first": form.cleaned_data["first"], "is_open": form.cleaned_data["is_open"]}
            _done, status = attempt(form, lambda: actions.tell(viewer=viewer, texts=form.texts(), **said))
            if status == 200:
                messages.success(request, _("Saved. The public pages say it now."))
                return redirect("public_keep")
    context = {
        "form": form,
        "open": found.open,
        "standing": len(found.standing),
        "address": addresses.absolute(addresses.index()),
    }
    return render(request, "public/keep.html", context, status=status)
