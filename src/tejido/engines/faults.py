"""How engines fail: each failure carries what a catalogue, a page and problem+json need.

A stable `code`, `params` (plain values, named as in `template`) and an English message that says what is wrong, where,
and what to do.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

Value = str | int | float
_PLACE = re.compile(r"{(\w+)}")


class Fault(Exception):
    """Base of every engine's errors; `str()` is the English message, `template.format(**params)` the same."""

    code: ClassVar[str]
    template: ClassVar[str]

    def __init__(self, **params: Value) -> None:
        self.params: Mapping[str, Value] = params
        super().__init__(self.template.format(**params))


def catalogued(template: str) -> str:
    """A template as gettext's catalogues have it: `{line}` is `%(line)s`."""
    return _PLACE.sub(r"%(\1)s", template)
