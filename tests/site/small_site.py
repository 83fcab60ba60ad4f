"""A site of three answers behind the node's own web server: run with a port and a number of threads."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.util import FileWrapper

from gunicorn.app.base import BaseApplication

from tejido.site.patience import PatientWorker
from tests.site.test_slow_readers import LARGE, PIECE, piece


class File:
    """An answer with which any thread can go on."""

    goes_on_anywhere = True

    def __iter__(self) -> Iterator[bytes]:
        return (piece(number) for number in range(LARGE // PIECE))


def site(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """A page, a file, a list that only its own thread can make, one large answer, a file as the server knows it."""
    found: dict[str, Callable[[], Iterable[bytes]]] = {
        "/page": lambda: [b"page"],
        "/file": File,
        "/list": lambda: iter(File()),
        "/whole": lambda: [b"".join(File())],
        "/wrapped": lambda: FileWrapper(open(__file__, "rb")),  # noqa: SIM115, PTH123 - the server closes it
    }
    start("200 OK", [("Content-Length", "4" if environ["PATH_INFO"] == "/page" else str(LARGE))])
    return found[environ["PATH_INFO"]]()


class Small(BaseApplication):  # type: ignore[misc]
    """One process with few threads."""

    def load_config(self) -> None:
        """As the node's own server sets it."""
        listed = {
            "bind": [f"localhost:{sys.argv[1]}"], "worker_class": PatientWorker, "threads": int(sys.argv[2]),
            "control_socket_disable": True, "errorlog": "-", "loglevel": "error", "keepalive": 15,
        }  # fmt: skip
        for name, value in listed.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The site."""
        return site


if __name__ == "__main__":
    Small().run()
