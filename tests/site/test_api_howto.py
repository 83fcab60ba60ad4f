"""docs/how-to/api.md, word by word: its commands are run with curl against a real server."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.nodes import Nodes
from tests.harness.run import ROOT

PAGE = ROOT / "docs" / "how-to" / "api.md"
BLOCK = re.compile(r"^```(sh|json|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCOPES = ("relay.read", "relay.write", "network.read", "keep", "exchange")
END = "-- end of a block --"


def blocks() -> list[tuple[str, str]]:
    """Commands of the page, each with what the page says they print at last."""
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_of_the_how_to_work(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.create("warehouse", "--keeper", "amina", "--password", "three unrelated words")
    node.serve()
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    token = node.call("token", "make", "amina", "--name", "how-to", *scopes).stdout.split()[-1]
    told = blocks()
    assert len(told) >= 5
    script = f"\necho '{END}'\n".join(["set -euo pipefail", *(commands for commands, _ in told)])
    recording = ROOT / "tests" / "fixtures" / "speech" / "live_en.webm"
    given = {"NODE": node.url, "TOKEN": token, "RECORDING": str(recording), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    printed = done.stdout.split(f"{END}\n")[1:]
    for (commands, expected), got in zip(told, printed, strict=True):
        if expected.startswith("{"):
            assert json.loads(got) == json.loads(expected), commands
        elif expected:
            assert got.strip() == expected.strip(), commands
