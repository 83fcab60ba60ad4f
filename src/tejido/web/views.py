"""Home, and the few files that live at the root of the site."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tejido.ground import slots
from tejido.ground.people import viewer_of
from tejido.web import source

LINEN = "#fbf7ef"
MOST_STEPS = 12
SHELL = ("tejido/tejido.css", "tejido/tejido.js", "tejido/icon.svg")
public = cache_control(public=True, max_age=3600)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs you now; your chains; first steps where there is nothing yet."""
    viewer = viewer_of(request)
    if not viewer.signed_in:
        return render(request, "web/door.html")
    steps = slots.next_steps(viewer, MOST_STEPS + 1)
    context = {"steps": steps[:MOST_STEPS], "more": len(steps) > MOST_STEPS}
    return render(request, "web/home.html", context)


@require_safe
def source_code(request: HttpRequest) -> FileResponse:
    """The source of what runs here, for anybody (AGPL, section 13)."""
    path = source.archive()
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/gzip")


@require_safe
@public
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest."""
    icons = [{"src": static("tejido/icon.svg"), "sizes": "any", "type": "image/svg+xml"}]
    icons += [
        {
            "src": static(f"tejido/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "maskable",
        }
        for size in (192, 512)
    ]
    body = {
        "name": "Tejido",
        "short_name": "Tejido",
        "description": _("Voices passed from circle to circle"),
        "start_url": "/",
        "display": "standalone",
        "background_color": LINEN,
        "theme_color": LINEN,
        "icons": icons,
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it must lie at the root to reach every page. Its version is that of the static files."""
    version = getattr(staticfiles_storage, "manifest_hash", "") or "0"
    first = [*(static(name) for name in SHELL), reverse("offline")]
    return render(request, "web/sw.js", {"version": version, "first": first}, content_type="text/javascript")


@require_safe
@public
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows while the node cannot be reached; the same for everybody."""
    return render(request, "web/offline.html")
