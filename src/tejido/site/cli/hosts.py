"""`tejido host …`: other organisations' nodes on this machine."""

import argparse
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tejido.ground.errors import Conflict, Invalid
from tejido.site import hosting

MEGABYTE = 1 << 20


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("host", help="other organisations' nodes on this machine").add_subparsers(
        required=True, metavar="ACTION"
    )
    fresh = group.add_parser("add", help="a node for another organisation, or one brought as a backup")
    fresh.add_argument("name", help="names its folder: small letters, digits, hyphens")
    fresh.add_argument("--organisation", default="", metavar="NAME", help="as the organisation is called (a new node)")
    fresh.add_argument("--keeper", default="", metavar="USER", help="of a new node: its first account")
    fresh.add_argument(
        "--sheets", type=Path, metavar="FOLDER", help="of a new node: a stick that they take away with them"
    )
    fresh.add_argument(
        "--from",
        dest="backup",
        type=Path,
        metavar="BACKUP",
        help="a node made elsewhere: better, its sheets were never here",
    )
    fresh.add_argument("--passphrase-file", type=Path, metavar="FILE", help="of the backup")
    fresh.add_argument("--identity", type=Path, metavar="FILE", help="age key that opens the backup")
    fresh.add_argument("--host", required=True, metavar="YOUR NAME", help="who has this machine: their pages say so")
    fresh.add_argument("--port", type=int, default=0)
    _where(fresh)
    fresh.set_defaults(run=run_add)
    for name, function, said in (
        ("list", run_list, "the nodes that are hosted here"),
        ("run", run_run, "run them all until Ctrl-C; what falls is started again"),
    ):
        parser = group.add_parser(name, help=said)
        _where(parser)
        parser.set_defaults(run=function)
    gone = group.add_parser("remove", help="close a node and delete everything it holds here")
    gone.add_argument("name")
    gone.add_argument("--backup", type=Path, metavar="FILE", help="written first, to be handed over")
    gone.add_argument("--passphrase-file", type=Path, metavar="FILE", help="of that backup")
    gone.add_argument("--without-backup", action="store_true", help="they have what they need")
    _where(gone)
    gone.set_defaults(run=run_remove)


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--in", dest="root", type=Path, default=Path("var/hosted"), metavar="FOLDER", help="where hosted nodes lie"
    )


def run_add(args: argparse.Namespace) -> None:
    """Make or restore; on failure nothing is left."""
    if bool(args.backup) == bool(args.organisation):
        raise Invalid(
            "Say either --organisation NAME for a new node, or --from BACKUP for one that was made elsewhere."
        )
    if not args.backup and not (args.keeper and args.sheets):
        raise Invalid(
            "A new node needs --keeper USER, and --sheets FOLDER on a stick that the organisation takes away with it."
        )
    root = args.root.absolute()
    port = args.port or hosting.free_port(root)
    folder = hosting.begin(root, args.name)
    words = _restoring(args, folder) if args.backup else _creating(args, port)
    done = subprocess.run(hosting.command(folder, *words), env=hosting.bare(), check=False)
    if done.returncode:
        shutil.rmtree(folder)
        raise Conflict(f"“{args.name}” was not made; nothing is left of it.")
    hosting.tell_host(folder, host=args.host, port=port)
    print(f"hosted        {args.name} in {folder}, at http://localhost:{port}")
    print("              `tejido host run` starts it. You can read what this node can read, and its pages say so.")


def _creating(args: argparse.Namespace, port: int) -> list[str]:
    return [
        "node",
        "create",
        args.organisation,
        "--port",
        str(port),
        "--keeper",
        args.keeper,
        "--sheets",
        str(args.sheets.absolute()),
    ]


def _restoring(args: argparse.Namespace, folder: Path) -> list[str]:
    words = ["restore", str(args.backup.absolute()), "--to", str(folder)]
    for option, value in (("--passphrase-file", args.passphrase_file), ("--identity", args.identity)):
        words += [option, str(value.absolute())] if value else []
    return words


def run_list(args: argparse.Namespace) -> None:
    """One line a node."""
    for one in hosting.hosted(args.root.absolute()):
        state = "closed" if one.closed else ", ".join(sorted({each.what for each in one.running})) or "not running"
        print(f"{one.name:<20} {one.organisation}  port {one.port}  {one.size // MEGABYTE:,} MB  {state}")


def run_run(args: argparse.Namespace) -> None:
    """Supervise."""
    root = args.root.absolute()
    if not hosting.hosted(root):
        raise Invalid(f"No node is hosted in {root}. `tejido host add NAME` makes one.")
    hosting.Supervisor(root, lambda line: print(line, flush=True)).forever()


def run_remove(args: argparse.Namespace) -> None:
    """Back up if asked, close, delete."""
    root = args.root.absolute()
    found = hosting.one(root, args.name)
    if bool(args.backup) == args.without_backup:
        raise Invalid("Say either --backup FILE, to be handed over, or --without-backup.")
    if args.backup:
        words = ["backup", str(args.backup.absolute())]
        words += ["--passphrase-file", str(args.passphrase_file.absolute())] if args.passphrase_file else []
        if subprocess.run(hosting.command(found.folder, *words), env=hosting.bare(), check=False).returncode:
            raise Conflict("The backup was not written; nothing was deleted.")
    folder = hosting.remove(root, args.name)
    print(
        f"removed       {folder}\n              If the disk is not encrypted, its blocks may still hold what was there."
    )
