"""Playing many seeds, on both cores, and telling how to repeat the one that failed."""

import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from tests.sim.play import Play, Setting, told
from tests.sim.remember import remembered

CHUNK = 100
STEPS_SHOWN = 40


@dataclass(frozen=True)
class Failure:
    """A seed at which something was not as it must be: what, the schedule, and how to see it again."""

    seed: int
    what: str
    schedule: str

    def __str__(self) -> str:
        shown = "\n".join(self.schedule.splitlines()[-STEPS_SHOWN:])
        return f"{shown}\n\nseed {self.seed}: {self.what}\nrepeat it with: {repeat(self.seed)}"


def repeat(seed: int) -> str:
    """The command that plays one seed again."""
    return f"python -m tests.sim --seed {seed}"


def play(seed: int, setting: Setting | None = None) -> Failure | None:
    """Play one seed; None where everything was as it must be."""
    one = Play(seed, setting)
    try:
        one.run()
    except Exception as error:  # noqa: BLE001 - whatever a node could not stand is what we look for
        what = f"{type(error).__name__}: {error}"
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Failure(seed, f"{what} ({where.name}, line {where.lineno})", told(one))
    return None


def chunk(start: int, end: int, setting: Setting | None = None) -> list[Failure]:
    """Play some seeds in one process."""
    with remembered():
        return [failure for seed in range(start, end) if (failure := play(seed, setting))]


def many(first: int, seeds: int, processes: int) -> Iterator[tuple[int, list[Failure]]]:
    """`(seeds played so far, failures)`, chunk by chunk."""
    starts = range(first, first + seeds, CHUNK)
    ends = [min(start + CHUNK, first + seeds) for start in starts]
    if processes < 2:
        for start, end in zip(starts, ends, strict=True):
            yield end - first, chunk(start, end)
        return
    with ProcessPoolExecutor(processes) as pool:
        for end, found in zip(ends, pool.map(partial(chunk, setting=None), starts, ends), strict=True):
            yield end - first, found
