"""The import contracts hold, and each of them notices a violation planted in a copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.run import ROOT

PLANTED = {
    "log/planted.py": "import django\nimport tejido.ground\n",
    "practices/relay/domain.py": "from django.db import models\nfrom tejido.practices.relay import actions\n",
    "practices/relay/views.py": "from tejido.practices.relay import models\n",
    "practices/relay/actions.py": "from tejido.practices.archive import public\n",
    "practices/relay/models.py": "",
    "practices/archive/__init__.py": "",
    "practices/archive/public.py": "from tejido.practices.relay import domain\n",
}


def _lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    lint = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [lint, "--no-cache", "--config", ROOT / "pyproject.toml"],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "NO_COLOR": "1"},
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source, as a copy that may be spoiled."""
    shutil.copytree(ROOT / "src" / "tejido", tmp_path / "src" / "tejido", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def _broken(output: str) -> set[str]:
    return {line.removesuffix(" BROKEN").strip() for line in output.splitlines() if line.endswith(" BROKEN")}


def _all(output: str) -> set[str]:
    ends = (" KEPT", " BROKEN")
    return {line.rsplit(" ", 1)[0].strip() for line in output.splitlines() if line.endswith(ends)}


def test_the_source_keeps_every_contract(copy: Path) -> None:
    done = _lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_notices_a_planted_violation(copy: Path) -> None:
    for name, text in PLANTED.items():
        path = copy / "src" / "tejido" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'"""Planted."""\n{text}')
    done = _lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert _broken(done.stdout) == _all(done.stdout), done.stdout


def test_a_room_without_a_place_is_noticed(copy: Path) -> None:
    room = copy / "src" / "tejido" / "practices" / "gossip"
    room.mkdir()
    (room / "__init__.py").write_text('"""Planted."""\n')
    done = _lint(copy)
    assert "Rooms: each imports only those built before it" in _broken(done.stdout), done.stdout + done.stderr
