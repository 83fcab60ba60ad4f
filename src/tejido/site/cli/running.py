"""`tejido serve`, `worker`, `demo`: what keeps running."""

import argparse
from pathlib import Path
from typing import Any

from tejido.ground.errors import Invalid
from tejido.site.cli import setup


def add(commands: Any) -> None:
    """Add this module's commands."""
    serve = commands.add_parser("serve", help="serve the node's pages until Ctrl-C")
    serve.add_argument("--bind", default="", metavar="HOST:PORT", help="default: localhost and the node's port")
    serve.set_defaults(run=run_serve)
    worker = commands.add_parser("worker", help="transcribe, exchange and tidy in the background until Ctrl-C")
    worker.add_argument("--once", action="store_true", help="do what is due, then end")
    worker.set_defaults(run=run_worker)
    demo = commands.add_parser("demo", help="three nodes with a chain under way; Ctrl-C ends them")
    demo.add_argument("--data", dest="demo_data", type=Path, default=Path("demo"), metavar="FOLDER")
    demo.add_argument("--no-serve", action="store_true", help="make the nodes, start nothing")
    demo.add_argument("--quick", action="store_true", help="fewer recordings")
    demo.add_argument("--port", type=int, default=8001, help="of the first node; the others follow")
    demo.set_defaults(run=run_demo)


def run_serve(args: argparse.Namespace) -> None:
    """Migrate, then serve."""
    setup.django()
    if _is_closed():
        return
    setup.migrate()
    from tejido.ground.keeping import closing
    from tejido.ground.store import boot
    from tejido.site import node
    from tejido.site.server import serve

    boot.ensure()
    config = node.load()
    print(f"http://{args.bind or f'localhost:{config.port}'}", flush=True)
    with closing.noted(config.folder, "serve"):
        serve(config, args.bind)


def _is_closed() -> bool:
    """Say so where the node was closed: whatever starts it again and again is to see success, and leave it."""
    from tejido.ground.keeping import closing

    if found := closing.is_closed(setup.folder()):
        print(closing.SAID)
    return found


def run_worker(args: argparse.Namespace) -> None:
    """Tasks, sweepers, exchange with configured folders, erasure's last step."""
    setup.django()
    if _is_closed():
        return
    setup.migrate()
    from tejido.ground.keeping import closing
    from tejido.site import jobs

    with closing.noted(setup.folder(), "worker"):
        if args.once:
            jobs.once()
        else:
            jobs.forever()


def run_demo(args: argparse.Namespace) -> int:
    """Make what is missing, start, wait."""
    if not 0 < args.port < 65533:
        raise Invalid("The ports of the three nodes must lie between 1 and 65535.")
    from tejido.site.demo import Demo

    demo = Demo(args.demo_data.absolute(), args.port, quick=args.quick)
    demo.make()
    print(demo.described())
    return 0 if args.no_serve else demo.serve()
