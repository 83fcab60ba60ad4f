"""One mapping of failures to problem+json (RFC 9457)."""

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tejido.ground.api.guards import TooOften
from tejido.ground.api.parsing import Garbled
from tejido.ground.errors import Invalid, NotFound, Problem
from tejido.ground.ui.errors import respond


class NoToken(Problem):
    """The CSRF token is missing or wrong. The operation “session” gives one; send it in the header X-CSRFToken."""

    status = 403
    code = "csrf"


class NotSignedIn(Problem):
    """Sign in, or send a token in the header Authorization."""

    status = 401
    code = "not-signed-in"


class TooLarge(Problem):
    """This is too large. Sound goes into a form (multipart/form-data); everything else fits into two megabytes."""

    status = 413
    code = "too-large"


class NotSoLong(Problem):
    """The file is not so long. The header Content-Range says how long it is."""

    status = 416
    code = "not-so-long"


def worded(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A refused byte range in words; every other answer as it is."""
    if response.status_code != 416:
        return response
    said = problem(request, NotSoLong())
    said.headers["Content-Range"] = response.headers["Content-Range"]
    return said


def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """A failure that we know, with the members that its class names."""
    response = respond(request, error)
    if error.members:
        more = {name: error.params[name] for name in error.members if name in error.params}
        response.content = orjson.dumps({**orjson.loads(response.content), **more})
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="tejido"'
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.params["seconds"])
    return response


def not_found(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001
    """No such thing, or no such address."""
    return problem(request, NotFound())


def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """Nobody is signed in."""
    return problem(request, NotSignedIn())


def misfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request is not of the form that the description asks for."""
    places = ", ".join(".".join(map(str, one.get("loc", ()))) for one in error.errors)
    return problem(request, Invalid(_("These parts of the request do not fit: %(places)s."), places=places))


def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Refused by the framework: a failed CSRF check, a body that is no JSON."""
    known = {400: Garbled, 403: NoToken}
    return problem(request, known[error.status_code]() if error.status_code in known else Invalid(str(error)))


def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001
    """More than is taken into memory."""
    return problem(request, TooLarge())


def malformed(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    """No form, whatever its header says."""
    return problem(request, Garbled())


HANDLERS: dict[type[Exception], Any] = {
    Problem: problem,
    Http404: not_found,
    AuthenticationError: unknown,
    ValidationError: misfit,
    HttpError: refused,
    RequestDataTooBig: too_large,
    MultiPartParserError: malformed,
    TooManyFieldsSent: malformed,
    TooManyFilesSent: malformed,
}


def register(api: NinjaAPI) -> None:
    """Answer every failure of an API's operations so."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
