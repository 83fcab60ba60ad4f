"""`tejido device …`: the organisation's devices, and the way back of one that was lost."""

import argparse
from pathlib import Path
from typing import Any

from tejido.ground.errors import Conflict, Invalid
from tejido.site import node
from tejido.site.cli import nodes, setup, sheets


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("device", help="your organisation's devices").add_subparsers(
        required=True, metavar="ACTION"
    )
    listed = group.add_parser("list", help="devices, what they wrote last, and forks")
    setup.data(listed, "the node's data folder")
    listed.set_defaults(run=run_list)
    paper = group.add_parser("paper", help="write the way back for an organisation that lost a device, or all of them")
    setup.data(paper, "the node's data folder")
    paper.add_argument("organisation", help="its id or the words of its fingerprint; “own” for your own")
    paper.add_argument("file", type=Path)
    paper.set_defaults(run=run_paper)
    added = group.add_parser("add", help="make a new node a further device of your organisation, with admin sheets")
    new_node(added)
    added.set_defaults(run=run_add)
    renewed = group.add_parser(
        "renew", help="new keys for this node, whose old ones somebody else may have; stop it first"
    )
    setup.data(renewed, "the node's data folder")
    sheets.argument(renewed)
    renewed.set_defaults(run=run_renew)


def new_node(parser: argparse.ArgumentParser) -> None:
    """What a command needs that makes a node in an empty folder from a paper."""
    setup.data(parser, "the new node's data folder, empty")
    parser.add_argument("--from", dest="paper", type=Path, metavar="FILE", help="what a partner wrote: device paper")
    parser.add_argument("--name", default="", help="the new node's name")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--database", default="", metavar="URL", help="postgresql://… (default: SQLite in the folder)")
    parser.add_argument("--keeper", default="", metavar="NAME", help="also make an account with the role keeper")
    parser.add_argument("--password", default="", help="its password (default: made up and printed)")
    sheets.argument(parser)


def run_list(args: argparse.Namespace) -> None:
    """Devices, decisions of sheets, forks."""
    del args
    setup.django()
    from tejido.ground.devices import selectors
    from tejido.ground.store.public import own_row

    org = bytes(own_row().org)
    for one in selectors.devices(org):
        state = "revoked" if one.revoked else "this node" if one.own else "counts"
        print(
            f"device        {one.key}\n              {state}, {one.events} events, {one.written or 'nothing written'}"
        )
    for digest, kind, counts in selectors.decisions(org):
        print(f"decision      {digest}\n              {kind}{'' if counts else ' (overridden, or beyond a fork)'}")
    for fork in selectors.forks():
        whose = "ours" if fork.org == org else fork.org.hex()[:16]
        print(f"fork          at place {fork.seq} ({whose})")
        for branch in fork.hashes:
            print(f"              {branch}")


def run_paper(args: argparse.Namespace) -> None:
    """Write the file that a lost organisation's new node begins with."""
    if args.file.exists():
        raise Invalid(f"{args.file} exists already. Name a new file.")
    setup.django()
    from tejido.ground.devices import returning
    from tejido.ground.store.public import own_row

    org = bytes(own_row().org) if args.organisation == "own" else _organisation(args.organisation)
    args.file.write_bytes(returning.paper_for(org))
    print(f"way back      {args.file}\n              It holds no key and nothing that was said.")


def _organisation(named: str) -> bytes:
    from tejido.ground.devices import selectors

    found = selectors.organisation(named)
    if found is None:
        raise Invalid(f"This node knows no organisation called {named}, or several.")
    return found


def run_add(args: argparse.Namespace) -> None:
    """A new node as a further device."""
    held = begin(args)
    from tejido.ground.devices import returning

    done(args, returning.join(held, sheets.read(args.sheet, "admin")))


def run_renew(args: argparse.Namespace) -> None:
    """A new device key in the place of this node's."""
    setup.django()
    from tejido.ground.devices import actions

    print(f"device        {actions.renew(sheets.read(args.sheet, 'admin')).hex()}")
    print("next          Start the node again and exchange: the others give the new keys what is for you.")
    print("              The old keys are destroyed. Backups of before hold them: make a new one, and delete those.")


def begin(args: argparse.Namespace) -> Any:
    """Configuration and database of a new node, and what the paper says."""
    if args.paper is None or not args.paper.is_file():
        raise Invalid("Give the file that a partner wrote for you: --from FILE (“tejido device paper” makes it).")
    folder = setup.folder()
    if (folder / node.CONFIG).exists() and nodes.is_founded():
        raise Conflict(f"There is a node in {folder} already. Choose an empty folder: --data FOLDER.")
    if not args.name.strip() or not 0 < args.port < 65536:
        raise Invalid("A new node needs a name (--name), and a port between 1 and 65535.")
    nodes.prepare(args.name, args.port, args.database)
    from tejido.ground.devices import returning
    from tejido.ground.network import papers

    return returning.way(papers.read(args.paper, returning.FORM))


def done(args: argparse.Namespace, device: bytes) -> None:
    """What there is now, and what comes next."""
    if args.keeper:
        nodes.keeper(args.keeper, args.password)
    print(f"device        {device.hex()}")
    print("next          Exchange with your partners. They give this device the keys of the spaces that you share;")
    print(
        "              If another device was lost or taken, end it then: tejido key revoke DEVICE (tejido device list shows it)."
    )
