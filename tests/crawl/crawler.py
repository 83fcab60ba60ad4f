"""Goes through a node as everybody who can reach something of it, and notes which canary was met by whom, and where."""

import io
import logging
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from tests.crawl.canaries import STRANGER, Canary

EXPORTS = ("csv", "json")
NOT_FOLLOWED = ("/static/",)
MOST = 4000
LINK = re.compile(r'\s(?:href|src|poster|hx-get|data-(?:url|src|progress))="([^"]*)"')
FORM, ACTION = re.compile(r"<form\b[^>]*>", re.IGNORECASE), re.compile(r'action="([^"]*)"')


@dataclass(frozen=True)
class Meeting:
    """`who` met a canary at `where`: a URL name, or what was searched; `at` is the very address."""

    canary: str
    who: str
    where: str
    at: str


@dataclass
class Notes:
    """All meetings, and what was looked at."""

    canaries: tuple[Canary, ...]
    met: dict[tuple[str, str, str], Meeting] = field(default_factory=dict)
    looked_at: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = tuple((one.name, one.word.encode()) for one in self.canaries)

    def look(self, who: str, where: str, at: str, data: bytes) -> None:
        """Search bytes for every canary."""
        self.looked_at[who] = self.looked_at.get(who, 0) + 1
        held = data.lower()
        for name, word in self.words:
            if word in held:
                self.met.setdefault((name, who, where), Meeting(name, who, where, at))


def body_of(response: Any) -> bytes:
    """Everything that a client receives: status line aside, headers and body."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{headers}\n{cookies}\n".encode() + content + unpacked(content)


def unpacked(content: bytes) -> bytes:
    """What lies in a zip (a book, a dossier), so that its words are looked at too."""
    if not content.startswith(b"PK\x03\x04"):
        return b""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return b"\n".join(opened.read(name) for name in opened.namelist())


def name_of(path: str) -> str:
    """The URL name behind a path."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return "nothing"
    return found.view_name or str(found.route)


@dataclass
class Visitor:
    """Somebody with a browser."""

    who: str
    client: Client
    notes: Notes
    seen: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def crawl(self, start: Iterable[str]) -> None:
        """Fetch all of these, and everything they link to."""
        waiting = deque(start)
        while waiting:
            assert len(self.seen) < MOST, f"{self.who}: the crawl does not end: {[*self.seen][-20:]}"
            url = waiting.popleft()
            if url not in self.seen:
                self.seen.add(url)
                waiting.extend(self.get(url))

    def get(self, url: str, *, note_as: str = "") -> Iterator[str]:
        """Fetch one address; the addresses it names."""
        response = self.client.get(url)
        data = body_of(response)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.failed.append(f"{self.who}: {url}: {response.status_code}")
        self.notes.look(self.who, note_as or name_of(url), url, data)
        if response.get("Location"):
            yield from _inside(url, [str(response["Location"])])
        if response.get("Content-Type", "").startswith("text/html"):
            yield from _inside(url, _links(data))


def _links(data: bytes) -> Iterator[str]:
    """What a browser would fetch or could be made to: links, sources, forms with GET, and what a script would load.

    Read with patterns: a parser takes longer than the node.
    """
    page = data.decode(errors="replace")
    yield from (unescape(link) for link in LINK.findall(page))
    for tag in FORM.findall(page):
        if 'method="post"' not in tag.lower():
            yield unescape("".join(ACTION.findall(tag)[:1])) + "?q="


def _inside(base: str, found: Iterable[str]) -> Iterator[str]:
    for link in found:
        parts = urlsplit(urljoin(f"http://testserver{base}", link))
        if parts.netloc == "testserver" and parts.scheme == "http" and not parts.path.startswith(NOT_FOLLOWED):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def exports(paths: Iterable[str]) -> Iterator[str]:
    """Each path as a page and as every export."""
    for path in paths:
        yield path
        yield from (f"{path}?export={kind}" for kind in EXPORTS)


def look_into_files(notes: Notes, who: str, folder: Path) -> None:
    """Names and bytes of every file."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            where = str(path.relative_to(folder.parent))
            notes.look(who, where, where, where.encode() + path.read_bytes())


def look_into_tables(notes: Notes, who: str, tables: Iterable[str]) -> None:
    """Every row of these tables."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                notes.look(who, table, table, b" ".join(_bytes(value) for value in row))


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


@contextmanager
def written_logs() -> Iterator[io.StringIO]:
    """What the node's own log handlers write meanwhile, in their own format."""
    stream = io.StringIO()
    loggers = [logging.getLogger(name) for name in ("", *settings.LOGGING["loggers"])]
    handlers = [one for logger in loggers for one in logger.handlers if type(one) is logging.StreamHandler]
    before = [(handler, handler.setStream(stream)) for handler in dict.fromkeys(handlers)]
    try:
        assert before, "the node logs nowhere"
        yield stream
    finally:
        for handler, old in before:
            if old is not None:
                handler.setStream(old)


def is_person(who: str) -> bool:
    """Whether this is a visitor with a browser, who meets things at URL names."""
    from tejido.ground.people.domain import ROLES

    return who in (*ROLES, STRANGER)
