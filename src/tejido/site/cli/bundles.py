"""`tejido bundle …`: exchange by files that travel on any way."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tejido.ground.errors import Conflict, Invalid, NotFound
from tejido.site.cli import setup
from tejido.site.cli.progress import Progress


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("bundle", help="exchange by a file, or several small enough for mail")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    make = actions.add_parser("make", help="write a bundle that only the named organisations can open")
    make.add_argument("place", type=Path, help="a new file; or a folder, where files are named by a random id")
    make.add_argument("--to", action="append", required=True, metavar="ORG", help="name, words or id; may be repeated")
    since = make.add_mutually_exclusive_group()
    since.add_argument("--since-last", action="store_true", help="only what came since the last bundle for them")
    since.add_argument("--lacking", action="store_true", help="what they lack by their own last word")
    make.add_argument("--split", type=int, default=0, metavar="MB", help="parts of so many megabytes: 8, 15, 25")
    make.add_argument("--without-recordings", action="store_true", help="words only")
    make.set_defaults(run=run_make)
    read = actions.add_parser("read", help="take in a bundle: all its parts, in any order, at once or day by day")
    read.add_argument("files", type=Path, nargs="+", metavar="FILE")
    read.add_argument("--look", action="store_true", help="only say what is in it")
    read.set_defaults(run=run_read)
    opened = actions.add_parser("open", help="write the stream within a bundle, for docs/verify_bundle.py")
    opened.add_argument("files", type=Path, nargs="+", metavar="FILE")
    opened.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file; anybody can read it")
    opened.set_defaults(run=run_open)


def run_make(args: argparse.Namespace) -> None:
    """Make a bundle outside of the node."""
    setup.django()
    from tejido.ground.bundles import desk, outside, planning

    since = planning.LAST if args.since_last else planning.SAID if args.lacking else planning.ALL
    to = [_org(one) for one in args.to]
    blobs = not args.without_recordings
    asked = desk.wish(viewer=setup.operator(), to=to, since=since, blobs=blobs, megabytes=args.split)
    progress = Progress("writing")
    made = outside.make(asked, args.place, lambda permille: progress(permille, 1000))
    counts = made.manifest.counts
    print(f"bundle        {counts['events']} events, {counts['blobs']} recordings")
    for path in made.paths:
        print(f"file          {path}  {path.stat().st_size:,} bytes")


def _org(text: str) -> str:
    """An organisation by its name, the words of its fingerprint, or its id."""
    from tejido.ground.bundles import glance

    known = glance.members(viewer=setup.operator())
    found = [one.org for one in known if text.casefold() in (one.name.casefold(), one.words) or one.org == text]
    if not found:
        names = ", ".join(one.name for one in known) or "none"
        raise NotFound(f"“{text}” is no member of your networks. Known are: {names}.")
    if len(found) > 1:
        raise Invalid(f"Several are called “{text}”. Give the words of the one that you mean, or its id.")
    return found[0]


def run_read(args: argparse.Namespace) -> int:
    """Say what is in a bundle, then take it in; exit status 1 where something is missing, waits or was passed over."""
    setup.django()
    from tejido.ground.bundles import outside

    status = 0
    for name in outside.gather(args.files):
        status |= _read(name, look_only=args.look)
    return status


def _read(name: str, *, look_only: bool) -> int:
    from tejido.ground.bundles import glance, outside

    viewer = setup.operator()
    found = glance.arrived(viewer=viewer, bundle=name)
    if found.report is None and found.missing:
        lacking = ", ".join(map(str, found.missing))
        print(
            f"bundle        {name}: part {lacking} of {found.parts} is missing; the others are kept here for some days"
        )
        return 1
    if found.report is None:
        outside.look(name)
        found = glance.arrived(viewer=viewer, bundle=name)
    print(f"signed by     {found.name}  {found.words}  on {found.day}; every byte is as it was signed")
    print(f"holds         {found.events} events, {found.recordings} recordings; nothing in it is executed")
    for space in found.spaces:
        print(f"              {space.network or 'an unknown space'} ({space.purpose or '?'}): {space.events} events")
    if look_only:
        return 0
    if found.report is not None:
        print("taken in      before; nothing was changed")
    else:
        progress = Progress("taking in")
        outside.take(name, lambda permille: progress(permille, 1000))
    return _told(name)


def _told(name: str) -> int:
    from tejido.ground.bundles import glance

    found = glance.arrived(viewer=setup.operator(), bundle=name)
    report = found.report or {}
    print(f"taken in      {report['accepted']} events, {report['filled']} payloads, {report['blobs_in']} recordings")
    for gap in found.gaps:
        print(f"waiting       {gap.events} events by {gap.name}: what comes before them has not arrived")
    for problem in report["problems"]:
        print(f"passed over   {problem}")
    return 1 if found.gaps or report["problems"] else 0


def run_open(args: argparse.Namespace) -> None:
    """Decrypt a bundle; nothing is taken in."""
    setup.django()
    from tejido.ground.bundles import outside

    if args.out.exists():
        raise Conflict(f"{args.out} exists already. Name another file.")
    try:
        with args.out.open("xb") as out:
            outside.open_stream(args.files, out)
    except BaseException:
        args.out.unlink(missing_ok=True)
        raise
    print(f"opened        {args.out}  {args.out.stat().st_size:,} bytes", file=sys.stderr)
