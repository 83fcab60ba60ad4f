"""Runs a function on untrusted bytes in a child process with limits on memory, processor time, wall time and files.

The child sets its own limits before it imports anything heavy: `preexec_fn` is unsafe under threads, and web
servers have threads. It gets no environment but what Python needs, and cannot outlive its processor time.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import IO

from tejido.engines.speech.errors import Crashed, SpeechError, TooMuchMemory, TooSlow, revive

ANSWER_BYTES = 4 * 2**20
MEGABYTE = 2**20
PASSED_ON = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Megabytes of private memory, seconds of processor and wall time, megabytes of any one file written."""

    memory_mb: int = 768
    cpu_s: int = 120
    wall_s: int = 180
    file_mb: int = 512


def run(function: str, request: Mapping[str, object], bounds: Bounds) -> dict[str, object]:
    """Call `module:function` with `request` (JSON values) in a bounded child; its SpeechErrors come back as raised."""
    with tempfile.TemporaryFile() as answer:
        child = start("tejido.engines.speech.backends.sandbox", answer)
        job = {"function": function, "request": request, "bounds": asdict(bounds)}
        try:
            child.communicate(json.dumps(job).encode(), timeout=bounds.wall_s)
        except subprocess.TimeoutExpired:
            raise TooSlow(limit_s=bounds.wall_s) from None
        finally:
            end(child)
        return _answer(child.returncode, answer, bounds)


def start(module: str, stdout: int | IO[bytes]) -> "subprocess.Popen[bytes]":
    """A child running `module` in a session of its own, with one numeric thread and a bare environment."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def end(child: "subprocess.Popen[bytes]") -> None:
    """Kill the child and whatever it started; harmless if it has ended."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _answer(status: int, answer: IO[bytes], bounds: Bounds) -> dict[str, object]:
    answer.seek(0)
    text = answer.read(ANSWER_BYTES)
    if status != 0 or not text:
        raise _death(status, bounds)
    reply = json.loads(text)
    if "code" in reply:
        raise revive(reply["code"], reply["params"])
    result: dict[str, object] = reply["result"]
    return result


def _death(status: int, bounds: Bounds) -> SpeechError:
    if status == -signal.SIGXCPU:
        return TooSlow(limit_s=bounds.cpu_s)
    return Crashed(how=signal.Signals(-status).name if status < 0 else f"exit status {status}")


def confine_memory(memory_mb: int) -> None:
    """Bound what this process may take for itself from now on; beyond it, libraries and Python see `MemoryError`."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))


def _confine(bounds: Bounds) -> None:
    import resource

    confine_memory(bounds.memory_mb)
    limits = {
        resource.RLIMIT_FSIZE: bounds.file_mb * MEGABYTE,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for name, value in limits.items():
        resource.setrlimit(name, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_s, bounds.cpu_s + 1))  # SIGXCPU first, so it can be told


def _called(function: str, request: Mapping[str, object], bounds: Bounds) -> dict[str, object]:
    from importlib import import_module

    module, _, name = function.partition(":")
    try:
        return {"result": getattr(import_module(module), name)(request)}
    except SpeechError as error:
        return {"code": error.code, "params": dict(error.params)}
    except MemoryError:
        return {"code": TooMuchMemory.code, "params": {"limit_mb": bounds.memory_mb}}


def _child() -> int:
    job = json.load(sys.stdin)
    bounds = Bounds(**job["bounds"])
    _confine(bounds)
    json.dump(_called(job["function"], job["request"], bounds), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(_child())
