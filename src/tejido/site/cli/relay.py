"""`tejido circle`, `chain`, `report`, `transcribe`, `pass`, `answer`, `consent`, `withdraw`: the relay without a browser."""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tejido.site.cli import setup
from tejido.site.cli.networks import chosen

VOICES = ("none", "own", "disguised", "revoiced")


def add(commands: Any) -> None:
    """Add this module's commands."""
    _circle(commands)
    _chain(commands)
    _report(commands)
    _answer(commands)
    for name, function, about in (
        ("transcribe", run_transcribe, "transcribe a report on this machine, now; goes on where it stopped"),
        ("pass", run_pass, "pass a report on to the other circles, by the speaker's consent"),
    ):
        parser = commands.add_parser(name, help=about)
        parser.add_argument("report", help="key of a report")
        parser.set_defaults(run=function)
    _withdraw(commands)


def _circle(commands: Any) -> None:
    group = commands.add_parser("circle", help="open a circle, list circles").add_subparsers(
        required=True, metavar="ACTION"
    )
    opened = group.add_parser("open", help="open a circle in the network")
    opened.add_argument("name")
    opened.add_argument("--place", default="")
    opened.add_argument("--languages", default="en", help="codes, separated by commas")
    opened.add_argument("--network", default="")
    _command(opened)
    opened.set_defaults(run=run_circle)
    _listing(group, "circles", run_circles)


def _chain(commands: Any) -> None:
    group = commands.add_parser("chain", help="open a chain, list chains, read one").add_subparsers(
        required=True, metavar="ACTION"
    )
    opened = group.add_parser("open", help="open a chain with its question")
    opened.add_argument("question")
    opened.add_argument("--circle", required=True, metavar="KEY")
    opened.add_argument("--title", required=True)
    opened.add_argument("--lang", default="en")
    _command(opened)
    opened.set_defaults(run=run_chain)
    _listing(group, "chains", run_chains)
    show = group.add_parser("show", help="the chain as a tree")
    show.add_argument("chain", metavar="KEY")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=run_show)


def _report(commands: Any) -> None:
    group = commands.add_parser("report", help="add a report, list reports").add_subparsers(
        required=True, metavar="ACTION"
    )
    added = group.add_parser("add", help="add a recording, or typed text")
    _words(added)
    added.add_argument("--chain", required=True, metavar="KEY")
    added.set_defaults(run=run_report)
    brought = group.add_parser("bring", help="bring a transcript made elsewhere, WebVTT or SRT")
    brought.add_argument("report", metavar="KEY")
    brought.add_argument("captions", type=Path, metavar="FILE")
    brought.set_defaults(run=run_bring)
    _listing(group, "reports of this organisation", run_reports)


def _answer(commands: Any) -> None:
    parser = commands.add_parser("answer", help="answer a hop with a commentary or a parallel experience")
    parser.add_argument("hop", metavar="KEY")
    parser.add_argument("role", choices=("commentary", "parallel"))
    _words(parser)
    parser.set_defaults(run=run_answer)


def _words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audio", nargs="?", type=Path, help="a recording of at most ten minutes")
    parser.add_argument("--text", default="", help="typed text instead")
    parser.add_argument("--circle", required=True, metavar="KEY")
    parser.add_argument("--lang", required=True)
    parser.add_argument("--type", default=None, help="the recording's media type, if it is known")
    parser.add_argument("--pseudonym", default="")
    parser.add_argument("--synthetic", action="store_true", help="the voice is a machine's")
    parser.add_argument("--consent", default="", metavar="PURPOSES", help="what the speaker agreed to, with commas")
    parser.add_argument("--voice", default="none", choices=VOICES, help="what may be published of the voice")
    _command(parser)


def _command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--command", dest="command_id", default="", metavar="ID", help="repeating it changes nothing")


def _listing(group: Any, what: str, function: Any) -> None:
    listed = group.add_parser("list", help=f"the {what}")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=function)


def _withdraw(commands: Any) -> None:
    parser = commands.add_parser("withdraw", help="take consent back, and erase the report and its copies")
    parser.add_argument("report", metavar="KEY")
    parser.add_argument("--purposes", default="", help="only these, with commas; without them everything")
    parser.add_argument("--keep", action="store_true", help="do not erase the report itself")
    parser.set_defaults(run=run_withdraw)


