"""`tejido publish`, `tejido editions`, `tejido cover`, `tejido unpublish`: what leaves for everybody, without a browser."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    _publish(commands)
    listed = commands.add_parser("editions", help="what was published; with an address, all editions of it")
    listed.add_argument("slug", nargs="?", default="", metavar="ADDRESS", help="8 characters")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run_editions)
    cover = commands.add_parser("cover", help="give a publication a picture; without one, go back to the woven cover")
    cover.add_argument("slug", metavar="ADDRESS", help="8 characters")
    cover.add_argument(
        "picture", nargs="?", default="", metavar="FILE", help="PNG or JPEG, square, 1400 to 3000 pixels"
    )
    cover.add_argument(
        "--alt", action="append", default=[], metavar="LANG=TEXT", help="what it shows; each language once"
    )
    cover.set_defaults(run=run_cover)
    taken = commands.add_parser("unpublish", help="take a publication back, here and with the next exchange elsewhere")
    taken.add_argument("slug", metavar="ADDRESS", help="8 characters")
    taken.set_defaults(run=run_unpublish)


def _publish(commands: Any) -> None:
    parser = commands.add_parser(
        "publish", help="publish chains, or voices of them, as far as their speakers allow; prints the address"
    )
    parser.add_argument("chains", nargs="*", metavar="CHAIN", help="keys of chains; of the last edition with --correct")
    parser.add_argument("--lang", action="append", default=[], help="a language to publish in; several times")
    parser.add_argument("--hop", action="append", default=[], metavar="KEY", help="only this voice; several times")
    parser.add_argument("--since", default="", metavar="DAY", help="only voices spoken from this day on")
    parser.add_argument("--until", default="", metavar="DAY", help="only voices spoken until this day")
    for name in ("title", "question", "summary"):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="LANG=TEXT", help="several times")
    parser.add_argument("--licence", default="CC-BY-NC-SA-4.0", help="such as CC-BY-4.0, or “All rights reserved”")
    parser.add_argument("--form", default="each", choices=("each", "whole"), help="an episode a voice, or one for all")
    parser.add_argument("--no-sound", action="store_true", help="words only")
    parser.add_argument("--no-places", action="store_true", help="without the circles' places")
    parser.add_argument("--correct", default="", metavar="ADDRESS", help="as a new edition of that publication")
    parser.add_argument(
        "--change", action="append", default=[], metavar="TEXT", help="what was corrected; several times"
    )
    parser.add_argument("--erase-earlier", action="store_true", help="erase voices that only earlier editions have")
    parser.add_argument("--preview", action="store_true", help="only show what would leave and what stays, and why")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run_publish)


def run_publish(args: argparse.Namespace) -> None:
    """Publish, or show what would leave; prints the address and the edition's number."""
    setup.django()
    from tejido.practices.relay.publishing import actions

    choice, viewer = _choice(args), setup.operator()
    if args.preview:
        _print_plan(actions.preview(viewer=viewer, choice=choice, slug=args.correct), as_json=args.json)
        return
    if args.correct:
        slug = actions.correct(viewer=viewer, slug=args.correct, choice=choice, keep_earlier=not args.erase_earlier)
    else:
        slug = actions.publish(viewer=viewer, choice=choice)
    print(slug)


def run_cover(args: argparse.Namespace) -> None:
    """Give a cover, or take it back; says what the file had carried beside its pixels."""
    setup.django()
    from tejido.practices.relay.press import actions

    if not args.picture:
        actions.take_back_cover(viewer=setup.operator(), slug=args.slug)
        return
    carried = actions.give_cover(
        viewer=setup.operator(), slug=args.slug, data=Path(args.picture).read_bytes(), alts=_by_lang(args.alt)
    )
    if carried:
        print(f"left behind: {', '.join(carried)}")


def _choice(args: argparse.Namespace) -> Any:
    from tejido.practices.relay.publishing.choice import Choice

    texts = {f"{name}s": _by_lang(getattr(args, name)) for name in ("title", "question")}
    return Choice(
        chains=tuple(args.chains), hops=tuple(args.hop), since=args.since, until=args.until, langs=tuple(args.lang),
        **texts, summaries=_by_lang(args.summary), licence=args.licence, form=args.form, changes=tuple(args.change),
        sound=not args.no_sound, places=not args.no_places,
    )  # fmt: skip


def _by_lang(given: list[str]) -> dict[str, str]:
    return {lang.strip(): text for lang, _, text in (one.partition("=") for one in given)}


def _print_plan(found: Any, *, as_json: bool) -> None:
    from tejido.practices.relay.publishing.reasons import SENTENCES

    rows = [
        {
            "number": one.number, "hop": one.source.key, "leaves": one.leaves, "langs": list(one.langs),
            "reasons": [{"reason": n.reason, "lang": n.lang, "sentence": str(SENTENCES[n.reason])} for n in one.notes],
        }
        for one in found.plan.items
    ]  # fmt: skip
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['number']}  {row['hop']}  {row['leaves']}  {' '.join(row['langs'])}")
        for one in row["reasons"]:
            print("   ", *filter(None, (one["lang"], one["sentence"])))


def run_editions(args: argparse.Namespace) -> None:
    """List what was published."""
    setup.django()
    from tejido.practices.relay.publishing import selectors

    viewer = setup.operator()
    asked = args.slug
    found = selectors.publication(viewer=viewer, slug=asked).history if asked else selectors.publications(viewer=viewer)
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        state = "taken back" if one.withdrawn else "stands" if one.newest else "replaced"
        print(f"{one.slug}  {one.number}  {state}  {one.day}  {len(one.voices)}  {one.org_name}  {one.title}")


def run_unpublish(args: argparse.Namespace) -> None:
    """Take a publication back."""
    setup.django()
    from tejido.practices.relay.publishing import actions

    actions.unpublish(viewer=setup.operator(), slug=args.slug)
    print("taken back here; elsewhere with the next exchange")
