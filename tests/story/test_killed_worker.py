"""The worker is killed again and again while it transcribes; what it had finished stays, and the transcript comes whole."""

import json
import random
import time
from pathlib import Path

import pytest

from tejido.engines.speech.wer import wer
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation, recordings
from tests.story.look import look
from tests.story.people import PATIENCE_S

pytestmark = [pytest.mark.speech, pytest.mark.data, pytest.mark.slow]
KILLS = 6  # work whose worker died five times without coming further waits for a person: every other one comes further
MOMENTS_S = (0.5, 6.0)
PURPOSES = "pass,translate,transcript,archive"


def finished(node: NodeProc, report: str) -> list[str] | None:
    """The segments saved so far; None once the transcript is in the log."""
    draft = look(node).under_way.get(report)
    return [segment["id"] + segment["text"] for segment in draft["segments"]] if draft else None


def wait_until_done(node: NodeProc, report: str) -> None:
    """Until the machine's draft has become the transcript."""
    end = time.monotonic() + PATIENCE_S
    while finished(node, report) is not None:
        if time.monotonic() > end:
            raise AssertionError(f"still under way after {PATIENCE_S} s: {look(node).under_way}")
        time.sleep(2)


def wait_for_more(node: NodeProc, report: str, saved: list[str]) -> None:
    """Until more segments are saved than these."""
    end = time.monotonic() + PATIENCE_S
    while finished(node, report) == saved and time.monotonic() < end:
        time.sleep(0.5)


def killed_at_random(node: NodeProc, report: str, chance: random.Random) -> list[str]:
    """Kill workers at random moments, every other one only when it has finished something more. The segments saved."""
    saved: list[str] = []
    for number in range(KILLS):
        worker = node.worker()
        if number % 2:
            wait_for_more(node, report, saved)
        time.sleep(chance.uniform(*MOMENTS_S))
        worker.kill9()
        now = finished(node, report)
        if now is None:
            break
        assert now[: len(saved)] == saved
        saved = now
    return saved


def test_a_worker_killed_while_transcribing_loses_and_doubles_nothing(nodes: Nodes, data_dir: Path) -> None:
    seed = random.randrange(2**32)
    print(f"moments drawn with the seed {seed}")
    recording = recordings.sonnet(data_dir)
    node = federation.a_node(nodes, "Chicago")
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "Night dock").stdout.strip()
    chain = node.call("chain", "open", "What is beauty for?", "--circle", circle, "--title", "Beauty").stdout.strip()
    words = ("--circle", circle, "--chain", chain, "--lang", recording.lang, "--consent", PURPOSES)
    report = node.call("report", "add", recording.file, *words).stdout.strip()
    before = look(node).events

    saved = killed_at_random(node, report, random.Random(seed))
    node.worker()
    wait_until_done(node, report)

    lines = node.call("transcribe", report).stdout.splitlines()
    rate = wer(recording.text, " ".join(lines))
    print(
        f"{len(saved)} of {len(lines)} segments were finished by workers that were killed; word error rate {rate:.3f}"
    )
    assert [one[-len(text) :] for one, text in zip(saved, lines, strict=False)] == lines[: len(saved)]
    assert len(lines) == len(set(lines))
    assert rate < 0.35
    assert look(node).events == before + 1
    faults = [one for one in json.loads(node.call("check", "--json").stdout) if one["level"] == "fault"]
    assert faults == []
