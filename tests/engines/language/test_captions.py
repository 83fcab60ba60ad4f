"""Captions as many programs write them: what is untidy is understood, what is broken is told with its line."""

import io
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from tejido.engines.language import captions
from tejido.engines.language.captions import Cue, read
from tejido.engines.language.errors import CaptionsBounds, FileError, NotCaptions
from tejido.engines.press import transcripts

VTT = """WEBVTT - made by somebody
Kind: captions

NOTE
nothing of this is said: 00:00 --> 00:01

STYLE
::cue { color: red }

1
00:00.000 --> 00:02.500 align:start position:0%
<v Ana>We stopped <i>together</i>.</v>

intro
00:00:02.500 --> 00:00:04.000
<v.loud Badu>All &amp; sundry</v>
<v Chidi>Yes.</v>

00:05.000-->00:06.000
&lrm;آخر كلمة
two lines
"""

SRT = """\ufeff1\r
00:00:00,000 --> 00:00:02,500\r
<i>We stopped</i> together.\r
\r
2\r
00:00:02.5 --> 00:00:04,000  X1:10 X2:20\r
{\\an8}All & sundry\r
\r
after a blank line\r
\r
3\r
0:05 --> 0:06\r
42\r
"""


def said(cues: tuple[Cue, ...]) -> list[tuple[int, int, str, str]]:
    return [(one.start_ms, one.end_ms, one.speaker, one.text) for one in cues]


def test_webvtt() -> None:
    assert said(read(VTT.encode())) == [
        (0, 2500, "Ana", "We stopped together."),
        (2500, 4000, "Badu", "All & sundry"),
        (2500, 4000, "Chidi", "Yes."),
        (5000, 6000, "", "\u200eآخر كلمة\ntwo lines"),
    ]
    assert [one.line for one in read(VTT.encode())] == [11, 15, 15, 19]


def test_a_header_may_end_with_the_first_cue() -> None:
    assert said(read(b"\n\nWEBVTT\n00:00.000 --> 00:01.000\nx")) == [(0, 1000, "", "x")]


def test_subrip() -> None:
    assert said(read(SRT.encode())) == [
        (0, 2500, "", "We stopped together."),
        (2500, 4000, "", "All & sundry\nafter a blank line"),
        (5000, 6000, "", "42"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, ends: str) -> None:
    assert said(read(VTT.replace("\n", ends).encode(encoding))) == said(read(VTT.encode()))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:00.000\nx", 3),
        ("WEBVTT\n\n00:01.000 --> soon\nx", 3),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nx", 3),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\nlost words\n", 6),
        ("WEBVTT\n", 2),
        ("", 1),
        ("Just a letter.\nTo you.", 2),
        ("1\n00:00:01,000 -> 00:00:02,000\nx", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:aa --> 00:01\ny", 6),
    ],
)
def test_what_is_broken_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NotCaptions) as told:
        read(text.encode())
    assert told.value.params["line"] == line


def test_other_encodings_are_not_guessed() -> None:
    with pytest.raises(NotCaptions, match=r"Line 3: the text is not in UTF-8\."):
        read("1\n00:01 --> 00:02\nكلمة".encode("cp1256"))


def test_bounds() -> None:
    cue = "00:00.000 --> 00:01.000\nx\n\n"
    for content in (
        b"x" * (captions.MOST_BYTES + 1),
        ("WEBVTT\n\n" + cue * (captions.MOST_CUES + 1)).encode(),
        ("WEBVTT\n\n" + cue.replace("x", "x\n" * captions.MOST_LETTERS)).encode(),
        ("WEBVTT\n\n" + cue.replace("x", "x" * (captions.MOST_LINE + 1))).encode(),
    ):
        with pytest.raises(CaptionsBounds):
            read(content)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join).map(captions._tidy).filter(bool)


@st.composite
def cues(draw: st.DrawFn) -> list[transcripts.Cue]:
    made, at = [], 0
    for _ in range(draw(st.integers(1, 6))):
        at += draw(st.integers(0, 10_000))
        length = draw(st.integers(2_000, 9_000))
        speaker = draw(st.sampled_from(["", "Ana", "بدر", "O'Neil & co"]))
        made.append(transcripts.Cue(at, at + length, draw(TEXTS), speaker))
        at += length
    return made


@given(cues())
def test_what_we_write_reads_back(made: list[transcripts.Cue]) -> None:
    """Long stretches become several cues; joined again they are the same words by the same speakers."""
    found = read(transcripts.vtt(made, "en").encode())
    assert joined(found) == "".join("".join(one.text.split()) for one in made)
    assert {one.speaker for one in found} == {one.speaker for one in made}
    assert (found[0].start_ms, found[-1].end_ms) == (made[0].start, made[-1].end)


def joined(found: tuple[Cue, ...]) -> str:
    return "".join("".join(one.text.split()) for one in found)


@given(cues())
def test_an_independent_reader_hears_the_same(made: list[transcripts.Cue]) -> None:
    """webvtt-py: times and speakers; its text keeps escapes, ours does not."""
    text = transcripts.vtt(made)
    theirs = webvtt.from_buffer(io.StringIO(text))
    ours = read(text.encode())
    assert [(one.start_ms, one.end_ms) for one in ours] == [(_ms(c.start), _ms(c.end)) for c in theirs.captions]


def _ms(stamp: str) -> int:
    hours, minutes, seconds = stamp.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def test_subrip_as_an_independent_program_writes_it() -> None:
    made = [Cue(0, 2500, "", "We stopped together."), Cue(2500, 4000, "", "آخر كلمة")]
    theirs = webvtt.WebVTT()
    for one in made:
        stamps = [f"00:00:{ms // 1000:02d}.{ms % 1000:03d}" for ms in (one.start_ms, one.end_ms)]
        theirs.captions.append(webvtt.Caption(start=stamps[0], end=stamps[1], text=one.text))
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("srt", "vtt"):
            path = Path(folder) / f"captions.{ending}"
            (theirs.save_as_srt if ending == "srt" else theirs.save)(str(path))
            assert said(read(path.read_bytes())) == said(tuple(made))


@given(st.binary(max_size=400))
def test_anything_is_read_or_refused(content: bytes) -> None:
    for head in (b"", b"WEBVTT\n\n"):
        with suppress(FileError):
            assert all(one.text and one.start_ms <= one.end_ms for one in read(head + content))
