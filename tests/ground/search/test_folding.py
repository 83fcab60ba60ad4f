"""Probes in many languages: what a reader takes for the same word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.search.folding import MAX_TOKENS, fold_text, plain
from tejido.ground.search.queries import MAX_WORDS, parse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الحمد", "الحَمْدُ"),
        ("وزارة", "الوزارة"),
        ("عـــمال", "عمال"),
        ("للعمال", "العمال"),
        ("والعمال", "عمال"),
        ("بالمصنع", "مصنع"),
        ("أجور", "اجور"),
        ("إضراب", "اضراب"),
        ("آلة", "اله"),
        ("ٱلعمل", "العمل"),
        ("مدرسة", "مدرسه"),
        ("علي", "على"),
        ("مسؤول", "مسوول"),
        ("کارگر", "كارگر"),
        ("ایران", "ايران"),
        ("می‌خواهم", "میخواهم"),
        ("۱۴۰۵", "1405"),
        ("١٩٤٨", "1948"),
        ("१२", "12"),
        ("été", "ETE"),
        ("cœur", "coeur"),
        ("garçon", "garcon"),
        ("Điện thoại", "dien thoai"),
        ("người", "nguoi"),
        ("Straße", "STRASSE"),
        ("Müller", "muller"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("ışık", "isik"),
        ("ŞEKER", "şeker"),
        ("Łódź", "lodz"),
        ("smørrebrød", "SMORREBROD"),
        ("ΟΔΟΣ", "οδος"),
        ("Ёлка", "елка"),
        ("שָׁלוֹם", "שלום"),
        ("ﬁnance", "finance"),
        ("ＡＢＣ１２３", "abc123"),
        ("ｶﾞｽ", "ガス"),
        ("한국", "한국"),
        ("e\u0301te\u0301", "été"),
        ("co\u00adoperative", "cooperative"),
        ("«grève»", "greve"),
    ],
)
def test_the_same_word(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)
    assert fold_text(one).strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("カス", "ガス"),
        ("は", "ば"),
        ("में", "म"),
        ("คำ", "ค"),
        ("الله", "له"),
        ("الذي", "ذي"),
        ("والدين", "دين"),
        ("بالغ", "غ"),
        ("rent", "rents"),
    ],
)
def test_different_words(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


def test_tokens() -> None:
    assert fold_text("監査役会") == "監査 査役 役会 会"
    assert fold_text("役") == "役"
    assert fold_text("PDF版を見る") == "pdf 版を を見 見る る"
    assert fold_text("l'eau, d'été!") == "l eau d ete"
    assert fold_text(" \t\n.,;:-_'\"`^$\0 ") == ""


def test_bounds() -> None:
    assert len(fold_text("a " * (MAX_TOKENS + 5)).split()) == MAX_TOKENS
    assert len(fold_text("監" * (MAX_TOKENS + 5)).split()) == MAX_TOKENS
    assert max(map(len, fold_text("x" * 5000).split())) == 64
    assert len(parse(" ".join(map(str, range(100))))) == MAX_WORDS


@given(st.text())
def test_any_text_gives_clean_tokens(text: str) -> None:
    folded = fold_text(text)
    assert folded == " ".join(folded.split())
    assert all(unicodedata.category(char)[0] in "LMN" for char in folded if char != " ")


@given(st.text(st.characters(categories=("L", "N", "M", "Z", "P"))))
def test_plain_is_settled_at_once(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(st.text(max_size=200))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    tokens = set(fold_text(text).split())
    for term in parse(text):
        assert all(token in tokens for token in term.tokens)
