"""`tejido site`: the public site, as files and in a keeper's words."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tejido.site.cli import setup
from tejido.site.cli.progress import Progress


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("site", help="the public site").add_subparsers(required=True, metavar="ACTION")
    written = group.add_parser(
        "export", help="write the whole public site as files for any web host; again, to renew it"
    )
    setup.data(written, "the node's data folder")
    written.add_argument("folder", type=Path, metavar="DIR", help="an empty folder, or that of an earlier export")
    written.add_argument(
        "--base", default="", metavar="URL", help="where the files will lie, for feeds and search engines"
    )
    written.set_defaults(run=run_export)
    told = group.add_parser(
        "about", help="say who this is, in one language, and open the site before anything is published"
    )
    setup.data(told, "the node's data folder")
    told.add_argument("lang", metavar="LANG", help="a language of the pages, such as en")
    told.add_argument("file", type=argparse.FileType("r", encoding="utf-8"), help="the text; - for standard input")
    told.add_argument("--first", action="store_true", help="let this be the first language of the site")
    told.add_argument("--open", action=argparse.BooleanOptionalAction, default=None, help="open the site, or not yet")
    told.set_defaults(run=run_about)


def run_export(args: argparse.Namespace) -> None:
    """Write the site, showing how far it is; say what has changed."""
    setup.django()
    from django.conf import settings

    from tejido.practices.relay.press.public import addresses
    from tejido.web.public.exporting import export

    if not args.base and not settings.NODE.public_address:
        text = f"tejido: feeds will name {addresses.base()}; say where the files will lie with --base URL"
        print(text, file=sys.stderr)
    done = export(args.folder, base=args.base, progress=Progress("exporting"))
    print(f"exported      {done.files:,} files, {done.size / 1e6:.1f} MB, in {args.folder}")
    print(f"changed       {done.changed:,} written, {done.removed:,} removed")
    if done.lacking:
        print(f"waiting       {len(done.lacking):,} files are still being made by the worker; export again later")


def run_about(args: argparse.Namespace) -> None:
    """Keep the text."""
    setup.django()
    from tejido.ground.people import OPERATOR
    from tejido.web.public import actions, selectors

    before = selectors.told()
    actions.tell(
        viewer=OPERATOR,
        texts={args.lang: args.file.read()},
        first=args.lang if args.first else before.first,
        is_open=before.open if args.open is None else args.open,
    )
    print(f"told          {args.lang}")
