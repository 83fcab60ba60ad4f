"""What this machine can do today: figures that every benchmark carries, so that a slow day can be told from slow code."""

import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tejido.log import keys


def rate(work: Callable[[], int]) -> float:
    """Units of `work` a second."""
    start = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - start)


def calibration() -> dict[str, float]:
    """Signatures verified, rows inserted and megabytes copied a second."""
    return {
        "cal_inserts_per_s": round(rate(_inserts)),
        "cal_copy_mb_per_s": round(rate(_copy)),
        "cal_verify_per_s": round(rate(_verify)),
    }


def _verify() -> int:
    key = keys.SigningKey(bytes(32))
    message = os.urandom(600)
    signature = key.sign(keys.EVENT, message)
    for _ in range(5000):
        keys.verify(keys.EVENT, message, signature, key.public)
    return 5000


def _inserts() -> int:
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "c.db")
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, h BLOB UNIQUE, d BLOB)")
        values = [(i, os.urandom(32), bytes(1000)) for i in range(50_000)]
        with database:
            database.executemany("INSERT INTO t VALUES (?, ?, ?)", values)
        database.close()
    return 50_000


def _copy() -> int:
    block = bytes(64 << 20)
    for _ in range(8):
        bytearray(block)
    return 8 * 64


def peak_mb() -> float:
    """The greatest resident size of this process so far, MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
