"""Clocks of node processes that a test sets while they run: Debian's libfaketime, preloaded into what the test starts.

Only what stands for a date moves. The monotonic clock does not, so that nobody's patience ends, and neither do the times of
files. The product knows nothing of it: a variable of its own that shifts its clock would make nodes sign other days.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness import run

PATTERN = "lib/*/faketime/libfaketimeMT.so.1"  # the one for processes with threads
STARTED = Path(__file__).parent / "started"


def library() -> Path | None:
    """Where libfaketime lies, None where it is not installed."""
    return next(iter(Path("/usr").glob(PATTERN)), None)


def required() -> None:
    """Skip a test where clocks cannot be set (a failure under `TEJIDO_REQUIRE=all`)."""
    if library() is None:
        pytest.skip("faketime is not installed: apt-get install faketime")


@dataclass
class Clock:
    """A clock, kept in a file that processes look at each time they ask what time it is. It goes on by itself."""

    file: Path
    ahead: timedelta = timedelta(0)

    def set(self, at: datetime) -> None:
        """It is this moment now."""
        self.ahead = at - datetime.now(UTC)
        self._keep()

    def move(self, by: timedelta) -> None:
        """Forward, or back."""
        self.ahead += by
        self._keep()

    def _keep(self) -> None:
        """At once: whoever looks finds the old one or the new one."""
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{int(self.ahead.total_seconds()):+d}\n")
        beside.replace(self.file)

    def environment(self) -> dict[str, str]:
        """What processes are started with that live by it."""
        found = library()
        assert found is not None
        paths = (STARTED, run.ROOT / "src", run.ROOT)
        return {
            "LD_PRELOAD": str(found),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        }
