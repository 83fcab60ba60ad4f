"""Apertium as a bounded child process: all texts of a call in one run, a run for each step of a pivot.

Texts travel in Apertium's stream format, each ended by a NUL, which flushes the whole pipeline; what the format uses
is escaped. A word that Apertium does not know comes back with an asterisk before it, which becomes a reason to doubt.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from tejido.engines.language import checks
from tejido.engines.language.errors import EngineFailed, EngineMissing, EngineSlow, NoSuchPair
from tejido.engines.language.languages import primary, region
from tejido.engines.language.records import Draft, Pair

PROGRAM = "apertium"
MODES = Path("/usr/share/apertium/modes")
MOST_STEPS = 3
BATCH_LETTERS = 200_000
ENDING = "[][\n]"
"""A blank after each text: without it the last word before a NUL may be kept back as the beginning of a longer one."""
_RESERVED = re.compile(r"[\^$/\[\]{}<>@\\]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNKNOWN = re.compile(r"\*([^\W_]+(?:[’'-][^\W_]+)*)")
_STAR = "*"
# What marks a word for Apertium travels as another sign that looks the same: unknown words, waking the post-generator.
_ASIDE = str.maketrans("*~", "\u2217\u223c")
_BACK = str.maketrans("\u2217\u223c", "*~")
# Sets its own limits, then becomes the program: `preexec_fn` is unsafe under threads, and web servers have threads.
_CONFINED = (
    "import os,resource as r,sys\n"
    "for name,limit in (('AS',int(sys.argv[1])),('CPU',int(sys.argv[2])),('FSIZE',int(sys.argv[3])),('CORE',0)):\n"
    " r.setrlimit(getattr(r,'RLIMIT_'+name),(limit,limit))\n"
    "os.execvp(sys.argv[4],sys.argv[4:])"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Megabytes a process, seconds of processor a process, seconds of wall time a run, megabytes of answer."""

    memory_mb: int = 512
    cpu_s: int = 60
    wall_s: float = 60
    answer_mb: int = 8


def installed() -> bool:
    """Whether the program is here."""
    return shutil.which(PROGRAM) is not None


@dataclass(frozen=True)
class Apertium:
    """Every pair that the installed ones reach in at most three steps."""

    modes: Path = MODES
    bounds: Bounds = Bounds()
    name: str = "apertium"

    def pairs(self) -> Collection[Pair]:
        """Pairs with languages in their shortest code."""
        return self._routes.keys()

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Draft | None]:
        """Drafts of all texts; `engine` names each step, words unknown at any step make a draft suspect."""
        route = self._routes.get(Pair(primary(source), primary(target)))
        if route is None:
            raise NoSuchPair(engine=self.name, source=source, target=target)
        steps = [self._mode(pair, target if at == len(route) - 1 else "") for at, pair in enumerate(route)]
        unknown: list[list[str]] = [[] for _ in texts]
        said = [text.translate(_ASIDE) for text in texts]
        for step in steps:
            said = [_noted(text, words) for text, words in zip(self._through(step, said), unknown, strict=True)]
        engine = ", ".join(f"{self.name} {pair}" for pair in route)
        return [
            Draft(text.translate(_BACK), engine, suspect=checks.unknown(words, given, source))
            for text, words, given in zip(said, unknown, texts, strict=True)
        ]

    @cached_property
    def _routes(self) -> Mapping[Pair, tuple[Pair, ...]]:
        """The shortest way for each pair that can be had."""
        steps = sorted({pair for pair, _name in self._found}, key=str)
        return {Pair(way[0].source, way[-1].target): way for way in _ways(steps)}

    @cached_property
    def _found(self) -> list[tuple[Pair, str]]:
        names = sorted(path.stem for path in self.modes.glob("*.mode"))
        return [(Pair(*codes), name) for name in names if (codes := _codes(name)) is not None]

    def _mode(self, pair: Pair, tag: str) -> str:
        """The installed mode of a pair, that of the target's region where there is one."""
        names = [name for found, name in self._found if found == pair]
        local = [name for name in names if region(tag) and name.endswith(f"_{region(tag)}")]
        return (local or sorted(names, key=len))[0]

    def _through(self, mode: str, texts: Sequence[str]) -> Iterator[str]:
        for batch in _batches(texts):
            sent = "".join(f"{_escape(text)}{ENDING}\0" for text in batch)
            answer = _run([PROGRAM, "-d", str(self.modes.parent), "-f", "none", "-z", mode], sent, self.bounds, mode)
            parts = answer.split("\0")
            if len(parts) <= len(batch):
                raise EngineFailed(engine=f"apertium {mode}", how=f"{len(parts) - 1} answers to {len(batch)} texts")
            yield from (_plain(part) for part in parts[: len(batch)])


def _ways(steps: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    """Shortest chains of steps between any two languages, breadth first."""
    for start in sorted({pair.source for pair in steps}):
        seen = {start}
        queue: deque[tuple[Pair, ...]] = deque((step,) for step in steps if step.source == start)
        while queue:
            way = queue.popleft()
            if way[-1].target in seen:
                continue
            seen.add(way[-1].target)
            yield way
            if len(way) < MOST_STEPS:
                queue.extend((*way, step) for step in steps if step.source == way[-1].target)


def _codes(name: str) -> tuple[str, str] | None:
    """`spa-eng_US` → es, en; None for modes that are no plain pair (`eco-es-fr`)."""
    parts = name.split("-")
    if len(parts) != 2 or not all(re.fullmatch(r"[a-z]{2,3}(_[A-Za-z]+)?", part) for part in parts):
        return None
    return primary(parts[0]), primary(parts[1])


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    letters = 0
    for text in texts:
        if batch and letters + len(text) > BATCH_LETTERS:
            yield batch
            batch, letters = [], 0
        batch.append(text)
        letters += len(text)
    if batch:
        yield batch


def _escape(text: str) -> str:
    return _RESERVED.sub(lambda found: f"\\{found[0]}", " ".join(text.replace("\0", " ").split()))


def _plain(answer: str) -> str:
    body = answer.rpartition("[]")[0] if "[]" in answer else answer
    return " ".join(_ESCAPED.sub(r"\1", body).split())


def _noted(text: str, unknown: list[str]) -> str:
    unknown += _UNKNOWN.findall(text)
    return text.replace(_STAR, "")


def _run(command: list[str], text: str, bounds: Bounds, engine: str) -> str:
    limits = (bounds.memory_mb << 20, bounds.cpu_s, bounds.answer_mb << 20)
    with tempfile.TemporaryFile() as answer:
        child = _start([sys.executable, "-I", "-S", "-c", _CONFINED, *map(str, limits), *command], answer)
        try:
            child.communicate(text.encode(), timeout=bounds.wall_s)
        except subprocess.TimeoutExpired:
            raise EngineSlow(engine=f"apertium {engine}", limit_s=round(bounds.wall_s)) from None
        finally:
            _end(child)
        if child.returncode:
            raise EngineFailed(engine=f"apertium {engine}", how=f"status {child.returncode}")
        answer.seek(0)
        return answer.read().decode("utf-8", "replace")


def _start(command: list[str], answer: IO[bytes]) -> "subprocess.Popen[bytes]":
    if not installed():
        raise EngineMissing(program=PROGRAM, package=PROGRAM)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TMPDIR": tempfile.gettempdir()}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kill the pipeline, also what a shell left of it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        child.stdin.close()
