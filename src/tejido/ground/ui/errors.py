"""One answer to each failure: a page in the design, or problem+json (RFC 9457) for the API and whoever asks for
JSON.
"""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tejido.ground.errors import NotAllowed, NotFound, Problem
from tejido.ground.people import viewer_of

logger = logging.getLogger(__name__)

PAGE = "ui/error.html"
TITLES = {
    400: _("This did not reach us whole"),
    401: _("Sign in first"),
    403: _("Not for you to do"),
    404: _("Nothing here"),
    405: _("Not this way"),
    409: _("Changed in the meantime"),
    410: _("Gone"),
    406: _("Not in this form"),
    413: _("Too large"),
    416: _("Not so long"),
    422: _("This does not fit"),
    429: _("Too much at once"),
    500: _("Something broke on our side"),
    503: _("Not ready yet"),
}


def words(problem: Problem) -> str:
    """A problem's message in the viewer's language, as one line."""
    source = " ".join(str(problem.message).split())
    message = gettext(source)
    return message % problem.params if "%(" in message and problem.params else message


def wants_json(request: HttpRequest) -> bool:
    """Whether problem+json is the fitting answer."""
    if request.path_info.startswith("/api/"):
        return True
    return not request.accepts("text/html") and (request.accepts("application/json"))


def respond(request: HttpRequest, problem: Problem, template: str = PAGE) -> HttpResponse:
    """The answer to a problem. Guests who open a page that needs an account are shown to the door, not to a wall."""
    if _may_help_to_sign_in(request, problem):
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
    return _answer(request, problem.status, problem.code, words(problem), template)


def _may_help_to_sign_in(request: HttpRequest, problem: Problem) -> bool:
    guest = isinstance(problem, NotAllowed) and not viewer_of(request).signed_in
    return guest and request.method in {"GET", "HEAD"} and not wants_json(request)


def _answer(request: HttpRequest, status: int, code: str, detail: str, template: str = PAGE) -> HttpResponse:
    title = str(TITLES.get(status, HTTPStatus(status).phrase))
    if wants_json(request):
        body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, template, {"title": title, "detail": detail, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: Django refused the request before a view saw it."""
    return _answer(
        request, 400, "bad-request", gettext("Your browser sent something we cannot read. Go back and try again.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 from Django or a library."""
    return respond(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address."""
    return respond(request, NotFound())


def fault(request: HttpRequest) -> HttpResponse:
    """500: a mistake of ours. Renders without looking anything up, since the database may be what failed."""
    try:
        return _answer(
            request, 500, "fault", gettext("Nothing you did is lost. Try again; if it stays, tell a keeper.")
        )
    except Exception:
        logger.exception("the error page failed too")
        return HttpResponse("500\n", status=500, content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or came from elsewhere."""
    detail = gettext("This form is too old, or cookies are switched off. Go back, reload the page and send it again.")
    return _answer(request, 403, "csrf", detail)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429, by allauth's limits."""
    return _answer(request, 429, "too-many", gettext("Wait a minute, then try again."))
