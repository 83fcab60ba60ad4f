"""Log lines of a node: failures with their places, never with what an exception says, which may quote a person."""

import logging
import re
import traceback
from copy import copy
from typing import Any

KEYS = re.compile(r"(/(?:drop|join|new-password)/)[^/\s?]+")  # addresses that open something for whoever reads them


class Line(logging.Formatter):
    """Time, level, logger, message; of an exception its type and the lines it passed through."""

    def format(self, record: logging.LogRecord) -> str:
        """As always, but never with a text that another handler made of the exception, nor with a link's token."""
        own = copy(record)
        own.exc_text = None
        return KEYS.sub(r"\1…", super().format(own))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """`module:line function` for each frame, the type last; causes first."""
        error: BaseException | None = ei[1]
        told: list[str] = []
        while error is not None:
            told = [*_told(error), *told]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def _told(error: BaseException) -> list[str]:
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"  {frame.f_globals.get('__name__')}:{line} {frame.f_code.co_name}" for frame, line in frames]
    return [*places, f"{type(error).__module__}.{type(error).__qualname__}"]
