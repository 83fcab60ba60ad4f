"""A dossier as one page that opens from a zip without a network: nothing is fetched, nothing runs, sounds lie beside it.

One page and not many, with its stylesheet inside: on a phone the page alone is often all that is unpacked, and it is
whole. The same bytes for the same dossier.
"""

import base64
import zipfile
from collections.abc import Iterable, Mapping
from typing import IO

from tejido.engines.press.book import Section, css, fragment, frame, sections
from tejido.engines.press.cloth import band
from tejido.engines.press.direction import direction
from tejido.engines.press.epub import FIXED
from tejido.engines.press.figures import lane_css
from tejido.engines.press.markup import Html, h, join
from tejido.engines.press.records import Dossier, Labels

PAGE = "index.html"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self' file:"


def page(dossier: Dossier, labels: Labels, *, sounds: bool = False) -> str:
    """The whole book as HTML; `sounds`: with players for the files that voices name."""
    chapters = sections(dossier, labels, sounds=sounds, picture=_inside(dossier.picture))
    style = css(dossier.seed or dossier.identifier, picture=bool(dossier.picture)) + lane_css()
    head = join(
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", http_equiv="Content-Security-Policy", content=POLICY),
        h("meta", name="referrer", content="no-referrer"),
        h("title", dossier.title),
        Html(f"<style>{style}</style>"),
    )
    title, *rest = chapters
    end = h("div", Html(band(dossier.seed or dossier.identifier, 9)), class_="cloth")
    body = join(_section(title), _contents(labels, rest), *(_section(one) for one in rest), end)
    lang = frame(dossier, labels)
    return f'<!DOCTYPE html>\n<html lang="{lang}" dir="{direction(lang)}">{h("head", head)}{h("body", body)}</html>\n'


def _inside(picture: bytes) -> str:
    """A JPEG as an address that holds it."""
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}" if picture else ""


def _section(one: Section) -> Html:
    return h("section", one.body, id=one.name)


def _contents(labels: Labels, chapters: Iterable[Section]) -> Html:
    rows = (h("li", h("a", one.title, href=fragment(one.name))) for one in chapters)
    return h("nav", h("h2", labels.contents), h("ol", *rows, class_="contents"))


def archive(
    out: IO[bytes], dossier: Dossier, labels: Labels, sounds: Mapping[str, Iterable[bytes]] | None = None
) -> None:
    """The zip, written as it is made: the page, then each sound by its name, a piece at a time and not packed again."""
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr(_entry(PAGE, zipfile.ZIP_DEFLATED), page(dossier, labels, sounds=bool(sounds)))
        for name, pieces in (sounds or {}).items():
            with zipped.open(_entry(name, zipfile.ZIP_STORED), "w") as sound:
                for piece in pieces:
                    sound.write(piece)


def _entry(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIXED)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    entry.compress_type = kind
    return entry
