"""What marks come to: the sound that goes, the words that stay."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.bodies import BadBody
from tejido.practices.relay.events import Segment
from tejido.practices.relay.redaction import errors
from tejido.practices.relay.redaction.domain import Marks, name_of, plan, read_marks, struck_out
from tejido.practices.relay.redaction.forms import clock, milliseconds
from tejido.practices.relay.segments import Line, first_line

TEXT = "the foreman is called Eleanor Vance"
TIMES = (0, 300, 350, 900, 950, 1100, 1150, 1500, 1550, 2200, 2250, 2800)
LINE = first_line(Segment("m-0", TEXT, 0, 3000, "machine", None, TIMES))
NEXT = first_line(Segment("m-1", "and nobody says so", 3200, 5000, "machine"))
TYPED = first_line(Segment("t-0", "Eleanor told us"))


def texts(lines: list[Line], marks: Marks, mode: str = "cut", duration: int = 5000) -> list[str]:
    return [one.text for one in plan(lines, marks, duration=duration, mode=mode, prefix="r").segments]


def test_marked_words_go_with_their_sound() -> None:
    found = plan([LINE, NEXT], Marks(words=(("m-0", 4), ("m-0", 5))), duration=5000, mode="cut", prefix="r")
    assert [one.text for one in found.segments] == ["the foreman is called […]", "and nobody says so"]
    ((start, end),) = found.spans
    assert start <= 1550
    assert end >= 2800
    assert [one.id for one in found.segments] == ["r-000", "r-001"]
    gone = end - start
    assert (found.segments[1].start, found.segments[1].end) == (3200 - gone, 5000 - gone)
    assert found.count == 1


def test_a_tone_leaves_the_times_as_they_are() -> None:
    found = plan([LINE, NEXT], Marks(words=(("m-0", 4),)), duration=5000, mode="tone", prefix="r")
    assert (found.segments[1].start, found.segments[1].end) == (3200, 5000)
    assert found.segments[0].text == "the foreman is called […] Vance"


def test_a_stretch_grows_to_whole_words() -> None:
    assert texts([LINE, NEXT], Marks(spans=((1600, 1700),))) == [
        "the foreman is called […] Vance",
        "and nobody says so",
    ]


def test_where_words_have_no_times_the_whole_line_goes() -> None:
    assert texts([LINE, NEXT], Marks(words=(("m-1", 1),))) == [TEXT]
    assert texts([LINE, NEXT], Marks(segments=("m-0",))) == ["and nobody says so"]


def test_words_without_times_need_the_sound_and_the_sound_needs_the_words() -> None:
    with pytest.raises(errors.NeedsSound):
        texts([TYPED], Marks(words=(("t-0", 0),)))
    with pytest.raises(errors.NeedsWords):
        texts([TYPED], Marks(spans=((100, 900),)))
    assert texts([TYPED], Marks(words=(("t-0", 0),), spans=((100, 900),))) == ["[…] told us"]


def test_typed_reports_lose_words_alone() -> None:
    assert texts([TYPED, NEXT], Marks(words=(("t-0", 0),)), duration=0) == ["[…] told us", "and nobody says so"]
    assert texts([TYPED, NEXT], Marks(segments=("t-0",)), duration=0) == ["and nobody says so"]


def test_approved_words_stay_approved_where_nothing_was_taken_out() -> None:
    approved = [replace(line, approved=line.base) for line in (LINE, NEXT)]
    found = plan(approved, Marks(words=(("m-0", 4),)), duration=5000, mode="cut", prefix="r")
    assert [one.approved for one in found.segments] == [False, True]


@pytest.mark.parametrize("marks", [Marks(), Marks(words=(("m-9", 0),)), Marks(words=(("m-0", 99),))])
def test_marks_that_name_nothing_take_nothing_out(marks: Marks) -> None:
    with pytest.raises(errors.NothingMarked):
        texts([LINE], marks)


def test_something_must_be_left() -> None:
    with pytest.raises(errors.NothingLeft):
        texts([LINE], Marks(spans=((0, 5000),)))


def test_marks_are_read_as_they_were_written() -> None:
    marks = Marks((("m-0", 1),), ("m-1",), ((100, 900),))
    assert read_marks(marks.body()) == marks
    for broken in ({"spans": [[9, 3]]}, {"spans": [[0, 10**9]]}, {"words": [["a"]]}, {"spans": [1]}):
        with pytest.raises(BadBody):
            read_marks(broken)


def test_another_wording_gives_another_name() -> None:
    assert name_of("a", [LINE]) == name_of("a", [LINE])
    assert name_of("a", [LINE]) != name_of("b", [LINE])
    assert name_of("a", [LINE]) != name_of("a", [replace(LINE, base="x")])


def test_struck_words_leave_one_mark_for_several() -> None:
    assert struck_out("a b c d", frozenset({1, 2})) == "a […] d"


@pytest.mark.parametrize(
    ("text", "ms"), [("1:07.5", 67_500), ("67,5", 67_500), ("0:00", 0), ("٢:٠٥", 125_000), (" 9 ", 9000)]
)
def test_times_are_written_as_people_write_them(text: str, ms: int) -> None:
    assert milliseconds(text) == ms
    assert milliseconds(clock(ms)) == ms


@pytest.mark.parametrize("text", ["", "a", "1:2:3", "-1", "1e3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(errors.BadSpan):
        milliseconds(text)


@given(st.sets(st.integers(0, 5)), st.lists(st.tuples(st.integers(0, 4900), st.integers(1, 400)), max_size=3))
def test_no_marked_word_is_ever_left(places: set[int], stretches: list[tuple[int, int]]) -> None:
    """Each word of the line is another, so that it can be looked for."""
    spans = tuple((start, min(start + length, 5000)) for start, length in stretches)
    marks = Marks(tuple(("m-0", place) for place in sorted(places)), (), spans)
    try:
        found = plan([LINE, NEXT], marks, duration=5000, mode="cut", prefix="r")
    except (errors.NothingMarked, errors.NothingLeft):
        return
    left = " ".join(one.text for one in found.segments).split()
    for place, word in enumerate(TEXT.split()):
        heard = range(TIMES[2 * place], TIMES[2 * place + 1])
        asked = place in places or any(start < heard.stop and heard.start < end for start, end in spans)
        silent = any(start <= heard.start and heard.stop <= end for start, end in found.spans)
        assert not (asked and word in left)
        assert not asked or silent
        lost = sum(max(0, min(end, heard.stop) - max(start, heard.start)) for start, end in found.spans)
        assert word in left or 3 * lost >= len(heard)
    assert all(0 <= (one.start or 0) <= (one.end or 0) for one in found.segments)
