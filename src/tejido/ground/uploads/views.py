"""The protocol's edge: a tus 1.0 request in, an action, an answer. Bodies are read piece by piece, never held."""

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, cast

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from tejido.ground.errors import NotAllowed, Problem
from tejido.ground.people import viewer_of
from tejido.ground.ui.errors import words
from tejido.ground.uploads import actions, errors, registry, tus
from tejido.ground.uploads.actions import Body, Status
from tejido.ground.uploads.shelf import DONE, FAILED, Slot

TOKEN = "Upload-Token"  # noqa: S105 - a header's name
STALL_S = 60
View = Callable[..., HttpResponse]


class _Csrf(CsrfViewMiddleware):
    """Django's check, asked for where it is needed: its views are exempt from the middleware's own."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:  # noqa: ARG002
        raise BadToken


class BadToken(Problem):
    """This page is too old, or cookies are switched off. Reload it; what was sent so far is kept."""

    status = 403
    code = "csrf"


def spoken(view: View) -> View:
    """Answers in tus: its version on every answer, and problems as JSON."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            response = view(request, _method(request), **parts)
        except Problem as problem:
            response = _refusal(problem)
        response.headers["Tus-Resumable"] = tus.VERSION
        return response

    return answer


def _method(request: HttpRequest) -> str:
    given = request.method or ""
    if given == "POST":
        return request.headers.get("X-HTTP-Method-Override", given).upper()
    return given


def _refusal(problem: Problem) -> HttpResponse:
    body: dict[str, Any] = {"type": "about:blank", "status": problem.status, "code": problem.code}
    body |= {"detail": words(problem)} | {name: problem.params[name] for name in problem.members}
    response = JsonResponse(body, status=problem.status, content_type="application/problem+json")
    if isinstance(problem, errors.OtherVersion):
        response.headers["Tus-Version"] = tus.VERSION
    return response


