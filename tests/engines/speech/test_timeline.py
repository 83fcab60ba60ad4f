"""What a cut does to times and words: nothing of what was cut stays, everything else keeps its place in the sound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.engines.speech import TONE, Timeline, apply, widen
from tejido.engines.speech.errors import NotWidened
from tejido.engines.speech.timeline import MARK, merged

DURATION = 20_000


@dataclass(frozen=True)
class Said:
    text: str
    start: int | None = None
    end: int | None = None
    words: tuple[int, ...] = ()
    lang: str | None = None


SAMIRA = Said(
    "My sister Samira works there", 1000, 3000, (1000, 1200, 1200, 1600, 1650, 2100, 2200, 2500, 2600, 3000), "en"
)
LATER = Said("Ten hours a day", 5000, 6000, (5000, 5200, 5300, 5500, 5600, 5700, 5700, 6000))
UNTIMED = Said("Nobody knows when", 8000, 9000)


def test_a_span_grows_to_whole_words_and_a_margin_into_its_neighbours() -> None:
    assert widen([(1700, 1710)], [SAMIRA, LATER], DURATION) == ((1550, 2200),)
    assert widen([(1700, 1710)], [SAMIRA], DURATION, margin=0) == ((1650, 2100),)


def test_a_span_that_touches_two_words_takes_both_whole() -> None:
    assert widen([(1500, 1700)], [SAMIRA], DURATION) == ((1101, 2200),)


def test_a_segment_without_word_times_goes_whole() -> None:
    assert widen([(8500, 8600)], [UNTIMED], DURATION) == ((7900, 9100),)
    corrected = replace(SAMIRA, text="My own sister Samira works there")
    assert widen([(1700, 1710)], [corrected], DURATION) == ((900, 3100),)


def test_spans_stay_within_the_recording_and_become_one_where_they_meet() -> None:
    assert merged([(900, 5000), (-5, 10), (10, 20), (19_000, 30_000), (7, 7)], DURATION) == (
        (0, 20),
        (900, 5000),
        (19_000, 20_000),
    )
    assert widen([(0, 10)], [], 50) == ((0, 50),)


def test_times_after_a_cut_move_and_within_it_there_are_none() -> None:
    cut = Timeline(DURATION, ((1000, 2000), (5000, 5500)))
    assert [cut.new(place) for place in (0, 1000, 1500, 2000, 5200, 5500, DURATION)] == [
        0, 1000, None, 1000, None, 4000, 18_500,
    ]  # fmt: skip
    assert cut.total == 18_500
    covered = replace(cut, mode=TONE)
    assert (covered.new(1500), covered.new(6000), covered.total) == (None, 6000, DURATION)


def test_the_transcript_follows_the_cut_sound() -> None:
    spans = widen([(1700, 1710)], [SAMIRA, LATER], DURATION)
    first, second = apply([SAMIRA, LATER], Timeline(DURATION, spans))
    assert first.text == f"My sister {MARK} works there"
    assert first.words == (1000, 1200, 1200, 1550, 1550, 1550, 1550, 1850, 1950, 2350)
    assert (first.start, first.end, first.lang) == (1000, 2350, "en")
    assert (second.text, second.start, second.words[0]) == (LATER.text, 5000 - 650, 5000 - 650)


def test_a_word_that_is_cut_deeper_than_the_margin_goes() -> None:
    cut = [Timeline(DURATION, ((1650, end),)) for end in (2300, 2301)]
    assert [apply([SAMIRA], one)[0].text for one in cut] == [f"My sister {MARK} works there", f"My sister {MARK} there"]


def test_under_a_tone_every_word_keeps_its_time() -> None:
    made = apply([SAMIRA], Timeline(DURATION, ((1200, 2180),), TONE))
    assert made[0].text == f"My {MARK} works there"
    assert made[0].words == (1000, 1200, 1200, 2100, 2200, 2500, 2600, 3000)


def test_without_a_mark_the_words_close_up() -> None:
    assert apply([SAMIRA], Timeline(DURATION, ((1600, 2180),)), mark="")[0].text == "My sister works there"


def test_a_segment_of_which_nothing_is_left_goes() -> None:
    assert apply([SAMIRA, UNTIMED], Timeline(DURATION, ((900, 3100), (7900, 9100)))) == []


def test_half_a_segment_without_word_times_is_refused_and_one_without_times_left_out() -> None:
    with pytest.raises(NotWidened, match="8000 to 9000"):
        apply([UNTIMED], Timeline(DURATION, ((8500, 8600),)))
    assert apply([Said("typed")], Timeline(DURATION, ((0, 1),))) == []
    assert apply([UNTIMED], Timeline(DURATION, ((0, 1000),))) == [replace(UNTIMED, start=7000, end=8000)]


@st.composite
def transcripts(draw: st.DrawFn) -> list[Said]:
    """Segments of numbered words in order; some without their words' times."""
    place, number, made = 0, 0, []
    for timed in draw(st.lists(st.booleans(), min_size=1, max_size=6)):
        words: list[int] = []
        tokens = []
        for _ in range(draw(st.integers(1, 5))):
            place += draw(st.integers(0, 150))
            words.append(place)
            place += draw(st.integers(1, 400))
            words.append(place)
            tokens.append(f"w{number}")
            number += 1
        made.append(Said(" ".join(tokens), words[0], words[-1], tuple(words) if timed else ()))
    return made


@given(
    transcripts(),
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 6000)), max_size=4),
    st.sampled_from(["cut", "tone"]),
)
def test_no_word_stays_that_a_span_touches_and_every_other_does(
    said: list[Said], marked: list[tuple[int, int]], mode: str
) -> None:
    duration = max(one.end or 0 for one in said)
    wanted = merged([(start, end) for start, end in marked if start < end], duration)
    spans = widen(wanted, said, duration)
    made = apply(said, Timeline(duration, spans, mode))
    kept = {word for one in made for word in one.text.split()} - {MARK}
    assert kept == untouched(said, wanted) - swallowed(said, spans)
    times = [time for one in made for time in (one.start or 0, one.end or 0)]
    assert all(0 <= time <= Timeline(duration, spans, mode).total for time in times)
    assert times == sorted(times)
    assert all(list(one.words) == sorted(one.words) for one in made)


def placed(one: Said) -> list[tuple[str, int, int]]:
    """Each word with its time, or its segment's."""
    tokens = one.text.split()
    if not one.words:
        return [(token, one.start or 0, one.end or 0) for token in tokens]
    return list(zip(tokens, one.words[::2], one.words[1::2], strict=True))


def untouched(said: list[Said], wanted: Sequence[tuple[int, int]]) -> set[str]:
    """The words of which nobody marked a part."""
    places = [place for one in said for place in placed(one)]
    return {word for word, start, end in places if not any(start < last and first < end for first, last in wanted)}


def swallowed(said: list[Said], spans: Sequence[tuple[int, int]]) -> set[str]:
    """Words between two cuts whose margins leave less than half of them."""
    places = [place for one in said for place in placed(one)]
    lost = {word: sum(max(0, min(end, b) - max(start, a)) for a, b in spans) for word, start, end in places}
    return {word for word, start, end in places if lost[word] and 2 * lost[word] >= end - start}
