"""A `tejido` command that writes down whom it called and what it looked up: `python -m tests.replication.watched FILE ARGS…`."""

import sys
from pathlib import Path
from typing import Any

WATCHED = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


def main(kept: str, *args: str) -> int:
    """One line for each: `connect 127.0.0.1 9050`, `getaddrinfo 127.0.0.1 9050`."""
    from tejido.site import cli

    place = Path(kept)
    place.touch()

    def note(event: str, given: tuple[Any, ...]) -> None:
        if event in WATCHED:
            where = given[1] if event in WATCHED[:2] else given[:2]
            with place.open("a") as file:
                file.write(" ".join(map(str, (event.removeprefix("socket."), *where))) + "\n")

    sys.addaudithook(note)
    return cli.main(list(args))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
