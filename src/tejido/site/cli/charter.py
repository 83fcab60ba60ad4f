"""`tejido charter`, `tejido admission`, `tejido successor`: a charter, who asks to join, going on without the founder."""

import argparse
from pathlib import Path
from typing import Any

from tejido.ground.errors import Invalid
from tejido.site.cli import setup
from tejido.site.cli.networks import chosen


def add(commands: Any) -> None:
    """Add this module's commands."""
    group = commands.add_parser("charter", help="a network's charter: show it, propose one, agree").add_subparsers(
        required=True, metavar="ACTION"
    )
    show = group.add_parser("show", help="the charter in force, what is proposed, and the editions")
    show.add_argument("--lang", default="en", help="in which language")
    _network(show, run_show)
    propose = group.add_parser("propose", help="propose a charter; without a file, the text that comes with Tejido")
    propose.add_argument(
        "file", type=Path, nargs="?", help="JSON with chapters and rules, as `charter show --json` writes it"
    )
    propose.add_argument("--note", default="", help="why, in a few words")
    _network(propose, run_propose)
    agree = group.add_parser("agree", help="agree to a proposal")
    agree.add_argument("proposal", help="its key, as `charter show` lists it")
    agree.add_argument("--words", default="")
    _network(agree, run_agree)
    show.add_argument("--json", action="store_true", help="chapters and rules as JSON")
    _admission(commands)
    _successor(commands)


def _admission(commands: Any) -> None:
    group = commands.add_parser("admission", help="who asks to join, and what the members say").add_subparsers(
        required=True, metavar="ACTION"
    )
    _network(group.add_parser("list", help="what was put to the members, and how it stands"), run_list)
    ask = group.add_parser("ask", help="put an organisation's request file to the members")
    ask.add_argument("file", type=Path)
    ask.add_argument("--words", default="")
    _network(ask, run_ask)
    for name, run, told in (("support", run_support, "say yes"), ("oppose", run_oppose, "say no")):
        one = group.add_parser(name, help=f"{told} to a request or a suspension")
        one.add_argument("matter", help="its key, as `admission list` shows it")
        one.add_argument("--words", default="")
        _network(one, run)
    suspend = group.add_parser(
        "suspend", help="put it to the members to suspend one of them, or with --back to take one back"
    )
    suspend.add_argument("organisation", help="its id, as `admission members` lists it")
    suspend.add_argument("--back", action="store_true", help="to take it back")
    suspend.add_argument("--words", default="")
    _network(suspend, run_suspend)
    _network(group.add_parser("members", help="who is in, since when and by what decision"), run_members)
    _network(
        group.add_parser("carry", help="as the founder: carry out what was decided (the worker does it, too)"),
        run_carry,
    )


def _successor(commands: Any) -> None:
    group = commands.add_parser("successor", help="go on, without a network's founder, in a new one").add_subparsers(
        required=True, metavar="ACTION"
    )
    put = group.add_parser("propose", help="put it to the members to go on in a network that this organisation founds")
    put.add_argument("name", help="what the new network is called")
    put.add_argument("--words", default="")
    _network(put, run_succeed)
    for name, run, told in (
        ("agree", run_support, "say that this organisation goes on in it"), ("decline", run_oppose, "say that it does not"),
        ("found", run_found, "as the one who proposed it: found it, once enough agree"),
        ("join", run_follow, "go on in it, once it is founded"),
    ):  # fmt: skip
        one = group.add_parser(name, help=told)
        one.add_argument("matter", help="its key, as `successor list` shows it")
        if run in (run_support, run_oppose):
            one.add_argument("--words", default="")
        _network(one, run)
    bring = group.add_parser(
        "bring", help="put it to the members of the new network that one of the old asks to come over"
    )
    bring.add_argument("matter", help="its key, as `successor list` shows it")
    bring.add_argument("organisation", help="its id, as `successor list` shows it")
    _network(bring, run_bring)
    _network(
        group.add_parser("list", help="what was proposed, who goes on where, who asks to come over"), run_successors
    )


def _network(parser: argparse.ArgumentParser, run: Any) -> None:
    parser.add_argument("--network", default="", help="name of the network (needed where there are several)")
    parser.set_defaults(run=run)


def _info(args: argparse.Namespace) -> Any:
    from tejido.ground.network import selectors

    space = chosen(args.network)
    return next(one for one in selectors.networks() if one.space == space)


def run_show(args: argparse.Namespace) -> None:
    """The charter as text, or as JSON that `propose` reads."""
    setup.django()
    import orjson

    from tejido.ground.charter import reading, wording
    from tejido.ground.people import OPERATOR

    info = _info(args)
    found = reading.editions(viewer=OPERATOR, network=info)
    if args.json:
        said = {"chapters": found[-1].chapters, "rules": found[-1].rules} if found else {}
        print(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode())
        return
    if found:
        rules = [f"{name}: {found[-1].rules[name]}" for name in ("admit", "suspend", "amend")]
        print(reading.as_text(found[-1], info.name, args.lang, wording.CHAPTER_NAMES, rules))
    else:
        print("no charter yet: the founder alone lets others in")
    for one in found:
        print(f"edition {one.number:3}   {one.day}  {one.by}: {len(one.agreed)} of {one.members} agreed")
    for proposed in reading.matters(viewer=OPERATOR, network=info, what=("charter",)):
        if proposed.open:
            print(f"proposed      {proposed.key}  {proposed.by}: {proposed.counted}")


