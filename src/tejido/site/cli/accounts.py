"""`tejido account …`: accounts without a browser; the way back in for a last keeper who is locked out."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("account", help="accounts, and links that let people in again")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="accounts with roles and kinds of second factors")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run_list)
    link = actions.add_parser("link", help="a one-time link that sets a new password; prints its address")
    link.add_argument("name", help="user name")
    link.add_argument("--factors", action="store_true", help="it takes second factors away as well; that is noted")
    link.set_defaults(run=run_link)


def run_list(args: argparse.Namespace) -> None:
    """List accounts."""
    setup.django()
    from tejido.ground.people import OPERATOR, selectors

    found = [selectors.person_of(one) for one in selectors.people(viewer=OPERATOR)]
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        print("  ".join((one.username, ",".join(one.roles), ",".join(one.factors) or "no second factor")))


def run_link(args: argparse.Namespace) -> None:
    """Make the link; prints its address on this machine."""
    setup.django()
    from django.conf import settings
    from django.urls import reverse

    from tejido.ground.people import OPERATOR, actions, selectors

    account_id = selectors.account_named(viewer=OPERATOR, username=args.name)
    issue = actions.issue_unlock if args.factors else actions.issue_reset
    token = issue(viewer=OPERATOR, account_id=account_id)
    host = settings.NODE.hosts[0] if settings.NODE.hosts else f"localhost:{settings.NODE.port}"
    print(f"{'https' if settings.NODE.https else 'http'}://{host}{reverse('people_reset', args=[token])}")
