"""In processes whose clock a test sets: libfaketime 0.9.10 turns a sleep until a moment of the monotonic clock, as `time.sleep`
asks for, into a moment of another clock (EINVAL)."""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    if float(seconds) < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], float(seconds))


time.sleep = _sleep
