"""Corrections: kept side by side when concurrent, shown by a fixed rule, refused when stale."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.practices.relay.events import Segment, SegmentApproved, SegmentCorrected, TranscriptDrafted
from tejido.practices.relay.segments import (
    Draft,
    approve,
    correct,
    corrected,
    digest,
    draft,
    first_line,
    retimed,
    shown,
    stale,
    state_of,
    typed,
)

LINE = first_line(Segment("s-1", "the firts words", 0, 900, "machine"))


def fix(base: str, text: str, *settles: str) -> SegmentCorrected:
    return SegmentCorrected("s-1", digest(base), text, tuple(digest(s) for s in settles))


def test_a_correction_replaces_the_text_it_saw() -> None:
    line = correct(LINE, [fix("the firts words", "the first words")])
    assert (line.text, line.by, line.others) == ("the first words", "person", ())
    assert line.base == digest("the first words")
    assert (line.start, line.end) == (0, 900)


def test_concurrent_corrections_are_both_kept_and_the_later_is_shown() -> None:
    line = correct(LINE, [fix("the firts words", "one"), fix("the firts words", "two")])
    assert (line.text, line.others) == ("two", ("one",))


def test_a_correction_can_settle_a_conflict() -> None:
    both = [fix("the firts words", "one"), fix("the firts words", "two")]
    line = correct(LINE, [*both, fix("two", "one and two", "one")])
    assert (line.text, line.others) == ("one and two", ())


def test_words_may_return_to_what_they_were() -> None:
    line = correct(LINE, [fix("the firts words", "x"), fix("x", "the firts words")])
    assert (line.text, line.others, line.by) == ("the firts words", (), "person")


def test_a_correction_of_a_text_that_is_no_longer_shown_is_stale() -> None:
    line = correct(LINE, [fix("the firts words", "the first words")])
    found = stale(line, digest("the firts words"), "my words")
    assert found is not None
    assert (found.current, found.proposed) == ("the first words", "my words")
    assert stale(line, line.base, "my words") is None
    assert stale(line, digest("the firts words"), "the first words") is None


def made(name: str, text: str, by: str = "machine") -> Draft:
    return draft(name, TranscriptDrafted("base" if by == "machine" else "", "en", (Segment(f"{name}-1", text, by=by),)))


def test_a_second_run_of_the_machine_never_replaces_a_person() -> None:
    first, second = made("a", "frist"), made("b", "first")
    assert shown(()) is None
    assert shown((first, second)) == second
    edited = corrected((first, second), [SegmentCorrected("a-1", digest("frist"), "First")])
    assert shown(edited) == edited[0]
    assert edited[1] == second
    assert shown((made("t", "typed", "person"), second)) == made("t", "typed", "person")


def test_a_line_goes_from_draft_to_review_to_approved() -> None:
    assert LINE.state == "draft"
    seen = correct(LINE, [fix("the firts words", "the first words")])
    assert seen.state == "review"
    assert approve(seen, [seen.base]).state == "approved"
    assert approve(LINE, [LINE.base]).state == "approved"


def test_an_approval_lapses_when_the_text_changes_or_a_conflict_appears() -> None:
    first = [fix("the firts words", "the first words")]
    approved = [digest("the first words")]
    later = approve(correct(LINE, [*first, fix("the first words", "The first words")]), approved)
    assert (later.state, later.approved) == ("review", approved[0])
    beside = approve(correct(LINE, [fix("the firts words", "one"), *first]), approved)
    assert (beside.text, beside.state) == ("the first words", "review")


def test_a_text_is_as_far_as_its_least_segment_with_words() -> None:
    silent = first_line(Segment("s-2", " ", by="machine"))
    done = approve(LINE, [LINE.base])
    assert state_of([]) == state_of([silent]) == "draft"
    assert state_of([done, silent]) == "approved"
    assert state_of([done, LINE]) == "draft"
    assert state_of([done, first_line(Segment("s-3", "typed"))]) == "review"


def test_a_later_run_of_the_machine_does_not_replace_what_was_approved() -> None:
    first, second = made("a", "first"), made("b", "frist")
    approved = corrected((first, second), (), [SegmentApproved("a-1", digest("first"))])
    assert shown(approved) == approved[0]
    assert approved[0].lines[0].state == "approved"


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=8))
def test_no_text_is_lost_unless_a_correction_saw_it(edits: list[tuple[str, str]]) -> None:
    line = correct(first_line(Segment("s-1", "a")), [fix(base, text) for base, text in edits])
    kept = {line.text, *line.others}
    assert kept | {base for base, _ in edits} >= {text for _, text in edits}
    assert not edits or line.text == edits[-1][1]


@given(st.text(max_size=3000))
def test_typed_text_loses_nothing_but_space(text: str) -> None:
    segments = typed(text, "t")
    assert "".join("".join(s.text for s in segments).split()) == "".join(text.split())
    assert all(0 < len(s.text) <= 1000 for s in segments)
    assert len({s.id for s in segments}) == len(segments)


TIMES = (0, 200, 250, 400, 450, 900)  # of "the firts words"


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("the firts words", TIMES),
        ("the first words", TIMES),
        ("The first WORDS", TIMES),
        ("the words", (0, 400, 450, 900)),
        ("first words", ()),  # one word for two: whose time it has is a guess
        ("firts words", (0, 400, 450, 900)),
        ("the firts", (0, 200, 250, 900)),
        ("the very firts words", ()),
        ("the firts words indeed", ()),
        ("something else altogether here", ()),
        ("", ()),
    ],
)
def test_a_corrected_text_keeps_the_times_that_are_certain(text: str, times: tuple[int, ...]) -> None:
    assert retimed("the firts words", TIMES, text) == times
    assert correct(replace(LINE, words=TIMES), [fix("the firts words", text)]).words == times


def test_words_without_times_get_none() -> None:
    assert retimed("the firts words", (), "the firts words") == ()


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6), st.lists(st.sampled_from(["a", "b", "c"]), max_size=6))
def test_times_of_corrected_words_are_in_order_and_lose_no_sound(old: list[str], new: list[str]) -> None:
    words = tuple(time for i in range(len(old)) for time in (10 * i, 10 * i + 8))
    found = retimed(" ".join(old), words, " ".join(new))
    assert found == () or len(found) == 2 * len(new)
    assert list(found) == sorted(found)
    if found:
        assert (found[0], found[-1]) == (words[0], words[-1])
