"""Transcripts come back whole through parsers that are not ours, also right to left, overlapping and hours long."""

import html
import json
import re
from collections.abc import Sequence

import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from webvtt import WebVTT

from tejido.engines.press.transcripts import LINES, SRT_LINE, VTT_LINE, Cue, podcast_json, vtt
from tejido.engines.press.transcripts import srt as as_srt

CUES = (
    Cue(
        0,
        4200,
        "نحن نعمل اثنتي عشرة ساعة في اليوم، ولا أحد يسألنا كيف حالنا في المخزن الكبير عند الميناء.",
        "دائرة الميناء",
    ),
    Cue(3000, 6100, "We begin at <six> & end --> when they say so.", "Night circle <2>"),
    Cue(5_400_000, 5_407_250, "Wir hören auf, wenn der Bus fährt. " * 12, ""),
    Cue(
        36_000_000, 36_002_000, "労働者の声を聞いてください労働者の声を聞いてください労働者の声を聞いてください", "東京"
    ),
)


def bare(text: str) -> str:
    """Letters without white space: where lines break is the format's own affair."""
    return "".join(text.split())


def read_vtt(text: str) -> WebVTT:
    return webvtt.from_string(text)


def words(one: webvtt.Caption) -> list[str]:
    """A cue's lines as people see them; the parser leaves entities and tags alone."""
    return [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in one.lines]


def said(found: WebVTT) -> str:
    return bare("".join(line for one in found.captions for line in words(one)))


def seconds(caption: webvtt.Caption) -> tuple[int, int]:
    def ms(stamp: str) -> int:
        hours, minutes, rest = stamp.split(":")
        return round((int(hours) * 3600 + int(minutes) * 60 + float(rest)) * 1000)

    return ms(caption.start), ms(caption.end)


@pytest.mark.parametrize("cue", CUES, ids=["rtl", "overlapping", "long", "hours"])
def test_vtt_comes_back(cue: Cue) -> None:
    found = read_vtt(vtt([cue], "en"))
    assert said(found) == bare(cue.text)
    assert {html.unescape(one.voice or "") for one in found.captions} == {cue.speaker}
    assert (seconds(found[0])[0], seconds(found[-1])[1]) == (cue.start, cue.end)


def test_vtt_keeps_its_lines() -> None:
    for one in read_vtt(vtt(CUES)).captions:
        assert len(one.lines) <= LINES
        assert all(len(line) <= VTT_LINE for line in words(one))


def test_srt_comes_back() -> None:
    found = list(srt.parse(as_srt(CUES)))
    assert [one.index for one in found] == list(range(1, len(found) + 1))
    whole = bare("".join(one.content for one in found))
    assert whole == bare("".join(cue.text.replace("-->", "→") for cue in CUES))
    for one in found:
        lines = one.content.split("\n")
        assert len(lines) <= LINES
        assert all(len(line) <= SRT_LINE for line in lines)
        assert one.start < one.end


def test_json_has_an_end_and_a_body_each() -> None:
    found = json.loads(podcast_json(CUES))
    assert found["version"] == "1.0.0"
    assert [s["body"] for s in found["segments"]] == [" ".join(cue.text.split()) for cue in CUES]
    assert all(s["endTime"] > s["startTime"] for s in found["segments"])
    assert [s.get("speaker", "") for s in found["segments"]] == [cue.speaker for cue in CUES]


def test_a_stretch_without_length_still_has_an_end() -> None:
    """One malformed cue timing makes AntennaPod drop the whole file."""
    assert seconds(read_vtt(vtt([Cue(500, 500, "word")]))[0]) == (500, 501)
    assert json.loads(podcast_json([Cue(500, 400, "word")]))["segments"][0]["endTime"] == pytest.approx(0.501)


def test_a_mark_stays_with_its_letter() -> None:
    word = "e\u0301" * 80
    lines = [line for one in read_vtt(vtt([Cue(0, 1000, word)])).captions for line in words(one)]
    assert not any(line.startswith("\u0301") for line in lines)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=300
).filter(lambda text: bool(text.split()))


@given(st.lists(st.builds(Cue, st.integers(0, 10**7), st.integers(0, 10**7), TEXTS, st.just("")), max_size=6))
def test_every_text_comes_back(cues: Sequence[Cue]) -> None:
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end))
    found = read_vtt(vtt(cues))
    stamps = [seconds(one) for one in found.captions]
    assert said(found) == bare("".join(cue.text for cue in ordered))
    assert all(start < end for start, end in stamps)
