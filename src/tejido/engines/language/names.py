"""Names that a draft lost: words that a cased script writes with a capital inside a sentence.

Names that languages translate (Germany, Monday, June, Arabic) are looked up in CLDR. Where source and target have
different scripts nothing is said: only a person knows how a name is spelt there.
"""

import re
import unicodedata
from functools import cache

from tejido.engines.language.languages import locale, primary, scripts
from tejido.engines.language.records import Reason

NOT_NAMES = frozenset({"de"})
"""Languages that write every noun with a capital."""
CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
_TOKEN = re.compile(r"[^\W\d_]+(?:[’'\u2019-][^\W\d_]+)*|[.!?…:;“”\"«»¿¡\n()\u2014-]")
SAME_START = 4


def lost(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:
    """Names of the source that the draft does not have."""
    both = scripts(languages[0]) & scripts(languages[1]) & CASED
    if primary(languages[0]) in NOT_NAMES or not both:
        return None
    there = {_fold(word) for word in _TOKEN.findall(draft)}
    gone = [name for name in names(source) if not _kept(name, there, draft, languages)]
    return Reason("names", {"lost": ", ".join(gone[:8])}) if gone else None


def names(text: str) -> list[str]:
    """Words with a capital that do not begin a sentence, once each."""
    found: dict[str, None] = {}
    begins = True
    for token in _TOKEN.findall(text):
        if not token[0].isalpha():
            begins = True
            continue
        if token[0].isupper() and not begins and len(token) > 1:
            found[token] = None
        begins = False
    return list(found)


def _kept(name: str, there: set[str], draft: str, languages: tuple[str, str]) -> bool:
    folded = _fold(re.sub(r"[’'\u2019]s$", "", name))
    if any(
        word.startswith(folded[:SAME_START]) or folded.startswith(word[:SAME_START]) for word in there if len(word) > 2
    ):
        return True
    if folded in there:
        return True
    if name.isupper():  # an abbreviation may be another one elsewhere (WHO, OMS)
        return any(word.isupper() and len(word) > 1 for word in _TOKEN.findall(draft))
    return any(_stem(other) in _fold(draft) for other in _translated(languages).get(_stem(folded), ()))


@cache
def _translated(languages: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    """CLDR's names of countries, languages, months and days in the first language, with the second's."""
    first, second = locale(languages[0]), locale(languages[1])
    if first is None or second is None:
        return {}
    pairs: dict[str, tuple[str, ...]] = {}
    for ours, theirs in (
        (first.territories, second.territories),
        (first.languages, second.languages),
        (first.months["format"]["wide"], second.months["format"]["wide"]),
        (first.days["format"]["wide"], second.days["format"]["wide"]),
    ):
        for code, name in ours.items():
            if code in theirs:
                key = _stem(_fold(str(name)))
                pairs[key] = (*pairs.get(key, ()), _fold(str(theirs[code])))
    return pairs


def _stem(word: str) -> str:
    """The beginning that Spanish and Spaniard, Mexiko and mexikanisch share."""
    return word[: max(SAME_START, len(word) - 3)]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))
