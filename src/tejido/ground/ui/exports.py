"""Streaming exports: the rows of a selector as CSV or JSON, one at a time, whatever their number."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from tejido.ground.errors import Invalid

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnknownFormat(Invalid):
    """Lists can be had as CSV or as JSON, nothing else."""

    code = "unknown-format"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def wanted(request: HttpRequest) -> str:
    """The format that `?export=` asks for: `csv`, `json`, or "" for the page."""
    found = request.GET.get("export", "")
    if found not in {"", "csv", "json"}:
        raise UnknownFormat
    return found


def export(kind: str, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> HttpResponseBase:
    """A download `name.csv` or `name.json` of the rows' `columns`, in that order."""
    streams = {"csv": (_csv, "text/csv; charset=utf-8"), "json": (_json, "application/json")}
    if kind not in streams:
        raise UnknownFormat
    stream, mime = streams[kind]
    response = StreamingHttpResponse(stream(columns, rows), content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(columns)  # spreadsheets take UTF-8 for what it is only after this mark
    for row in rows:
        yield writer.writerow([_cell(row.get(column)) for column in columns])


def _json(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    yield b"["
    for at, row in enumerate(rows):
        yield (b",\n" if at else b"\n") + orjson.dumps({column: row.get(column) for column in columns}, default=str)
    yield b"\n]\n"


def _cell(value: object) -> str:
    """Text for a spreadsheet; what it would run as a formula is marked as text."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = " ".join(str(part) for part in value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
