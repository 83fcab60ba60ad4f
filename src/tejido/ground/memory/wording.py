"""Sentences for what engines report as codes: why a draft is suspect, what is wrong with a file."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tejido.engines.language import Reason
from tejido.ground.ui.languages import relisted

REASONS: Mapping[str, str] = {
    "unchanged": gettext_noop("Nothing was translated: it is the same text."),
    "repeated": gettext_noop("It says the same again and again: %(phrase)s"),
    "too-long": gettext_noop("It is much longer than translations between these languages are (%(percent)s %%)."),
    "too-short": gettext_noop("It is much shorter than translations between these languages are (%(percent)s %%)."),
    "script": gettext_noop("It is not written in the script of its language."),
    "numbers": gettext_noop("Numbers are missing: %(lost)s"),
    "names": gettext_noop("Names may be missing: %(lost)s"),
    "term": gettext_noop("The glossary says “%(wanted)s” for “%(term)s”."),
    "unknown-words": gettext_noop("The machine does not know these words: %(words)s"),
    "fuzzy": gettext_noop("It was the translation of a similar sentence (%(percent)s %% alike)."),
}
FAULTS: Mapping[str, str] = {
    "not_tmx": gettext_noop(
        "Line %(line)s: %(fault)s. This is not a TMX file that can be read; export it again as TMX 1.4."
    ),
    "tmx_bounds": gettext_noop("Line %(line)s: %(what)s is more than %(limit)s. Split the file, or export it again."),
    "tmx_entities": gettext_noop(
        "Line %(line)s: the file declares entities of its own. Export it again without a DOCTYPE."
    ),
    "not_glossary": gettext_noop(
        "Line %(line)s: %(fault)s. A glossary is a CSV file in UTF-8 with the columns sourceLang, targetLang, "
        "sourceString and targetString."
    ),
}
"""The templates of `FileError`s, as catalogues want them."""


def why(reason: Reason) -> str:
    """A reason to doubt a draft, in the language of the page."""
    return _(REASONS[reason.code]) % relisted(reason.params)
