"""Word error rate, so that a node can say how well its machine hears a language."""

import unicodedata


def normalised(text: str) -> list[str]:
    """Words in one case, without punctuation and accents left as they are; digits stay digits."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char if _in_word(char) else " " for char in folded.replace("’", "'")).replace("'", "").split()


def _in_word(char: str) -> bool:
    return char == "'" or unicodedata.category(char)[0] in "LMN"


def wer(reference: str, hypothesis: str) -> float:
    """(substitutions + deletions + insertions) / words of the reference; 0 is perfect, and it may exceed 1."""
    right, heard = normalised(reference), normalised(hypothesis)
    if not right:
        return float(bool(heard))
    return distance(right, heard) / len(right)


def distance(first: list[str], second: list[str]) -> int:
    """Levenshtein distance between two lists of words."""
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1]
