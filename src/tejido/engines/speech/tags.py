"""The proof that nothing removed came back: every removed value is searched for in the bytes of the output."""

from collections.abc import Iterable

from tejido.engines.speech.errors import TagsLeft
from tejido.engines.speech.preview import STRUCTURE
from tejido.engines.speech.records import Tag

SHORTEST = 6  # shorter runs of bytes turn up in coded sound by chance
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def left(output: bytes, tags: Iterable[Tag]) -> list[Tag]:
    """The tags whose value occurs in `output`, in any encoding a container uses."""
    return [tag for tag in tags if any(needle in output for needle in _needles(tag.value))]


def check(output: bytes, tags: Iterable[Tag]) -> None:
    """Raise TagsLeft where a removed value occurs in `output`."""
    found = left(output, tags)
    if found:
        raise TagsLeft(count=len(found), names=", ".join(tag.name for tag in found))


def _needles(value: str) -> set[bytes]:
    value = value.strip()
    if any(value in own for own in STRUCTURE):
        return set()
    coded = {value.encode(encoding, "ignore") for encoding in ENCODINGS}
    return {needle for needle in coded if len(needle) >= SHORTEST}
