"""Run one benchmark: `python -m bench NAME [--json] [--quick] [more]`; each module has `run(args) -> dict`."""

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """The benchmarks there are."""
    folder = [str(Path(__file__).parent)]
    return sorted(m.name for m in pkgutil.iter_modules(folder) if not m.name.startswith("_"))


def main(argv: list[str]) -> int:
    """Dispatch to `bench.NAME.run(argv)`, print its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", nargs="?", choices=names())
    parser.add_argument("--list", action="store_true", help="the names of all benchmarks")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--quick", action="store_true", help="smaller input, under 50 s")
    args, rest = parser.parse_known_args(argv)
    if args.list or args.name is None:
        print("\n".join(names()))
        return 0
    run = importlib.import_module(f"bench.{args.name}").run
    figures: dict[str, object] = run(quick=args.quick, argv=rest)
    if args.json:
        print(json.dumps(figures, sort_keys=True))
    else:
        print("\n".join(f"{key:32} {value}" for key, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
