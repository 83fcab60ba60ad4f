"""EPUB 3.3 with Accessibility 1.1 metadata, written directly: the same bytes for the same dossier.

Rules: EPUB 3.3 (W3C) for the container, EPUB Accessibility 1.1 for what must be said about access; checked by epubcheck.
"""

import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from tejido.engines.press.book import Section, css, frame, sections, tongue
from tejido.engines.press.direction import direction
from tejido.engines.press.figures import lane_css
from tejido.engines.press.markup import Html, h, join
from tejido.engines.press.records import Dossier, Labels

MIMETYPE = "application/epub+zip"
FIXED = (1980, 1, 1, 0, 0, 0)
FEATURES = ("readingOrder", "structuralNavigation", "tableOfContents", "displayTransformability", "alternativeText")
CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
XHTML = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def epub(dossier: Dossier, labels: Labels, cover: bytes = b"") -> bytes:
    """The book; `cover` is a PNG, used where the dossier brings no picture of its own."""
    given = "cover.jpg" if dossier.picture else ""
    name = given or ("cover.png" if cover else "")
    chapters = sections(dossier, labels, link=_file, picture=given)
    files: dict[str, bytes] = {
        "META-INF/container.xml": CONTAINER.encode(),
        "book/package.opf": _package(dossier, labels, chapters, cover=name).encode(),
        "book/nav.xhtml": _page(
            frame(dossier, labels), labels.contents, _nav(labels, chapters, frame(dossier, labels))
        ).encode(),
        "book/book.css": (css(dossier.seed or dossier.identifier, picture=bool(dossier.picture)) + lane_css()).encode(),
    }
    for one in chapters:
        files[f"book/{_file(one.name)}"] = _page(frame(dossier, labels), one.title, _chapter(one)).encode()
    if name:
        files[f"book/{name}"] = dossier.picture or cover
    return zipped({"mimetype": MIMETYPE.encode(), **files}, plain=("mimetype",))


def zipped(files: Mapping[str, bytes], plain: tuple[str, ...] = ()) -> bytes:
    """A zip in the order given, without times or rights of any machine; `plain` names are stored as they are."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, FIXED)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def _page(lang: str, title: str, body: Html) -> str:
    head = join(
        h("meta", charset="utf-8"), h("title", title), h("link", rel="stylesheet", href="book.css", type="text/css")
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html {XHTML} lang="{lang}" xml:lang="{lang}" dir="{direction(lang)}">'
        f"{h('head', head)}{h('body', body)}</html>\n"
    )


def _file(name: str) -> str:
    return f"{name}.xhtml"


def _chapter(one: Section) -> Html:
    return h("section", _typed(one.body), id=one.name, epub_type="titlepage" if one.name == "title" else "chapter")


def _typed(body: Html) -> Html:
    """Notes say what they are in the words of EPUB too: reading systems show them where they are referred to."""
    for role, kind in (("doc-noteref", "noteref"), ("doc-footnote", "footnote")):
        body = Html(body.replace(f' role="{role}"', f' epub:type="{kind}" role="{role}"'))
    return body


def _drawn(one: Section) -> str | None:
    """A chapter that holds a drawing has to say so."""
    return "svg" if "<svg" in one.body else None


def _nav(labels: Labels, chapters: list[Section], lang: str) -> Html:
    rows = [h("li", h("a", one.title, href=_file(one.name), **_other(one.lang, lang))) for one in chapters]
    return h("nav", h("h1", labels.contents), h("ol", *rows), epub_type="toc", id="toc")


def _other(lang: str, around: str) -> dict[str, str]:
    return tongue(lang) if lang != around else {}


def _package(dossier: Dossier, labels: Labels, chapters: list[Section], *, cover: str) -> str:
    way = direction(dossier.lang)
    attributes = (
        f'xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{dossier.lang}" dir="{way}" '
        'prefix="schema: http://schema.org/"'
    )
    items = [
        h("item", id="nav", href="nav.xhtml", properties="nav", **MEDIA["xhtml"]),
        h("item", id="css", href="book.css", **MEDIA["css"]),
        *(h("item", id=one.name, href=_file(one.name), properties=_drawn(one), **MEDIA["xhtml"]) for one in chapters),
        h("item", id="cover", href=cover, properties="cover-image", **MEDIA[cover.rpartition(".")[2]])
        if cover
        else None,
    ]
    spine = [h("itemref", idref=one.name) for one in chapters]
    spine.insert(1, h("itemref", idref="nav"))
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<package {attributes}>{_metadata(dossier, labels)}'
        f"{h('manifest', *items)}{h('spine', *spine, page_progression_direction=way)}</package>\n"
    )


MEDIA = {
    "xhtml": {"media_type": "application/xhtml+xml"},
    "css": {"media_type": "text/css"},
    "png": {"media_type": "image/png"},
    "jpg": {"media_type": "image/jpeg"},
}


def _metadata(dossier: Dossier, labels: Labels) -> str:
    modified = datetime.fromtimestamp(dossier.modified, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    langs = dict.fromkeys([dossier.lang, *(voice.lang for voice in dossier.voices if not voice.absent)])
    dublin = join(
        h("dc:identifier", dossier.identifier, id="id"),
        h("dc:title", dossier.title),
        *(h("dc:language", lang) for lang in langs),
        h("dc:creator", dossier.publisher),
        h("dc:publisher", dossier.publisher),
        h("dc:rights", dossier.licence),
        h("meta", modified, property="dcterms:modified"),
    )
    access = [("schema:accessMode", "textual"), ("schema:accessModeSufficient", "textual")]
    access += [("schema:accessibilityFeature", one) for one in FEATURES]
    access += [("schema:accessibilityHazard", "none"), ("schema:accessibilitySummary", labels.summary)]
    access += [("dcterms:conformsTo", "EPUB Accessibility 1.1 - WCAG 2.2 Level AA")]
    said = join(*(_meta(name, value) for name, value in access))
    return f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{dublin}{said}</metadata>'


def _meta(name: str, value: str) -> Html:
    return h("meta", value, property=name)
