"""`tejido key …`: what only a printed sheet can do. Keys are read from a file or typed, and held in memory only."""

import argparse
import getpass
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tejido.ground.errors import Invalid
from tejido.site.cli import devices, setup, sheets

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
    _add_decisions(group)


def _add_decisions(group: Any) -> None:
    rotated = group.add_parser("rotate", help="replace the admin keys by those promised on the admin sheets")
    recovered = group.add_parser(
        "recover", help="replace the admin keys with recovery sheets; also after losing all devices"
    )
    revoked = group.add_parser("revoke", help="end a device: lost, stolen or seized")
    resolved = group.add_parser("resolve", help="let one branch of a fork go on")
    checked = group.add_parser("check", help="whether these sheets still count")
    for parser, run in (
        (rotated, run_rotate), (recovered, run_recover), (revoked, run_revoke), (resolved, run_resolve), (checked, run_check),
    ):  # fmt: skip
        parser.set_defaults(run=run)
    recovered.add_argument("--instead-of", metavar="EVENT", help="a decision that does not count, and what follows it")
    recovered.add_argument("--renew", action="store_true", help="new recovery sheets, too")
    revoked.add_argument("device", help="the first digits of its key, as “tejido device list” shows it")
    resolved.add_argument("event", help="the event that begins the branch which goes on, 64 digits")
    devices.new_node(recovered)
    for parser in (rotated, revoked, resolved, checked):
        setup.data(parser, "the node's data folder")
        sheets.argument(parser)
    for parser in (rotated, recovered):
        sheets.target(parser)


def run_rotate(args: argparse.Namespace) -> None:
    """`org.rotated`."""
    printer = sheets.Printer(args.sheets)
    setup.django()
    from tejido.ground.devices import actions

    print(f"rotated       {actions.rotate(sheets.read(args.sheet, 'admin'), printer).hex()}")
    printer.tell()


def run_recover(args: argparse.Namespace) -> None:
    """`org.recovered`, on this node or on a new one."""
    printer = sheets.Printer(args.sheets)
    if args.paper:
        found = devices.begin(args)
        from tejido.ground.devices import returning

        device = returning.recover(found, sheets.read(args.sheet, "recovery"), printer, renew=args.renew)
        printer.tell()
        return devices.done(args, device)
    setup.django()
    from tejido.ground.devices import actions
    from tejido.ground.store.public import own_row

    held, instead = sheets.read(args.sheet, "recovery"), _event(args.instead_of) if args.instead_of else None
    event = actions.recover(bytes(own_row().org), held, printer, instead_of=instead, renew=args.renew)[0]
    print(f"recovered     {event.hex()}")
    return printer.tell()


def run_revoke(args: argparse.Namespace) -> None:
    """`org.revoked`."""
    setup.django()
    from tejido.ground.devices import actions, selectors
    from tejido.ground.store.public import own_row

    device = selectors.device(bytes(own_row().org), args.device)
    print(f"revoked       {actions.revoke(device, sheets.read(args.sheet, 'admin')).hex()}")
    print(
        "next          Exchange. New keys for the spaces follow within minutes, from the worker of whoever owns each."
    )


def run_resolve(args: argparse.Namespace) -> None:
    """`org.resolved`."""
    setup.django()
    from tejido.ground.devices import actions

    print(f"resolved      {actions.resolve(_event(args.event), sheets.read(args.sheet, 'admin')).hex()}")


def run_check(args: argparse.Namespace) -> None:
    """Compare sheets with the identity."""
    setup.django()
    from tejido.ground.devices import selectors

    for place, one in enumerate(sheets.read(args.sheet, "admin or recovery"), 1):
        print(f"sheet {place}       {selectors.role_of(one)}")


def _event(text: str) -> bytes:
    from tejido.log.descriptors import is_hex

    if not is_hex(text.strip().lower()):
        raise Invalid("An event is named by 64 digits from 0 to f, as the page or the list shows it.")
    return bytes.fromhex(text.strip())


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
