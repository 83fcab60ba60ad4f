"""gunicorn's worker with threads, for clients that are slow or mean to be: a thread is for a request that has come.

Its own gives a thread to every new connection, and a thread stays with whoever has sent half a line for as long as that one
likes: sixteen silent connections made a whole node unreachable. Here one loop gathers each request's head, and its body where
that is small, without any thread. Larger bodies (recordings, turns of an exchange) are read by a thread as they come, so that
what came before a line broke is not lost; but a quarter of the threads is never given to these.
"""

import contextlib
import re
import selectors
import socket
import time
from collections import Counter, deque
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD, SMALL = 64 * 1024, 512 * 1024  # bytes of a head; of a body that is gathered before a thread has it
HEAD_S, SILENT_S, LEAST_PER_S = 20.0, 30.0, 100
MOST_WAITING, MOST_HELD = 800, 64 << 20  # connections whose request has not come yet, and bytes of these
PIECE = 64 * 1024
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
OTHERWISE = re.compile(rb"\r\n(?:transfer-encoding|expect|tus-resumable):", re.IGNORECASE)


class Patient(socket.socket):
    """A connection that gives first what was gathered of its request, and then no more than `SILENT_S` of silence."""

    @classmethod
    def of(cls, plain: socket.socket) -> "Patient":
        """The same connection."""
        made = cls(plain.family, plain.type, plain.proto, fileno=plain.detach())
        made.begin()
        return made

    def begin(self) -> None:
        """A new request may come."""
        self.held = bytearray()
        self.body: int | None = None  # its length, when the head is whole; -1 where it does not say, or is large
        self._head = 0
        self.began = time.monotonic()

    def setblocking(self, flag: bool, /) -> None:
        """Whoever reads as long as it takes is given up after a while."""
        self.settimeout(SILENT_S if flag else 0)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What was gathered, then what comes."""
        if not self.held or flags:
            return super().recv(size, flags)
        given = bytes(self.held[:size])
        del self.held[:size]
        return given

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """In pieces, each within the timeout: the timeout of one `sendall` is for all of it."""
        view = memoryview(data)
        for start in range(0, len(view), PIECE):
            super().sendall(view[start : start + PIECE], flags)

    def gather(self) -> bool:
        """Take what is there of this request, and nothing of the next; whether a thread can have it now."""
        if self.body is None:
            self._gather_head()
        if self.body is None:
            return False
        missing = self.body + self._head - len(self.held)
        if self.body < 0 or missing <= 0:
            return True
        data = super().recv(min(PIECE, missing))
        self.held += data
        return not data or len(data) == missing

    def _gather_head(self) -> None:
        there = super().recv(PIECE, socket.MSG_PEEK)
        end = (self.held + there).find(b"\r\n\r\n")
        self.held += super().recv(len(there) if end < 0 else end + 4 - len(self.held))
        self._head = len(self.held)
        if end >= 0:
            self.body = _length(bytes(self.held))
        elif not there:
            self.body = 0  # it hung up: a thread will see that
        elif len(self.held) > HEAD:
            self.body = -1  # a thread will refuse it

    def due(self) -> float:
        """Until when this request may take to come."""
        if self.body is None:
            return self.began + HEAD_S
        return self.began + HEAD_S + SILENT_S + max(0, self.body) / LEAST_PER_S

    @property
    def large(self) -> bool:
        """Whether a thread has to read its body as it comes."""
        return self.body is not None and self.body < 0


def _length(head: bytes) -> int:
    """Bytes of the body that follows this head; -1 where it is large or is told in another way."""
    found = LENGTH.findall(head)
    if OTHERWISE.search(head) or len(found) > 1:
        return -1
    length = int(found[0]) if found else 0
    return length if length <= SMALL else -1


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Threads for requests that have come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading, self._queue = set[TConn](), deque[TConn]()
        self._most = max(1, self.cfg.threads - max(1, self.cfg.threads // 4))

    def accept(self, listener: socket.socket) -> None:
        """A new connection: its request is waited for here."""
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            plain, address = listener.accept()
            self.nr_conns += 1
            conn = TConn(self.cfg, Patient.of(plain), address, listener.getsockname())
            conn.data_ready = True
            self._wait(conn)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """The next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.sock.begin()
        self._wait(conn)

    def _wait(self, conn: TConn) -> None:
        if len(self.pending_conns) >= MOST_WAITING:
            self._let_go()
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _let_go(self) -> None:
        """Too many wait: whoever has the most of them loses its oldest."""
        whose = Counter(_whose(one) for one in self.pending_conns).most_common(1)[0][0]
        self._drop(next(one for one in self.pending_conns if _whose(one) == whose))

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> None:
        self.pending_conns.remove(conn)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def on_pending_socket_readable(self, conn: TConn, _client: socket.socket) -> None:
        """More of a request has come."""
        try:
            whole = conn.sock.gather()
        except BlockingIOError:
            return
        except OSError:
            self._drop(conn)
            return
        if whole:
            self._forget(conn)
            self.enqueue_req(conn)
        elif sum(len(one.sock.held) for one in self.pending_conns) > MOST_HELD:
            self._let_go()

    def enqueue_req(self, conn: TConn) -> None:
        """To a thread; where its body is still to be read, as soon as few enough of them read."""
        if conn.sock.large and len(self._reading) >= self._most:
            self._queue.append(conn)
            return
        if conn.sock.large:
            self._reading.add(conn)
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """A thread is done with it."""
        self._reading.discard(conn)
        super().finish_request(conn, fs)
        if self._queue and len(self._reading) < self._most:
            self.enqueue_req(self._queue.popleft())

    def murder_pending(self) -> None:
        """Requests that did not come in time; a body that stopped is shown to a thread as far as it came."""
        now = time.monotonic()
        for conn in [one for one in self.pending_conns if one.sock.due() < now or not (self.alive or one.sock.held)]:
            if conn.sock.body is None:
                self._drop(conn)
                continue
            self._forget(conn)
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
            self.enqueue_req(conn)


def _whose(conn: TConn) -> str:
    return str(conn.client[0]) if isinstance(conn.client, tuple) else ""
