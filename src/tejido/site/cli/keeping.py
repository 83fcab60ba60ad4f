"""`tejido check`, `rebuild`: keeping a node in order; `backup` and `restore` stand in `backups`."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tejido.ground.errors import Problem
from tejido.site import node
from tejido.site.cli import backups, setup
from tejido.site.cli.progress import Progress

DEEPEST = 2


class NothingHere(Problem):
    """There is no node in this folder, nor in the folders within."""

    status = 404
    code = "no-node"


def add(commands: Any) -> None:
    """Add this module's commands."""
    check = commands.add_parser("check", help="verify everything that a node holds; exit 1 on a fault")
    setup.data(check, "a node's folder, or one with several nodes beneath")
    check.add_argument("--json", action="store_true", help="print a list of findings as JSON")
    check.set_defaults(run=run_check)
    rebuild = commands.add_parser("rebuild", help="make every derived table anew from the log; resumes after a kill")
    setup.data(rebuild, "the node's data folder")
    rebuild.add_argument("--status", action="store_true", help="only say whether one is due or under way")
    rebuild.set_defaults(run=run_rebuild)
    backups.add(commands)


# --- check


def run_check(args: argparse.Namespace) -> int:
    """One line a finding; exit status 1 where one is a fault."""
    folder = setup.folder()
    if (folder / node.CONFIG).exists():
        found: Iterable[dict[str, str]] = _check_here(folder)
    elif nodes := beneath(folder):
        found = (one for folder in nodes for one in _check_apart(folder))
    else:
        raise NothingHere(f"There is no node in {folder}, nor in the folders within.")
    return _told(found, as_json=args.json)


def beneath(folder: Path) -> list[Path]:
    """Folders of nodes at most two levels down."""
    patterns = ["/".join(["*"] * depth) + f"/{node.CONFIG}" for depth in range(1, DEEPEST + 1)]
    return sorted(path.parent for pattern in patterns for path in folder.glob(pattern))


def _check_here(folder: Path) -> Iterator[dict[str, str]]:
    setup.django()
    from tejido.ground.keeping.checking import check

    for one in check():
        yield {"node": folder.name, **asdict(one)}


def _check_apart(folder: Path) -> list[dict[str, str]]:
    """A process of its own a node: Django is set up once a process."""
    command = [sys.executable, "-m", "tejido", "check", "--data", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)
    try:
        found: list[dict[str, str]] = json.loads(done.stdout)
    except json.JSONDecodeError:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        message = f"the check ended with status {done.returncode}: {last}"
        return [{"node": folder.name, "check": "check", "where": "", "message": message, "level": "fault"}]
    return found


def _told(found: Iterable[dict[str, str]], *, as_json: bool) -> int:
    from tejido.ground.keeping.faults import Fault

    kept = []
    for one in found:
        kept.append(one)
        if not as_json:
            rest = {name: value for name, value in one.items() if name != "node"}
            print(Fault(**rest).line(one["node"]), flush=True)  # type: ignore[arg-type]
    if as_json:
        print(json.dumps(kept, indent=1, ensure_ascii=False))
    return int(any(one["level"] == "fault" for one in kept))


# --- rebuild


def run_rebuild(args: argparse.Namespace) -> None:
    """Bring the database to this version and fold everything anew, showing how far it is."""
    setup.django()
    from tejido.ground.store import rebuilding
    from tejido.ground.store.models import Rebuild

    if args.status:
        print(_rebuild_status(Rebuild.objects.first()))
        return
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    rebuilding.rebuild(Progress("rebuilding"))
    print("rebuilt       every derived table was made anew")


def _rebuild_status(state: Any) -> str:
    from tejido.ground.store.models import ReadTable

    if state is not None and state.phase != "idle":
        return f"under way     phase {state.phase}, {state.done:,} of {state.total:,} steps; `tejido rebuild` goes on"
    stale = ReadTable.objects.filter(stale=True).count()
    return f"due           {stale} tables wait to be filled" if stale else "in order      no rebuild is due"
