"""`tejido network`, `invite`, `join`, `admit`, `exchange`."""

import argparse
from pathlib import Path
from typing import Any

from tejido.ground.errors import Invalid, NotFound
from tejido.site.cli import partners, setup

TEXTS = ("tejido1:", "http://", "https://")
"""How an invitation begins that is given as text."""


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("network", help="open a network, list networks").add_subparsers(
        required=True, metavar="ACTION"
    )
    opened = group.add_parser("open", help="open a network with this organisation as its first member")
    opened.add_argument("name")
    opened.set_defaults(run=run_open)
    listed = group.add_parser("list", help="the networks this node is in")
    listed.set_defaults(run=run_list)
    leave = group.add_parser("leave", help="leave a network; --purge then deletes what this node holds of it")
    leave.add_argument("--purge", action="store_true", help="delete what this node holds of a network that it has left")
    _network(leave)
    leave.set_defaults(run=run_leave)
    link = group.add_parser("link", help="make a link that carries an invitation, for some days and some times")
    link.add_argument("--days", type=int, default=14)
    link.add_argument("--times", type=int, default=3, help="how many times it can be used")
    link.add_argument("--note", default="", help="whom it is for, only to find it in your list")
    link.add_argument(
        "--whole", action="store_true", help="with the invitation itself in it: read without a line to this node"
    )
    _network(link)
    link.set_defaults(run=run_link)
    profile = group.add_parser("profile", help="say in the network who we are")
    profile.add_argument("name")
    profile.add_argument("--place", default="")
    profile.add_argument("--languages", default="en", help="codes, separated by commas")
    _network(profile)
    profile.set_defaults(run=run_profile)
    invite = commands.add_parser("invite", help="write an invitation file for another organisation")
    invite.add_argument("file", type=Path)
    _network(invite)
    invite.set_defaults(run=run_invite)
    join = commands.add_parser("join", help="answer an invitation: writes a request file")
    join.add_argument(
        "invitation", help="a file, or the text: a word that begins with TEJIDO1, or a link that holds one"
    )
    join.add_argument(
        "--request",
        type=Path,
        help="where to write the request (default: beside the file, …-request; of text tejido-request)",
    )
    join.set_defaults(run=run_join)
    admit = commands.add_parser("admit", help="admit the organisation that wrote a request file")
    admit.add_argument("file", type=Path)
    admit.set_defaults(run=run_admit)
    exchange = commands.add_parser("exchange", help="exchange events and recordings with other nodes")
    how = exchange.add_subparsers(required=True, metavar="HOW")
    folder = how.add_parser("folder", help="through a shared folder or a USB stick")
    folder.add_argument("path", type=Path)
    folder.set_defaults(run=run_folder)
    partners.add_with(how)


def _network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--network", default="", help="name of the network (needed where there are several)")


def chosen(name: str) -> bytes:
    """The space of the network of that name, or of the only one that this organisation does not go on from in another."""
    from tejido.ground.network import gates, selectors

    found = [one for one in selectors.networks() if one.name == name or (not name and gates.onward(one) is None)]
    if not found:
        raise NotFound(f"This node is in no network{f' called {name}' if name else ''}. Open or join one first.")
    if len(found) > 1:
        named = " | ".join(f'"{one.name}"' for one in found)
        raise Invalid(f"Say which network: --network {named}")
    return found[0].space


def run_open(args: argparse.Namespace) -> None:
    """Open a network."""
    setup.django()
    from tejido.ground.network.actions import open_network

    info = open_network(name=args.name)
    print(f"network       {info.name} ({info.key})")


def run_list(args: argparse.Namespace) -> None:
    """One line a network."""
    del args
    setup.django()
    from tejido.ground.network import selectors

    for one in selectors.networks():
        print(f"{one.key}  {one.name}  {'member' if one.admitted else 'waiting for admission'}  {len(one.members)}")


def run_leave(args: argparse.Namespace) -> None:
    """Leave, or purge afterwards."""
    setup.django()
    from tejido.ground.charter import actions, leaving
    from tejido.ground.network import selectors
    from tejido.ground.people import OPERATOR

    space = chosen(args.network)
    info = next(one for one in selectors.networks() if one.space == space)
    if args.purge:
        gone = leaving.purge(viewer=OPERATOR, network=info)
        print(f"deleted       {gone.events} events, {gone.blobs} files of {info.name}")
        return
    actions.leave(viewer=OPERATOR, network=info)
    print(f"leaving       {info.name}: exchange once more, so that the others hear of it")


def run_link(args: argparse.Namespace) -> None:
    """Make a link; prints its number and its address on this machine."""
    setup.django()
    from django.conf import settings

    from tejido.ground.charter import inviting
    from tejido.ground.network import papers, selectors
    from tejido.ground.network.actions import invitation

    space = chosen(args.network)
    info = next(one for one in selectors.networks() if one.space == space)
    number, token = inviting.make(
        viewer=setup.operator(), network=info, days=args.days, most=args.times, note=args.note
    )
    host = settings.NODE.hosts[0] if settings.NODE.hosts else f"localhost:{settings.NODE.port}"
    scheme = "https" if settings.NODE.https else "http"
    url = f"{scheme}://{host}{inviting.path(token)}"
    print(f"link          {number}\n{papers.carried(url, invitation(network=space)) if args.whole else url}")


def run_profile(args: argparse.Namespace) -> None:
    """State the profile."""
    setup.django()
    from tejido.ground.network.actions import state_profile

    languages = [code for code in args.languages.split(",") if code]
    state_profile(network=chosen(args.network), name=args.name, place=args.place, languages=languages)
    print("said          the others read it once both sides have exchanged")


def run_invite(args: argparse.Namespace) -> None:
    """Write an invitation."""
    setup.django()
    from tejido.ground.network.actions import invite

    invite(network=chosen(args.network), path=args.file)
    print(f"invitation    {args.file}")


def run_join(args: argparse.Namespace) -> None:
    """Write a request."""
    setup.django()
    from tejido.ground.network.actions import join, join_by

    if args.invitation.lower().startswith(TEXTS):
        request = args.request or Path("tejido-request")
        name = join_by(text=args.invitation, request=request)
    else:
        file = Path(args.invitation)
        request = args.request or file.with_name(file.name + "-request")
        name = join(invitation=file, request=request)
    print(f"network       {name}: send {request} back to whoever invited you")


def run_admit(args: argparse.Namespace) -> None:
    """Admit."""
    setup.django()
    from tejido.ground.network import selectors
    from tejido.ground.network.actions import admit
    from tejido.log.words import fingerprint

    org = admit(request=args.file)
    found = any(org in one.members for one in selectors.networks() if one.owner == selectors.org_id())
    print(f"{'admitted     ' if found else 'put to all   '} {fingerprint(org)}")


def run_folder(args: argparse.Namespace) -> int:
    """Exchange once; exit status 1 where something had to be passed over."""
    setup.django()
    from tejido.ground.network.exchanging import exchange_folder

    report = exchange_folder(args.path.resolve())  # one folder is one, however it was named
    print(f"taken in      {report.accepted} events, {report.filled} payloads, {report.blobs_in} recordings")
    print(f"written       {report.pages_out} pages, {report.payloads_out} payloads, {report.blobs_out} recordings")
    print(f"erased        {report.erased} files; wanted {report.wanted}; waiting {report.waiting}")
    for problem in report.problems:
        print(f"passed over   {problem}")
    return 1 if report.problems else 0
