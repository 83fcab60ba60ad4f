"""The dossier as one page in a zip: whole without a network, the same bytes each time."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tejido.engines.press.epub import epub
from tejido.engines.press.html import PAGE, archive, page
from tejido.engines.press.notes import notes
from tejido.engines.press.paragraphs import ENOUGH, LONG, paragraphs
from tejido.engines.press.records import Dossier, Labels, Line, Quote
from tests.engines.press.books import ARABIC, BOOKS, EN, ENGLISH, MIXED, RTL

SNAPSHOTS = Path(__file__).parent


def zipped(dossier: Dossier, labels: Labels, sounds: dict[str, list[bytes]] | None = None) -> bytes:
    out = BytesIO()
    archive(out, dossier, labels, sounds)
    return out.getvalue()


def unpacked(data: bytes) -> str:
    """Each file of a zip under its name, in order."""
    opened = zipfile.ZipFile(BytesIO(data))
    return "".join(f"=== {name}\n{opened.read(name).decode()}\n" for name in opened.namelist())


@pytest.mark.parametrize("name", BOOKS)
def test_every_link_inside_leads_somewhere_and_nothing_is_fetched(name: str) -> None:
    tree = BeautifulSoup(page(*BOOKS[name]), "html.parser")
    ids = [one["id"] for one in tree.select("[id]")]
    assert len(ids) == len(set(ids))
    inside = {one["href"][1:] for one in tree.select("a[href^='#']")}
    assert inside
    assert inside <= set(ids)
    assert not tree.select("script, iframe, object, link, img[src^=http], [style*=url]")
    assert "url(" not in "".join(style.text for style in tree.select("style"))


def test_sounds_lie_beside_the_page() -> None:
    book = replace(MIXED, voices=(replace(ENGLISH, sound="sounds/1.opus"), ARABIC))
    data = zipped(book, EN, {"sounds/1.opus": [b"Ogg", b"S"]})
    opened = zipfile.ZipFile(BytesIO(data))
    assert opened.namelist() == [PAGE, "sounds/1.opus"]
    assert opened.read("sounds/1.opus") == b"OggS"
    assert opened.getinfo("sounds/1.opus").compress_type == zipfile.ZIP_STORED
    tree = BeautifulSoup(opened.read(PAGE), "html.parser")
    assert [one["src"] for one in tree.select("audio")] == ["sounds/1.opus"]
    assert "<audio" not in page(book, EN)


def test_the_same_bytes_each_time_and_as_reviewed() -> None:
    """What lies beside this test was read by a person; a change in it is a decision. (How well zlib packs is not.)"""
    assert zipped(MIXED, EN) == zipped(MIXED, EN)
    assert page(MIXED, EN) == (SNAPSHOTS / "dossier.html").read_text()
    assert unpacked(epub(MIXED, EN)) == (SNAPSHOTS / "dossier.epub.txt").read_text()


def test_words_told_again_are_notes_that_lead_to_where_they_were_said() -> None:
    """In the book's language where they are in it; quotes of a voice that is not here are left out. The same in EPUB."""
    english, arabic = (
        BeautifulSoup(page(book, labels), "html.parser") for book, labels in (BOOKS["mixed"], BOOKS["rtl"])
    )
    for tree, words, lang in ((english, ENGLISH.lines[1].text, "en"), (arabic, ENGLISH.versions[0].lines[1], "ar")):
        (note,) = tree.select("#voice-2 aside[role=doc-footnote]")
        (said,) = note.select("p[lang]")
        assert (said.text, said["lang"]) == (words, lang)
        assert [one["href"] for one in note.select("a")] == ["#quote-2-1-from", "#v1-a-001"]
        assert [one["href"] for one in tree.select("#voice-2 a[role=doc-noteref]")] == ["#quote-2-1"]
        assert tree.select("#v1-a-001, #quote-2-1-from")
    inside = zipfile.ZipFile(BytesIO(epub(MIXED, EN))).read("book/voice-2.xhtml").decode()
    assert 'href="voice-1.xhtml#v1-a-001"' in inside
    assert inside.count('epub:type="noteref"') == inside.count('epub:type="footnote"') == 1


def test_words_that_were_not_translated_are_told_as_they_were_said() -> None:
    second = replace(ARABIC, quotes=(Quote(1, ("a-002", "a-001")),))
    (note,) = notes(second, replace(MIXED, lang="fr", voices=(ENGLISH, second)))
    assert (note.text, note.lang, note.sign) == (
        "Yesterday <the line> broke three times. Entonces nos fuimos.",
        "en",
        "*",
    )
    assert not notes(second, replace(MIXED, voices=(second,)))


def test_a_right_to_left_page_says_so() -> None:
    tree = BeautifulSoup(page(*BOOKS["rtl"]), "html.parser")
    assert tree.html is not None
    assert (tree.html["lang"], tree.html["dir"]) == ("ar", "rtl")
    assert RTL.title in tree.title.text if tree.title else False


def test_markup_in_somebodys_words_stays_words() -> None:
    evil = replace(ENGLISH, who="<script>x</script>", lines=(Line('"><img src=http://evil.example>'),), versions=())
    text = page(replace(MIXED, voices=(evil,), title="</title><script>"), EN)
    assert "<script" not in text
    assert "<img" not in text


def test_short_lines_become_paragraphs_that_end_at_a_full_stop() -> None:
    lines = tuple(Line(f"Sentence number {n} is said here.", n * 3000, "", n * 3000 + 2900) for n in range(40))
    found = list(paragraphs(replace(ENGLISH, lines=lines, versions=())))
    assert " ".join(part.text for part in found) == " ".join(line.text for line in lines)
    assert all(ENOUGH <= len(part.text) <= LONG for part in found[:-1])


def test_a_change_of_language_begins_a_paragraph() -> None:
    assert [part.lang for part in paragraphs(ENGLISH)] == ["en", "es"]


def test_sentences_have_names_that_stay() -> None:
    found = re.findall(r'id="(v1-[^"]+)"', page(MIXED, EN))
    assert found == ["v1-a-000", "v1-a-001", "v1-a-002"]
