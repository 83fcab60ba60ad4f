"""Byte ranges over HTTP."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from tejido.ground import blobs
from tejido.ground.blobs.formats import CHUNK
from tejido.ground.blobs.serving import Unsatisfiable, parse_range

DATA = bytes(range(256)) * 8192


@pytest.fixture
def ref(db: None, settings: Settings, tmp_path: Path) -> blobs.BlobRef:
    settings.NODE_DIR = tmp_path
    return blobs.put(DATA, sealed=True, media_type="audio/ogg; codecs=opus")


def ask(ref: blobs.BlobRef, method: str = "GET", name: str = "chain-3.ogg", **headers: str) -> HttpResponseBase:
    return blobs.serve_range(RequestFactory().generic(method, "/", headers=headers), ref, name)


def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(cast("Iterable[bytes]", response.streaming_content))


def test_the_whole_file(ref: blobs.BlobRef) -> None:
    response = ask(ref)
    assert response.status_code == 200
    assert body(response) == DATA
    assert response["Content-Length"] == str(len(DATA))
    assert response["Content-Type"] == "audio/ogg"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"] == 'inline; filename="chain-3.ogg"'


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, len(DATA)),
        (f"bytes={CHUNK - 3}-{CHUNK + 3}", CHUNK - 3, CHUNK + 4),
        ("bytes=-5", len(DATA) - 5, len(DATA)),
        ("bytes=5-99999999999", 5, len(DATA)),
        ("bytes=-99999999999", 0, len(DATA)),
    ],
)
def test_a_part(ref: blobs.BlobRef, header: str, start: int, end: int) -> None:
    response = ask(ref, Range=header)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert response["Content-Length"] == str(end - start)
    assert body(response) == DATA[start:end]


@pytest.mark.parametrize("header", ["bytes=99999999-", "bytes=-0", f"bytes={len(DATA)}-"])
def test_a_part_outside_of_the_file(ref: blobs.BlobRef, header: str) -> None:
    response = ask(ref, Range=header)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    "header", ["bytes=5-4", "bytes=a-b", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "bytes=" + "9" * 5000]
)
def test_a_header_that_says_nothing_gives_the_whole(ref: blobs.BlobRef, header: str) -> None:
    assert ask(ref, Range=header).status_code == 200


def test_head_has_no_body(ref: blobs.BlobRef) -> None:
    response = ask(ref, "HEAD", Range="bytes=0-9")
    assert (response.status_code, response["Content-Length"]) == (206, "10")
    assert not response.streaming


def test_if_range(ref: blobs.BlobRef) -> None:
    tag = ask(ref)["ETag"]
    assert ask(ref, Range="bytes=0-9", **{"If-Range": tag}).status_code == 206
    assert ask(ref, Range="bytes=0-9", **{"If-Range": '"other"'}).status_code == 200


def test_an_empty_file(ref: blobs.BlobRef) -> None:
    empty = blobs.put(b"", sealed=True, media_type="audio/ogg")
    assert body(ask(empty)) == b""
    assert ask(empty, Range="bytes=0-").status_code == 416


@pytest.mark.parametrize(
    "media_type", ["text/html", "image/svg+xml", "application/pdf", "audio/../html", "text/html;audio/ogg"]
)
def test_what_a_browser_could_execute_is_only_downloaded(ref: blobs.BlobRef, media_type: str) -> None:
    other = blobs.put(b"<script>", sealed=False, media_type=media_type)
    response = ask(other, name='a"\r\nX: y.html')
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]


def test_damage_is_an_error_before_the_answer_begins(ref: blobs.BlobRef) -> None:
    blobs.vault().storage.write(f"{ref.id}/1", b"x")
    assert ask(ref, Range="bytes=0-9").status_code == 206
    with pytest.raises(blobs.BlobDamaged):
        ask(ref, Range=f"bytes={CHUNK + 5}-")
    with pytest.raises(blobs.BlobMissing):
        ask(blobs.BlobRef("00" * 32, "", 1, "audio/ogg"))


def test_ranges_of_an_empty_file_are_never_satisfiable() -> None:
    with pytest.raises(Unsatisfiable):
        parse_range("bytes=0-0", 0)
