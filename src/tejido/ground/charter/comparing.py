"""Two charters side by side: what was added, what was taken out, which rules changed. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from tejido.ground.charter.events import CHAPTERS

KEPT, ADDED, TAKEN = "kept", "added", "taken"


@dataclass(frozen=True)
class Piece:
    """Some words: kept, added or taken out."""

    what: str
    text: str


@dataclass(frozen=True)
class TextChange:
    """One chapter's text in one language, where it differs."""

    chapter: str
    lang: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class RuleChange:
    """A rule or a number of the rhythm that differs."""

    name: str
    before: str
    after: str


def texts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[TextChange]:
    """Chapters that differ, in order, language by language. Both are the `chapters` of a charter."""
    found = []
    for chapter in CHAPTERS:
        old, new = before.get(chapter, {}), after.get(chapter, {})
        for lang in sorted({*old, *new}):
            if old.get(lang, "") != new.get(lang, ""):
                pieces = tuple(words(old.get(lang, ""), new.get(lang, "")))
                found.append(TextChange(chapter, lang, pieces))
    return found


def words(old: str, new: str) -> Iterator[Piece]:
    """What became of a text, word by word; the kept and added pieces make the new one, the kept and taken ones the old."""
    a, b = re.findall(r"\S+|\s+", old), re.findall(r"\S+|\s+", new)
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(KEPT, "".join(a[a1:a2]))
            continue
        if a2 > a1:
            yield Piece(TAKEN, "".join(a[a1:a2]))
        if b2 > b1:
            yield Piece(ADDED, "".join(b[b1:b2]))


def rules(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[RuleChange]:
    """Rules and numbers of the rhythm that differ. Both are the `rules` of a charter."""
    flat = [{**{k: v for k, v in one.items() if k != "rhythm"}, **one.get("rhythm", {})} for one in (before, after)]
    names = list(dict.fromkeys([*flat[0], *flat[1]]))
    found = ((name, flat[0].get(name, ""), flat[1].get(name, "")) for name in names)
    return [RuleChange(name, str(old), str(new)) for name, old, new in found if old != new]
