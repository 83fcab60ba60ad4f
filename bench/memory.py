"""The translation memory: importing the four TICO-19 files, and finding what is like a sentence among 12,000 units.

`import_s` counts everything from the packed file to committed rows and index. Queries are units of the memory with an
eighth of their words replaced (at least one), so that each has something to be found; `found_share` says how often the
very unit is among the answers. `--quick`: one file, fewer queries.
"""

import argparse
import os
import random
import statistics
import time
from pathlib import Path

from bench._calibration import calibration, peak_mb
from bench._node import fresh_node

FILES = ("en-ar", "en-es-LA", "es-LA-ar", "fr-ar")
SEED = 19
REPLACED = 8  # one word in so many
OTHER = "palabra"
ROOT = Path(__file__).parents[1]


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """All figures; raises FileNotFoundError without the shared data."""
    argparse.ArgumentParser(prog="python -m bench memory").parse_args(argv)
    data = Path(os.environ.get("TEJIDO_DATA") or ROOT.parent / "shared" / "data") / "translation"
    figures: dict[str, object] = dict(calibration())
    with fresh_node() as folder:
        figures |= imported([data / f"tico19.{name}.tmx.zip" for name in FILES[: 1 if quick else None]])
        figures |= looked_up(200 if quick else 1000)
        figures["database_mb"] = round(sum(path.stat().st_size for path in folder.glob("db.sqlite3*")) / 2**20, 1)
    return figures | {"peak_mb": peak_mb()}


def imported(files: list[Path]) -> dict[str, object]:
    """Seconds a file and in all, and how much there is afterwards."""
    from tejido.ground.memory import actions
    from tejido.ground.memory.models import Feature, Unit
    from tejido.ground.people import OPERATOR

    seconds = {}
    for path in files:
        start = time.perf_counter()
        actions.import_file(viewer=OPERATOR, path=path)
        seconds[path.name.split(".")[1]] = round(time.perf_counter() - start, 2)
    counts = {"units": Unit.objects.count(), "features": Feature.objects.count()}
    return {"import_s": round(sum(seconds.values()), 2), "import_s_per_file": seconds, **counts}


def looked_up(count: int) -> dict[str, object]:
    """Milliseconds a look-up: altered sentences, exact ones, and sentences that nothing is like."""
    from tejido.ground.memory.models import Unit

    chance = random.Random(SEED)
    units = list(Unit.objects.order_by("id").values_list("a_text", "a", "b"))
    chosen = [units[chance.randrange(len(units))] for _ in range(count)]
    fuzzy = [(altered(text, chance), a, b) for text, a, b in chosen]
    strange = [(" ".join(chance.sample(text.split(), len(text.split()))), a, b) for text, a, b in chosen[: count // 4]]
    times, hits = timed(fuzzy, [text for text, _, _ in chosen])
    return {
        **_spread("fuzzy", times),
        **_spread("exact", timed(chosen[: count // 4], [])[0]),
        **_spread("nothing_alike", timed(strange, [])[0]),
        "found_share": round(hits / count, 3),
        "queries": count,
    }


def altered(text: str, chance: random.Random) -> str:
    """The sentence with an eighth of its words replaced."""
    words = text.split()
    for at in chance.sample(range(len(words)), max(1, len(words) // REPLACED)):
        words[at] = OTHER
    return " ".join(words)


def timed(queries: list[tuple[str, str, str]], wanted: list[str]) -> tuple[list[float], int]:
    """Milliseconds of each look-up, and how many found the unit that was wanted."""
    from tejido.ground import memory

    times, hits = [], 0
    for at, (text, source, target) in enumerate(queries):
        start = time.perf_counter()
        found = memory.look_up(text, source, target)
        times.append(1000 * (time.perf_counter() - start))
        hits += bool(wanted) and any(one.text.split() == wanted[at].split() for one in found)
    return times, hits


def _spread(name: str, times: list[float]) -> dict[str, float]:
    return {
        f"{name}_median_ms": round(statistics.median(times), 2),
        f"{name}_p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
    }
