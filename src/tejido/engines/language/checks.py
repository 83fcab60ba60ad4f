"""What a machine's draft can be suspected of, by looks alone: pure functions of source, draft and languages.

A check never says that a draft is right. Each is meant to be wrong about a person's translation in fewer than one in
twenty sentences (a test holds that over 12,000 of TICO-19), so that a warning stays worth reading.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tejido.engines.language import names
from tejido.engines.language.languages import UNSPACED, primary, script_of, scripts
from tejido.engines.language.records import Reason, Term

# Digits after a Latin letter belong to a name (R0); groups of three may be set apart by a sign or a space.
NUMBER = re.compile(r"(?<![A-Za-z])(?:\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)|\d+)(?:[.,٫٬]\d+)*")
ANY = re.compile(r"\w+")
WORD = re.compile(r"[^\W\d_]+(?:[’'\u2019-][^\W\d_]+)*")
SHORTEST = 12
"""Letters of a source below which its length says nothing about a draft's."""
OUT_OF_PROPORTION = 2.2
"""How many times longer or shorter than is usual for the pair; for short texts more, see `_room`."""
FOREIGN = 0.4
"""The share of letters in scripts of neither the target nor, for names, the source that is too much."""
REPEATS = 3
LONGEST_PHRASE = 8

# Letters a translation has for each letter of English: medians over TICO-19 for ar, es, fr; the others rounded from
# the Universal Declaration of Human Rights.
_LENGTH = {
    "en": 1.0, "ar": 0.88, "es": 1.16, "fr": 1.19, "pt": 1.08, "it": 1.12, "de": 1.15, "ca": 1.1, "ro": 1.1, "nl": 1.1,
    "fa": 0.92, "ur": 0.95, "ku": 0.95, "ckb": 1.0, "he": 0.75, "tr": 1.05, "ru": 1.1, "uk": 1.05, "pl": 1.08,
    "zh": 0.28, "ja": 0.42, "ko": 0.5, "am": 0.65, "ti": 0.65, "sw": 1.05, "ha": 1.0, "so": 1.1, "yo": 0.95, "hi": 0.8,
}  # fmt: skip


def reasons(source: str, draft: str, languages: tuple[str, str], terms: Iterable[Term] = ()) -> tuple[Reason, ...]:
    """Everything that speaks against a draft; `languages` are the tags of source and draft."""
    checks: tuple[Callable[[str, str, tuple[str, str]], Reason | None], ...] = (
        unchanged, repeated, proportion, script, numbers, names.lost,
    )  # fmt: skip
    found = [check(source, draft, languages) for check in checks]
    found += [_term(one, draft) for one in terms]
    return tuple(one for one in found if one is not None)


