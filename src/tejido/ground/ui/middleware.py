"""What every response passes: static files, headers that protect, one mapping of problems."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from tejido.ground.errors import Problem
from tejido.ground.ui.errors import respond
from tejido.ground.ui.statics import ensure_static

Respond = Callable[[HttpRequest], HttpResponseBase]
PERMISSIONS = ", ".join(f"{feature}=()" for feature in ("camera", "geolocation", "payment", "usb", "browsing-topics"))


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise over files that are collected when they have changed, so that a fresh node needs no command."""

    def __init__(self, get_response: Respond) -> None:
        ensure_static()
        super().__init__(get_response)


def headers(get_response: Respond) -> Respond:
    """No camera, no place; a microphone for this origin alone; nothing that a person sees stays in a browser's
    cache.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Permissions-Policy"] = f"microphone=(self), {PERMISSIONS}"
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class NotThisWay(Problem):
    """This address does not take that method. The header Allow names those that it takes."""

    status = 405
    code = "method"


class Problems:
    """Maps each `Problem` once, and Django's bare 405: to a page in the design, or to problem+json."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        said = respond(request, NotThisWay())
        said.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
        return said

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a problem; everything else is a fault and goes on to the 500 page."""
        return respond(request, exception) if isinstance(exception, Problem) else None
