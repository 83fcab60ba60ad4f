"""`tejido key …`: what only a printed sheet can do. Keys are read from a file or typed, and held in memory only."""

import argparse
import getpass
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tejido.ground.errors import Invalid
from tejido.site.cli import setup

if TYPE_CHECKING:
    from collections.abc import Iterator


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("key", help="use a printed sheet").add_subparsers(required=True, metavar="ACTION")
    recipients = group.add_parser("recipients", help="seal original recordings to these recovery sheets from now on")
    setup.data(recipients, "the node's data folder")
    recipients.add_argument("sheet", type=Path, nargs="*", help="files as printed (default: one key, typed)")
    recipients.set_defaults(run=run_recipients)
    opened = group.add_parser("open-original", help="open a sealed original recording with a recovery sheet")
    setup.data(opened, "the node's data folder")
    opened.add_argument("sealed", help="a sealed file, or the key of a report on this node")
    opened.add_argument("target", type=Path, help="a new file for the recording")
    opened.add_argument("--sheet", type=Path, metavar="FILE", help="the sheet as printed (default: its key, typed)")
    opened.set_defaults(run=run_open_original)
    taken = group.add_parser("take-original", help="write a report's sealed original to a file, still closed")
    setup.data(taken, "the node's data folder")
    taken.add_argument("report", help="the report's key")
    taken.add_argument("target", type=Path, help="a new file, to be carried to whoever holds a sheet")
    taken.set_defaults(run=run_take_original)


def run_recipients(args: argparse.Namespace) -> None:
    """Learn whom originals are to be sealed to."""
    setup.django()
    from tejido.ground import originals

    new = originals.add([_seed(path) for path in args.sheet or [None]])
    print(f"recipients    {len(originals.known())} ({new} new)")


def run_open_original(args: argparse.Namespace) -> None:
    """Decrypt to a new file; a sealed file needs no node, so it can be done on any machine."""
    from tejido.ground import originals

    if args.target.exists():
        raise Invalid(f"{args.target} exists already. Name a new file.")
    with _closed(args.sealed) as sealed:
        originals.open_sealed(sealed, args.target, _seed(args.sheet))
    print(f"original      {args.target}\n              It tells where and with what it was recorded. Keep it closed.")


def run_take_original(args: argparse.Namespace) -> None:
    """Copy the sealed file out of the vault."""
    if args.target.exists():
        raise Invalid(f"{args.target} exists already. Name a new file.")
    setup.django()
    _take(args.report, args.target)
    print(f"sealed        {args.target}")


def _take(report: str, target: Path) -> None:
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import public as relay

    with target.open("wb") as file:
        file.writelines(relay.sealed_original(viewer=OPERATOR, report=report))


@contextmanager
def _closed(name: str) -> "Iterator[Path]":
    """The sealed file of this name, or that of a report on this node."""
    if Path(name).is_file():
        yield Path(name)
        return
    setup.django()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original.age"
        _take(name, path)
        yield path


def _seed(path: Path | None) -> bytes:
    from tejido.ground import originals

    if path is not None:
        return originals.key_on(path.read_text(encoding="utf-8"))
    typed = getpass.getpass("The key on the recovery sheet: ") if sys.stdin.isatty() else sys.stdin.readline()
    return originals.key_on(typed)
