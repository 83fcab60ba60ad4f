"""Why a machine's words are doubtful, in words a person understands."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tejido.ground.ui.languages import relisted
from tejido.practices.relay.review.events import Suspect

SENTENCES = {
    "unchanged": gettext_noop("This is the original: nothing was translated."),
    "repeated": gettext_noop("The machine repeats itself: “%(phrase)s”."),
    "too-long": gettext_noop("Much longer than is usual: something may have been made up."),
    "too-short": gettext_noop("Much shorter than is usual: something may be missing."),
    "script": gettext_noop("Written in another script than this language is."),
    "numbers": gettext_noop("These numbers are missing: %(lost)s."),
    "names": gettext_noop("These names are missing: %(lost)s."),
    "term": gettext_noop("The glossary says “%(wanted)s” for “%(term)s”."),
    "unknown-words": gettext_noop("The machine did not know these words: %(words)s."),
    "fuzzy": gettext_noop("From a sentence in the memory that is only %(percent)s %% alike."),
}
OTHER = gettext_noop("Something about it is unusual. Compare it with the original.")


def sentence(suspect: Suspect) -> str:
    """One reason as a sentence."""
    source = SENTENCES.get(suspect.code, OTHER)
    try:
        return _(source) % relisted(suspect.params) if "%(" in source else _(source)
    except (KeyError, TypeError, ValueError):
        return _(OTHER)


def sentences(suspects: Iterable[Suspect]) -> list[str]:
    """All of them."""
    return [sentence(one) for one in suspects]
