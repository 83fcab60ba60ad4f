"""How far a long command is, on a terminal or in a log."""

import sys


class Progress:
    """One line that is written over again on a terminal, and a line each tenth where there is none."""

    def __init__(self, what: str) -> None:
        self.what, self.tenth = what, -1

    def __call__(self, done: int, total: int) -> None:
        share = min(100, 100 * done // total) if total else 100
        if sys.stderr.isatty():
            print(f"\r{self.what} {share:3} %", end="\n" if share == 100 else "", file=sys.stderr, flush=True)
        elif share // 10 != self.tenth:
            self.tenth = share // 10
            print(f"{self.what} {share} %", file=sys.stderr, flush=True)
