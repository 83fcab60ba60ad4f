"""`tejido token …`: tokens for programs, without a browser."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("token", help="tokens with which programs use the API")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    make = actions.add_parser("make", help="make a token; prints its id and, this once, the token")
    make.add_argument("account", help="user name of its owner; the token does no more than that account may")
    make.add_argument("--name", required=True, help="what uses it and where")
    make.add_argument(
        "--scope", required=True, action="append", metavar="SCOPE", help="what it is for; more than once for more"
    )
    make.add_argument("--days", type=int, default=90, help="how long it is good")
    make.set_defaults(run=run_make)
    listed = actions.add_parser("list", help="tokens that are still good, with scopes and the day of their last use")
    listed.add_argument("--account", default="", metavar="NAME", help="of this account alone")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run_list)
    revoke = actions.add_parser("revoke", help="let a token open nothing any more")
    revoke.add_argument("token", type=int, metavar="ID")
    revoke.set_defaults(run=run_revoke)
    known = actions.add_parser("scopes", help="what tokens may be for")
    known.set_defaults(run=run_scopes)


def run_make(args: argparse.Namespace) -> None:
    """Make a token."""
    setup.django()
    from tejido.ground.people import OPERATOR, selectors
    from tejido.ground.tokens.actions import make_token_for

    account_id = selectors.account_named(viewer=OPERATOR, username=args.account)
    made = make_token_for(viewer=OPERATOR, account_id=account_id, name=args.name, scopes=args.scope, days=args.days)
    print(f"{made.id}\n{made.secret}")


def run_list(args: argparse.Namespace) -> None:
    """List tokens; never what opens anything."""
    setup.django()
    from tejido.ground.people import OPERATOR, selectors
    from tejido.ground.tokens.selectors import tokens

    account_id = selectors.account_named(viewer=OPERATOR, username=args.account) if args.account else None
    found = tokens(viewer=OPERATOR, account_id=account_id)
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        used = f"last used {one.used}" if one.used else "never used"
        print("  ".join((str(one.id), one.owner, one.name, ",".join(one.scopes), f"until {one.expires}", used)))


def run_revoke(args: argparse.Namespace) -> None:
    """Revoke a token."""
    setup.django()
    from tejido.ground.people import OPERATOR
    from tejido.ground.tokens.actions import revoke_token

    revoke_token(viewer=OPERATOR, token_id=args.token)
    print("the token opens nothing any more")


def run_scopes(args: argparse.Namespace) -> None:  # noqa: ARG001
    """List scopes."""
    setup.django()
    from tejido.ground.tokens import scopes

    for one in scopes():
        print(f"{one.name}  {one.title}")
