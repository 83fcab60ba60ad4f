"""A transcript made elsewhere: captions become a person's lines with their times."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tejido.engines.language.captions import Cue
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions, errors, segments, selectors
from tejido.practices.relay.actions import Words
from tests.engines.speech.sounds import tone, write
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node

VTT = """WEBVTT

00:00.000 --> 00:00.400
<v Ana>We stopped

00:00.400 --> 00:01.000
<v Ana>together.

00:01.000 --> 00:02.500
<v Badu>Yes.
"""


@pytest.fixture
def recorded(node: Node, tmp_path: Path) -> str:
    """A report of two seconds of sound."""
    sound = write(tmp_path / "tone.wav", tone(2))
    return actions.add_report(
        viewer=OPERATOR, chain=node.chain, circle=node.circle, words=Words("en", audio=sound), said=None
    )


def lines(report: str) -> list[tuple[int | None, int | None, str, str]]:
    found = selectors.report(viewer=OPERATOR, key=report).lines
    return [(one.start, one.end, one.by, one.text) for one in found]


def test_captions_of_a_recording(recorded: str) -> None:
    actions.bring_transcript(viewer=OPERATOR, report=recorded, content=VTT.encode())
    duration = selectors.report(viewer=OPERATOR, key=recorded).report.duration
    assert lines(recorded) == [
        (0, 1000, "person", "Ana: We stopped together."),
        (1000, min(2500, duration), "person", "Badu: Yes."),
    ]


def test_captions_of_another_recording(recorded: str) -> None:
    late = VTT.replace("00:02.500", "00:09.000")
    with pytest.raises(errors.CaptionsTooLong, match="Line 9 "):
        actions.bring_transcript(viewer=OPERATOR, report=recorded, content=late.encode())


def test_broken_captions_change_nothing(recorded: str) -> None:
    with pytest.raises(errors.BadCaptions, match=r"Line 3 of the captions: the times cannot be read\."):
        actions.bring_transcript(viewer=OPERATOR, report=recorded, content=b"WEBVTT\n\nsoon --> later\nx")
    assert lines(recorded) == []


def test_by_page_and_by_api(recorded: str) -> None:
    client = signed_in("amina", "member")
    answer = client.post(f"/reports/{recorded}/captions/", {"captions": SimpleUploadedFile("a.vtt", b"WEBVTT\n")})
    assert answer.status_code == 422
    assert "there is no timed text" in answer.content.decode()
    answer = client.post(f"/reports/{recorded}/captions/", {"captions": SimpleUploadedFile("a.vtt", VTT.encode())})
    assert answer.status_code == 302
    assert len(lines(recorded)) == 2
    answer = client.post(f"/reports/{recorded}/captions/", {"captions": SimpleUploadedFile("a.vtt", VTT.encode())})
    assert answer.status_code == 409, "a person's words stay"


def test_by_api(recorded: str) -> None:
    client = signed_in("amina", "member")
    wrong = SimpleUploadedFile("a.srt", b"1\n00:00:01,000 --> 00:00:00,000\nx\n")
    answer = client.post(f"/api/v1/relay/reports/{recorded}/captions", {"captions": wrong})
    assert (answer.status_code, answer.json()["code"], answer.json()["line"]) == (422, "bad-captions", 2)
    srt = SimpleUploadedFile("a.srt", b"1\n00:00:00,000 --> 00:00:01,000\nBy API.\n")
    answer = client.post(f"/api/v1/relay/reports/{recorded}/captions", {"captions": srt})
    assert answer.status_code == 204
    assert lines(recorded) == [(0, 1000, "person", "By API.")]


def test_neighbours_are_joined_to_sentences() -> None:
    cues = [Cue(i * 1000, i * 1000 + 900, "", f"part {i}") for i in range(12)]
    made = segments.cued(cues, "x", 60_000)
    assert [one.text.count("part") for one in made] == [8, 4]
    assert (made[0].start, made[0].end, made[1].start) == (0, 7900, 8000)
    assert [one.text for one in segments.cued([Cue(0, 1, "", "A."), Cue(1, 2, "", "B")], "x", None)] == ["A.", "B"]
    assert segments.cued([Cue(0, 1, "", "A")], "x", None)[0].start is None