@spoken
def uploads(request: HttpRequest, method: str) -> HttpResponse:
    """What this server can do, and where uploads begin."""
    if method == "OPTIONS":
        return _options()
    if method != "POST":
        raise errors.NoSuchMethod
    _check_sender(request)
    _check_version(request)
    return _begin(request)


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["Tus-Version"] = tus.VERSION
    response.headers["Tus-Extension"] = tus.EXTENSIONS
    response.headers["Tus-Max-Size"] = str(registry.greatest())
    response.headers["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    return response


def _begin(request: HttpRequest) -> HttpResponse:
    if request.headers.get("Upload-Defer-Length") is not None:
        raise errors.BadHeader(header="Upload-Length")
    length = tus.number("Upload-Length", request.headers.get("Upload-Length"))
    header = request.headers.get("Upload-Metadata", "")
    said = tus.metadata(header)
    fields = _form(request, said.form)
    token = registry.find(said.purpose).begin(request, fields)
    owner = _owner(request, token)
    secret = actions.begin(owner, said, header, fields.urlencode(), length)
    response = _first_piece(request, actions.find(secret, {owner}), length)
    response.headers["Location"] = reverse("upload", args=[secret])
    if token is not None:
        response.headers[TOKEN] = token
    return response


def _form(request: HttpRequest, said: str) -> QueryDict:
    """The form's fields: from the body where it is a form (headers are short), else from the metadata."""
    fields = request.POST.copy() if request.content_type == tus.FORM else _parsed(said)
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def _parsed(text: str) -> QueryDict:
    try:
        return QueryDict(text, mutable=True)
    except TooManyFieldsSent:
        raise errors.BadHeader(header="Upload-Metadata") from None


def _owner(request: HttpRequest, token: str | None) -> str:
    if token is not None:
        return registry.owner_of_token(token)
    viewer = viewer_of(request)
    if viewer.user_id is None:
        raise NotAllowed
    return registry.owner_of_account(viewer.user_id)


def _first_piece(request: HttpRequest, slot: Slot, length: int) -> HttpResponse:
    """Bytes that came with the creation. What goes wrong with them does not undo it: the address says how it stands."""
    status = actions.status(slot)
    if request.content_type == tus.BYTES or not length:
        body = _body(request) if length else Body(lambda _: b"", 0)
        try:
            status = actions.receive(slot, 0, body, _checksum(request))
        except Problem as problem:
            return _refusal(problem)
    response = HttpResponse(status=201)
    return _tell(response, status)


@spoken
def upload(request: HttpRequest, method: str, secret: str) -> HttpResponse:
    """One upload: how it stands, its next piece, its end."""
    if method == "OPTIONS":
        return _options()
    serve = {"HEAD": _head, "GET": _get, "PATCH": _patch, "DELETE": _delete}.get(method)
    if serve is None:
        raise errors.NoSuchMethod
    _check_sender(request)
    if method != "GET":
        _check_version(request)
    return serve(request, actions.find(secret, _owners(request)))


def _head(request: HttpRequest, slot: Slot) -> HttpResponse:
    status = actions.status(slot)
    response = HttpResponse(status=200)
    response.headers["Upload-Length"] = str(status.record.length)
    if status.record.metadata:
        response.headers["Upload-Metadata"] = status.record.metadata
    response.headers["Cache-Control"] = "no-store"
    return _tell(response, status)


def _get(request: HttpRequest, slot: Slot) -> HttpResponse:
    """How it stands, as JSON: `{state, offset, length, expires, url, sha256, problem}`."""
    status = actions.status(slot)
    record = status.record
    body = {"state": status.state, "offset": status.offset, "length": record.length, "expires": record.expires}
    body |= {"url": record.url, "sha256": record.sha256, "problem": _trouble(status)}
    return JsonResponse(body)


def _trouble(status: Status) -> dict[str, Any] | None:
    held = status.record.trouble
    if held is None:
        return None
    problem = Problem(held.message, **held.params)
    return {"status": held.status, "code": held.code, "detail": words(problem)}


def _patch(request: HttpRequest, slot: Slot) -> HttpResponse:
    if request.content_type != tus.BYTES:
        raise errors.NotPlainBytes
    offset = tus.number("Upload-Offset", request.headers.get("Upload-Offset"))
    status = actions.receive(slot, offset, _body(request), _checksum(request))
    return _tell(HttpResponse(status=204), status)


def _delete(request: HttpRequest, slot: Slot) -> HttpResponse:
    actions.give_up(slot)
    return HttpResponse(status=204)


def _tell(response: HttpResponse, status: Status) -> HttpResponse:
    response.headers["Upload-Offset"] = str(status.offset)
    if status.state == DONE:
        response.headers["Upload-Result"] = status.record.url
        response.headers["Upload-Sha256"] = status.record.sha256
    else:
        response.headers["Upload-Expires"] = http_date(status.record.expires)
    if status.state == FAILED and status.record.trouble:
        response.headers["Upload-Problem"] = status.record.trouble.code
    return response


def _check_sender(request: HttpRequest) -> None:
    """What a browser sends by itself, a session cookie, is not enough to change anything: pages add the CSRF token.

    A token in `Upload-Token` is sent by nobody unasked.
    """
    if TOKEN not in request.headers and viewer_of(request).signed_in:
        check = _Csrf(lambda _: HttpResponse())
        check.process_view(request, cast("Any", _checked), (), {})


def _checked(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def _check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        raise errors.OtherVersion


def _owners(request: HttpRequest) -> set[str]:
    viewer, token = viewer_of(request), request.headers.get(TOKEN)
    account = {registry.owner_of_account(viewer.user_id)} if viewer.user_id is not None else set()
    return account | ({registry.owner_of_token(token)} if token else set())


def _checksum(request: HttpRequest) -> tus.Checksum | None:
    return tus.checksum(request.headers.get("Upload-Checksum"))


def _body(request: HttpRequest) -> Body:
    """The request's body, as it comes."""
    if request.META.get("CONTENT_LENGTH"):
        return Body(_patient(request, request.read), int(request.META["CONTENT_LENGTH"]))
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return Body(lambda _: b"", 0)
    if not request.META.get("wsgi.input_terminated"):
        raise errors.LengthNeeded
    return Body(_patient(request, request.META["wsgi.input"].read), None)


def _patient(request: HttpRequest, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A line that is silent for a minute is given up: it would hold the upload's lock, and one of our threads."""
    connection = request.META.get("gunicorn.socket")
    if connection is None:
        return read
    connection.settimeout(STALL_S)

    def read_or_hang_up(most: int) -> bytes:
        try:
            return read(most)
        except OSError:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)  # or the server would wait for the rest before it answers
            raise

    return read_or_hang_up
