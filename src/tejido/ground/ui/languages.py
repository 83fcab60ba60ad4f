"""Names and directions of languages: those that people speak, not only those in which the pages exist."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, pgettext

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


def day(moment: date) -> str:
    """A day, as the language of the page writes it."""
    return format_date(moment, "d MMM y", locale=_locale(get_language() or "en") or "en")


def comma() -> str:
    """What stands between the entries of a list in a line, in the language of the page, with its space."""
    return pgettext("between two entries of a list in a line; end with a space", ", ")


def listed(entries: Iterable[object]) -> str:
    """Entries in a line, as the language of the page separates them."""
    return comma().join(map(str, entries))


def relisted(params: Mapping[str, object]) -> dict[str, object]:
    """What an engine found, by name, with its lists of words and numbers separated as the language of the page does."""
    lists = {name: value for name in ("lost", "words") if isinstance(value := params.get(name), str)}
    return {**params, **{name: value.replace(", ", comma()) for name, value in lists.items()}}


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
