"""Home, and the few files that live at the root of the site."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tejido.ground import slots
from tejido.ground.people import viewer_of
from tejido.ground.ui.languages import direction
from tejido.web import source

LINEN = "#fbf7ef"
MOST_STEPS = 12
RECORDING = (
    "recorder", "words", "fields", "listen", "phone", "sound", "record", "queue", "upload", "waits",
)  # fmt: skip
SHELL = ("tejido/tejido.css", "tejido/tejido.js", "tejido/icon.svg", *(f"tejido/{name}.js" for name in RECORDING))
public = cache_control(public=True, max_age=3600)
same_for_all = cache_control(public=True, no_cache=True)


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
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    record = {"name": _("On this phone"), "url": reverse("phone"), "icons": icons[1:2]}
    body = {
        "id": "/",
        "name": "Tejido",
        "short_name": "Tejido",
        "description": _("Voices passed from circle to circle"),
        "lang": get_language(),
        "dir": direction(get_language() or "en"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": LINEN,
        "theme_color": LINEN,
        "icons": icons,
        "shortcuts": [record],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_safe
@public
def icon(request: HttpRequest) -> HttpResponse:
    """The icon, where a browser asks for one by itself: beside a recording, a file, a page that is not ours."""
    return redirect(static("tejido/icon-192.png"))


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it must lie at the root to reach every page. Its version is that of the static files and of the
    language of the shell. `?module`: the browser can wake it to send what waits on the phone.
    """
    first = [*(static(name) for name in SHELL), reverse("offline"), reverse("phone")]
    context = {
        "version": getattr(staticfiles_storage, "manifest_hash", "") or "0",
        "lang": get_language() or "",
        "first": first,
        "sends": "module" in request.GET,
        "fetching": static("tejido/fetching.js"),
        "queue": static("tejido/queue.js"),
    }
    return render(request, "web/sw.js", context, content_type="text/javascript")


@require_safe
@same_for_all
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows while the node cannot be reached; the same for everybody."""
    return render(request, "web/offline.html")
