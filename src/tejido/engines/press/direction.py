"""How names of another direction are kept whole in plain text; which way a language is written, `languages` knows."""

import unicodedata

from tejido.engines.language.languages import direction

__all__ = ["direction", "isolated", "strong"]

ISOLATE, END = "\u2068", "\u2069"


def strong(text: str) -> str | None:
    """The direction of the first strong character, as browsers' `dir=auto` finds it; None where there is none."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return None


def isolated(text: str, within: str) -> str:
    """`text` for a plain title in language `within`: wrapped in U+2068…2069 where it runs the other way."""
    found = strong(text)
    return f"{ISOLATE}{text}{END}" if found and found != direction(within) else text
