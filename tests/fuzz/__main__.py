"""`python -m tests.fuzz [--seconds N] [--seed N] [TARGET…]`: throw at each target for its share of the time, then say what broke.

Each runs in a process of its own with a limit on its memory and on the time of one input. The exit status is 1 after a
crash, an input that hung, or one that ate the memory; the input is printed, and kept where `--keep` says. Put it into
`tests/fuzz/corpus/TARGET/` beside its mend: the suite replays every file there.
"""

import argparse
import base64
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import CORPUS, PLANTED, TARGETS
from tests.harness import run

GRACE_S = 120
ALL = {**TARGETS, **PLANTED}
SHOWN_LINES = 40
MEMORY = Path("/dev/shm")  # thousands of small files


def main(argv: list[str]) -> int:
    """Run the targets one after the other; how many broke, as an exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="for all targets together")
    parser.add_argument(
        "--seed", type=int, default=0, help="repeats a run, as far as time is the same; 0: another each time"
    )
    parser.add_argument("--keep", type=Path, help="a folder for inputs that broke something")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default")
    asked = parser.parse_args(argv)
    unknown = set(asked.targets) - set(ALL)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if importlib.util.find_spec("atheris") is None:
        print("fuzz: atheris is not installed here (no wheel for this Python or machine); untested: unforeseen input")
        return int(run.everything_required())
    names = asked.targets or list(TARGETS)
    share = asked.seconds / sum(ALL[name].weight for name in names)
    broken = [name for name in names if not _survives(name, share, asked.seed, asked.keep)]
    if broken:
        print(f"fuzz: findings in {', '.join(broken)}")
    return int(bool(broken))


def _survives(name: str, share: float, seed: int, keep: Path | None) -> bool:
    target = ALL[name]
    seconds = max(1, round(share * target.weight))
    with tempfile.TemporaryDirectory(prefix="tejido-fuzz-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        found = keep or Path(folder) / "found"
        found.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "corpus").mkdir()
        folders = [Path(folder) / "corpus", *(one for one in [CORPUS / name] if one.is_dir())]
        arguments = [
            *map(str, folders), f"-max_total_time={seconds}", f"-max_len={target.most}",
            f"-timeout={target.one_input_s}", f"-rss_limit_mb={target.memory_mb}",
            f"-artifact_prefix={found}/{name}-", f"-seed={seed}", "-print_final_stats=1",
        ]  # fmt: skip
        before = set(found.iterdir())
        status, output = _run(name, arguments, seconds, Path(folder))
        print(f"fuzz: {name}: {_told(output)}, exit status {status}", flush=True)
        if status:
            print("\n".join(output.splitlines()[-SHOWN_LINES:]))
            for path in sorted(set(found.iterdir()) - before):
                print(f"{path.name}: {base64.b64encode(path.read_bytes()).decode()}")
        return status == 0


def _run(name: str, arguments: list[str], seconds: int, folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.fuzz.one", name, *arguments]
    path = os.pathsep.join((str(run.ROOT / "src"), str(run.ROOT)))
    environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(folder), "TEJIDO_TEST_DATABASE": ""}
    try:
        done = subprocess.run(
            command, cwd=run.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=seconds + GRACE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return 124, (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


def _told(output: str) -> str:
    """How many inputs, how many of them new, how much memory."""
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", output))
    runs, new, memory = (stats.get(k, "?") for k in ("number_of_executed_units", "new_units_added", "peak_rss_mb"))
    return f"{runs} inputs, {new} of them showed something new, {memory} MB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
