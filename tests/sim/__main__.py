"""`python -m tests.sim --seeds 20000`, or `--seed 4711` to see one again; `--real` plays on nodes with databases."""

import argparse
import sys
import time

from tests.sim import run

FAILURES_SHOWN = 3


def main(arguments: list[str] | None = None) -> int:
    """Play and tell; the exit status is 1 where a seed failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--real", action="store_true", help="on real nodes: SQLite in temporary folders")
    parser.add_argument("--plant", default="", help="with --real: a fault of `tests/sim/real/planted.py`")
    parser.add_argument("--only", default="", help="with --real: only these kinds of trouble, with commas between")
    given = parser.parse_args(arguments)
    if given.real:
        from tests.sim import real

        first, seeds = (given.first, given.seeds) if given.seed is None else (given.seed, 1)
        return real.main(first, seeds, given.plant, tuple(given.only.split(",")) if given.only else ())
    if given.seed is not None:
        given.first, given.seeds, given.processes = given.seed, 1, 1
    return _play(given.first, given.seeds, given.processes)


def _play(first: int, seeds: int, processes: int) -> int:
    began, failed = time.monotonic(), 0
    for done, failures in run.many(first, seeds, processes):
        for failure in failures:
            failed += 1
            if failed <= FAILURES_SHOWN:
                print(failure, end="\n\n")
        if sys.stderr.isatty():
            print(f"\r{done} of {seeds}", end="", file=sys.stderr)
    print(f"{seeds} seeds, {failed} failed, {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
