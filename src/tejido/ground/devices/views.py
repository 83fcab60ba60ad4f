"""The page “Keys and devices”. Nothing that needs a sheet happens in the browser: it says which command to run."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tejido.ground.devices import actions, glance
from tejido.ground.people import viewer_of


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Devices, forks, what a device could read, and whether the sheets are on paper."""
    return render(request, "devices/devices.html", {"seen": glance.keys_and_devices(viewer=viewer_of(request))})


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The sheets are printed and kept apart."""
    actions.confirm_sheets(viewer=viewer_of(request))
    messages.success(request, _("Good. Look at them once a year: “tejido key check” tells whether they still count."))
    return redirect("devices")