def run_propose(args: argparse.Namespace) -> None:
    """Propose a charter."""
    setup.django()
    import orjson

    from tejido.ground.bodies import BadBody
    from tejido.ground.charter import actions, defaults
    from tejido.ground.charter.events import Rules, chapters
    from tejido.ground.people import OPERATOR

    texts, rules = defaults.CHAPTERS, defaults.RULES
    if args.file:
        try:
            said = orjson.loads(args.file.read_bytes())
            texts, rules = chapters(said["chapters"]), Rules.from_body(said["rules"])
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, BadBody) as error:
            raise Invalid(f"{args.file}: {error}. It is JSON as `tejido charter show --json` writes it.") from error
    key = actions.propose(viewer=OPERATOR, network=_info(args), chapters=texts, rules=rules, note=args.note)
    _tell(args, key)


def _tell(args: argparse.Namespace, key: str) -> None:
    from tejido.ground.charter import reading
    from tejido.ground.people import OPERATOR

    one = reading.matter(viewer=OPERATOR, network=_info(args), key=key)
    print(f"{one.status:12}  {one.key}  {one.counted}")


def run_agree(args: argparse.Namespace) -> None:
    """Agree to a proposal."""
    _speak(args, args.proposal, yes=True)


def run_support(args: argparse.Namespace) -> None:
    """Say yes."""
    _speak(args, args.matter, yes=True)


def run_oppose(args: argparse.Namespace) -> None:
    """Say no."""
    _speak(args, args.matter, yes=False)


def _speak(args: argparse.Namespace, key: str, *, yes: bool) -> None:
    setup.django()
    from tejido.ground.charter import actions
    from tejido.ground.people import OPERATOR

    actions.speak(viewer=OPERATOR, network=_info(args), matter=key, yes=yes, words=args.words)
    _tell(args, key)


def run_ask(args: argparse.Namespace) -> None:
    """Put a request to the members."""
    setup.django()
    from tejido.ground.charter import actions
    from tejido.ground.network import papers
    from tejido.ground.people import OPERATOR

    data = papers.read_bytes(args.file)
    network = _info(args) if args.network else None
    key = actions.ask(viewer=OPERATOR, request=data, network=network, words=args.words)
    print(f"put to all    {key}")


def run_suspend(args: argparse.Namespace) -> None:
    """Put a suspension, or its end, to the members."""
    setup.django()
    from tejido.ground.charter import actions
    from tejido.ground.people import OPERATOR

    put = actions.ask_back if args.back else actions.ask_suspension
    _tell(args, put(viewer=OPERATOR, network=_info(args), org=args.organisation, words=args.words))


def run_list(args: argparse.Namespace) -> None:
    """One line a matter."""
    setup.django()
    from tejido.ground.charter import reading
    from tejido.ground.people import OPERATOR

    for one in reading.matters(viewer=OPERATOR, network=_info(args)):
        print(f"{one.key}  {one.what:8}  {one.status:10}  {one.name}  {one.counted}")


def run_members(args: argparse.Namespace) -> None:
    """One line a member."""
    setup.django()
    from tejido.ground.charter import reading
    from tejido.ground.people import OPERATOR

    info = _info(args)
    gone = [one for one, _ in reading.gone(viewer=OPERATOR, network=info)]
    for one in [*reading.members(viewer=OPERATOR, network=info), *gone]:
        print(f"{one.org}  {one.since}  {one.name}: {one.how}")


def run_carry(args: argparse.Namespace) -> None:
    """Carry out what was decided."""
    setup.django()
    from tejido.ground.charter import actions
    from tejido.log.words import fingerprint

    for org in actions.carry_out(network=_info(args)):
        print(f"carried out   {fingerprint(bytes.fromhex(org))}")


def run_succeed(args: argparse.Namespace) -> None:
    """Propose a successor."""
    setup.django()
    from tejido.ground.charter import succeeding
    from tejido.ground.people import OPERATOR

    _tell(args, succeeding.propose(viewer=OPERATOR, network=_info(args), name=args.name, words=args.words))


def run_found(args: argparse.Namespace) -> None:
    """Found it."""
    setup.django()
    from tejido.ground.charter import succeeding
    from tejido.ground.people import OPERATOR

    made = succeeding.found(viewer=OPERATOR, network=_info(args), matter=args.matter)
    print(f"founded       {made.key}  {made.name}  {len(made.members)}")


def run_follow(args: argparse.Namespace) -> None:
    """Go on in it."""
    setup.django()
    from tejido.ground.charter import succeeding
    from tejido.ground.people import OPERATOR

    made = succeeding.follow(viewer=OPERATOR, network=_info(args), matter=args.matter)
    print(f"goes on       {made.key}  {made.name}: exchange with the others")


def run_bring(args: argparse.Namespace) -> None:
    """Put a request to come over to the members of the new network."""
    setup.django()
    from tejido.ground.charter import succeeding
    from tejido.ground.people import OPERATOR

    key = succeeding.bring(viewer=OPERATOR, network=_info(args), matter=args.matter, org=args.organisation)
    print(f"put to all    {key}")


def run_successors(args: argparse.Namespace) -> None:
    """One line a successor, and one for each organisation that asks to come over."""
    setup.django()
    from tejido.ground.charter import reading, successions
    from tejido.ground.people import OPERATOR

    info = _info(args)
    for one in reading.matters(viewer=OPERATOR, network=info, what=("successor",)):
        print(f"{one.key}  {one.status:10}  {one.body['name']}  {one.counted}")
        found = successions.successor(viewer=OPERATOR, network=info, key=one.key)
        for other in found.coming if found else ():
            print(f"  asks        {other.org}  {other.name}")
