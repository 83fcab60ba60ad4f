"""The files that make up the project: what git tracks, or everything beneath the root of an unpacked archive."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.harness.run import ROOT

CODE = ("src", "tests", "bench", "tools")
LOCAL = frozenset({".venv", ".uv", ".git", "demo", "var", "screenshots", "__pycache__", ".mypy_cache", ".ruff_cache"})


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project that still exists, relative to the root."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\0")[:-1] if listed.returncode == 0 else [str(path) for path in _walked()]
    return tuple(sorted(Path(name) for name in names if (ROOT / name).is_file() and not (ROOT / name).is_symlink()))


def _walked() -> Iterator[Path]:
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if not LOCAL & set(relative.parts):
            yield relative


@dataclass(frozen=True)
class Module:
    """A Python file: path from the root, source, syntax tree."""

    path: Path
    source: str
    tree: ast.Module

    def functions(self) -> Iterator[tuple[str, int]]:
        """Name and length in lines of each function, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the project; migrations are Django's."""
    paths = [p for p in tracked() if p.suffix == ".py" and p.parts[0] in CODE and "migrations" not in p.parts]
    return tuple(Module(p, source := (ROOT / p).read_text(encoding="utf-8"), ast.parse(source)) for p in paths)


def texts() -> Iterator[tuple[Path, str]]:
    """Every tracked file that is text."""
    for path in tracked():
        data = (ROOT / path).read_bytes()
        if b"\0" not in data[:8192]:
            yield path, data.decode("utf-8", errors="replace")
