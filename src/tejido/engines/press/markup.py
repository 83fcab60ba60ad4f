"""XML written as it is read: elements in the order of the code, the same bytes for the same input."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

UNHOLDABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
FORBIDDEN = re.compile(f"[{UNHOLDABLE}]")
SPECIAL = re.compile(f'[&<>"{UNHOLDABLE}]')


class Writer:
    """One document: `element` for a leaf, `inside` for what has children. Values that are None leave the attribute out."""

    def __init__(self) -> None:
        self._out = StringIO()
        self._sax = XMLGenerator(self._out, "utf-8", short_empty_elements=True)
        self._sax.startDocument()
        self._head = self._out.tell()
        self._depth = 0

    def element(self, name: str, text: str | None = None, attributes: Mapping[str, str | None] | None = None) -> None:
        """`<name …>text</name>` on a line of its own."""
        self._line()
        self._sax.startElement(name, _attributes(attributes))
        if text:
            self._sax.characters(clean(text))
        self._sax.endElement(name)

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str | None] | None = None) -> Iterator[None]:
        """Children between `<name …>` and `</name>`."""
        self._line()
        self._sax.startElement(name, _attributes(attributes))
        self._depth += 1
        yield
        self._depth -= 1
        self._line()
        self._sax.endElement(name)

    def _line(self) -> None:
        if self._out.tell() > self._head or self._depth:
            self._sax.ignorableWhitespace("\n" + "  " * self._depth)

    def text(self) -> str:
        """The document."""
        return self._out.getvalue() + "\n"


def _attributes(given: Mapping[str, str | None] | None) -> AttributesImpl:
    found = {name: clean(value) for name, value in (given or {}).items() if value is not None}
    return AttributesImpl(found)


def clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return FORBIDDEN.sub("", text)


class Html(str):
    """Markup that is ready: `h` escapes every other string."""

    __slots__ = ()


def h(name: str, /, *children: str | None, **attributes: str | None) -> Html:
    """`<name …>children</name>`, well-formed as XHTML and as HTML; `class_` and `epub_type` give `class` and `epub:type`."""
    given = "".join(f' {_name(key)}="{quoted(value)}"' for key, value in attributes.items() if value is not None)
    body = join(*children)
    empty = name in VOID and not body
    return Html(f"<{name}{given}/>" if empty else f"<{name}{given}>{body}</{name}>")


VOID = frozenset({"br", "hr", "img", "link", "meta", "item", "itemref", "path", "circle", "line", "rect"})


def join(*children: str | None) -> Html:
    """Children one after the other, plain strings escaped."""
    return Html("".join(one if isinstance(one, Html) else quoted(one) for one in children if one))


def quoted(text: str) -> str:
    """For text and attributes alike."""
    if not SPECIAL.search(text):
        return text
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return clean(text)


def _name(key: str) -> str:
    return {"class_": "class", "epub_type": "epub:type", "xml_lang": "xml:lang", "for_": "for"}.get(
        key, key.replace("_", "-")
    )
