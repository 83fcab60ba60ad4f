"""Search written a second time, over a list, without a database: what both engines must give."""

from collections.abc import Sequence

from tejido.ground.search import Doc, fold_text
from tejido.ground.search.queries import Term, parse


def holds(tokens: Sequence[str], term: Term) -> bool:
    if len(term.tokens) > 1:
        width = len(term.tokens)
        return any(tuple(tokens[i : i + width]) == term.tokens for i in range(len(tokens)))
    wanted = term.tokens[0]
    return any(token.startswith(wanted) if term.prefix else token == wanted for token in tokens)


def expected(docs: Sequence[Doc], query: str, spaces: Sequence[str], kinds: Sequence[str] | None = None) -> list[str]:
    """Keys, in order."""
    terms = parse(query)
    found = [
        doc
        for doc in docs
        if terms
        and doc.space in spaces
        and (kinds is None or doc.kind in kinds)
        and all(holds((fold_text(doc.title) + " " + fold_text(doc.text)).split(), term) for term in terms)
    ]
    found.sort(key=lambda doc: (doc.key, doc.kind, doc.lang))
    found.sort(key=lambda doc: doc.day, reverse=True)
    found.sort(key=lambda doc: sum(holds(fold_text(doc.title).split(), term) for term in terms), reverse=True)
    return [doc.key for doc in found]
