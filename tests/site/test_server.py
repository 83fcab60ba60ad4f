"""The server as a node starts it: a process of its own, static files and all, without a log of who came."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tejido.site.node import NodeConfig, save
from tejido.site.patience import PatientWorker
from tejido.site.server import options
from tests.harness import run

PROGRAM = "from tejido.site.node import load; from tejido.site.server import serve; serve(load())"


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def node(tmp_path: Path) -> Iterator[tuple[NodeConfig, "subprocess.Popen[bytes]"]]:
    """A fresh node's server."""
    config = NodeConfig(folder=tmp_path / "node", name="Test", port=free_port(), processes=1, threads=2)
    save(config)
    environment = {
        **os.environ,
        "TEJIDO_NODE": str(config.folder),
        "TEJIDO_TEST_DATABASE": "",
        "PYTHONPATH": str(run.ROOT / "src"),
    }
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stderr=subprocess.PIPE) as process:
        yield config, process
        process.kill()


def fetch(url: str, tries: int = 200) -> tuple[int, bytes]:
    """The answer, once the server listens."""
    for _ in range(tries):
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(url)


def test_a_fresh_node_serves_pages_and_static_files_and_ends_when_asked(
    node: tuple[NodeConfig, "subprocess.Popen[bytes]"],
) -> None:
    config, process = node
    base = f"http://localhost:{config.port}"
    status, page = fetch(f"{base}/offline/")
    assert status == 200
    sheet = page.split(b'rel="stylesheet" href="')[1].split(b'"')[0].decode()
    assert fetch(base + sheet)[0] == 200
    assert fetch(f"{base}/nowhere")[0] == 404
    with socket.create_connection(("127.0.0.1", config.port)) as line:
        line.sendall(b"no request at all\r\n\r\n")
        assert b"400" in line.recv(100)
    process.send_signal(signal.SIGTERM)
    said = process.stderr.read() if process.stderr else b""
    assert process.wait() == 0
    assert b"127.0.0.1" not in said
    assert b"/nowhere" not in said
    assert (config.folder / "temporary").stat().st_mode & 0o777 == 0o700


def test_no_access_log_is_kept() -> None:
    chosen = options(NodeConfig(folder=Path("x"), processes=3, threads=5), "localhost:1")
    assert chosen["accesslog"] is None
    assert (chosen["workers"], chosen["threads"], chosen["worker_class"]) == (3, 5, PatientWorker)
