"""Typst, here or in a process of its own: what it keeps of a large book (400 MB for sixty voices) goes with that process."""

import ctypes
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tejido.engines.press.errors import Unset

LARGE = 300_000  # letters of data from which a book is set apart
LIMIT_S = 900
REFUSED = 3
LENGTH = struct.Struct(">Q")
ALONE = {"RAYON_NUM_THREADS": "1"}  # more threads make no book sooner, and some of them 60 MB larger
PASSED_ON = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Job:
    """A template and its folder, folders of fonts (no others are used), the data as JSON, options as Typst has them."""

    template: str
    root: str
    fonts: list[str]
    data: str
    options: dict[str, Any] = field(default_factory=dict)


def typeset_all(jobs: Sequence[Job]) -> list[bytes]:
    """What Typst makes of them: several, or a large one, in a process of their own. Raises Unset where it refuses one."""
    large = len(jobs) > 1 or any(len(job.data) > LARGE for job in jobs)
    return apart(jobs) if large else [here(job) for job in jobs]


def here(job: Job) -> bytes:
    """In this process."""
    import typst

    try:
        made = typst.compile(
            job.template, root=job.root, font_paths=job.fonts, ignore_system_fonts=True,
            sys_inputs={"data": job.data}, **job.options,
        )  # fmt: skip
    except typst.TypstError as fault:
        raise Unset(fault=str(fault)[:300]) from fault
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made


def apart(jobs: Sequence[Job]) -> list[bytes]:
    """In one child, which has nothing of this process but the jobs."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **ALONE}
    command = [sys.executable, "-P", "-m", "tejido.engines.press.backends.typesetting"]
    _give_back()
    given = json.dumps([asdict(job) for job in jobs]).encode()
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=environment, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise Unset(fault=f"it took longer than {LIMIT_S} s") from None
    if done.returncode == REFUSED:
        raise Unset(fault=done.stderr.decode(errors="replace")[:300])
    if done.returncode:
        raise Unset(fault=f"its process ended with {done.returncode}; perhaps this machine has too little memory")
    return list(_parts(done.stdout))


def _give_back() -> None:
    """To the system, what lies free here: beside a large book this process is 50 MB smaller. Only glibc holds on to it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _parts(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (size,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size + size
        yield data[at - size : at]


def main() -> int:
    """The child: jobs come in, documents go out, each after its length."""
    for one in json.load(sys.stdin):
        try:
            made = here(Job(**one))
        except Unset as fault:
            sys.stderr.write(str(fault.params["fault"]))
            return REFUSED
        sys.stdout.buffer.write(LENGTH.pack(len(made)) + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
