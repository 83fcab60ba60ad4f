"""Speech into English: aligned with the segments of the original, resumable, refused by models that cannot."""

import json
from pathlib import Path

import pytest

from tejido.engines.speech import Segment, Settings, Word, translate
from tejido.engines.speech.aligned import aligned
from tejido.engines.speech.errors import CannotTranslate, ModelDamaged
from tejido.engines.speech.recognise import able
from tests.engines.speech.conftest import Reading

SPANS = [(0, 1000), (1000, 2000), (2500, 4000), (5000, 6000)]


def said(start: int, end: int, text: str, step: int = 0) -> Segment:
    """A segment whose words follow each other evenly from its start (every `step` ms)."""
    tokens = text.split()
    step = step or (end - start) // len(tokens)
    words = tuple(Word(start + i * step, start + (i + 1) * step, token) for i, token in enumerate(tokens))
    return Segment(start, end, text, "en", 700, words)


def texts(found: list[Segment]) -> list[str]:
    return [one.text for one in found]


def test_every_original_segment_gets_its_part() -> None:
    found = list(aligned([said(0, 2000, "one two three four"), said(2400, 5900, "five six seven")], SPANS))
    assert [(one.start_ms, one.end_ms) for one in found] == SPANS
    assert texts(found) == ["one two", "three four", "five six", "seven"]
    assert {one.confidence for one in found} == {700}


def test_a_translation_within_one_segment_stays_whole_and_what_is_missing_is_empty() -> None:
    found = list(aligned([said(2400, 4100, "all of it here")], SPANS))
    assert texts(found) == ["", "", "all of it here", ""]
    assert [one.confidence for one in found] == [0, 0, 700, 0]


def test_words_between_segments_go_to_the_nearest_and_none_goes_back() -> None:
    found = list(aligned([said(4050, 4150, "late"), said(4900, 5000, "early"), said(500, 600, "out-of-order")], SPANS))
    assert texts(found) == ["", "", "late", "early out-of-order"]


def test_a_segment_is_handed_out_once_nothing_more_can_belong_to_it() -> None:
    seen: list[int] = []

    def source() -> "list[Segment]":
        return [said(0, 900, "a"), said(1100, 1900, "b"), said(2600, 3900, "c")]

    for one in aligned((seen.append(found.end_ms) or found for found in source()), SPANS):  # type: ignore[func-returns-value]
        if one.text == "a":
            assert seen == [900, 1900]


def test_without_word_times_the_text_is_not_torn() -> None:
    whole = Segment(0, 2000, "one two three", "en", 500)
    assert texts(list(aligned([whole], SPANS))) == ["one two three", "", "", ""]


@pytest.mark.parametrize(("name", "heads"), [("whisper-turbo", [[5, 1]]), ("mine", [[2, 4], [3, 14]])])
def test_models_that_were_not_taught_to_are_refused(tmp_path: Path, name: str, heads: list[list[int]]) -> None:
    model = tmp_path / name
    model.mkdir()
    (model / "config.json").write_text(json.dumps({"alignment_heads": heads}))
    with pytest.raises(CannotTranslate, match=name):
        able(model)


@pytest.mark.parametrize("heads", [[[2, 2], [3, 5]], [[5, 6]], None])
def test_tiny_base_and_unknown_ones_are_tried(tmp_path: Path, heads: list[list[int]] | None) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"alignment_heads": heads}))
    able(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelDamaged):
        able(tmp_path)


@pytest.mark.data
@pytest.mark.speech
@pytest.mark.slow
def test_a_spanish_reading_in_english_line_by_line_and_resumed(spanish: Reading, model_dir: Path) -> None:
    samples, spans = spanish.samples, [(one.start_ms, one.end_ms) for one in spanish.heard]
    whole = list(translate(samples, model_dir, Settings("es"), spans=spans))
    assert [(one.start_ms, one.end_ms) for one in whole] == spans
    assert {one.lang for one in whole} == {"en"}
    text = " ".join(texts(whole)).casefold()
    assert sum(word in text for word in ("dear manuel", "weeks ago", "work", "valdemoro", "1881", "captain")) >= 4
    assert sum(bool(one.text) for one in whole) >= 0.8 * len(whole)
    half = len(whole) // 2
    rest = list(translate(samples, model_dir, Settings("es"), start_ms=spans[half][1], spans=spans))
    assert [(one.start_ms, one.end_ms) for one in rest] == spans[half + 1 :]
    assert "1881" in rest[-1].text
