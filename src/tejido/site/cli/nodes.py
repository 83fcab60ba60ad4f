"""`tejido node …`: making a node and looking at it."""

import argparse
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from tejido.ground.errors import Conflict, Invalid
from tejido.site import node
from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("node", help="make a node, show it").add_subparsers(required=True, metavar="ACTION")
    create = group.add_parser("create", help="make a node with an organisation of its own")
    create.add_argument("name", help="the organisation's name")
    create.add_argument("--port", type=int, default=8000)
    create.add_argument("--database", default="", metavar="URL", help="postgresql://… (default: SQLite in the folder)")
    create.add_argument("--keeper", default="", metavar="NAME", help="also make an account with the role keeper")
    create.add_argument("--password", default="", help="its password (default: made up and printed)")
    create.add_argument("--sheets", metavar="FOLDER", help="where the admin and recovery sheets are written for print")
    create.set_defaults(run=run_create)
    show = group.add_parser("show", help="who this node is")
    show.set_defaults(run=run_show)
    close = group.add_parser("close", help="stop this node's processes and let none start again")
    close.set_defaults(run=run_close)
    reopen = group.add_parser("open", help="let a closed node's processes start again")
    reopen.set_defaults(run=run_open)


def run_create(args: argparse.Namespace) -> None:
    """Configuration, database, keys, sheets, and a keeper's account. What was cut short goes on where it stopped."""
    folder = setup.folder()
    begun = (folder / node.CONFIG).exists()
    if begun and is_founded():
        if args.keeper and _nobody_here():
            return keeper(args.keeper, args.password)
        raise Conflict(f"There is a node in {folder} already.")
    if not args.name.strip() or not 0 < args.port < 65536:
        raise Invalid("A node needs a name, and a port between 1 and 65535.")
    prepare(args.name, args.port, args.database)
    _found(Path(args.sheets) if args.sheets else folder / "sheets")
    if args.keeper:
        keeper(args.keeper, args.password)
    return None


def prepare(name: str, port: int, database: str) -> None:
    """Configuration and database of a node that has no organisation yet."""
    folder = setup.folder()
    begun = (folder / node.CONFIG).exists()
    config = node.load(folder) if begun else node.NodeConfig(folder, "", short_id=secrets.token_hex(4))
    if begun and config.database != database:
        raise Conflict(f"A node was begun in {folder} with another database. Give the same one, or delete the folder.")
    node.save(replace(config, name=name, port=port, database=database))
    setup.django(create=True)
    setup.migrate()


def is_founded() -> bool:
    """Whether a node was made here, or its making was cut short: then it is made now."""
    setup.django()
    from django.db import DatabaseError

    from tejido.ground.store.models import Own

    try:
        return Own.objects.exists()
    except DatabaseError:  # no tables yet
        return False


def _nobody_here() -> bool:
    from tejido.ground.people.models import Account

    return not Account.objects.exists()


def _found(sheets: Path) -> None:
    from tejido.ground.network.sheets import write
    from tejido.ground.store.founding import found
    from tejido.log.words import fingerprint

    written: list[Path] = []
    try:
        made = found(lambda held: written.extend(write(held, sheets)))
    except OSError as error:
        raise Invalid(f"The sheets cannot be written to {sheets} ({error.strerror}). Name another folder.") from error
    print(f"organisation  {made.org.hex()}\n              {fingerprint(made.org)}")
    print(f"sheets        {len(written)} files in {sheets}\n              Print them, delete them, keep them apart.")


def keeper(name: str, password: str) -> None:
    """Make the first account."""
    from tejido.ground.people import OPERATOR
    from tejido.ground.people.actions import create_account

    password = password or secrets.token_urlsafe(9)
    create_account(viewer=OPERATOR, username=name, password=password, roles=("keeper",))
    print(f"keeper        {name}\npassword      {password}")


def run_show(args: argparse.Namespace) -> None:
    """Organisation, device, epoch, networks."""
    del args
    setup.django()
    from tejido.ground.network import selectors
    from tejido.ground.store.public import own_row
    from tejido.log.words import fingerprint

    own = own_row()
    print(f"organisation  {bytes(own.org).hex()}\n              {fingerprint(bytes(own.org))}")
    print(f"device        {bytes(own.device).hex()}\nepoch         {bytes(own.epoch).hex()} ({own.epoch_reason})")
    for one in selectors.networks():
        state = f"{len(one.members)} members" if one.admitted else "waiting for admission"
        print(f"network       {one.name} ({state}, {one.key})")


def run_close(args: argparse.Namespace) -> int:
    """Stop what runs; exit status 1 where something does not end."""
    del args
    from tejido.ground.keeping import closing

    folder = setup.folder()
    setup.expect(folder)
    left = closing.close(folder)
    for one in left:
        print(f"still there   {one.what}, process {one.pid}")
    if not left:
        print(
            "closed        no process of this node runs here\n              its data lies behind the disk's encryption"
        )
        print("              once the machine is switched off: one that sleeps is open")
    return 1 if left else 0


def run_open(args: argparse.Namespace) -> None:
    """Allow it; starting is another command."""
    del args
    from tejido.ground.keeping import closing

    folder = setup.folder()
    setup.expect(folder)
    print("open" if closing.reopen(folder) else "open          it was not closed")
