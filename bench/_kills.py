"""The same report in a real node whose worker is killed at random moments: is any finished segment lost or made twice?

The worker is the `tejido worker` command, a process group that gets SIGKILL. What is finished is read from the tables
before each kill's successor starts and at the end: segments of the transcript, English heard, drafts in each language.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench._node import fresh_node

LANGUAGES = ("en", "fr", "pt")
PATIENCE = 12  # times what the whole took without kills, for a busy machine
LOOK_EVERY_S = 0.2
Finished = dict[str, list[str]]
"""Of each piece of work, what is finished, in order."""


@dataclass
class Tally:
    """What the kills cost."""

    moments_s: list[float] = field(default_factory=list)
    finished_before: list[int] = field(default_factory=list)
    lost: int = 0
    by_hand: int = 0


def run(recording: Path, model: Path, *, kills: int, expected_s: float, seed: int | None = None) -> dict[str, object]:
    """Figures of one report through a node with `kills` kills; the seed repeats the moments."""
    seed = random.randrange(2**32) if seed is None else seed
    chance, tally = random.Random(seed), Tally()
    with fresh_node() as folder:
        report = begun(recording, model, folder)
        last: Finished = {}
        for _ in range(kills):
            with worker(folder):
                tally.moments_s.append(waited(report, chance, expected_s / kills))
            last = compared(last, finished(report), tally)
            tally.finished_before.append(sum(map(len, last.values())))
            tally.by_hand += unstuck()
        with worker(folder):
            until_done(report, expected_s, tally)
        end = compared(last, finished(report), tally)
    made = {name: len(found) for name, found in end.items()}
    doubled = sum(len(found) - len({one.split(" ", 1)[0] for one in found}) for found in end.values())
    return {
        "seed": seed, "kills": kills, "moments_s": tally.moments_s, "finished_before": tally.finished_before,
        "lost": tally.lost, "doubled": doubled, "retried_by_hand": tally.by_hand, "finished": made,
    }  # fmt: skip


def begun(recording: Path, model: Path, folder: Path) -> str:
    """A network, a circle, a chain, and the report, whose transcript waits for a worker."""
    from tejido.ground.network.actions import open_network
    from tejido.ground.people import OPERATOR
    from tejido.ground.store import boot, founding
    from tejido.practices.relay import actions
    from tejido.site import node

    node.save(node.NodeConfig(folder, name="bench", speech_model=str(model)))
    boot.ensure()
    founding.found()
    open_network(name="Bench")
    circle = actions.open_circle(viewer=OPERATOR, name="Night", place="", langs=["es"])
    chain = actions.open_chain(viewer=OPERATOR, circle=circle, title="Letter", question="What?", lang="es")
    words = actions.Words("es", audio=recording, audio_type="audio/webm")
    said = actions.Answer(("pass", "translate"), "none", "spoken", "es")
    return actions.add_report(viewer=OPERATOR, chain=chain, circle=circle, words=words, said=said)


@contextlib.contextmanager
def worker(folder: Path) -> Iterator[None]:
    """A worker that is killed with everything it started when the block ends."""
    command = [sys.executable, "-m", "tejido", "--data", str(folder), "worker"]
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def waited(report: str, chance: random.Random, share_s: float) -> float:
    """Wait until something more is finished, then for a random while; how long it was in all."""
    start, before = time.monotonic(), finished(report)
    while finished(report) == before and time.monotonic() - start < PATIENCE * share_s:
        ask_for_drafts(report)
        time.sleep(LOOK_EVERY_S)
    time.sleep(chance.uniform(0, share_s / 2))
    return round(time.monotonic() - start, 1)


def until_done(report: str, expected_s: float, tally: Tally) -> None:
    """Wait for all drafts."""
    end = time.monotonic() + PATIENCE * expected_s + 60
    while not done(report):
        if time.monotonic() > end:
            raise TimeoutError(f"not finished: { {name: len(found) for name, found in finished(report).items()} }")
        ask_for_drafts(report)
        tally.by_hand += unstuck()
        time.sleep(LOOK_EVERY_S)


def ask_for_drafts(report: str) -> None:
    """Once the transcript is there, ask for every language, as a person does on the page."""
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay.drafts import Transcription
    from tejido.practices.relay.review import actions
    from tejido.practices.relay.review.models import Drafting, Translation

    if Transcription.objects.exists() or Drafting.objects.exists() or Translation.objects.exists():
        return
    for lang in LANGUAGES:
        actions.start(viewer=OPERATOR, key=report, lang=lang)


def done(report: str) -> bool:
    """Whether nothing waits any more."""
    from tejido.practices.relay.drafts import Transcription
    from tejido.practices.relay.review.models import Drafting, Translation

    asked = Translation.objects.filter(subject=report).count() == len(LANGUAGES)
    return asked and not Transcription.objects.exists() and not Drafting.objects.exists()


def finished(report: str) -> Finished:
    """Segments, English heard and drafts so far, each as `id text`, whether still in the making or in the log."""
    import orjson

    from tejido.practices.relay.drafts import Transcription
    from tejido.practices.relay.models import Report
    from tejido.practices.relay.review.models import Drafting, Translation

    under_way = Transcription.objects.filter(report=report).first()
    lines = under_way.segments if under_way else orjson.loads(Report.objects.get(key=report).lines)
    found: Finished = {"transcript": [f"{one['id']} {one['text']}" for one in lines]}
    for row in Translation.objects.filter(subject=report):
        found[row.lang] = [f"{one['id']} {one['text']}" for one in orjson.loads(row.pieces) if one["text"]]
    for draft in Drafting.objects.filter(subject=report):
        found[draft.lang] = [f"{one['id']} {one['text']}" for one in draft.pieces]
        found[f"{draft.lang} heard"] = [f"{name} {text}" for name, text in draft.heard.items()]
    return found


def compared(before: Finished, now: Finished, tally: Tally) -> Finished:
    """Count what was finished before and is not there any more; English heard goes when its draft is in the log."""
    for name, had in before.items():
        if name in now:
            tally.lost += len(set(had) - set(now[name]))
        elif not name.endswith("heard"):
            tally.lost += len(had)
    return now


def unstuck() -> int:
    """Let work be tried again that the node gave up for a person to look at; how much that was."""
    from tejido.ground import work

    keys = [key for key, _ in work.stuck()]
    for key in keys:
        work.retry(key)
    return len(keys)
