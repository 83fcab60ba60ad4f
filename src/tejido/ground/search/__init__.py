"""Search over folded text, with the same finds in the same order on SQLite and PostgreSQL."""

from collections.abc import Collection, Iterable

from tejido.ground.search.folding import fold_text
from tejido.ground.search.records import Doc, Hit, Page
from tejido.ground.search.snippets import Piece

__all__ = ["Doc", "Hit", "Page", "Piece", "clear", "fold_text", "remove", "replace", "scrub", "search"]


def replace(sources: Iterable[str], docs: Iterable[Doc]) -> None:
    """Put `docs` in the place of everything that derives from `sources`; within the caller's transaction."""
    from tejido.ground.search import index

    index.replace(sources, docs)


def remove(sources: Iterable[str]) -> None:
    """Take out everything that derives from `sources` (row keys of aggregates)."""
    from tejido.ground.search import index

    index.remove(sources)


def clear() -> None:
    """Empty the index, before it is built anew."""
    from tejido.ground.search import index

    index.clear()


def scrub() -> bool:
    """Physically remove what deleted documents left; see `index.scrub`. False: not yet, call again."""
    from tejido.ground.search import index

    return index.scrub()


def search(
    query: str, *, spaces: Collection[str], kinds: Collection[str] | None = None, limit: int = 20, offset: int = 0
) -> Page:
    """Documents of those spaces (row keys) that hold every word of `query`; see `index.search`."""
    from tejido.ground.search import index

    return index.search(query, spaces=spaces, kinds=kinds, limit=limit, offset=offset)
