"""Where the answer stands in the original text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.search.queries import parse
from tejido.ground.search.snippets import BEFORE, LENGTH, snippet


def marked(text: str, query: str) -> list[str]:
    return [piece.text for piece in snippet(text, parse(query)) if piece.found]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("The rent is due", "rent", ["rent"]),
        ("parent rents rent", "rent is", ["rent"]),
        ("parent rents rent", "rent", ["rent", "rent"]),
        ("GRÈVE et grève", "greve", ["GRÈVE", "grève"]),
        ("die Straße", "strasse", ["Straße"]),
        ("من الوزارة", "وزارة", ["وزارة"]),
        ("الحَمْدُ لله", "حمد", ["حَمْد"]),
        ("東京の監査役会", "監査役", ["監査役"]),
        ("東京の監査役会", "会", ["会"]),
        ("a b c", "zzz", []),
    ],
)
def test_marks(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


def test_it_begins_shortly_before_the_first_find_at_a_word() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    pieces = snippet(text, parse("needle"))
    whole = "".join(piece.text for piece in pieces)
    assert whole.startswith("word ")
    assert len(whole) <= LENGTH
    assert 0 < whole.index("needle") <= BEFORE


def test_without_a_find_it_is_the_beginning() -> None:
    assert "".join(piece.text for piece in snippet("x" * 500, parse("rent"))) == "x" * LENGTH
    assert snippet("", parse("rent")) == ()


@given(st.text(), st.text(max_size=20))
def test_any_snippet_is_a_stretch_of_the_text(text: str, query: str) -> None:
    assert "".join(piece.text for piece in snippet(text, parse(query))) in text
