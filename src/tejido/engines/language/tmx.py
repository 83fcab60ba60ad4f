"""Translation memories as TMX 1.4: read unit by unit, whatever the size of the file, and written.

Files come from strangers. No entity but XML's own five is expanded and no other file is ever fetched; depth, lengths
and numbers are bounded; what is broken is told with its line. Inline codes (`bpt ept it ph ut`) are formatting of
another program and are left out with what stands in them; the text within `hi` stays.
Written after the specification of TMX 1.4b.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from tejido.engines.language.errors import NotTmx, TmxBounds, TmxEntities

BLOCK = 1 << 16
MOST_DEPTH = 24
MOST_LETTERS = 100_000
MOST_VARIANTS = 200
MOST_NOTES = 64
MOST_ATTRIBUTES = 32
CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
ALL = "*all*"


@dataclass(frozen=True, slots=True)
class Unit:
    """One `tu`: the variants in their order as (language tag, text); `source` is the tag that was translated from.

    `notes` are texts, `props` pairs of type and value; `line` is where it begins in the file.
    """

    variants: tuple[tuple[str, str], ...]
    source: str = ""
    name: str = ""
    notes: tuple[str, ...] = ()
    props: tuple[tuple[str, str], ...] = ()
    line: int = 0

    def pairs(self) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        """The source beside each other variant; where no language is named as the source, the first one is."""
        wanted = self.source.lower()
        ours = [one for one in self.variants if _begins(one[0], wanted)] or list(self.variants[:1])
        for other in self.variants:
            if other is not ours[0]:
                yield ours[0], other


def _begins(tag: str, wanted: str) -> bool:
    """Whether a tag is the wanted one or a region of it."""
    return bool(wanted) and wanted != ALL and f"{tag.lower()}-".startswith(f"{wanted}-")


def read(stream: IO[bytes]) -> Iterator[Unit]:
    """Units of a TMX file in UTF-8 or UTF-16, as it is read; raises NotTmx, TmxBounds or TmxEntities (FileErrors)."""
    reader = _Reader()
    while block := stream.read(BLOCK):
        yield from reader.fed(block, last=False)
    yield from reader.fed(b"", last=True)


@dataclass
class _Open:
    """A `tu` that is being read."""

    line: int
    source: str
    name: str
    variants: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    props: list[tuple[str, str]] = field(default_factory=list)
    lang: str = ""

    def closed(self) -> Unit:
        return Unit(tuple(self.variants), self.source, self.name, tuple(self.notes), tuple(self.props), self.line)


class _Reader:
    """What expat calls while it reads."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.EntityDeclHandler = self._entity
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._path: list[str] = []
        self._header = ""
        self._unit: _Open | None = None
        self._text: list[str] | None = None
        self._letters = 0
        self._type = ""
        self._skipped = 0
        self._done: list[Unit] = []

    def fed(self, block: bytes, *, last: bool) -> list[Unit]:
        """The units that this block completes."""
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            raise NotTmx(line=error.lineno, fault=expat.errors.messages[error.code]) from None
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or cannot decode
            raise NotTmx(line=self._line, fault=str(error)[:80]) from None
        done, self._done = self._done, []
        return done

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _entity(self, *_: object) -> None:
        raise TmxEntities(line=self._line)

    def _bound(self, what: str, found: int, limit: int) -> None:
        if found > limit:
            raise TmxBounds(line=self._line, what=what, limit=limit)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._path and tag != "tmx":
            raise NotTmx(line=self._line, fault=f"it begins with “{tag[:40]}” and not with “tmx”")
        self._path.append(tag)
        self._bound("the depth of the elements", len(self._path), MOST_DEPTH)
        self._bound("the number of attributes", len(attributes), MOST_ATTRIBUTES)
        if self._skipped or tag in CODES:
            self._skipped += 1
        elif begin := _BEGINS.get(tag):
            begin(self, attributes)

    def _end(self, tag: str) -> None:
        self._path.pop()
        if self._skipped:
            self._skipped -= 1
        elif end := _ENDS.get(tag):
            end(self)

    def _data(self, text: str) -> None:
        if self._text is None or self._skipped:
            return
        self._letters += len(text)
        self._bound("the length of a text", self._letters, MOST_LETTERS)
        self._text.append(text)

    def _begin_header(self, attributes: Mapping[str, str]) -> None:
        self._header = attributes.get("srclang", "")[:35]

    def _begin_unit(self, attributes: Mapping[str, str]) -> None:
        if self._unit is not None:
            raise NotTmx(line=self._line, fault="a “tu” within a “tu”")
        source = attributes.get("srclang", self._header)[:35]
        self._unit = _Open(self._line, source, attributes.get("tuid", "")[:200])

    def _begin_variant(self, attributes: Mapping[str, str]) -> None:
        tag = (attributes.get("xml:lang") or attributes.get("lang") or "").strip()
        if self._unit is None or not tag or len(tag) > 35:
            raise NotTmx(line=self._line, fault="a “tuv” without “xml:lang”, or outside a “tu”")
        self._bound("the number of variants", len(self._unit.variants) + 1, MOST_VARIANTS)
        self._unit.lang = tag

    def _begin_text(self, attributes: Mapping[str, str]) -> None:
        self._text, self._letters, self._type = [], 0, attributes.get("type", "")[:80]

    def _taken(self) -> str:
        text, self._text = "".join(self._text or ()), None
        return text

    def _end_segment(self) -> None:
        text = self._taken()
        if self._unit is not None and self._unit.lang:
            self._unit.variants.append((self._unit.lang, text))
            self._unit.lang = ""

    def _end_note(self) -> None:
        text = self._taken()
        if self._unit is not None and text.strip():
            self._bound("the number of notes", len(self._unit.notes) + 1, MOST_NOTES)
            self._unit.notes.append(text)

    def _end_prop(self) -> None:
        text = self._taken()
        if self._unit is not None and text.strip():
            self._bound("the number of properties", len(self._unit.props) + 1, MOST_NOTES)
            self._unit.props.append((self._type, text))

    def _end_unit(self) -> None:
        if self._unit is not None:
            self._done.append(self._unit.closed())
            self._unit = None


