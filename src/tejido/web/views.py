"""Home, and the few files that live at the root of the site."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tejido.ground.people import viewer_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs you now; your chains; first steps where there is nothing yet."""
    viewer = viewer_of(request)
    return render(request, "web/home.html" if viewer.signed_in else "web/door.html", {"steps": [], "panels": []})


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest."""
    icons = [{"src": static("tejido/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    body = {
        "name": "Tejido",
        "short_name": "Tejido",
        "description": _("Voices passed from circle to circle"),
        "start_url": "/",
        "display": "standalone",
        "background_color": "#fbf7ef",
        "theme_color": "#fbf7ef",
        "icons": icons,
    }
    return JsonResponse(body, content_type="application/manifest+json")
