"""What somebody typed, as terms: all must be found, the last word by its beginning."""

from dataclasses import dataclass
from itertools import islice

from tejido.ground.search.folding import MAX_TOKEN, bigrams, is_run, words

MAX_WORDS = 12


@dataclass(frozen=True)
class Term:
    """Tokens that stand next to each other in the folded text; the last one may only be a beginning."""

    tokens: tuple[str, ...]
    prefix: bool

    @property
    def phrase(self) -> str:
        """As it stands in a folded text."""
        return " ".join(self.tokens)


def parse(query: str) -> tuple[Term, ...]:
    """The terms of a query, at most `MAX_WORDS`; signs and quotes mean nothing."""
    found = list(dict.fromkeys(islice(words(query), MAX_WORDS)))
    return tuple(_term(word, last=index == len(found) - 1) for index, word in enumerate(found))


def _term(word: str, *, last: bool) -> Term:
    if is_run(word):
        return Term(tuple(bigrams(word)), prefix=len(word) == 1)
    return Term((word[:MAX_TOKEN],), prefix=last)
