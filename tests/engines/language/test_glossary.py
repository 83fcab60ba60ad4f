"""Glossaries as tables."""

import csv
import io

import pytest

from tejido.engines.language import glossary
from tejido.engines.language.errors import NotGlossary

HEAD = "id,sourceLang,targetLang,sourceString,targetString\n"


def read(text: str | bytes) -> list[glossary.Row]:
    """The terms of a file."""
    return glossary.read(io.BytesIO(text.encode() if isinstance(text, str) else text))


def test_a_terminology_of_tico() -> None:
    (row,) = read("\ufeff" + HEAD + '7,en,ar,"strike, general",إضراب عام\n')
    assert row == glossary.Row("en", "ar", "strike, general", "إضراب عام", "7")


def test_there_and_back() -> None:
    rows = [glossary.Row("en", "es", 'a "quoted", term', "línea\ndoble", "1", "note")]
    out = io.StringIO()
    csv.writer(out).writerows(glossary.write(rows))
    assert read(out.getvalue()) == rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: the column sourceLang is missing"),
        ("sourceLang,targetLang\n", "Line 1: the column sourceString is missing"),
        (HEAD + "1,en,es,strike,\n", "Line 2: targetString is empty"),
        (HEAD + "1,en,es,a,b\n2,en,es," + "x" * 301 + ",b\n", "Line 3: sourceString is too long"),
        (HEAD.encode() + b"1,en,es,\xff,b\n", "Line 2: this is not UTF-8"),
        (HEAD + '1,en,es,"' + "x" * 140_000, "field larger"),
    ],
)
def test_what_is_refused_and_where(text: str | bytes, said: str) -> None:
    with pytest.raises(NotGlossary, match=said):
        read(text)
