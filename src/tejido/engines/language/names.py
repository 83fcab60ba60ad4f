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
CONNECTOR, MOST_CONNECTORS = 4, 2
_AND = frozenset({"and", "y", "e", "et", "o", "or", "ou", "u", "und", "oder", "i", "a", "ve", "y/o"})


def lost(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:
    """Names of the source of which the draft has no part."""
    both = scripts(languages[0]) & scripts(languages[1]) & CASED
    if primary(languages[0]) in NOT_NAMES or not both:
        return None
    there = _Draft(draft)
    gone = [" ".join(name) for name in names(source) if not _kept(name, there, languages)]
    return Reason("names", {"lost": ", ".join(gone[:8])}) if gone else None


def names(text: str) -> list[tuple[str, ...]]:
    """Runs of words with a capital that do not begin a sentence, also across short words (Corea del Sur), once each.

    A word that also stands there in small letters is none.
    """
    tokens = _TOKEN.findall(text)
    small = {token for token in tokens if token.islower()}
    found: dict[tuple[str, ...], None] = {}
    run: list[str] = []
    begins, joint = True, 0
    for token in [*tokens, "."]:
        if token[0].isupper() and len(token) > 1 and (run or not begins):
            run.append(token)
            joint = 0
        elif run and _connects(token) and joint < MOST_CONNECTORS:
            joint += 1
        else:
            found[tuple(run)] = None
            run, joint = [], 0
        begins = not token[0].isalpha()
    return [run for run in found if run and not all(word.lower() in small for word in run)]


def _connects(token: str) -> bool:
    return token.islower() and len(token) <= CONNECTOR and token not in _AND


def _abbreviation(word: str) -> bool:
    """Two capitals make one: WHO, NPIs, CoV."""
    return sum(map(str.isupper, word)) > 1


class _Draft:
    """A draft's words as they are looked for."""

    def __init__(self, text: str) -> None:
        self.folded = _fold(text)
        self.words = {_fold(word) for word in _TOKEN.findall(text) if len(word) > 1}
        self.starts = {word[:SAME_START] for word in self.words}
        self.abbreviations = any(map(_abbreviation, _TOKEN.findall(text)))


def _kept(name: tuple[str, ...], there: _Draft, languages: tuple[str, str]) -> bool:
    if any(_fold(_bare(word))[:SAME_START] in there.starts for word in name):
        return True
    if all(map(_abbreviation, name)):  # an abbreviation may be another one elsewhere (WHO, OMS)
        return there.abbreviations
    known = _translated(languages)
    asked = (_fold(" ".join(name)), *(_fold(_bare(word)) for word in name))
    return any(_stem(other) in there.folded for one in asked for other in known.get(_stem(one), ()))


def _bare(word: str) -> str:
    return re.sub(r"[’'\u2019]s$", "", word)


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
