"""Several `tejido` commands in one process: `python -m tests.ground.charter.batch` reads a JSON list of them and prints what
each said. `$3` in a command is the first key in what the fourth one printed.
"""

import contextlib
import io
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.harness import zygote
from tests.harness.nodes import NodeProc

KEY = re.compile(r"\b[a-z2-7]{26}\b")


@dataclass(frozen=True)
class Said:
    """A command's exit status and what it printed."""

    status: int
    text: str

    @property
    def key(self) -> str:
        """The first key in it."""
        found = KEY.search(self.text)
        assert found, self.text
        return found[0]


def commands(node: NodeProc, *lines: list[str | Path], fails: tuple[int, ...] = ()) -> list[Said]:
    """Run them one after the other; all but those at the places `fails` must succeed."""
    given = json.dumps([list(map(str, line)) for line in lines])
    env = {**node.env, "TEJIDO_NODE": str(node.folder)}
    done = zygote.call("tests.ground.charter.batch", [], env, stdin=given)
    assert done.returncode == 0, done.stderr
    said = [Said(*one) for one in json.loads(done.stdout.splitlines()[-1])]
    for at, one in enumerate(said):
        assert bool(one.status) is (at in fails), f"{node.name}: {lines[at]}: {one.text} {done.stderr}"
    return said


def _run(line: list[str], before: list[Said]) -> Said:
    from tejido.site.cli import main

    args = [re.sub(r"^\$(\d+)$", lambda found: before[int(found[1])].key, word) for word in line]
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        status = main(args)
    return Said(status, heard.getvalue())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tejido.site.settings")
    results: list[Said] = []
    for wanted in json.load(sys.stdin):
        results.append(_run(wanted, results))
    print(json.dumps([(one.status, one.text) for one in results]))
