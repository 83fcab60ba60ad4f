"""`tejido redact`, `voice`: words taken out of a report, and who hears which voice, without a browser."""

import argparse
from pathlib import Path
from typing import Any

from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    parser = commands.add_parser("redact", help="cut words out of a report; without --keep only to listen")
    parser.add_argument("report", metavar="KEY")
    parser.add_argument(
        "--word", action="append", default=[], metavar="SEGMENT:N", help="the Nth word of a segment, from 1"
    )
    parser.add_argument("--segment", action="append", default=[], metavar="ID", help="a whole segment")
    parser.add_argument("--span", action="append", default=[], metavar="FROM-TO", help="a stretch, such as 1:02.5-1:04")
    parser.add_argument("--mode", choices=("cut", "tone"), default="cut")
    parser.add_argument("--out", type=Path, help="write the cut recording here, to be heard before it is kept")
    parser.add_argument("--keep", action="store_true", help="keep it, and erase what came before, here and everywhere")
    parser.add_argument(
        "--original", action="store_true", help="but keep the original that only the recovery sheets open"
    )
    parser.set_defaults(run=run_redact)
    _voice(commands)


def _voice(commands: Any) -> None:
    parser = commands.add_parser("voice", help="disguise a voice, add a reading, choose who hears which voice")
    parser.add_argument("report", metavar="KEY")
    parser.add_argument("--disguise", action="store_true", help="change the voice, now, by chance")
    parser.add_argument("--read", type=Path, metavar="AUDIO", help="another person's reading of the approved words")
    parser.add_argument("--agreed", action="store_true", help="whoever reads was asked and agrees")
    parser.add_argument("--circles", choices=("own", "disguised", "revoiced", "none"), help="what other circles hear")
    parser.add_argument("--public", choices=("none", "revoiced", "disguised", "own"), help="what anybody may hear")
    parser.add_argument("--remove", choices=("disguised", "revoiced"), help="erase that voice")
    parser.set_defaults(run=run_voice)


def run_redact(args: argparse.Namespace) -> None:
    """Mark, cut on this machine now, show the words that are left; keep it where asked to."""
    setup.django()
    from tejido.ground import blobs
    from tejido.practices.relay.redaction import actions, forms, selectors, tasks
    from tejido.practices.relay.redaction.domain import Marks

    viewer, report = setup.operator(), args.report
    words = tuple(forms.word(one) for one in args.word)
    marks = Marks(words, tuple(args.segment), tuple(forms.span(one) for one in args.span))
    base = selectors.redaction(viewer=viewer, report=report).base
    actions.mark(viewer=viewer, report=report, base=base, marks=marks, mode=args.mode)
    actions.cut(viewer=viewer, report=report)
    tasks.cut.call(report)
    found = selectors.redaction(viewer=viewer, report=report)
    for segment in found.after:
        print(f"{segment.id}  {segment.text}")
    if args.out and found.trial:
        args.out.write_bytes(blobs.read(found.trial))
    if args.keep:
        actions.keep(viewer=viewer, report=report, original=args.original)


def run_voice(args: argparse.Namespace) -> None:
    """Do what was asked, in this order: erase, disguise, add a reading, choose; then say which voices there are."""
    setup.django()
    from tejido.practices.relay.redaction import selectors, tasks, voicing

    viewer, report = setup.operator(), args.report
    if args.remove:
        voicing.remove(viewer=viewer, report=report, voice=args.remove)
    if args.disguise:
        voicing.disguise(viewer=viewer, report=report)
        tasks.disguise.call(report)
    if args.read:
        voicing.read_again(viewer=viewer, report=report, audio=args.read, audio_type=None, agreed=args.agreed)
    found = selectors.voice_page(viewer=viewer, report=report)
    if args.circles or args.public:
        circles, public = args.circles or found.circles, args.public or found.public or "none"
        voicing.choose(viewer=viewer, report=report, circles=circles, public=public)
        found = selectors.voice_page(viewer=viewer, report=report)
    for tier in found.tiers:
        print(f"{tier.voice}\t{'yes' if tier.heard else 'stale' if tier.stale else 'no'}\t{tier.duration}")
    print(f"circles\t{found.circles}\npublic\t{found.public or 'none'}")
