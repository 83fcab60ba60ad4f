"""The root of the API: every room's router, one mapping of failures to problem+json.

A room that has an `api.py` with a `router` is found by itself and lies at `/api/v1/LABEL/`. Requests come with the session
of somebody who signed in; what changes anything needs the CSRF token as well. Each operation asks for its permission itself.
"""

from importlib import import_module

import orjson
from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import django_auth

from tejido.ground.errors import Invalid, NotFound, Problem
from tejido.ground.people import viewer_of
from tejido.ground.ui.errors import respond

api = NinjaAPI(title="Tejido", version="1", auth=django_auth, docs_url=None, urls_namespace="api")


class SessionOut(Schema):
    """Whose session this is, and the token that writing operations need."""

    name: str
    roles: list[str]
    csrf_token: str


@api.get("/session", response=SessionOut, tags=["session"])
def session(request: HttpRequest) -> SessionOut:
    """Whose session this is; the CSRF token for what changes anything."""
    viewer = viewer_of(request)
    return SessionOut(name=viewer.name, roles=sorted(viewer.roles), csrf_token=get_token(request))


def routers() -> list[tuple[str, Router]]:
    """The router of every app that has one, by the app's label."""
    found = [
        (config.label, import_module(f"{config.name}.api").router)
        for config in apps.get_app_configs()
        if config.name.startswith("tejido.") and config.module and module_has_submodule(config.module, "api")
    ]
    return sorted(found, key=lambda one: one[0])


for label, router in routers():
    api.add_router(f"/{label}", router)


class NoToken(Problem):
    """The CSRF token is missing or wrong. The operation “session” gives one; send it in the header X-CSRFToken."""

    status = 403
    code = "csrf"


class NotSignedIn(Problem):
    """Sign in first."""

    status = 401
    code = "not-signed-in"


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """A failure that we know, with the members that its class names."""
    response = respond(request, error)
    if error.members:
        more = {name: error.params[name] for name in error.members if name in error.params}
        response.content = orjson.dumps({**orjson.loads(response.content), **more})
    return response


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001
    """No such thing, or no such address."""
    return respond(request, NotFound())


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """Nobody is signed in."""
    return respond(request, NotSignedIn())


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request is not of the form that the description asks for."""
    places = ", ".join(".".join(map(str, one.get("loc", ()))) for one in error.errors)
    return respond(request, Invalid(_("These parts of the request do not fit: %(places)s."), places=places))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Refused by the framework, for example a failed CSRF check."""
    return respond(request, NoToken() if error.status_code == 403 else Invalid(str(error)))
