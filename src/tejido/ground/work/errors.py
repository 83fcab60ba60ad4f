"""What can go wrong with background work, and how much of it is kept."""

import traceback

from tejido.ground.errors import Conflict, Invalid


class NotAnId(Invalid):
    """A task's arguments are ids: numbers, or texts of at most 200 characters. Its content is read from the state."""

    code = "not-an-id"


class Busy(Conflict):
    """Somebody works on this already, or it waits for its next attempt."""

    code = "busy"


class Stuck(Conflict):
    """This failed too often and is not tried again until somebody asks for it."""

    code = "stuck"


class ClaimLost(Conflict):
    """This work took longer than it had said between two heartbeats, and another worker took it over."""

    code = "claim-lost"


def cut(error: BaseException) -> str:
    """Type and place of an error, without its message, which may quote what people said: `ValueError, tejido.x:12`."""
    walked = [(str(f.f_globals.get("__name__")), line) for f, line in traceback.walk_tb(error.__traceback__)]
    frames = [one for one in walked if not one[0].startswith("tejido.ground.work.")] or walked
    ours = [one for one in frames if one[0].startswith("tejido.")]
    module, line = (ours or frames or [("?", 0)])[-1]
    return f"{type(error).__name__}, {module}:{line}"[:200]
