"""Names and directions of languages: those that people speak, not only those in which the pages exist."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language

from tejido.engines.language import languages

KNOWN_AS = {"jw": "jv", "prs": "fa_AF"}  # tags that recognisers and people use, by the ones that have a name


def direction(code: str) -> str:
    """`rtl` or `ltr` for a language tag, `auto` for none."""
    return languages.direction(code) if code else "auto"


def name_of(code: str, within: str | None = None) -> str:
    """What a language is called in another one (default: the page's); its tag where nobody has named it."""
    return _name(code, within or get_language() or "en")


def own_name(code: str) -> str:
    """What a language calls itself."""
    return _name(code, code)


def frame_of(code: str) -> str:
    """The language of the frame around words in this one: the same where the frame has it, else English."""
    whole = code.lower()
    return next((one for one in (whole, whole.partition("-")[0]) if one in settings.FRAMES), "en")


@lru_cache(maxsize=2048)
def _name(code: str, within: str) -> str:
    for locale in (_locale(within), _locale("en")):
        found = locale.languages.get(KNOWN_AS.get(code, code.replace("-", "_"))) if locale else None
        if found:
            return str(found)
    return code


@lru_cache(maxsize=256)
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
