"""The grammar of the command line. Each command is a function `run(args) -> int | None` in a module beside this one."""

import argparse
from importlib import import_module

from tejido import __version__

MODULES = (
    "nodes",
    "networks",
    "partners",
    "bundles",
    "charter",
    "relay",
    "redaction",
    "drops",
    "accounts",
    "tokens",
    "review",
    "public",
    "publishing",
    "memory",
    "running",
    "hosts",
    "drilling",
    "keeping",
    "erasures",
    "keys",
    "devices",
)


def build() -> argparse.ArgumentParser:
    """The whole parser."""
    parser = argparse.ArgumentParser(prog="tejido", description="A sovereign node of a network without a centre.")
    parser.add_argument("--version", action="version", version=f"tejido {__version__}")
    parser.add_argument("--data", metavar="FOLDER", help="the node's data folder (default: TEJIDO_NODE, else var/node)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in MODULES:
        import_module(f"tejido.site.cli.{name}").add(commands)
    return parser
