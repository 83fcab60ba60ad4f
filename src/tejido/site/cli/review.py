"""`tejido translate` and `tejido review`: drafts, checking and measures without a browser."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    parser = commands.add_parser(
        "translate", help="draft a translation on this machine, now; goes on where it stopped, beside people's words"
    )
    parser.add_argument("text", metavar="KEY", help="key of a report or a hop")
    parser.add_argument("lang", help="the language's tag, such as en or pt-BR")
    parser.add_argument("--outside", action="store_true", help="the configured translation server may read the words")
    parser.set_defaults(run=run_translate)
    group = commands.add_parser("review", help="what is to be reviewed; approve; measures").add_subparsers(
        required=True, metavar="ACTION"
    )
    listed = group.add_parser("list", help="transcripts and translations with how far they are")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run_list)
    show = group.add_parser("show", help="a text segment by segment")
    _text(show)
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=run_show)
    approve = group.add_parser("approve", help="approve segments that you have read")
    _text(approve)
    approve.add_argument("segments", nargs="+", metavar="SEGMENT", help="ids of segments")
    approve.set_defaults(run=run_approve)
    share = group.add_parser("share", help="give the other circles a translation of a report of yours")
    share.add_argument("text", metavar="KEY", help="key of a report")
    share.add_argument("into", metavar="LANG")
    share.set_defaults(run=run_share)
    measures = group.add_parser("measures", help="how good drafts are, and how fast words travel")
    measures.add_argument("--json", action="store_true")
    measures.set_defaults(run=run_measures)


def _text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="KEY", help="key of a report or a hop")
    parser.add_argument("into", metavar="LANG", help="the language, or “original” for the transcript")


def _bench(args: argparse.Namespace) -> Any:
    from tejido.practices.relay.review import selectors

    return selectors.bench(viewer=setup.operator(), key=args.text, into=args.into)


def run_translate(args: argparse.Namespace) -> int:
    """Draft in this process; prints the drafts, exit status 1 where no machine here can."""
    setup.django()
    from tejido.practices.relay.review import actions, selectors, tasks

    viewer = setup.operator()
    lang = actions.start(viewer=viewer, key=args.text, lang=args.lang, outside=args.outside)
    found = selectors.bench(viewer=viewer, key=args.text, into=lang)
    tasks.translate.call(selectors.bench_id(found.subject.key, lang))
    found = selectors.bench(viewer=viewer, key=args.text, into=lang)
    for row in found.rows:
        print(f"{row.id}  {row.state}{' doubtful' if row.doubtful else ''}  {row.text}")
    if found.under_way is None:
        return 0
    print(found.under_way.message)
    return 1


def run_list(args: argparse.Namespace) -> None:
    """List what is to be reviewed."""
    setup.django()
    from tejido.practices.relay.review import selectors

    found = list(selectors.benches(viewer=setup.operator()))
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        print(f"{one.key}  {one.into}  {one.state}  {one.approved}/{one.segments}  {one.title}")


def run_show(args: argparse.Namespace) -> None:
    """Show one text."""
    setup.django()
    found = _bench(args)
    if args.json:
        print(json.dumps([asdict(row) for row in found.rows], ensure_ascii=False, default=str))
        return
    for row in found.rows:
        print(f"{row.id}  {row.state}{' doubtful' if row.doubtful else ''}")
        print(*[f"    {text}" for text in (row.source, row.text) if text], sep="\n")


def run_approve(args: argparse.Namespace) -> None:
    """Approve segments as they stand."""
    setup.django()
    from tejido.practices.relay.review import actions

    rows = {row.id: row for row in _bench(args).rows}
    for segment in args.segments:
        seen = actions.Seen(rows[segment].base, rows[segment].source_base) if segment in rows else actions.Seen("")
        actions.approve(viewer=setup.operator(), key=args.text, into=args.into, segment=segment, seen=seen)
        print(f"{segment}  approved")


def run_share(args: argparse.Namespace) -> None:
    """Share a translation; prints the key of the copy."""
    setup.django()
    from tejido.practices.relay.review import actions

    print(actions.share(viewer=setup.operator(), key=args.text, lang=args.into))


def run_measures(args: argparse.Namespace) -> None:
    """Measures by pair of languages."""
    setup.django()
    from tejido.practices.relay.review import measures

    found = measures.measured(viewer=setup.operator())
    if args.json:
        print(json.dumps([asdict(one) for one in found]))
        return
    for one in found:
        pair = f"{one.source_lang} → {one.lang}" if one.lang else one.source_lang
        print(f"{pair}: {one.approved} approved, unchanged {one.unchanged_percent} %, chrF++ {one.chrf}")