def run_circle(args: argparse.Namespace) -> None:
    """Open a circle; prints its key."""
    setup.django()
    from tejido.practices.relay.actions import open_circle

    languages = [code for code in args.languages.split(",") if code]
    key = open_circle(
        viewer=setup.operator(), name=args.name, place=args.place, langs=languages, network=chosen(args.network),
        command=args.command_id,
    )  # fmt: skip
    print(key)


def run_chain(args: argparse.Namespace) -> None:
    """Open a chain; prints its key."""
    setup.django()
    from tejido.practices.relay.actions import open_chain

    key = open_chain(
        viewer=setup.operator(), circle=args.circle, title=args.title, question=args.question, lang=args.lang,
        command=args.command_id,
    )  # fmt: skip
    print(key)


def _spoken(args: argparse.Namespace) -> dict[str, Any]:
    from tejido.practices.relay.actions import Answer, Words

    words = Words(
        lang=args.lang, audio=args.audio, audio_type=args.type, text=args.text, pseudonym=args.pseudonym,
        synthetic=args.synthetic,
    )  # fmt: skip
    purposes = tuple(one for one in args.consent.split(",") if one)
    said = Answer(purposes, args.voice, "self", args.lang) if purposes else None
    return {"viewer": setup.operator(), "circle": args.circle, "words": words, "said": said, "command": args.command_id}


def run_report(args: argparse.Namespace) -> None:
    """Add a report; prints its key."""
    setup.django()
    from tejido.practices.relay.actions import add_report

    print(add_report(chain=args.chain, **_spoken(args)))


def run_bring(args: argparse.Namespace) -> None:
    """Bring captions; prints how many lines there are now."""
    setup.django()
    from tejido.practices.relay import actions, selectors

    actions.bring_transcript(viewer=setup.operator(), report=args.report, content=args.captions.read_bytes())
    print(len(selectors.report(viewer=setup.operator(), key=args.report).lines))


def run_answer(args: argparse.Namespace) -> None:
    """Add an answer; prints its key."""
    setup.django()
    from tejido.practices.relay.actions import answer

    print(answer(hop=args.hop, role=args.role, **_spoken(args)))


def run_transcribe(args: argparse.Namespace) -> None:
    """Transcribe in this process."""
    setup.django()
    from tejido.practices.relay import selectors, tasks

    tasks.transcribe.call(args.report)
    for line in selectors.report(viewer=setup.operator(), key=args.report).lines:
        print(line.text)


def run_pass(args: argparse.Namespace) -> None:
    """Pass on; prints the hop's key."""
    setup.django()
    from tejido.practices.relay.actions import pass_on

    print(pass_on(viewer=setup.operator(), report=args.report))


def run_withdraw(args: argparse.Namespace) -> None:
    """Withdraw."""
    setup.django()
    from tejido.ground.consent.public import PURPOSES
    from tejido.practices.relay.actions import withdraw

    purposes = [one for one in args.purposes.split(",") if one] or list(PURPOSES)
    withdraw(viewer=setup.operator(), report=args.report, purposes=purposes, erase_too=not args.keep)
    print("withdrawn: it reaches the other nodes with the next exchange")


def _print(rows: Iterable[Any], fields: Sequence[str], *, as_json: bool) -> None:
    """One line a row; with `as_json` every field of every row."""
    if as_json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        print("  ".join(str(getattr(row, name)) for name in fields))


def run_circles(args: argparse.Namespace) -> None:
    """List circles."""
    setup.django()
    from tejido.practices.relay import selectors

    _print(selectors.circles(viewer=setup.operator()), ("key", "name", "place"), as_json=args.json)


def run_chains(args: argparse.Namespace) -> None:
    """List chains."""
    setup.django()
    from tejido.practices.relay import selectors

    _print(list(selectors.chains(viewer=setup.operator())), ("key", "title"), as_json=args.json)


def run_reports(args: argparse.Namespace) -> None:
    """List reports."""
    setup.django()
    from tejido.practices.relay import selectors

    _print(list(selectors.reports(viewer=setup.operator())), ("key", "role", "lang"), as_json=args.json)


def run_show(args: argparse.Namespace) -> None:
    """A chain's hops in reading order, indented by depth."""
    setup.django()
    from tejido.practices.relay import selectors

    page = selectors.chain(viewer=setup.operator(), key=args.chain)
    if args.json:
        print(json.dumps(asdict(page), ensure_ascii=False, default=str))
        return
    for hop in page.hops:
        print(f"{'  ' * hop.depth}{hop.key}  {hop.role}  {hop.lang}  {hop.org_name}  {hop.excerpt[:80]}")
