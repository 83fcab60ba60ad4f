"""Nodes that serve on loopback and know each other's addresses: what the tests over HTTP begin with."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tejido.log.descriptors import is_hex
from tests.harness.nodes import NodeProc, Nodes
from tests.replication.test_nodes import hashes as hashes  # noqa: PLC0414 - used with the rest
from tests.story.federation import configure

PIECE = 4096


def network_of(nodes: Nodes, names: list[str]) -> list[NodeProc]:
    """One network: the first node opens it, the others are admitted. Nothing was exchanged yet."""
    made = [nodes.create(name) for name in names]
    one, *others = made
    one.call("network", "open", "Net")
    one.call("invite", nodes.folder / "invitation")
    for node in others:
        request = nodes.folder / f"{node.name}-request"
        node.call("join", nodes.folder / "invitation", "--request", request)
        one.call("admit", request)
    for node in made:
        configure(node, exchange_lan=True, processes=1)
    return made


def org_of(node: NodeProc) -> str:
    """Its organisation's id."""
    said = node.call("node", "show").stdout
    return next(word for word in said.split() if len(word) == 64 and is_hex(word))


def befriend(caller: NodeProc, org: str, port: int) -> str:
    """Enter a partner's address by hand; the address."""
    address = f"http://localhost:{port}"
    caller.call("partner", "add", org, address, "--every", "0")
    return address


def exchange(caller: NodeProc, address: str, *, status: int | None = 0) -> str:
    """`tejido exchange with`; what it printed."""
    done = caller.call("exchange", "with", address, status=status)
    return done.stdout + done.stderr


class CuttingProxy:
    """Passes bytes on to a node and cuts the line, in both directions, after a number of them. `passed`: bytes each way."""

    def __init__(self, port: int, cuts: Iterator[int]) -> None:
        self.target, self.cuts = port, cuts
        self.to_server = self.to_caller = self.made = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.made += 1
            left = [next(self.cuts, 1 << 40)]
            server = socket.create_connection(("127.0.0.1", self.target))
            for source, sink, up in ((caller, server, True), (server, caller, False)):
                threading.Thread(target=self._pump, args=(source, sink, left, up), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, left: list[int], up: bool) -> None:
        with contextlib.suppress(OSError):
            while left[0] > 0 and (data := source.recv(min(PIECE, left[0]))):
                left[0] -= len(data)
                self._count(len(data), up=up)
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _count(self, size: int, *, up: bool) -> None:
        if up:
            self.to_server += size
        else:
            self.to_caller += size

    def close(self) -> None:
        """Nobody gets through any more."""
        self._listener.close()


def random_cuts(seed: int, count: int, least: int, most: int) -> Iterator[int]:
    """After how many bytes the next lines break; then no line breaks."""
    rng = Random(seed)
    return iter([rng.randint(least, most) for _ in range(count)])


def fill(node: NodeProc, folder: Path, number: int) -> None:
    """A profile, so that there is something to say."""
    node.call("network", "profile", f"{node.name} {number}", "--place", folder.name)
