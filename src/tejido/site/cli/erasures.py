"""`tejido erasures`: what was taken back, and which nodes say that they hold it no more."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from tejido.site.cli import setup

FOOT = "A node speaks for itself; what somebody downloaded, recorded or wrote down stays where it is."


def add(commands: Any) -> None:
    """Add this module's command."""
    parser = commands.add_parser("erasures", help="what was erased in the network, and which nodes have confirmed it")
    setup.data(parser, "the node's data folder")
    parser.add_argument("key", nargs="?", default="", metavar="KEY", help="only this voice or translation")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """One line an erasure, the latest first, with those that have not confirmed."""
    setup.django()
    from tejido.ground.erasures import selectors
    from tejido.ground.people import OPERATOR

    everything = selectors.erasures(viewer=OPERATOR)
    found = [selectors.erasure(viewer=OPERATOR, key=args.key)] if args.key else list(everything[:])
    if args.json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        print(_line(one))
    print(FOOT if found else "nothing was erased")


def _plain(one: Any) -> dict[str, Any]:
    it = one.standing
    return {**asdict(one), "standing": {**asdict(it), "confirmed": it.confirmed, "asked": it.asked}}


def _line(one: Any) -> str:
    it = one.standing
    here = "" if it.here else "; still erasing here"
    return f"{one.key}  {it.day}  {it.confirmed} of {it.asked} nodes confirmed{here}{_missing(it)}"


def _missing(standing: Any) -> str:
    told = [f"{node.name} ({_heard(node)})" for node in standing.missing]
    return f"; not yet: {', '.join(told)}" if told else ""


def _heard(node: Any) -> str:
    if node.left:
        return "has left the network"
    return f"last heard from {node.heard}" if node.heard else "never heard from"
