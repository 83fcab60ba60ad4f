"""Inventions go, chants stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.engines.speech import Segment, Word
from tejido.engines.speech.guards import REPEATS, believable, credit, invented, tidy, unlooped, unlooped_word


def said(text: str, words: tuple[Word, ...] = ()) -> Segment:
    return Segment(0, 1000, text, "en", 900, words)


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "out"), [(0.9, -1.5, True), (0.9, -0.3, False), (0.1, -1.5, False)]
)
def test_both_scores_must_speak_against_it(no_speech: float, log_probability: float, out: bool) -> None:
    assert invented(no_speech, log_probability) is out


def test_a_chant_stays_and_a_loop_is_cut_and_marked() -> None:
    chant = said("No más, no más, no más!")
    assert tidy(chant) is chant
    cut = tidy(said("We said " + "no more, " * 40 + "and left"))
    assert cut is not None
    assert cut.text == "We said no more, no more, no more, and left"
    assert cut.confidence == 0


def test_the_words_of_what_is_cut_go_with_it() -> None:
    words = tuple(Word(i, i + 1, "ha") for i in range(10))
    cut = tidy(said(" ".join(["ha"] * 10), words))
    assert cut is not None
    assert cut.words == words[:3]


def test_loops_without_spaces_and_inside_words() -> None:
    assert unlooped_word("kirkili" + "mim" * 200) == "kirkilimimmimmim"
    cut = tidy(said("大家" * 30))
    assert cut is not None
    assert cut.text == "大家" * REPEATS


def test_long_honest_words_stay() -> None:
    word = "muvaffakiyetsizleştiricileştiriveremey"
    assert unlooped_word(word) == word


@pytest.mark.parametrize("text", ["Subtitles by the Amara.org community", "ترجمة نانسي قنقر", "Altyazı M.K.", "  "])
def test_subtitlers_signatures_and_nothing_are_dropped(text: str) -> None:
    assert list(believable([said(text)])) == []


def test_thanks_are_no_signature() -> None:
    assert not credit("Thank you for listening. The Amara family says hello.")


def test_the_same_line_again_and_again() -> None:
    lines = [said("Thank you.")] * 9 + [said("We went home.")] + [said("thank you.")]
    assert [line.text for line in believable(lines)] == ["Thank you."] * 3 + ["We went home.", "thank you."]


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_nothing_stays_four_times_in_a_row(units: list[str]) -> None:
    kept = [units[i] for i in unlooped(units)]
    for size in range(1, 5):
        for start in range(len(kept) - 4 * size + 1):
            assert kept[start : start + 4 * size] != kept[start : start + size] * 4


@given(st.lists(st.integers(0, 10**6).map(str), unique=True, max_size=60))
def test_what_does_not_repeat_is_untouched(units: list[str]) -> None:
    assert unlooped(units) == list(range(len(units)))
