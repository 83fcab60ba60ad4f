"""Two choices anybody may make without an account: language and light."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tejido.ground.errors import Invalid
from tejido.ground.ui.context import THEMES

YEAR = 60 * 60 * 24 * 365


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Show the pages in this language from now on, in this browser."""
    return _keep(
        request, settings.LANGUAGE_COOKIE_NAME, request.POST.get("language", ""), list(dict(settings.LANGUAGES))
    )


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device has it."""
    return _keep(request, settings.THEME_COOKIE_NAME, request.POST.get("theme", ""), list(THEMES))


def _keep(request: HttpRequest, cookie: str, value: str, known: list[str]) -> HttpResponse:
    if value not in known:
        raise Invalid
    response = redirect(_back(request))
    response.set_cookie(
        cookie, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _back(request: HttpRequest) -> str:
    url = request.POST.get("next", "/")
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}) else "/"
