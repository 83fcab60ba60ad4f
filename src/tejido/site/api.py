"""The API at `/api/`: one place where rooms hang their routers, and one mapping of failures to problem+json.

A room that has an `api.py` with a `router` is found by itself and lies at `/api/LABEL/`. Requests come with the session of
a signed-in person; what changes anything needs the CSRF token as well. Each operation asks for its permission itself.
"""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyCookie

from tejido import __version__
from tejido.ground.errors import NotFound, Problem
from tejido.ground.people import Viewer, viewer_of
from tejido.ground.ui.errors import TITLES, respond


class Session(APIKeyCookie):
    """The session cookie of whoever signed in; guests come in too and may do what guests may."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer:
        """The viewer behind the request."""
        del key
        return viewer_of(request)


class NoToken(Problem):
    """The CSRF token is missing or wrong. GET /api/session gives one; send it in the header X-CSRFToken."""

    status = 403
    code = "csrf"


class SessionOut(Schema):
    """Whose session this is, and the token that writing operations need."""

    name: str
    roles: list[str]
    csrf_token: str


def session(request: HttpRequest) -> SessionOut:
    """Whose session this is; the CSRF token for what changes anything."""
    viewer = viewer_of(request)
    return SessionOut(name=viewer.name, roles=sorted(viewer.roles), csrf_token=get_token(request))


def problem(request: HttpRequest, found: Problem) -> HttpResponse:
    """Our own failures, mapped where pages map them too."""
    return respond(request, found)


def not_found(request: HttpRequest, _found: Http404) -> HttpResponse:
    """No such thing, or no such address below `/api/`."""
    return respond(request, NotFound())


def refused(request: HttpRequest, found: HttpError) -> HttpResponse:
    """What the library refuses itself: a wrong token, a body that is no JSON."""
    if found.status_code == 403:
        return respond(request, NoToken())
    title = str(TITLES.get(found.status_code, found.message))
    return _answer(found.status_code, "refused", title, found.message, [])


def invalid(_request: HttpRequest, found: ValidationError) -> HttpResponse:
    """Fields that do not fit: each with its place, and never with the value that came."""
    errors = [
        {"at": ".".join(str(part) for part in one.get("loc", ())), "detail": one.get("msg", "")} for one in found.errors
    ]
    return _answer(422, "invalid", str(TITLES[422]), _("Some fields do not fit. Nothing was changed."), errors)


def _answer(status: int, code: str, title: str, detail: str, errors: list[dict[str, str]]) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type="application/problem+json")


def routers() -> list[tuple[str, Router]]:
    """The router of every app that has one, by the app's label."""
    found = [
        (config.label, import_module(f"{config.name}.api").router)
        for config in apps.get_app_configs()
        if config.name.startswith("tejido.") and config.module and module_has_submodule(config.module, "api")
    ]
    return sorted(found, key=lambda one: one[0])


HANDLERS: tuple[tuple[type[Exception], Any], ...] = (
    (Problem, problem),
    (Http404, not_found),
    (HttpError, refused),
    (ValidationError, invalid),
)


def build() -> NinjaAPI:
    """The API with all routers."""
    made = NinjaAPI(
        title="Tejido",
        version=__version__,
        description="Everything that the pages of this node can do.",
        docs_url=None,
        auth=Session(),
    )
    for kind, handler in HANDLERS:
        made.add_exception_handler(kind, handler)
    made.get("/session", response=SessionOut, tags=["session"])(session)
    for label, router in routers():
        made.add_router(f"/{label}", router)
    return made


api = build()
