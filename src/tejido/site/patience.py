"""gunicorn's worker with threads, for clients that are slow or mean to be: a thread is for a request that has come.

Its own gives a thread to every new connection, and a thread stays with whoever has sent half a line for as long as that one
likes: sixteen silent connections made a whole node unreachable. Here one loop gathers each request's head, and its body where
that is small, without any thread. Larger bodies (recordings, turns of an exchange) are read by a thread as they come, so that
what came before a line broke is not lost; but a quarter of the threads is never given to these. On the way out it is the same:
a thread makes an answer, and the loop sends what the client does not take at once (`tejido.site.outgoing`).
"""

import contextlib
import re
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from tejido.site.outgoing import Answer, Outgoing

HEAD, SMALL = 64 * 1024, 512 * 1024  # bytes of a head; of a body that is gathered before a thread has it
HEAD_S, SILENT_S, LEAST_PER_S = 20.0, 30.0, 100
MOST_WAITING, MOST_HELD = 500, 64 << 20  # connections whose request has not come yet, and bytes of these
MOST_SENDING, MOST_SENT = 200, 128 << 20  # connections that have not taken their answer yet, and bytes of these
MOST_KEPT, MOST_LEAVING, LEAVE_S = 200, 90, 2.0  # together fewer than the thousand that a worker takes
PARKED = object()
PIECE = 64 * 1024
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
OTHERWISE = re.compile(rb"\r\n(?:transfer-encoding|expect|tus-resumable):", re.IGNORECASE)


class Patient(Outgoing):
    """A connection that gives first what was gathered of its request, and then no more than `SILENT_S` of silence."""

    @classmethod
    def of(cls, plain: socket.socket) -> "Patient":
        """The same connection."""
        made = cls(plain.family, plain.type, plain.proto, fileno=plain.detach())
        made.begin()
        return made

    def begin(self) -> None:
        """A new request may come."""
        self.begin_sending()
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
        self._sending, self._leaving = list[TConn](), deque[TConn]()
        self.max_keepalived = MOST_KEPT
        Patient.narrow = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))

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
        self._drop(_oldest_of_most(self.pending_conns))

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
        """A thread is done with it, or with as much of the answer as the client takes for now."""
        self._reading.discard(conn)
        if conn.sock.waits or _parked(fs):
            self._send(conn, fs)
        else:
            self._finished(conn, fs)
        if self._queue and len(self._reading) < self._most:
            self.enqueue_req(self._queue.popleft())

    # --- the way out

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """As gunicorn's, but that the thread leaves when the client takes no more for now."""
        self.cfg.pre_request(self, req)
        response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg)
        environ["wsgi.multithread"] = True
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False  # another worker follows; what is under way is finished
        if not (self.alive and self.cfg.keepalive) or len(self.keepalived_conns) >= self.max_keepalived:
            response.force_close()
        try:
            conn.answer = Answer(response, self.wsgi(environ, response.start_response))
            return self._go_on(conn)
        except OSError:
            raise
        except Exception:
            if not response.headers_sent:
                raise
            self.log.exception("Error handling request")  # an answer that was begun can only be cut off
            return False

    def _go_on(self, conn: TConn) -> Any:
        """`PARKED`, or whether the connection can be kept."""
        answer = conn.answer
        try:
            if not answer.go_on(conn.sock):
                return PARKED
        except BaseException:
            answer.close()
            raise
        answer.close()
        return not answer.response.should_close()

    def _keepalive_after(self, conn: TConn, keepalive: Any) -> Any:
        return PARKED if keepalive is PARKED else super()._keepalive_after(conn, keepalive)

    def _resume(self, conn: TConn) -> Any:
        """A thread goes on with an answer that was parked."""
        try:
            conn.sock.setblocking(True)
            return self._keepalive_after(conn, self._go_on(conn))
        except OSError:
            return False
        except Exception:
            self.log.exception("Error handling request")
            return False

    def _send(self, conn: TConn, fs: Any) -> None:
        """The loop sends what waits; then a thread goes on, or the connection is done with."""
        conn.done, conn.sock.moved = fs, time.monotonic()
        conn.sock.setblocking(False)
        self._sending.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._on_writable, conn))
        if len(self._sending) > MOST_SENDING or sum(one.sock.waits for one in self._sending) > MOST_SENT:
            self._cut(_oldest_of_most(self._sending))

    def _on_writable(self, conn: TConn, _client: socket.socket) -> None:
        try:
            conn.sock.flush()
        except OSError:
            self._cut(conn)
            return
        if conn.sock.waits:
            return
        self._sending.remove(conn)
        self.poller.unregister(conn.sock)
        if not _parked(conn.done):
            self._finished(conn, conn.done)
            return
        fs = self.tpool.submit(self._resume, conn)
        fs.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _cut(self, conn: TConn) -> None:
        """Its client is gone, or too slow, or one too many."""
        self._sending.remove(conn)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        if _parked(conn.done):
            conn.answer.close()
        self.nr_conns -= 1
        conn.close()

    def _finished(self, conn: TConn, fs: Any) -> None:
        """Keep the connection, or close it; gunicorn's own way of closing holds the loop up for as long as a client likes."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        conn.sock.setblocking(False)
        conn.until = time.monotonic() + LEAVE_S
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):
            self.nr_conns -= 1
            util.close(conn.sock)
            return
        self._leaving.append(conn)
        if len(self._leaving) > MOST_LEAVING:
            self._left(self._leaving[0])

    def _drain(self, conn: TConn, _client: socket.socket) -> None:
        """What it still sends is read and dropped until it hangs up, lest the end of its answer be lost."""
        try:
            more = socket.socket.recv(conn.sock, PIECE)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._left(conn)

    def _left(self, conn: TConn) -> None:
        self._leaving.remove(conn)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Requests that did not come in time; a body that stopped is shown to a thread as far as it came."""
        now = time.monotonic()
        for conn in [one for one in self._sending if one.sock.is_late()]:
            self._cut(conn)
        while self._leaving and self._leaving[0].until < now:
            self._left(self._leaving[0])
        for conn in [one for one in self.pending_conns if one.sock.due() < now or not (self.alive or one.sock.held)]:
            if conn.sock.body is None:
                self._drop(conn)
                continue
            self._forget(conn)
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
            self.enqueue_req(conn)


def _parked(fs: Any) -> bool:
    return not fs.cancelled() and fs.exception() is None and fs.result() is PARKED


def _oldest_of_most(conns: Iterable[TConn]) -> TConn:
    """Of whoever has most of these, the oldest."""
    listed = list(conns)
    whose = Counter(_whose(one) for one in listed).most_common(1)[0][0]
    return next(one for one in listed if _whose(one) == whose)


def _whose(conn: TConn) -> str:
    return str(conn.client[0]) if isinstance(conn.client, tuple) else ""
