"""Which way a language is written, and how names of another direction are kept whole in plain text."""

import unicodedata

RIGHT_TO_LEFT = frozenset(
    {
        "ar", "arc", "aii", "azb", "bal", "bgn", "ckb", "dv", "fa", "glk", "he", "khw", "ks", "lrc", "man-nkoo", "mzn",
        "nqo", "pbt", "pnb", "prs", "ps", "sd", "skr", "syr", "ug", "ur", "yi",
    }
)  # fmt: skip
RTL_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
ISOLATE, END = "\u2068", "\u2069"


def direction(lang: str) -> str:
    """`rtl` or `ltr`; a script in the tag (`pa-Arab`) decides, else the language."""
    primary, *rest = lang.lower().split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in RTL_SCRIPTS else "ltr"
    return "rtl" if primary in RIGHT_TO_LEFT else "ltr"


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
