"""Exchange over HTTP with a real server process on loopback: `bench exchange` calls `from_server`.

The events of `bench log` lie in the public space of a network that both nodes are in; a node of another organisation calls and
takes them in, folded and projected as `ingest_per_s` is. The server runs in a process of its own, as people run it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_connection, socket
from typing import Any

from bench._calibration import peak_mb
from bench._node import fresh_node

WAIT_S = 60.0


def from_server(size: int) -> dict[str, object]:
    """`https_events_per_s`, and the memory and processor time of both sides. They have spoken before, as partners have: what
    processes load once is no part of it."""
    with fresh_node() as folder:
        from bench.log import _register

        _register()
        from tejido.ground.store import founding, tables

        tables.ensure()
        founding.found()
        server = folder / "server"
        before = _joined(server, folder)
        with _serving(server) as (port, process):
            peer = _partner(port)
            _called(peer)
            _run(sys.executable, "-m", "bench._https", str(server), str(size))
            cpu, served_cpu = time.process_time(), _cpu_of(process)
            spent, accepted = _called(peer)
            cpu, served_cpu = time.process_time() - cpu, _cpu_of(process) - served_cpu
            served = _peak_of(process)
        if accepted < size:
            raise SystemExit(f"{accepted} of {size} events arrived")
        return {
            "https_events_per_s": round(size / spent),
            "https_cpu_us": round(cpu / size * 1e6, 1),
            "https_server_cpu_us": round(served_cpu / size * 1e6, 1),
            "https_server_peak_mb": served,
            "https_before_mb": before,
            "peak_mb": peak_mb(),
        }


def _run(*command: str, node: str = "") -> str:
    env = {**os.environ, **({"TEJIDO_NODE": node} if node else {})}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def _tejido(folder: Path, *args: str) -> str:
    return _run(sys.executable, "-m", "tejido", "--data", str(folder), *args, node=str(folder))


def _joined(server: Path, folder: Path) -> float:
    """A network that the server's node opened and that we are admitted to."""
    from tejido.ground.network import actions

    _tejido(server, "node", "create", "server")
    _tejido(server, "network", "open", "Net")
    _tejido(server, "invite", str(folder / "invitation"))
    actions.join(invitation=folder / "invitation", request=folder / "request")
    _tejido(server, "admit", str(folder / "request"))
    return peak_mb()


@contextmanager
def _serving(server: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "tejido", "--data", str(server), "serve", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, env={**os.environ, "TEJIDO_NODE": str(server)}, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def _partner(port: int) -> Any:
    """The server as people enter a partner, and no quota."""
    from django.conf import settings

    settings.NODE = replace(settings.NODE, exchange_lan=True)
    from tejido.ground.network import selectors
    from tejido.ground.peers import actions, quotas
    from tejido.replication.quotas import Allowance

    quotas.A_DAY = Allowance(events=10**9, bytes=1 << 50)
    (network,) = selectors.networks()
    return actions.add(org=network.owner.hex(), address=f"http://127.0.0.1:{port}", every_min=0)


def _called(peer: Any) -> tuple[float, int]:
    """(seconds, events that were taken in)."""
    from tejido.ground.peers import exchanging

    start = time.perf_counter()
    went = exchanging.exchange(peer, slice_s=float("inf"), tell=lambda _permille: None)
    spent = time.perf_counter() - start
    if went.taken.problems:
        raise SystemExit(f"passed over: {went.taken.problems[:3]}")
    return spent, went.taken.accepted


def _cpu_of(process: "subprocess.Popen[bytes]") -> float:
    """Processor seconds of a server's processes so far."""
    import psutil

    found = psutil.Process(process.pid)
    return sum(sum(one.cpu_times()[:2]) for one in (found, *found.children(recursive=True)))


def _peak_of(process: "subprocess.Popen[bytes]") -> float:
    """The greatest resident set of a server's processes, in MB."""
    import psutil

    peaks = [0.0]
    for one in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)):
        status = Path(f"/proc/{one.pid}/status").read_text()
        peaks += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return round(max(peaks), 1)


def fill(folder: str, size: int) -> None:
    """In the server's folder: a foreign organisation's events in its public space, whose member that is."""
    os.environ |= {"TEJIDO_NODE": folder, "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    import django

    django.setup()
    from bench.log import _ingest, _register

    _register()
    from tejido.ground.store import tables

    tables.ensure()
    _ingest(members(), size)


def members() -> Any:
    """A foreign organisation's authors, who write in the public space of this node's network, whose member that is."""
    from bench.log import Authors
    from tejido.ground.network import selectors
    from tejido.ground.store import logs
    from tejido.ground.store.ingest import ingest
    from tejido.ground.store.spaces import set_members
    from tejido.log import descriptors

    (network,) = selectors.networks()
    authors: Any = Authors(public=True, epoch_key=None)
    public = network.public_space
    if public is None:
        raise SystemExit("the network has no public space")
    authors.space = descriptors.Space.parse(bytes(logs.space_row(public).descriptor))
    org = authors.logs[0].org
    authors.logs = [descriptors.Log(org, key.public, bytes(16), authors.space.id) for key in authors.keys]
    ingest(authors.identity)
    set_members(public, [*network.members, org])
    return authors


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
