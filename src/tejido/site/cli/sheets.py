"""Sheets on the command line: read from files, from a pipe or typed, in memory only; new ones written once for print."""

import argparse
import getpass
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.ground.errors import Invalid
from tejido.site.cli import setup

if TYPE_CHECKING:
    from tejido.ground.devices.sheets import Sheet
    from tejido.ground.store.founding import Sheets

NEEDED = 2


def argument(parser: argparse.ArgumentParser) -> None:
    """Sheets as files."""
    what = "sheets as printed; “-” reads keys from a pipe, one a line (default: two keys, typed)"
    parser.add_argument("sheet", nargs="*", metavar="SHEET", help=what)


def target(parser: argparse.ArgumentParser) -> None:
    """Where new sheets go."""
    parser.add_argument(
        "--sheets", metavar="FOLDER", help="an empty folder for the new sheets, to be printed and deleted"
    )


def read(given: list[str], role: str) -> "list[Sheet]":
    """The sheets that were given."""
    from tejido.ground.devices.sheets import read as parse

    if given == ["-"]:
        return [parse(line) for line in sys.stdin.read().splitlines() if line.strip()]
    if given:
        return [parse(_text(Path(name))) for name in given]
    if not sys.stdin.isatty():
        return [parse(line) for line in sys.stdin.read().splitlines() if line.strip()]
    return [parse(getpass.getpass(f"The key on {role} sheet {number}: ")) for number in range(1, NEEDED + 1)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read as a sheet.") from error


class Printer:
    """Writes new sheets into an empty folder, once; what it wrote goes again where the decision is not accepted."""

    def __init__(self, named: str | None) -> None:
        self.folder = Path(named) if named else setup.folder() / f"sheets-{secrets.token_hex(3)}"
        self.paths: list[Path] = []
        if self.folder.exists() and any(self.folder.iterdir()):
            raise Invalid(f"{self.folder} is not empty. Name another folder for the new sheets: --sheets FOLDER.")

    def __call__(self, made: "Sheets") -> None:
        from tejido.ground.network.sheets import write

        try:
            self.paths = write(made, self.folder)
        except OSError as error:
            raise Invalid(f"The sheets cannot be written to {self.folder} ({error.strerror}).") from error

    def tell(self) -> None:
        """What to do with them."""
        print(f"sheets        {len(self.paths)} files in {self.folder}")
        print("              Print them, delete them, keep them apart. The ones before count no more: destroy them.")
