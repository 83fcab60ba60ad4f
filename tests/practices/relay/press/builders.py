"""A chain with sound, published: three voices in two languages, one of them translated twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tejido.engines.speech.backends import sandbox
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions
from tejido.practices.relay.actions import Words
from tejido.practices.relay.press import reading, tasks
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing import public
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.public import Edition
from tests.engines.speech.sounds import tone, write
from tests.practices.relay.builders import YES, Node
from tests.practices.relay.publishing.builders import approve, translate

SECONDS = (2.0, 3.0, 1.0)
SPANISH = ("Empezamos a las seis.", "Nadie pregunta & nadie <escucha>.")
ARABIC = ("نبدأ في السادسة.", "لا أحد يسأل.")


@dataclass(frozen=True)
class Told:
    """A node, its reports in order, and where they are published."""

    node: Node
    reports: tuple[str, ...]
    slug: str

    @property
    def edition(self) -> Edition:
        return public.edition(self.slug)


def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode and encode without starting a process for each voice; the same code, and much quicker."""

    def run(function: str, request: Mapping[str, object], _bounds: sandbox.Bounds) -> dict[str, object]:
        module, _, name = function.partition(":")
        done: dict[str, object] = getattr(import_module(module), name)(request)
        return done

    monkeypatch.setattr(sandbox, "run", run)


def captions(lines: Sequence[str], seconds: float) -> bytes:
    """One cue a line, of equal length."""
    step = seconds / len(lines)
    cues = [f"00:00:{i * step:06.3f} --> 00:00:{(i + 1) * step:06.3f}\n{line}\n" for i, line in enumerate(lines)]
    return "\n".join(["WEBVTT\n", *cues]).encode()


def a_voice(node: Node, folder: Path, number: int, lang: str, lines: Sequence[str]) -> str:
    """A report of a tone, its words brought and approved."""
    seconds = SECONDS[number % len(SECONDS)]
    noise = np.random.default_rng(number).normal(0, 0.01, int(seconds * 48_000)).astype(np.float32)
    path = write(folder / f"{number}.wav", tone(seconds, 300 + 100 * number) + noise)
    words = Words(lang, audio=path, audio_type="audio/wav")
    report = actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=YES)
    actions.bring_transcript(viewer=OPERATOR, report=report, content=captions(lines, seconds))
    approve(report)
    return report


def told(node: Node, folder: Path, **more: Any) -> Told:
    """Three voices with sound: Spanish, translated into Arabic and English; Arabic; Spanish again."""
    first = a_voice(node, folder, 0, "es", SPANISH)
    translate(first, "ar", list(ARABIC))
    translate(first, "en", ["We begin at six.", "Nobody asks."])
    second = a_voice(node, folder, 1, "ar", ["نعمل اثنتي عشرة ساعة."])
    third = a_voice(node, folder, 2, "es", ["Aquí también."])
    for report in (first, second, third):
        actions.pass_on(viewer=OPERATOR, report=report)
    choice = Choice(**{"chains": (node.chain,), "langs": ("es", "ar"), **more})
    return Told(node, (first, second, third), publishing.publish(viewer=OPERATOR, choice=choice))


def make() -> None:
    """All that is lacking, as the worker makes it."""
    tasks.reconcile()
    for edition in reading.standing():
        for voice in edition.voices:
            tasks.render.call(voice.key)
        tasks.join.call(edition.key)
    tasks.reconcile()
