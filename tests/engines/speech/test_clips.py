"""The demo's voices: complete, small, labelled, and timed as they sound."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import av
import pytest

FOLDER = Path(str(files("tejido.demo.clips")))
DOCUMENT: dict[str, Any] = json.loads((FOLDER / "clips.json").read_text())
CLIPS: list[dict[str, Any]] = DOCUMENT["clips"]
IDS = [clip["id"] for clip in CLIPS]


@pytest.mark.parametrize("clip", CLIPS, ids=IDS)
def test_a_clip_sounds_as_long_as_its_times_say(clip: dict[str, Any]) -> None:
    with av.open(str(FOLDER / clip["file"])) as container:
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert seconds * 1000 == pytest.approx(clip["duration_ms"], abs=50)
    times = [time for part in clip["segments"] for time in (part["start_ms"], part["end_ms"])]
    assert times == sorted(times)
    assert 0 < times[0] < times[-1] <= clip["duration_ms"] <= 40_000


@pytest.mark.parametrize("clip", CLIPS, ids=IDS)
def test_a_clip_says_that_it_is_synthetic_and_what_it_means(clip: dict[str, Any]) -> None:
    assert clip["synthetic"] is True
    assert all(bool(part.get("english")) == (clip["lang"] != "en") for part in clip["segments"])


def test_the_chain_is_a_tree_across_three_cities() -> None:
    assert [clip["answers"] for clip in CLIPS].count(None) == 1
    assert all(clip["answers"] in IDS[:place] for place, clip in enumerate(CLIPS) if clip["answers"])
    assert {clip["city"] for clip in CLIPS} == {"Chicago", "Gaziantep", "Lagos"}
    assert {clip["lang"] for clip in CLIPS} == {"en", "ar", "tr", "es"}
    assert "synthetic" in DOCUMENT["note"].lower()
    assert sum((FOLDER / clip["file"]).stat().st_size for clip in CLIPS) < 600_000
