"""A part of a bundle as an answer: opened when the first byte is asked for, closed with the last, or when nobody listens."""

from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from tejido.ground.blobs.serving import Anywhere

AT_ONCE = 1 << 16


def file_answer(request: HttpRequest, path: Path, name: str) -> HttpResponseBase:
    """The bytes of a file to be saved under a name."""
    head = request.method == "HEAD"
    response: HttpResponseBase = HttpResponse() if head else Anywhere(_pieces(path))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Length"] = str(path.stat().st_size)
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(AT_ONCE):
            yield piece
