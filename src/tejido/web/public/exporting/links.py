"""Which addresses a page or feed leads to, and a page with those addresses made relative: pure.

Relative addresses work at any place: at the root of a host, in a folder of one, and on a stick without any server.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from posixpath import relpath
from urllib.parse import urlsplit

INDEX = "index.html"
ATTRIBUTE = re.compile(r'(?<=\s)(href|src)="([^"]*)"')
NAMED = re.compile(r'(?<=\s)(?:href|src|content)="([^"]*)"')
TEXTS = ("application/json", "application/rss+xml", "application/atom+xml", "application/xml", "text/plain")
PAGE = "text/html"
END = r"(/[^\s\"'<>&]*)"


def file_of(path: str) -> str:
    """The name of the file that holds what lies at a path: `/p/` is `p/index.html`."""
    name = urlsplit(path).path.lstrip("/")
    return f"{name}{INDEX}" if name.endswith("/") or not name else name


def is_safe(path: str) -> bool:
    """Whether a path is one of ours and stays within the folder."""
    parts = path.split("/")
    return (
        parts[0] == "" and not {".", "..", ""} & set(parts[1:-1]) and parts[-1] not in {".", ".."} and "?" not in path
    )


def is_followed(kind: str) -> bool:
    """Whether a text of this media type may name others of our addresses. Style sheets of ours name none."""
    return kind in (PAGE, *TEXTS) or kind.endswith(("+json", "+chapters"))


def found(body: str, kind: str, base: str) -> Iterator[str]:
    """Paths on this node that a text names: relative to the host in pages, absolute in feeds. Without their fragments."""
    if kind == PAGE:
        for address in NAMED.findall(body):
            if path := within(unescape(address), base):
                yield path
    elif is_followed(kind):
        for path in re.findall(re.escape(base) + END, body.replace("\\/", "/")):
            yield path.split("#")[0].split("?")[0]


def within(address: str, base: str) -> str:
    """The path that an address has on this node; empty for others' addresses and for places within a page."""
    if address.startswith(f"{base}/"):
        address = address[len(base) :]
    return address.split("#")[0] if address.startswith("/") and not address.startswith("//") else ""


def relative(page: str, path: str) -> str:
    """The page's own addresses as relative ones, seen from the file at `path`. What speaks to machines stays absolute."""
    here = file_of(path)

    def placed(match: "re.Match[str]") -> str:
        name, address = match[1], unescape(match[2])
        if not address.startswith("/") or address.startswith("//"):
            return match[0]
        bare, mark, rest = address.partition("#")
        target = file_of(bare)
        return f'{name}="{escape(_from(here, target) + mark + rest)}"'

    return ATTRIBUTE.sub(placed, page)


def _from(here: str, target: str) -> str:
    folder = here.rpartition("/")[0]
    return target if not folder else relpath(target, folder)


def rooted(page: str, base: str) -> str:
    """The page's own addresses from the root of the host: for the page that a host shows in place of one that is not there."""
    before = urlsplit(base).path.rstrip("/")

    def placed(match: "re.Match[str]") -> str:
        address = match[2]
        own = address.startswith("/") and not address.startswith("//")
        return f'{match[1]}="{before}{address}"' if own else match[0]

    return ATTRIBUTE.sub(placed, page)
