"""Word error rate, language codes, kinds of file, and errors as values."""

from contextlib import nullcontext

import jiwer
import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from hypothesis import given
from hypothesis import strategies as st

from tejido.engines.speech import SpeechError, errors, kinds
from tejido.engines.speech.languages import KNOWN, recognisable, whisper_code
from tejido.engines.speech.wer import normalised, wer

WORDS = st.lists(st.sampled_from(["fee", "bus", "gate", "list", "eggs", "data"]), min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_the_rate_is_the_one_others_compute(reference: list[str], hypothesis: list[str]) -> None:
    one, other = " ".join(reference), " ".join(hypothesis)
    assert wer(one, other) == pytest.approx(jiwer.wer(one, other))


def test_case_punctuation_and_apostrophes_do_not_count() -> None:
    assert wer("Beauty’s rose, might NEVER die!", "beautys rose might never die") == 0
    assert normalised("¿Qué? 400 — طرود، نعم") == ["qué", "400", "طرود", "نعم"]
    assert wer("", "") == 0
    assert wer("", "something") == 1


def test_the_languages_are_the_librarys() -> None:
    assert set(_LANGUAGE_CODES) == KNOWN


@pytest.mark.parametrize(
    ("code", "whisper"),
    [("en", "en"), ("es-MX", "es"), ("pt_BR", "pt"), ("AR", "ar"), ("prs", "fa"), ("zh-Hant-TW", "zh"), (None, None)],
)
def test_codes_as_people_write_them(code: str | None, whisper: str | None) -> None:
    assert whisper_code(code) == whisper


@pytest.mark.parametrize("code", ["", "ckb", "klingon", "x", "en us"])
def test_codes_the_recogniser_does_not_know(code: str) -> None:
    assert not recognisable(code)
    with pytest.raises(errors.UnknownLanguage):
        whisper_code(code)


@pytest.mark.parametrize(
    ("declared", "film", "fits"),
    [
        ("audio/webm", True, True),
        ("video/mp4", True, True),
        ("audio/mpeg", True, False),
        ("audio/mpeg", False, True),
        ("application/pdf", False, False),
        ("text/plain; charset=utf-8", False, False),
        (None, True, True),
    ],
)
def test_what_may_come_under_which_name(declared: str | None, film: bool, fits: bool) -> None:
    outcome = nullcontext() if fits else pytest.raises(errors.WrongType, match=kinds.bare(declared))
    with outcome:
        kinds.check_declared(declared, "mov,mp4,m4a,3gp,3g2,mj2", film=film)


def leaves(cls: type[SpeechError]) -> list[type[SpeechError]]:
    return [cls, *(leaf for sub in cls.__subclasses__() for leaf in leaves(sub))]


def test_each_error_has_a_code_of_its_own_and_survives_the_way_home() -> None:
    named = [cls for cls in leaves(SpeechError) if "template" in vars(cls)]
    assert len({cls.code for cls in named}) == len(named) > 15
    error = errors.Truncated(declared_s=9.0, decoded_s=4.5)
    again = errors.revive(error.code, error.params)
    assert (type(again), str(again)) == (errors.Truncated, str(error))
