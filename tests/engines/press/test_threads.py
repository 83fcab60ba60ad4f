"""A chain as threads and as a way: drawn for every tree, whatever is missing from it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tejido.engines.press import threads
from tejido.engines.press.records import WITHDRAWN, Voice

BASE = Voice(1, "Circle", "Lagos", "3 May", "en", "report")


def chain(*answers: int | None) -> list[Voice]:
    return [replace(BASE, number=place, answers=answer) for place, answer in enumerate(answers, 1)]


def test_a_line_of_answers_is_one_thread() -> None:
    rows = threads.rows(chain(None, 1, 2, 3))
    assert threads.width(rows) == 1
    assert [(row.above, row.below) for row in rows] == [(False, True), (True, True), (True, True), (True, False)]


def test_the_heavier_answer_goes_on_and_the_other_branches_off() -> None:
    rows = threads.rows(chain(None, 1, 1, 3))
    assert [row.lane for row in rows] == [0, 1, 0, 0]
    assert rows[0].branches == (1,)
    assert rows[1].passing == (0,)


def test_an_answer_to_nobody_here_begins_a_thread() -> None:
    (row,) = threads.rows([replace(BASE, number=5, answers=4)])
    assert (row.above, row.below, row.lane) == (False, False, 0)


@given(st.lists(st.integers(0, 30), max_size=30))
def test_no_two_threads_share_a_lane(picks: list[int]) -> None:
    voices = chain(None, *(1 + pick % place for place, pick in enumerate(picks, 1)))
    rows = threads.rows(voices)
    assert [row.number for row in rows] == [voice.number for voice in voices]
    for row in rows:
        lanes = [row.lane, *row.passing]
        assert len(set(lanes)) == len(lanes)
        assert not set(row.branches) & set(lanes)
    above = sum(row.above for row in rows)
    assert above == len(voices) - 1
    assert sum(row.below + len(row.branches) for row in rows) == above


def test_the_way_counts_who_answered_whom_between_places() -> None:
    voices = chain(None, 1, 2, 1)
    voices[1] = replace(voices[1], place="Gaziantep")
    voices[3] = replace(voices[3], absent=WITHDRAWN)
    places, ways = threads.route(voices)
    assert [(place.name, place.voices) for place in places] == [("Lagos", (1, 3)), ("Gaziantep", (2,))]
    assert [(way.source, way.target, way.times) for way in ways] == [(0, 1, 1), (1, 0, 1)]


def test_a_withdrawn_voices_place_is_not_told() -> None:
    gone = replace(BASE, place="Secret", absent=WITHDRAWN)
    assert threads.route([gone]) == ([], [])
