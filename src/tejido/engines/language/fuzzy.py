"""Finding what was translated before: features of a text for an index, and how alike two texts are.

A text is *folded* by whoever keeps the memory (without case, signs and accents). Features are hashes of the beginnings
of its words, for one direction between two languages; a text that is alike enough shares some of the rare ones and
has about the same length, so that an index of (feature, length) finds a few hundred candidates among any number.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

from rapidfuzz.distance import Levenshtein

from tejido.engines.language.languages import UNSPACED, primary, script_of
from tejido.engines.language.records import Match

STEM = 5
"""Letters of a word that count as its feature: inflected forms share them."""
MOST_FEATURES = 16
SHORT, ENOUGH = 3, 3
"""Words of up to three letters tell texts apart only where there are fewer than three longer ones."""
SAME, ALL_BUT_SIGNS, MOST_FUZZY = 100, 99, 98


def direction(source: str, target: str) -> str:
    """The name of a direction, whatever the regions of both languages: `es>ar`."""
    return f"{primary(source)}>{primary(target)}"


def features(folded: str, way: str) -> list[int]:
    """At most 17 signed 64-bit features of a folded text, the first of the whole text.

    Of the others the smallest stay: texts that share most words share most of these, whatever their length (Broder,
    “On the resemblance and containment of documents”, 1997).
    """
    found = sorted(feature(stem, way) for stem in set(_stems(folded.split())))
    return [feature("=" + folded, way), *found[:MOST_FEATURES]]


def _stems(words: list[str]) -> Iterable[str]:
    """Beginnings of the words that say something; in scripts without spaces, each two neighbours."""
    stems = [part for word in words for part in ([word[:STEM]] if word.isascii() else _parts(word))]
    telling = [stem for stem in stems if len(stem) > SHORT]
    return telling if len(telling) >= ENOUGH else stems


def _parts(word: str) -> list[str]:
    if script_of(word[0]) not in UNSPACED:
        return [word[:STEM]]
    return [word[at : at + 2] for at in range(max(1, len(word) - 1))]


@lru_cache(maxsize=100_000)
def feature(token: str, way: str) -> int:
    """A token's hash in one direction."""
    return int.from_bytes(blake2b(f"{way} {token}".encode(), digest_size=8).digest(), "big", signed=True)


def lengths(folded: str, least: int) -> tuple[int, int]:
    """The shortest and longest folded text that can be `least` percent alike (Levenshtein, by the longer text)."""
    return len(folded) * least // 100, -(-len(folded) * 100 // least)


def likeness(wanted: str, folded: str, least: int) -> int:
    """Percent: 99 for equal folded texts, at most 98 else; 0 below `least`."""
    if wanted == folded:
        return ALL_BUT_SIGNS
    share = Levenshtein.normalized_similarity(wanted, folded, score_cutoff=least / 100)
    return min(MOST_FUZZY, int(100 * share))


def ranked(text: str, folded: str, candidates: Iterable[tuple[str, Match]], least: int, most: int) -> list[Match]:
    """The best matches, most alike first; candidates come as (folded text, match). Same words are told once a target."""
    found: dict[tuple[str, str], Match] = {}
    for other, match in candidates:
        percent = SAME if _same(text, match.text) else likeness(folded, other, least)
        seen = found.get((other, match.target))
        if percent >= least and (seen is None or seen.percent < percent):
            found[other, match.target] = replace(match, percent=percent)
    return sorted(found.values(), key=lambda match: (-match.percent, match.entry))[:most]


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
