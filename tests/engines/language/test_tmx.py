"""TMX: what is read, what is refused, and that what we write is TMX 1.4 and comes back as it was."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tejido.engines.language import tmx
from tejido.engines.language.errors import FileError, NotTmx, TmxBounds, TmxEntities
from tejido.engines.language.tmx import Unit

HEAD = (
    '<tmx version="1.4"><header creationtool="x" creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en" '
    'srclang="en" datatype="plaintext"/><body>'
)
FOOT = "</body></tmx>"
# The content model of TMX 1.4b (LISA OSCAR), restated: what our files have to hold to.
MODEL = """
<!ELEMENT tmx (header, body)> <!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note|prop|ude)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
  segtype (block|paragraph|sentence|phrase) #REQUIRED o-tmf CDATA #REQUIRED adminlang CDATA #REQUIRED
  srclang CDATA #REQUIRED datatype CDATA #REQUIRED>
<!ELEMENT ude EMPTY> <!ELEMENT body (tu*)>
<!ELEMENT note (#PCDATA)> <!ATTLIST note xml:lang CDATA #IMPLIED>
<!ELEMENT prop (#PCDATA)> <!ATTLIST prop type CDATA #REQUIRED xml:lang CDATA #IMPLIED>
<!ELEMENT tu ((note|prop)*, tuv+)> <!ATTLIST tu tuid CDATA #IMPLIED srclang CDATA #IMPLIED>
<!ELEMENT tuv ((note|prop)*, seg)> <!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)>
"""


def read(text: str | bytes) -> list[Unit]:
    """The units of a file."""
    return list(tmx.read(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def unit(body: str) -> Unit:
    """The one unit of a file with this body."""
    (found,) = read(HEAD + body + FOOT)
    return found


def written(*units: Unit) -> bytes:
    """A file with these units."""
    return "".join(tmx.write(units)).encode()


def test_a_unit_with_names_notes_and_regions() -> None:
    found = unit(
        '<tu tuid="n1"><note>from the clinic</note><prop type="domain">health</prop>'
        '<tuv xml:lang="en"><seg>fever</seg></tuv><tuv xml:lang="es-LA"><seg>fiebre</seg></tuv></tu>'
    )
    assert found == Unit(
        (("en", "fever"), ("es-LA", "fiebre")), "en", "n1", ("from the clinic",), (("domain", "health"),), line=1
    )


def test_inline_codes_go_and_words_stay() -> None:
    found = unit(
        '<tu><tuv xml:lang="en"><seg>Open <bpt i="1">&lt;b&gt;</bpt>the <hi>red</hi> gate<ept i="1">&lt;/b&gt;</ept>'
        '<ph>%s<sub>alt text</sub></ph> now<it pos="end">x</it><ut>y</ut>.</seg></tuv></tu>'
    )
    assert found.variants == (("en", "Open the red gate now."),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    text = HEAD + '<tu><tuv xml:lang="ar"><seg>إضراب</seg></tuv></tu>' + FOOT
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    (found,) = read(mark + text.encode(encoding))
    assert found.variants == (("ar", "إضراب"),)


def test_the_source_stands_beside_every_other_language() -> None:
    found = Unit((("ar", "1"), ("en-GB", "2"), ("fr", "3")), source="en")
    assert list(found.pairs()) == [(("en-GB", "2"), ("ar", "1")), (("en-GB", "2"), ("fr", "3"))]
    assert list(Unit((("ar", "1"), ("fr", "3")), source="*all*").pairs()) == [(("ar", "1"), ("fr", "3"))]
    assert list(Unit((("ar", "1"),), source="ar").pairs()) == []


def test_units_come_before_the_file_ends() -> None:
    class Slow(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            self.asked += 1
            return (HEAD + '<tu><tuv xml:lang="en"><seg>a</seg></tuv></tu>').encode() if self.asked == 1 else b""

    stream = Slow()
    assert next(tmx.read(stream)).variants == (("en", "a"),)  # type: ignore[arg-type]
    assert stream.asked == 1


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", NotTmx, "Line 1: no element found"),
        ("hello", NotTmx, "Line 1: syntax error"),
        ("<html/>", NotTmx, "begins with “html”"),
        (HEAD + "\n<tu>\n<tuv><seg>x</seg></tuv></tu>" + FOOT, NotTmx, "Line 3: a “tuv” without “xml:lang”"),
        (HEAD + "<tu><tu></tu></tu>" + FOOT, NotTmx, "within"),
        (HEAD + "\n\n<tu></body>", NotTmx, "Line 3: mismatched tag"),
        ('<?xml version="1.0" encoding="klingon"?>' + HEAD + FOOT, NotTmx, "unknown encoding"),
        ("<a>" * 30, NotTmx, "begins with"),
        (HEAD + "<x>" * 40, TmxBounds, "depth"),
        (HEAD + f'<tu><tuv xml:lang="en"><seg>{"x" * 100_001}</seg></tuv></tu>', TmxBounds, "length"),
        (HEAD + "<tu>" + '<tuv xml:lang="en"><seg>x</seg></tuv>' * 201, TmxBounds, "variants"),
        (HEAD + "<tu>" + "<note>x</note>" * 65, TmxBounds, "notes"),
        ('<!DOCTYPE tmx [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + HEAD + FOOT, TmxEntities, "entities"),
        ('<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + FOOT, TmxEntities, "entities"),
    ],
)
def test_what_is_refused_and_where(text: str, error: type[FileError], said: str) -> None:
    with pytest.raises(error) as raised:
        read(text)
    assert said in str(raised.value)


def test_the_usual_doctype_is_no_reason_to_refuse() -> None:
    assert len(read('<!DOCTYPE tmx SYSTEM "tmx14.dtd">' + HEAD + FOOT)) == 0


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), max_size=40)
units = st.builds(
    Unit,
    variants=st.lists(st.tuples(st.sampled_from(["en", "es-LA", "ar"]), texts), min_size=1, max_size=3).map(tuple),
    source=st.sampled_from(["en", "*all*"]),
    name=texts,
    notes=st.lists(texts.filter(str.strip), max_size=2).map(tuple),
    props=st.lists(st.tuples(texts, texts.filter(str.strip)), max_size=2).map(tuple),
)


@given(st.lists(units, max_size=4))
def test_what_is_written_is_tmx_and_comes_back(found: list[Unit]) -> None:
    data = written(*found)
    tree = etree.fromstring(data)
    model = etree.DTD(io.StringIO(MODEL))
    assert model.validate(tree), model.error_log
    back = read(data)
    assert [(one.variants, one.source, one.name, one.notes, one.props) for one in back] == [
        (one.variants, one.source, one.name, one.notes, one.props) for one in found
    ]


def test_what_xml_cannot_hold_is_left_out() -> None:
    (back,) = read(written(Unit((("en", "a\x00b\x0bc\ufffed\ud800e<&>\r\n"),))))
    assert back.variants == (("en", "abcde<&>\r\n"),)


@given(st.binary(max_size=8), st.integers(0, 400), st.integers(0, 6))
def test_damaged_files_are_read_or_refused_and_nothing_else(junk: bytes, at: int, cut: int) -> None:
    whole = written(Unit((("en", "the gate"), ("ar", "البوابة")), "en", "n", ("note",), (("a", "b"),)))
    with contextlib.suppress(FileError):
        read(whole[:at] + junk + whole[at + cut :])


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FileError):
        read(data)


@pytest.mark.data
def test_real_memories(data_dir: Path) -> None:
    for path in sorted((data_dir / "translation").glob("*.tmx.zip")):
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as stream:
            found = list(tmx.read(stream))
        assert len(found) == 3071
        assert all(len(one.variants) == 2 and one.props for one in found)
