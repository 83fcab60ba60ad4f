"""`tejido drop …`: links by which people without an account give a report."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("drop", help="links by which people without an account give a report")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    _make(actions)
    for name, function, about in (
        ("list", run_list, "drop links with their use"),
        ("given", run_given, "what came in by links"),
    ):
        parser = actions.add_parser(name, help=about)
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=function)
    revoke = actions.add_parser("revoke", help="let a link take nothing any more")
    revoke.add_argument("link", type=int, metavar="ID")
    revoke.set_defaults(run=run_revoke)


def _make(actions: Any) -> None:
    parser = actions.add_parser("make", help="make a link; prints its address, this once")
    parser.add_argument("--chain", default="", metavar="KEY", help="for reports to this chain")
    parser.add_argument("--hop", default="", metavar="KEY", help="for answers to this voice instead")
    parser.add_argument("--role", default="commentary", choices=("commentary", "parallel"), help="kind of answer")
    parser.add_argument("--circle", required=True, metavar="KEY")
    parser.add_argument("--lang", default="en", help="language of the page")
    parser.add_argument("--days", type=int, default=14, help="how long it is good")
    parser.add_argument("--reports", type=int, default=20, help="how many reports it takes")
    parser.add_argument("--minutes", type=int, default=10, help="how long each may be")
    parser.add_argument("--megabytes", type=int, default=32, help="how large each may be")
    parser.add_argument("--note", default="", help="what it is for, to find it in the list")
    parser.set_defaults(run=run_make)


def run_make(args: argparse.Namespace) -> None:
    """Make a link; prints its id and its address on this machine."""
    setup.django()
    from django.conf import settings
    from django.urls import reverse

    from tejido.practices.relay.drops.actions import Terms, make_link

    terms = Terms(args.lang, args.days, args.reports, args.minutes, args.megabytes, args.note)
    made = make_link(
        viewer=setup.operator(), chain=args.chain, hop=args.hop, role=args.role, circle=args.circle, terms=terms
    )
    host = settings.NODE.hosts[0] if settings.NODE.hosts else f"localhost:{settings.NODE.port}"
    scheme = "https" if settings.NODE.https else "http"
    print(f"{made.id}\n{scheme}://{host}{reverse('relay_drop', args=[made.token])}")


def run_revoke(args: argparse.Namespace) -> None:
    """Close a link."""
    setup.django()
    from tejido.practices.relay.drops.actions import revoke_link

    revoke_link(viewer=setup.operator(), link=args.link)
    print("the link takes nothing any more")


def run_list(args: argparse.Namespace) -> None:
    """List links."""
    setup.django()
    from tejido.practices.relay.drops import selectors

    _print(list(selectors.links(viewer=setup.operator())), ("id", "state", "used", "most", "note"), as_json=args.json)


def run_given(args: argparse.Namespace) -> None:
    """List what came in."""
    setup.django()
    from tejido.practices.relay.drops import selectors

    _print(list(selectors.arrivals(viewer=setup.operator())), ("report", "day", "lang", "excerpt"), as_json=args.json)


def _print(rows: list[Any], fields: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        print("  ".join(str(getattr(row, name)) for name in fields))
