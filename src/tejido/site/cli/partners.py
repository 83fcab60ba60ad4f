"""`tejido partner`, and `tejido exchange with`: other nodes over the internet."""

import argparse
from typing import Any

from tejido.ground.errors import Invalid
from tejido.site.cli import setup
from tejido.site.cli.progress import Progress


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("partner", help="other nodes that this one calls over the internet").add_subparsers(
        required=True, metavar="ACTION"
    )
    made = group.add_parser("add", help="call an organisation's node at an address")
    made.add_argument("org", metavar="ORG", help="its name, or the beginning of its id")
    made.add_argument("address", metavar="ADDRESS", help="https://…, or an onion address")
    made.add_argument("--every", type=int, default=60, metavar="MINUTES", help="0: only by hand (default: 60)")
    made.set_defaults(run=run_add)
    listed = group.add_parser("list", help="partners, and how the last exchange with each went")
    listed.set_defaults(run=run_list)
    for name, help_text in (("remove", "call a partner no more"), ("pause", "leave off for now"), ("resume", "go on")):
        one = group.add_parser(name, help=help_text)
        one.add_argument("partner", metavar="ORG|ADDRESS")
        one.set_defaults(run=run_change, what=name)


def add_with(how: Any) -> None:
    """`exchange with`, beside `exchange folder`."""
    parser = how.add_parser("with", help="over the internet, with a partner")
    parser.add_argument("partner", metavar="ORG|ADDRESS", help="its name, id or address")
    parser.set_defaults(run=run_with)


def _org(wanted: str) -> str:
    from tejido.ground.peers import desk

    known = desk.candidates(viewer=setup.operator())
    exact = [org for org, name in known if name.casefold() == wanted.casefold()]
    found = exact or [org for org, _ in known if org.startswith(wanted.lower())]
    if len(found) != 1:
        listed = ", ".join(f"{name} ({org[:12]})" for org, name in known) or "nobody yet"
        raise Invalid(f"No organisation, or more than one, is called {wanted}. In our networks: {listed}.")
    return found[0]


def run_add(args: argparse.Namespace) -> None:
    """Add a partner."""
    setup.django()
    from tejido.ground.peers import desk

    one = desk.add(viewer=setup.operator(), org=_org(args.org), address=args.address, every_min=args.every)
    print(f"partner       {one.name} at {one.address} ({one.checked})")


def run_list(args: argparse.Namespace) -> None:
    """One line a partner."""
    del args
    setup.django()
    from tejido.ground.peers import desk

    for one in desk.partners(viewer=setup.operator()):
        often = f"every {one.every_min} min" if one.every_min else "by hand"
        heard = one.heard_at.isoformat(timespec="minutes") if one.heard_at else "never"
        state = "paused" if one.paused else one.code or "well"
        print(f"{one.id}  {one.name}  {one.address}  {often}  last exchange {heard}  {state}")


def run_change(args: argparse.Namespace) -> None:
    """Remove, pause, resume."""
    setup.django()
    from tejido.ground.peers import desk

    viewer = setup.operator()
    row = desk.found(viewer=viewer, wanted=args.partner)
    if args.what == "remove":
        desk.remove(viewer=viewer, peer=row.id)
    else:
        desk.pause(viewer=viewer, peer=row.id, paused=args.what == "pause")
    print(f"{args.what:13} {row.address}")


def run_with(args: argparse.Namespace) -> int:
    """Exchange until nothing is left to do; exit status 1 where something had to be passed over."""
    setup.django()
    from tejido.ground.peers import desk, exchanging

    row, shown = desk.found(viewer=setup.operator(), wanted=args.partner), Progress("exchanging")
    went = exchanging.exchange(row, slice_s=float("inf"), tell=lambda permille: shown(permille, 1000))
    shown(1000, 1000)
    value = went.value()
    print(f"taken in      {value['accepted']} events, {value['filled']} payloads, {value['blobs_in']} recordings")
    print(
        f"given         {value['events_out']} events, {value['payloads_out']} payloads, {value['chunks_out']} parts of recordings"
    )
    print(f"on the line   {value['came']} bytes here, {value['went']} bytes there; waiting {value['waiting']}")
    for problem in value["problems"]:
        print(f"passed over   {problem}")
    return 1 if value["problems"] else 0
