"""A bad line: a proxy on loopback that cuts connections in the middle of what they send."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

RESET = b"\1\0\0\0\0\0\0\0"


@dataclass
class BadLine:
    """Cuts the first `PATCH` after `cuts[0]` bytes of it, the second after `cuts[1]`, and lets the later ones through."""

    to: int
    cuts: list[int]
    done: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        """Until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                threading.Thread(target=self._up, args=(near, far), daemon=True).start()
                threading.Thread(target=_copy, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        """What the client says; counted from the word PATCH on."""
        left: int | None = None
        with suppress(OSError):
            while piece := near.recv(1024):
                if left is None and b"PATCH /uploads/" in piece and self.cuts:
                    left = self.cuts.pop(0)
                if left is not None and len(piece) > left:
                    far.sendall(piece[:left])
                    self.done += 1
                    break
                left = None if left is None else left - len(piece)
                far.sendall(piece)
        for end in (near, far):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _copy(far: socket.socket, near: socket.socket) -> None:
    with suppress(OSError):
        while piece := far.recv(65536):
            near.sendall(piece)
    with suppress(OSError):
        near.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad_line(port: int, cuts: Sequence[int]) -> Iterator[BadLine]:
    """A line to `port` that is cut where `cuts` says."""
    line = BadLine(port, list(cuts))
    threading.Thread(target=line.serve, daemon=True).start()
    try:
        yield line
    finally:
        line.listener.close()
