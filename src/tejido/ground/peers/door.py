"""The door for those who call, at `/exchange/1/`: hello, prove, turn, bye. No cookie, no account, no page.

A body needs its length in advance and comes within time. Whoever may not be here gets the same empty 401, whatever it asks.
"""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tejido.ground.peers import identities, serving, sessions, wire
from tejido.ground.peers.challenge import Hello
from tejido.ground.store.public import own_row
from tejido.log import canon
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.replication import caps

View = Callable[[HttpRequest], HttpResponse]
SILENT_S, GRACE_S, LEAST_PER_S = 30.0, 60.0, 100
PIECE = 64 * 1024
RETRY_S, PATIENCE_S = 5, 10
PLACES = max(1, settings.NODE.threads // 2)
at_once, in_line = threading.BoundedSemaphore(PLACES), threading.BoundedSemaphore(max(1, PLACES // 2))


class TooMuch(Exception):
    """A body that is longer than it may be, or does not say how long it is; `status` says which."""

    def __init__(self, status: int) -> None:
        self.status = status


class Dripping(OSError):
    """A body that comes slower than any line that works."""


def door(view: View) -> View:
    """What all four have in common. Whoever was let in waits a moment for its turn; strangers do not."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        if not at_once.acquire(blocking=False) and not _waited(request):
            return _later()
        try:
            return view(request)
        except sessions.NotLetIn:
            return HttpResponse(status=401)
        except sessions.AllBusy:
            return _later()
        except TooMuch as error:
            return HttpResponse(status=error.status)
        except (Malformed, OSError):
            return HttpResponse(status=400)
        finally:
            at_once.release()

    return answered


def _waited(request: HttpRequest) -> bool:
    """Whoever was let in before may wait, as long as few do: each who waits holds a thread."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not is_hex(token) or not sessions.goes_on(token) or not in_line.acquire(blocking=False):
        return False
    try:
        return at_once.acquire(timeout=PATIENCE_S)
    finally:
        in_line.release()


def _later() -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": str(RETRY_S)})


def body_of(request: HttpRequest, most: int) -> Iterator[bytes]:
    """A body in pieces; raises `TooMuch` before anything is read, `OSError` where it is cut or drips."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not str(length).isdigit():
        raise TooMuch(411)
    if int(length) > most:
        raise TooMuch(413)
    sock = request.META.get("gunicorn.socket")
    if isinstance(sock, socket.socket):
        sock.settimeout(SILENT_S)
    return _pieces(request, int(length))


def _pieces(request: HttpRequest, length: int) -> Iterator[bytes]:
    began, came = time.monotonic(), 0
    while came < length:
        piece = request.read(min(PIECE, length - came))
        came += len(piece)
        seconds = time.monotonic() - began
        if not piece or (seconds > GRACE_S and came < LEAST_PER_S * seconds):
            raise Dripping
        yield piece


_speaking: Counter[bytes] = Counter()
_counting = threading.Lock()


@contextmanager
def _one_of(org: bytes) -> Iterator[None]:
    """One organisation has half of the places at most, however slowly it speaks."""
    with _counting:  # threads that count at once would lose a number, and lock the organisation out for good
        if _speaking[org] >= max(1, PLACES // 2):
            raise sessions.AllBusy
        _speaking[org] += 1
    try:
        yield
    finally:
        with _counting:
            _speaking.subtract((org,))
            if not _speaking[org]:
                del _speaking[org]


def _json(request: HttpRequest) -> dict[str, Any]:
    return canon.decode_object(b"".join(body_of(request, wire.MOST_JSON)))


def _said(value: dict[str, Any]) -> HttpResponse:
    return HttpResponse(canon.encode(value), content_type=wire.JSON)


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not is_hex(token):
        raise sessions.NotLetIn
    return token


@door
def hello(request: HttpRequest) -> HttpResponse:
    """Somebody says who it is and whom it means; it is told a device and a nonce."""
    found = sessions.hello(Hello.read(_json(request), whole=False), request.get_host())
    return _said({"device": found.called_device.hex(), "nonce": found.called_nonce.hex()})


@door
def prove(request: HttpRequest) -> HttpResponse:
    """It proves its device; it is told a token, and ours is proved to it."""
    value = _json(request)
    if value.keys() != {"hello", "identity", "proof"} or not isinstance(value["hello"], dict):
        raise Malformed("a proof comes with its hello and an identity")
    if not is_hex(value["proof"], 128):
        raise Malformed("a proof has 128 hex digits")
    said = Hello.read(value["hello"], whole=True)
    identity = identities.read(said.caller_org, value["identity"])
    token, proof = sessions.prove(said, request.get_host(), bytes.fromhex(value["proof"]), identity)
    return _said({"identity": identities.told(bytes(own_row().org)), "proof": proof.hex(), "token": token})


def _most(request: HttpRequest) -> int:
    """What a caller on a slow line says; anything else is passed over."""
    told = request.headers.get(wire.MOST, "")
    return int(told) if re.fullmatch("[0-9]{1,9}", told) else caps.TURN


@door
def turn(request: HttpRequest) -> HttpResponse:
    """It says a turn, and hears one."""
    token, pieces = _token(request), body_of(request, wire.MOST_BODY)
    try:
        peer = sessions.asking(token)
    except sessions.NotLetIn:
        if sessions.was_one(token):
            all(pieces)  # whoever was let in once hears the answer, and not a line that breaks
        raise
    with _one_of(peer.org):
        response = HttpResponse(serving.answer(peer, pieces, _most(request)), content_type=wire.FRAMES)
    response.headers["Content-Encoding"] = "deflate"
    return response


@door
def bye(request: HttpRequest) -> HttpResponse:
    """It hangs up."""
    sessions.end(_token(request))
    return HttpResponse(status=200)
