"""`tejido memory`: files into the translation memory and out of it, and asking it."""

import argparse
import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tejido import __version__
from tejido.site.cli import setup
from tejido.site.cli.progress import Progress


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("memory", help="the translation memory: import, export, search").add_subparsers(
        required=True, metavar="ACTION"
    )
    taken = group.add_parser("import", help="read TMX files (also packed as .zip) or glossaries (.csv)")
    taken.add_argument("file", nargs="+", type=Path)
    taken.set_defaults(run=run_import)
    given = group.add_parser("export", help="the imported entries as TMX 1.4, to standard output or a file")
    given.add_argument("--output", type=Path, metavar="FILE")
    given.add_argument("--glossary", action="store_true", help="the glossary as CSV instead")
    given.add_argument(
        "--people", action="store_true", help="also reports whose speakers allow their transcript to be published"
    )
    _languages(given)
    given.set_defaults(run=run_export)
    asked = group.add_parser("search", help="what was translated before and is like a text")
    asked.add_argument("text")
    asked.add_argument("--json", action="store_true")
    _languages(asked, required=True)
    asked.set_defaults(run=run_search)


def _languages(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("--source", default="", required=required, metavar="LANG", help="a language code, such as es")
    parser.add_argument("--target", default="", required=required, metavar="LANG")


def run_import(args: argparse.Namespace) -> None:
    """Read each file, showing how far it is; one that is there already is said and passed over."""
    setup.django()
    from tejido.ground.memory import actions
    from tejido.ground.memory.problems import AlreadyThere
    from tejido.ground.people import OPERATOR

    for path in args.file:
        try:
            _key, added = actions.import_file(viewer=OPERATOR, path=path, progress=Progress(f"reading {path.name}"))
        except AlreadyThere:
            print(f"{path.name}: in the memory already, nothing was changed")
        else:
            print(f"{path.name}: {added:,} new entries")


def run_export(args: argparse.Namespace) -> None:
    """Write the memory, or the glossary."""
    setup.django()
    if args.output is None:
        _write(args, sys.stdout)
        return
    with args.output.open("w", encoding="utf-8", newline="") as out:
        _write(args, out)
    print(f"written       {args.output}")


def _write(args: argparse.Namespace, out: Any) -> None:
    from tejido.engines.language import glossary, tmx
    from tejido.ground.memory import selectors
    from tejido.ground.people import OPERATOR

    wanted = selectors.Filter(source=args.source, target=args.target)
    if args.glossary:
        csv.writer(out).writerows(glossary.write(selectors.exported_terms(viewer=OPERATOR, wanted=wanted)))
        return
    out.writelines(
        tmx.write(selectors.exported(viewer=OPERATOR, wanted=wanted, people=args.people), version=__version__)
    )


def run_search(args: argparse.Namespace) -> None:
    """The most alike entries, one a line."""
    setup.django()
    from tejido.ground.memory import selectors
    from tejido.ground.people import OPERATOR

    found = selectors.matches(viewer=OPERATOR, text=args.text, source=args.source, target=args.target)
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        print(f"{one.percent:3} %  {one.text}  →  {one.target}")
