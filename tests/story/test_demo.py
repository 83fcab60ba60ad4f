"""`tejido demo`: three nodes with a chain under way, made once, served until Ctrl-C."""

import http.client
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.harness import run
from tests.harness.browser import PageAt
from tests.harness.nodes import NodeProc, environment, free_port
from tests.story.look import Look, look

pytestmark = pytest.mark.slow
PLACES = ("chicago", "gaziantep", "lagos")
LOGIN = re.compile(r"address\s+(\S+)\n\s+login\s+(\S+)\s+(\S+)\n\s+public\s+\S+\n\s+data\s+(\S+)")
WITHIN_S = 300


@dataclass(frozen=True)
class Demo:
    """The command `tejido demo` on one folder."""

    folder: Path
    env: dict[str, str]
    port: int

    def command(self, *more: str) -> list[str]:
        """The command line."""
        started = [sys.executable, "-m", "tejido", "demo", "--data", str(self.folder), "--quick"]
        return [*started, "--port", str(self.port), *more]

    def make(self) -> str:
        """Make the nodes, start nothing; what it prints."""
        done = subprocess.run(
            self.command("--no-serve"), env=self.env, cwd=run.ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def looks(self) -> list[Look]:
        """What each of the three holds."""
        return [look(NodeProc(place, self.folder / place, self.env)) for place in PLACES]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that is made, with the clips that come with the program."""
    env = {name: value for name, value in environment("").items() if name != "TEJIDO_DATA"}
    made = Demo(tmp_path_factory.mktemp("demo"), {**env, "PYTHONUNBUFFERED": "1"}, free_port())
    made.make()
    return made


def test_making_it_again_changes_nothing(demo: Demo) -> None:
    before = demo.looks()
    assert "[" not in demo.make().partition("Three nodes")[0]
    assert demo.looks() == before


def test_all_three_have_come_to_the_same_state(demo: Demo) -> None:
    first, *others = (one.states for one in demo.looks())
    shared = first.keys() & others[0].keys() & others[1].keys()
    assert len(shared) == 2
    assert all(other[space] == first[space] for other in others for space in shared)


@pytest.mark.browser
def test_it_serves_until_ctrl_c_and_leaves_nothing_running(demo: Demo, page_at: PageAt, tmp_path: Path) -> None:
    """Ctrl-C as on a terminal: a suite that runs in the background of a shell ignores it, and so would its children."""
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        started = subprocess.Popen(
            demo.command(), env=demo.env, cwd=run.ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )  # fmt: skip
    try:
        wait_for(lambda: "Ctrl-C" in log.read_text())
        logins = LOGIN.findall(log.read_text())
        assert [Path(folder).name for *_, folder in logins] == list(PLACES)
        for address, name, password, _ in logins:
            sign_in(page_at, address, name, password)
        running = psutil.Process(started.pid).children(recursive=True)
        assert len(running) >= 2 * len(PLACES)
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 0, log.read_text()
        wait_for(lambda: not any(alive(process) for process in running))
    finally:
        end(started)


def alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that nobody has waited for does not."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def sign_in(page_at: PageAt, address: str, name: str, password: str) -> None:
    """The login that was printed opens the node at the address that was printed, and there is the chain."""
    page = page_at(width=390)
    wait_for(lambda: answers(address))
    page.goto(f"{address}/sign-in/?next=/chains/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("form:has([name=login]) .button.main").click()
    expect(page.locator("main .list h2 a")).to_have_count(1)
    expect(page.locator("main .list")).to_contain_text("3 voices")


def answers(address: str) -> bool:
    """Whether somebody listens there."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_for(seen: Callable[[], bool]) -> None:
    """Until it is so."""
    end_at = time.monotonic() + WITHIN_S
    while not seen():
        if time.monotonic() > end_at:
            raise AssertionError(f"not so within {WITHIN_S} s")
        time.sleep(0.3)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Whatever a failed test leaves running."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()
