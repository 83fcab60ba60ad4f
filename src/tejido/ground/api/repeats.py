"""Requests that are sent again. With a header `Idempotency-Key` a write is carried out once, and its answer given again for a
day, to the same account for the same request, with the header `Idempotency-Replayed: true`.

Kept are a fingerprint of the request and the answer, sealed under the key that the sender chose: an answer may be an address that
is shown once. What failed is not kept: it changed nothing, and may be tried again.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from nacl.secret import SecretBox

from tejido.ground.errors import Conflict, Invalid
from tejido.ground.people import viewer_of
from tejido.ground.people.models import today
from tejido.ground.tokens.models import Answered

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST, LARGEST = 100, 1 << 16
KEPT = timedelta(days=1)
Fn = TypeVar("Fn", bound=Callable[..., Any])


class BadKey(Invalid):
    """An Idempotency-Key has 1 to 100 printable ASCII characters. A random one, a UUID for example, is best."""

    code = "bad-idempotency-key"


class KeyReused(Invalid):
    """This Idempotency-Key came with another request before. Use a new key for each thing that you want done."""

    code = "idempotency-key-reused"


class UnderWay(Conflict):
    """The first request with this Idempotency-Key has given no answer yet. Wait and send it again; if this stays, the first one
    was cut short: look whether it took effect, and use a new key.
    """

    code = "under-way"


def repeatable(fn: Fn) -> Fn:
    """An operation that gives `command(request)` to its action, which then knows by itself what was done already: it may be
    carried out again where the first attempt was cut short.
    """
    fn.__dict__["repeatable"] = True
    return fn


def command(request: HttpRequest) -> str:
    """The command's id for an action: of this account and this key, or empty."""
    given = request.headers.get(HEADER, "")
    return f"api-{_fingerprint('command', viewer_of(request).user_id, given)[:40]}" if given else ""


def once(request: HttpRequest, act: Callable[[], HttpResponseBase], *, again: bool) -> HttpResponseBase:
    """Act, or give the answer that was given before. `again`: to act twice does no harm."""
    given = request.headers.get(HEADER)
    if given is None or request.method in {"GET", "HEAD"}:
        return act()
    if not 1 <= len(given) <= LONGEST or not (given.isascii() and given.isprintable()):
        raise BadKey
    row = _begin(request, given)
    if isinstance(row, HttpResponse):
        return row
    if row is None and not again:
        raise UnderWay
    try:
        response = act()
    except BaseException:
        _forget(request, given)
        raise
    _keep(request, given, response)
    return response


def _begin(request: HttpRequest, given: str) -> Answered | HttpResponse | None:
    """A new row; the answer that was given before; or None where the first attempt has none yet."""
    Answered.objects.filter(day__lt=today() - KEPT).delete()
    user, asked = viewer_of(request).user_id or 0, _of_request(request)
    try:
        with transaction.atomic():
            return Answered.objects.create(account_id=user, key=_key(request, given), request=asked)
    except IntegrityError:
        row = Answered.objects.filter(key=_key(request, given)).first()
    if row is None:
        return None
    if row.request != asked:
        raise KeyReused
    return _answer(request, given, row) if row.status else None


def _answer(request: HttpRequest, given: str, row: Answered) -> HttpResponse:
    kind, _, content = _box(request, given).decrypt(bytes(row.sealed)).partition(b"\n")
    response = HttpResponse(content, status=row.status, content_type=kind.decode() or None)
    if not kind:
        del response.headers["Content-Type"]
    response.headers[REPLAYED] = "true"
    return response


def _keep(request: HttpRequest, given: str, response: HttpResponseBase) -> None:
    content = getattr(response, "content", None)
    if not 200 <= response.status_code < 300 or content is None or len(content) > LARGEST:
        _forget(request, given)
        return
    sealed = _box(request, given).encrypt(response.headers.get("Content-Type", "").encode() + b"\n" + content)
    Answered.objects.filter(key=_key(request, given)).update(status=response.status_code, sealed=bytes(sealed))


def _forget(request: HttpRequest, given: str) -> None:
    Answered.objects.filter(key=_key(request, given), status=0).delete()


def _key(request: HttpRequest, given: str) -> str:
    return _fingerprint("row", viewer_of(request).user_id, given)


def _box(request: HttpRequest, given: str) -> SecretBox:
    return SecretBox(bytes.fromhex(_fingerprint(f"seal {settings.SECRET_KEY}", viewer_of(request).user_id, given)))


def _fingerprint(purpose: str, *parts: object) -> str:
    return hashlib.sha256("\0".join([purpose, *map(str, parts)]).encode()).hexdigest()


def _of_request(request: HttpRequest) -> str:
    found = hashlib.sha256()
    for part in (f"{request.method} {request.get_full_path()}\n".encode(), *_body(request)):
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _body(request: HttpRequest) -> Iterator[bytes]:
    """What was sent, piece by piece; a form by its fields, since the marks between them are chosen anew each time."""
    if request.content_type not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield f"{name}={values}".encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield f"{name}:{file.name}".encode()
            yield from file.chunks()
            file.seek(0)
