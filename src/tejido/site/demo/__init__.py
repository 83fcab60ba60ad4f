"""Three nodes with a chain under way, on one machine: made by the same actions that people use, in processes of their own.

Making them is a list of steps; each is idempotent, and a step that was finished is remembered in `demo.json`, so that a
demo that was interrupted goes on, and one that is complete starts at once.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from tejido.site.demo.content import NODES, Place, hops, real_folder
from tejido.site.server import GRACE_S

STATE = "demo.json"
PASSWORD = "woven-{}"  # noqa: S105 - a demo's, printed on the terminal


@dataclass
class Demo:
    """The demo in one folder."""

    folder: Path
    port: int
    quick: bool = False

    def make(self) -> None:
        """Run the steps that are not done yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "exchange").mkdir(exist_ok=True)
        done = self._done()
        steps = list(self._steps())
        for number, (place, step, *rest) in enumerate(steps, 1):
            name = " ".join([place.slug, step, *rest])
            if name not in done:
                print(f"[{number:2}/{len(steps)}] {place.city}: {' '.join([step, *rest])}", flush=True)
                self._run(place, step, *rest)
                done.append(name)
                (self.folder / STATE).write_bytes(orjson.dumps(done))

    def _done(self) -> list[str]:
        path = self.folder / STATE
        return list(orjson.loads(path.read_bytes())) if path.exists() else []

    def _steps(self) -> Iterator[tuple[Place, str, *tuple[str, ...]]]:
        founder, *others = NODES
        for number, place in enumerate(NODES):
            yield place, "create", str(self.port + number)
        yield founder, "open"
        for place in others:
            yield founder, "invite", place.slug
            yield place, "join"
            yield founder, "admit", place.slug
        for place in [founder, *others]:
            yield place, "settle"
        yield founder, "charter"
        yield founder, "chain"
        for hop in hops(quick=self.quick):
            yield hop.place, "hop", hop.id
        if real_folder() is None:
            yield founder, "publish"
        for place in NODES:
            yield place, "exchange"

    def _run(self, place: Place, step: str, *rest: str) -> None:
        command = [sys.executable, "-m", "tejido.site.demo.steps", str(self.folder), place.slug, step, *rest]
        done = subprocess.run(command, env=self._env(place), check=False)
        if done.returncode:
            raise SystemExit(f"tejido: the demo stopped at “{place.slug} {step}”. Run it again to go on.")

    def _env(self, place: Place) -> dict[str, str]:
        return {**os.environ, "TEJIDO_NODE": str(self.folder / place.slug)}

    def described(self) -> str:
        """Addresses, logins and folders."""
        lines = [
            "",
            "Three nodes, one chain, one publication. Voices are synthetic unless real recordings were given.",
            "",
        ]
        for number, place in enumerate(NODES):
            lines += [
                f"  {place.city}: {place.org}",
                f"    address   http://localhost:{self.port + number}",
                f"    login     {place.keeper}   {PASSWORD.format(place.slug)}",
                f"    public    http://localhost:{self.port + number}/p/",
                f"    data      {self.folder / place.slug}",
            ]
        return "\n".join([*lines, f"    exchange  {self.folder / 'exchange'}", ""])

    def serve(self) -> int:
        """Serve and work on all three until Ctrl-C or SIGTERM; then end them."""
        signal.signal(signal.SIGTERM, _interrupt)
        running: list[subprocess.Popen[bytes]] = []
        try:
            for place in NODES:
                for command in ("serve", "worker"):
                    line = [sys.executable, "-m", "tejido", "--data", str(self.folder / place.slug), command]
                    running.append(subprocess.Popen(line, stdout=subprocess.DEVNULL))
            print("Ctrl-C ends all three.", flush=True)
            return _wait(running)
        except KeyboardInterrupt:
            return 0
        finally:
            _end(running)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _wait(running: list["subprocess.Popen[bytes]"]) -> int:
    while all(process.poll() is None for process in running):
        time.sleep(0.3)
    ended = next(process for process in running if process.poll() is not None)
    print(f"tejido: {ended.args!r} ended with status {ended.returncode}", file=sys.stderr)
    return 1


def _end(running: list["subprocess.Popen[bytes]"]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE_S + 10
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
