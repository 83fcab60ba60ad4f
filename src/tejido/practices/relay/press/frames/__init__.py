"""Words of a book's frame in languages in which this program's pages do not exist: a book should be whole in its own.

A language is a `.po` file beside this one, with the frame's strings alone. What it lacks comes from the pages' catalogues,
and from there in English.
"""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils import translation

HERE = Path(__file__).parent


def gettext(text: str) -> str:
    """A string of the frame in the active language."""
    found = _message(text)
    return found if isinstance(found, str) and found else translation.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The same, by number."""
    catalogue = _catalogue(translation.get_language() or "en")
    message = catalogue.get((one, many)) if catalogue else None
    forms = message.string if message else None
    if catalogue is None or not isinstance(forms, (list, tuple)) or not all(forms):
        return translation.ngettext(one, many, number)
    return forms[_plural(catalogue, number)]


def _plural(catalogue: Catalog, number: int) -> int:
    from gettext import c2py

    return int(c2py(catalogue.plural_expr)(number))


def _message(text: str) -> object:
    catalogue = _catalogue(translation.get_language() or "en")
    message = catalogue.get(text) if catalogue else None
    return message.string if message else None


def languages() -> list[str]:
    """Those that have a file here."""
    return sorted(path.stem for path in HERE.glob("*.po"))


@cache
def _catalogue(lang: str) -> Catalog | None:
    primary = lang.partition("-")[0].lower()
    if primary not in languages():
        return None
    with (HERE / f"{primary}.po").open("rb") as file:
        return read_po(file, locale=primary, abort_invalid=True)
