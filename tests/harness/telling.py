"""What time a process has, before and after it moves its clock: `python -m tests.harness.telling FILE SECONDS`."""

import json
import sqlite3
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.harness.clocks import Clock


def main(file: str, seconds: str) -> None:
    """As JSON."""
    path, said = Path(file), dict[str, Any]()
    clock = Clock(path, timedelta(seconds=int(path.read_text())))
    said["before"] = datetime.now(UTC).isoformat()
    (found,) = sqlite3.connect(":memory:").execute("SELECT datetime('now')").fetchone()
    said["in sqlite"] = f"{found}+00:00"
    began = time.monotonic()
    other = threading.Timer(0.05, clock.move, [timedelta(seconds=int(seconds))])
    other.start()
    time.sleep(0.1)
    threading.Event().wait(0.1)
    other.join()
    said |= {"waited": time.monotonic() - began, "after": datetime.now(UTC).isoformat()}
    said["file"] = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
