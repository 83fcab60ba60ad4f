"""`tejido drill`: rehearse a bad day. `tejido state`: what two nodes compare."""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tejido.ground.errors import Invalid
from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    drill = commands.add_parser(
        "drill", help="rehearse a bad day on throwaway nodes; exit 1 where it does not end well"
    )
    drill.add_argument("name", nargs="?", default="", help="which one; without it they are listed")
    drill.add_argument("--keep", type=Path, metavar="FOLDER", help="a new folder for the nodes, which stay there")
    drill.set_defaults(run=run_drill)
    state = commands.add_parser("state", help="the state of each shared space: equal on nodes that hold the same")
    setup.data(state, "the node's data folder")
    state.add_argument("--json", action="store_true", help="in full, as JSON")
    state.set_defaults(run=run_state)


def run_drill(args: argparse.Namespace) -> int:
    """Tell the story as it happens."""
    from tejido.site.drills import DRILLS, Failed, Rehearsal

    if not args.name:
        for name, function in DRILLS.items():
            print(f"{name:<18} {(function.__doc__ or '').splitlines()[0]}")
        return 0
    if args.name not in DRILLS:
        raise Invalid(f"There is no drill “{args.name}”. `tejido drill` lists them.")
    folder = _folder(args.keep)
    try:
        DRILLS[args.name](Rehearsal(folder, lambda line: print(line, flush=True)))
    except Failed as error:
        print(f"\n{error}")
        return 1
    finally:
        if not args.keep:
            shutil.rmtree(folder)
    print(f"\nIt ended well.{f' The nodes lie in {folder}.' if args.keep else ''}")
    return 0


def _folder(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="tejido-drill-"))
    if keep.exists():
        raise Invalid(f"{keep} exists already. Name a new folder.")
    keep.mkdir(parents=True, mode=0o700)
    return keep.absolute()


def run_state(args: argparse.Namespace) -> None:
    """One space a line, and below it what the others last said."""
    setup.django()
    from tejido.ground.network import glance, health

    viewer = setup.operator()
    found = [
        (one, state) for one in glance.networks(viewer=viewer) for state in health.states(viewer=viewer, network=one)
    ]
    if args.json:
        print(
            json.dumps(
                [
                    {"network": one.key, "space": f"{one.key} {state.purpose}", "hash": state.hash}
                    for one, state in found
                ]
            )
        )
        return
    for one, state in found:
        print(f"{one.name} ({state.purpose})\n              {state.words}\n              {state.hash}")
        for node in state.nodes:
            print(f"  {node.name}: {SAID[node.agreement]}{_holds(node.behind, node.ahead)}")


SAID = {
    "same": "the same state", "other": "ANOTHER STATE on the same events: run `tejido check` on both",
    "unknown": "holds something else just now", "silent": "has said nothing yet",
}  # fmt: skip


def _holds(behind: int, ahead: int) -> str:
    return f" ({behind} events not there yet, {ahead} not here yet)" if behind or ahead else ""
