"""Recognition in a child process that hands over each segment as soon as it is finished.

A process of its own gives its gigabyte back when done, may be killed without harm to the worker, and ends with it:
the child watches its standard input, which closes when the parent dies, however it dies.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import IO

from tejido.engines.speech.backends import sandbox
from tejido.engines.speech.errors import RecogniserDied, SpeechError, revive
from tejido.engines.speech.languages import whisper_code
from tejido.engines.speech.records import Segment, Settings, Word

MODULE = "tejido.engines.speech.backends.recogniser"


def recognise(samples: Path, model: Path, settings: Settings, start_ms: int, task: str) -> Iterator[Segment]:
    """Segments as the child finishes them; closing the iterator ends the child."""
    whisper_code(settings.language)
    job = {"samples": str(samples), "model": str(model), "settings": asdict(settings), "start_ms": start_ms}
    return _stream(job | {"task": task})


def _stream(job: Mapping[str, object]) -> Iterator[Segment]:
    child = sandbox.start(MODULE, subprocess.PIPE)
    try:
        _send(child, job)
        for line in child.stdout or ():
            message = json.loads(line)
            if "code" in message:
                raise revive(message["code"], message["params"])
            if "done" in message:
                return
            yield parsed(message)
        raise RecogniserDied(how=f"status {child.wait()}")
    finally:
        sandbox.end(child)


def _send(child: "subprocess.Popen[bytes]", job: Mapping[str, object]) -> None:
    if child.stdin is None:
        raise RecogniserDied(how="no pipe")
    child.stdin.write(json.dumps(job).encode() + b"\n")
    child.stdin.flush()


def parsed(values: Mapping[str, object]) -> Segment:
    """The Segment that `Segment.plain` described."""
    rest = dict(values)
    words = rest.pop("words")
    return Segment(words=tuple(Word(**word) for word in words), **rest)  # type: ignore[attr-defined,arg-type]


def settings_of(values: Mapping[str, object]) -> Settings:
    """The Settings that `asdict` described."""
    rest = dict(values)
    others = tuple(map(str, rest.pop("others")))  # type: ignore[call-overload]
    return Settings(others=others, **rest)  # type: ignore[arg-type]


def _child() -> int:
    job = json.loads(sys.stdin.readline())
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no segment
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with closing(out):
        try:
            _work(job, out)
        except SpeechError as error:
            _say(out, {"code": error.code, "params": dict(error.params)})
        else:
            _say(out, {"done": True})
    return 0


def _work(job: Mapping[str, object], out: IO[str]) -> None:
    from tejido.engines.speech.recognise import segments

    settings = settings_of(job["settings"])  # type: ignore[arg-type]
    start_ms = int(str(job["start_ms"]))
    samples, model, task = (str(job[name]) for name in ("samples", "model", "task"))
    for segment in segments(Path(samples), Path(model), settings, start_ms, task):
        _say(out, segment.plain())


def _say(out: IO[str], message: Mapping[str, object]) -> None:
    out.write(json.dumps(message, ensure_ascii=False) + "\n")
    out.flush()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(_child())
