"""How much people change of what machines draft.

chrF++ after Popović, “chrF++: words helping character n-grams” (WMT 2017), with the settings that sacrebleu calls
`chrF2++`: characters up to 6, words up to 2, recall counts double, no spaces, mean over the orders that both texts have.
"""

import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CHARACTERS, WORDS, BETA = 6, 2, 2


@dataclass(frozen=True, slots=True)
class Counts:
    """For each order (characters 1 to 6, words 1 to 2): n-grams of the draft, of the approved text, and of both.

    A draft's count only where the approved text is long enough to have any.
    """

    orders: tuple[tuple[int, int, int], ...]

    def __add__(self, other: "Counts") -> "Counts":
        """Counted as one text, which is how a corpus is scored."""
        pairs = zip(self.orders, other.orders, strict=True)
        return Counts(tuple((a[0] + b[0], a[1] + b[1], a[2] + b[2]) for a, b in pairs))


NOTHING = Counts(((0, 0, 0),) * (CHARACTERS + WORDS))


def chrf(draft: str, approved: str) -> float:
    """chrF++ of a draft against the text that was approved: 0 to 100."""
    return score(counts(draft, approved))


def corpus_chrf(pairs: Iterable[tuple[str, str]]) -> float:
    """chrF++ of many (draft, approved) texts together, 0 for none."""
    return score(sum((counts(*pair) for pair in pairs), NOTHING))


def counts(draft: str, approved: str) -> Counts:
    """What a pair of texts adds to a corpus's score."""
    ours, theirs = _characters(draft), _characters(approved)
    rows = [_order(ours, theirs, size) for size in range(1, CHARACTERS + 1)]
    first, second = _words(draft), _words(approved)
    return Counts((*rows, *(_order(first, second, size) for size in range(1, WORDS + 1))))


def score(found: Counts) -> float:
    """The F-score (beta 2) of mean precision and mean recall over the orders that both sides have."""
    had = [(ours, theirs, both) for ours, theirs, both in found.orders if ours and theirs]
    if not had:
        return 0.0
    precision = sum(both / ours for ours, _, both in had) / len(had)
    recall = sum(both / theirs for _, theirs, both in had) / len(had)
    weight = BETA**2
    below = weight * precision + recall
    return 100 * (1 + weight) * precision * recall / below if below else 0.0


def unchanged_share(pairs: Sequence[tuple[str, str]]) -> int:
    """Permille of (draft, approved) texts that were approved as they were; 0 for none."""
    same = sum(draft.split() == approved.split() for draft, approved in pairs)
    return round(1000 * same / len(pairs)) if pairs else 0


def median(values: Iterable[int]) -> int | None:
    """The middle one (the lower of two), None for none: hours and minutes have long tails."""
    found = sorted(values)
    return found[(len(found) - 1) // 2] if found else None


def _order(ours: Sequence[str], theirs: Sequence[str], size: int) -> tuple[int, int, int]:
    first, second = _grams(ours, size), _grams(theirs, size)
    return first.total() if second else 0, second.total(), (first & second).total()


def _grams(units: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(units[at : at + size]) for at in range(len(units) - size + 1))


def _characters(text: str) -> str:
    return "".join(text.split())


def _words(text: str) -> list[str]:
    """Words with a sign before or after them split off, one sign at most, as sacrebleu does."""
    return [part for word in text.split() for part in _split(word)]


def _split(word: str) -> list[str]:
    if len(word) == 1:
        return [word]
    if word[-1] in string.punctuation:
        return [word[:-1], word[-1]]
    if word[0] in string.punctuation:
        return [word[0], word[1:]]
    return [word]
