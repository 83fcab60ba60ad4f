"""The root of the API: every room's router, one mapping of failures to problem+json."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import django_auth

from tejido.ground.errors import Invalid, NotAllowed, Problem
from tejido.ground.ui.errors import respond
from tejido.practices.relay.api import router as relay

api = NinjaAPI(title="Tejido", version="1", auth=django_auth, docs_url=None, urls_namespace="api")
api.add_router("/relay", relay)


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
    return respond(request, NotAllowed() if error.status_code == 403 else Invalid(str(error)))
