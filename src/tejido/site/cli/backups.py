"""`tejido backup`, `restore`: one file that holds the whole node, and the way back."""

import argparse
import getpass
import os
import secrets
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tejido.ground.errors import Conflict, Invalid, NotFound
from tejido.log.words import fingerprint
from tejido.site import node
from tejido.site.cli import setup
from tejido.site.cli.progress import Progress

if TYPE_CHECKING:
    from tejido.ground.keeping.archive import Header, Lock, Secret


def add(commands: Any) -> None:
    """Add this module's commands."""
    backup = commands.add_parser("backup", help="write the whole node into one closed file")
    setup.data(backup, "the node's data folder")
    backup.add_argument("file", type=Path, nargs="?", help="a new file, or a folder such as a stick")
    backup.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of typing the passphrase")
    backup.add_argument("--recipient", action="append", metavar="age1…", help="close it to an age key; may be repeated")
    backup.add_argument("--plain", action="store_true", help="leave it open: whoever finds it can read everything")
    backup.add_argument("--list", action="store_true", help="the backups that were made")
    backup.add_argument("--forget", type=Path, metavar="FILE", help="strike out a backup that was destroyed")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="make a node from a backup; it begins a new epoch")
    setup.data(restore, "as --to")
    restore.add_argument("file", type=Path)
    restore.add_argument("--to", type=Path, metavar="FOLDER", help="a folder that does not exist yet, or is empty")
    restore.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of typing the passphrase")
    restore.add_argument("--identity", type=Path, metavar="FILE", help="holds the age key that opens it")
    restore.add_argument("--database", default="", metavar="URL", help="postgresql://…, an empty database to fill")
    restore.set_defaults(run=run_restore)


# --- backup


def run_backup(args: argparse.Namespace) -> int:
    """Write, list or strike out backups; exit status 1 where damaged files had to be left out."""
    setup.django()
    if args.list:
        return _list_backups()
    if args.forget:
        return _forget_backup(args.forget)
    if args.file is None:
        raise Invalid("Say where the backup goes: a file that does not exist yet, or a folder such as a stick.")
    from tejido.ground.keeping.backing_up import back_up

    made = back_up(args.file, _lock(args), progress=Progress("copying"))
    for problem in made.problems:
        print(f"left out      damaged here: {problem}")
    print(f"backup        {made.backup.path}\n              {made.backup.size:,} bytes, closed by: {made.how}")
    return 1 if made.problems else 0


def _list_backups() -> int:
    from tejido.ground.keeping.records import backups

    for one in backups():
        state = "" if one.there else "  not there now"
        print(f"{one.created:%Y-%m-%d %H:%M} UTC  {one.size:>14,}  {one.path}{state}")
    return 0


def _forget_backup(path: Path) -> int:
    from tejido.ground.keeping.records import forget

    if not forget(path):
        raise NotFound(f"No backup at {path} is recorded: see `tejido backup --list`.")
    print(f"struck out    {path}")
    return 0


def _lock(args: argparse.Namespace) -> "Lock":
    from tejido.ground.keeping.archive import Lock

    ways = [bool(args.passphrase_file), bool(args.recipient), args.plain]
    if sum(ways) > 1:
        raise Invalid("Choose one of --passphrase-file, --recipient and --plain.")
    if args.plain:
        return Lock()
    if args.recipient:
        return Lock(recipients=tuple(args.recipient))
    return Lock(passphrase=_passphrase(args.passphrase_file) if args.passphrase_file else _new_passphrase())


def _passphrase(path: Path) -> str:
    words = path.read_text(encoding="utf-8").strip("\r\n")
    if not words:
        raise Invalid(f"{path} holds no passphrase.")
    return words


def _new_passphrase() -> str:
    _at_a_terminal()
    typed = getpass.getpass("Passphrase (press Enter and one is made up): ")
    if not typed:
        typed = fingerprint(secrets.token_bytes(16), 6)
        print(f"passphrase    {typed}\n              Write it down. Without it nobody can open the backup.")
    elif getpass.getpass("Once more: ") != typed:
        raise Invalid("The two passphrases differ. Nothing was written.")
    return typed


def _at_a_terminal() -> None:
    if not sys.stdin.isatty():
        raise Invalid("Nobody is here to type a passphrase: name a file that holds it with --passphrase-file.")


# --- restore


def run_restore(args: argparse.Namespace) -> None:
    """Unpack beside the target, verify, begin a new epoch, and only then put it in its place."""
    from tejido.ground.keeping import archive

    target = (args.to or setup.folder()).absolute()
    _refuse_full(target)
    secret = _secret(args, archive.read_header(args.file).how)
    part = target.with_name(f".{target.name}.restoring")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        header = archive.unpack(args.file, part, secret, Sum(Progress("unpacking"), args.file.stat().st_size))
        reason = _settle(part, header, args)
        if target.exists():
            target.rmdir()
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    print(f"restored      {target}\nepoch         {reason}\n{AFTER_RESTORE.format(created=header.created)}")


def _refuse_full(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(f"{target} is not empty. Name a folder that does not exist yet; nothing is ever restored over.")


def _secret(args: argparse.Namespace, how: str) -> "Secret":
    from tejido.ground.keeping.archive import Secret

    if how == "recipient" and args.identity:
        return Secret(identity=args.identity.read_text(encoding="utf-8"))
    if how != "passphrase":
        return Secret()
    if args.passphrase_file:
        return Secret(passphrase=_passphrase(args.passphrase_file))
    _at_a_terminal()
    return Secret(passphrase=getpass.getpass("Passphrase of this backup: "))


def _settle(part: Path, header: "Header", args: argparse.Namespace) -> str:
    """Make the unpacked folder a node, in this process."""
    from tejido.ground.keeping.layout import arrange

    arrange(part)
    if args.database:
        node.save(replace(node.load(part), database=args.database))
    os.environ["TEJIDO_NODE"] = str(part)
    setup.django()
    from tejido.ground.keeping.restoring import finish

    return finish(header, args.file)


AFTER_RESTORE = """
Now exchange with the others: what they hold of this node since {created} comes back, erasures among it.
What was erased since then in this organisation's own space only is here again: erase it again.
Accounts are those of that day: look through them. Then run `tejido check`."""


class Sum:
    """Adds up bytes for a `Progress`."""

    def __init__(self, shown: Progress, total: int) -> None:
        self.shown, self.total, self.done = shown, total, 0

    def __call__(self, size: int) -> None:
        self.done += size
        self.shown(min(self.done, self.total), self.total)