def unchanged(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:
    """The draft is the source: nothing was translated. A name or a number alone may stay as it is."""
    if primary(languages[0]) == primary(languages[1]):
        return None
    words = _words(source)
    return Reason("unchanged") if len(words) > 1 and words == _words(draft) and not _all_names(source) else None


def repeated(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:  # noqa: ARG001
    """A phrase stands three times in a row, or the whole is one phrase twice, and the source does not do so."""
    times, phrase = longest_run(_units(draft))
    often = times >= REPEATS or (times == 2 and 2 * len(phrase) == len(_units(draft)))
    if not often or times - 1 <= longest_run(_units(source))[0] > 1:
        return None
    return Reason("repeated", {"phrase": " ".join(phrase)[:80]})


def proportion(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:
    """The draft is far longer or shorter than translations between these languages are."""
    had, made = _letters(source), _letters(draft)
    usual = had * _factor(languages[1]) / _factor(languages[0])
    room = _room(had)
    if had < SHORTEST or (usual / room <= made <= usual * room):
        return None
    return Reason("too-long" if made > usual else "too-short", {"percent": round(100 * made / usual)})


def script(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:
    """The draft is not in the script of its language; names may stay in the source's, if they were there."""
    wanted = scripts(languages[1])
    found = Counter(filter(None, map(script_of, draft)))
    kept = Counter(filter(None, map(script_of, source))) if not wanted & scripts(languages[0]) else Counter[str]()
    foreign = {code: count for code, count in found.items() if code not in wanted and not _a_name(code, count, kept)}
    if not wanted or sum(foreign.values()) <= FOREIGN * found.total():
        return None
    return Reason("script", {"expected": ", ".join(sorted(wanted)), "found": max(foreign, key=lambda c: foreign[c])})


def numbers(source: str, draft: str, languages: tuple[str, str]) -> Reason | None:  # noqa: ARG001
    """A number of the source is not in the draft; ٣, ۳ and 3 are the same, and so are 1,000 and 1.000."""
    there = _numbers(draft)
    lost = [one for one in _numbers(source) if not any(_same_number(one, other) for other in there)]
    return Reason("numbers", {"lost": ", ".join(lost[:8])}) if lost else None


def unknown(words: Sequence[str], source: str, lang: str) -> tuple[Reason, ...]:
    """Words of `source` (in `lang`) that the engine does not know and left as they are; names are kept as they should be."""
    kept = set() if primary(lang) in names.NOT_NAMES else {word for run in names.names(source) for word in run}
    seen = dict.fromkeys(word for word in words if word not in kept)
    return (Reason("unknown-words", {"words": ", ".join(list(seen)[:12])}),) if seen else ()


def longest_run(units: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """How often some phrase stands in a row at most, and which (the shortest such phrase)."""
    best: tuple[int, tuple[str, ...]] = (min(1, len(units)), tuple(units[:1]))
    for size in range(1, min(LONGEST_PHRASE, len(units) // 2) + 1):
        same = 0
        for at in range(len(units) - size):
            same = same + 1 if units[at] == units[at + size] else 0
            if same // size + 1 > best[0]:
                best = (same // size + 1, tuple(units[at + 1 : at + 1 + size]))
    return best


def _term(term: Term, draft: str) -> Reason | None:
    """A term of the glossary stands in the source and its translation not in the draft (beginnings of words count)."""
    wanted = [word[: max(3, len(word) - 2)] for word in _words(term.target)]
    there = _words(draft)
    if not wanted or all(any(stem in word for word in there) for stem in wanted):
        return None
    return Reason("term", {"term": term.term, "wanted": term.target})


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return WORD.findall("".join(char for char in folded if not unicodedata.combining(char)))


def _units(text: str) -> list[str]:
    """Words, or characters where a script has no spaces."""
    found = ANY.findall(unicodedata.normalize("NFC", text).casefold())
    return [unit for word in found for unit in (list(word) if script_of(word[0]) in UNSPACED else [word])]


def _all_names(text: str) -> bool:
    """Whether every word begins with a capital letter, so may be a name."""
    return all(word[0].isupper() for word in WORD.findall(text))


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _factor(tag: str) -> float:
    return _LENGTH.get(primary(tag), 1.0)


def _room(letters: int) -> float:
    """How far from the usual length a draft may be: twice and more for few words, falling to the bound."""
    return OUT_OF_PROPORTION * (1 + 8 / max(letters, 1))


def _a_name(code: str, count: int, kept: Counter[str]) -> bool:
    """Whether letters of the source's own script are few enough to be names that were left alone."""
    return 0 < count <= kept[code] / 3


def _numbers(text: str) -> list[str]:
    """The digits of each number, once each."""
    found = (
        "".join(str(unicodedata.decimal(char)) for char in one if char.isdecimal()) for one in NUMBER.findall(text)
    )
    return list(dict.fromkeys(digits.lstrip("0") or "0" for digits in found))


def _same_number(one: str, other: str) -> bool:
    """Equal, or equal but for zeros (8.3 billion, 8300 million), or a year and its short form (20, 2020)."""
    if one == other or (min(len(one), len(other)) > 1 and one.rstrip("0") == other.rstrip("0")):
        return True
    return {len(one), len(other)} == {2, 4} and (one.endswith(other) or other.endswith(one))
