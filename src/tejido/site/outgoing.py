"""The way out of an answer: a thread makes it, the loop sends what the client does not take at once.

A client that reads slowly held a thread for as long as it liked. What an answer has made and the client has not taken waits
with its connection, in memory; files go on piece by piece, each by any thread that is free when the client has taken the last.
Nothing that waits is written to a disk: it may be somebody's words in the clear.
"""

import errno
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any
from wsgiref.util import FileWrapper

PIECE = 64 * 1024
SILENT_S, GRACE_S, LEAST_PER_S = 30.0, 60.0, 100
MOST_HELD_OUT = 4 << 20  # bytes of an answer that wait before whoever makes it has to wait, too
MOST_ALONE = 32 << 20  # the same where as many wait as may: then memory, since a thread there is none


class Outgoing(socket.socket):
    """A connection whose `sendall` keeps what the client does not take at once."""

    narrow = threading.BoundedSemaphore(1)
    """Threads that may wait for clients to take what cannot be made by another thread."""

    def begin_sending(self) -> None:
        """Nothing waits."""
        self._waiting, self.waits = deque[memoryview](), 0
        self.sent, self.moved = 0, time.monotonic()
        self.since = self.moved

    def sendall(self, data: Any, _flags: int = 0, /) -> None:
        """Take it all: now as much as the client takes, the rest later by `flush`."""
        if self.waits > MOST_HELD_OUT:
            self._wait()
        if not self.sent and not self._waiting:
            self.since = self.moved = time.monotonic()
        if view := memoryview(data):
            self._waiting.append(view)
            self.waits += len(view)
            self.flush()

    def flush(self) -> None:
        """Send what the client takes without waiting for it; raises `OSError` where it is gone."""
        before = self.gettimeout()
        self.settimeout(0)
        try:
            while self._waiting:
                self._sent(super().send(self._waiting[0][:PIECE]))
        except BlockingIOError:
            pass
        finally:
            self.settimeout(before)

    def _sent(self, count: int) -> None:
        first = self._waiting.popleft()
        if count < len(first):
            self._waiting.appendleft(first[count:])
        self.waits -= count
        self.sent, self.moved = self.sent + count, time.monotonic()

    def _wait(self) -> None:
        """Wait until the client has taken what waits, where few threads do; else more waits, and in the end it is given up."""
        if not self.narrow.acquire(blocking=False):
            if self.waits > MOST_ALONE:
                raise ConnectionResetError(errno.ECONNRESET, "too many clients read slowly")
            return
        try:
            self.settimeout(SILENT_S)
            while self._waiting:
                self._sent(super().send(self._waiting[0][:PIECE]))
                if self.is_late():
                    raise ConnectionResetError(errno.ECONNRESET, "the client reads too slowly")
        finally:
            self.narrow.release()

    def is_late(self) -> bool:
        """Whether the client takes nothing, or less than any line that works."""
        now = time.monotonic()
        return now - self.moved > SILENT_S or self.sent < LEAST_PER_S * (now - self.since - GRACE_S)


class Answer:
    """An answer on its way: what is still to be made of it, and by whom."""

    def __init__(self, response: Any, body: Iterable[bytes]) -> None:
        self.response, self._body, self._pieces = response, body, iter(body)
        self._anywhere = isinstance(body, FileWrapper) or getattr(body, "goes_on_anywhere", False)

    def go_on(self, line: Outgoing) -> bool:
        """Make more of it, until the client takes no more; whether that was all. What only this thread can make is made whole."""
        for piece in self._pieces:
            self.response.write(piece)
            if line.waits and self._anywhere:
                return False
        self.response.close()
        return True

    def close(self) -> None:
        """Let go of what it is made from."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
