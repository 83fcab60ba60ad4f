"""The `tejido` command: every action without a browser. Exit status 0, 1 for a fault found, 2 for bad input."""

import os
import sys
from pathlib import Path

from tejido.site.cli.parser import build

__all__ = ["build", "main"]


def main(argv: list[str] | None = None) -> int:
    """Parse, configure Django for the node folder, run one command; problems become one line on standard error."""
    args = build().parse_args(argv)
    if args.data is not None:
        os.environ["TEJIDO_NODE"] = str(Path(args.data).absolute())
    try:
        return int(args.run(args) or 0)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - mapped once, at the edge
        return _problem(error)


def _problem(error: Exception) -> int:
    from tejido.ground.errors import Problem

    if not isinstance(error, Problem | FileNotFoundError | PermissionError):
        raise error
    print(f"tejido: {error}", file=sys.stderr)
    return 2