_BEGINS: Mapping[str, Callable[[_Reader, Mapping[str, str]], None]] = {
    "header": _Reader._begin_header,
    "tu": _Reader._begin_unit,
    "tuv": _Reader._begin_variant,
    "seg": _Reader._begin_text,
    "note": _Reader._begin_text,
    "prop": _Reader._begin_text,
}
_ENDS: Mapping[str, Callable[[_Reader], None]] = {
    "seg": _Reader._end_segment,
    "note": _Reader._end_note,
    "prop": _Reader._end_prop,
    "tu": _Reader._end_unit,
}


def write(units: Iterable[Unit], *, source: str = ALL, version: str = "1") -> Iterator[str]:
    """A TMX 1.4 file in pieces, to be encoded as UTF-8. `source` is the language of the whole file, if there is one.

    Characters that XML cannot hold are left out.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
    yield (
        f'<header creationtool="tejido" creationtoolversion={_value(version)} segtype="sentence" o-tmf="tejido" '
        f'adminlang="en" srclang={_value(source)} datatype="plaintext"/>\n<body>\n'
    )
    for unit in units:
        yield "".join(_unit(unit))
    yield "</body>\n</tmx>\n"


def _unit(unit: Unit) -> Iterator[str]:
    name = f" tuid={_value(unit.name)}" if unit.name else ""
    yield f"<tu{name} srclang={_value(unit.source or ALL)}>\n"
    yield from (f"<note>{_written(note)}</note>\n" for note in unit.notes)
    yield from (f"<prop type={_value(kind)}>{_written(value)}</prop>\n" for kind, value in unit.props)
    yield from (f"<tuv xml:lang={_value(tag)}><seg>{_written(text)}</seg></tuv>\n" for tag, text in unit.variants)
    yield "</tu>\n"


def _value(text: str) -> str:
    return quoteattr(_allowed(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _written(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _allowed(text: str) -> str:
    """Without the control characters, surrogates and non-characters that XML 1.0 forbids."""
    return "".join(char for char in text if char in "\t\n\r" or _in_xml(ord(char)))


def _in_xml(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
