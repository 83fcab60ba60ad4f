"""A dossier as a tagged PDF (PDF/UA-1) by Typst, with the fonts that lie beside this file and no others."""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tejido.engines.press.book import clock, facts, heading, marks
from tejido.engines.press.direction import direction, strong
from tejido.engines.press.records import Dossier, Labels, Line, Version, Voice

HERE = Path(__file__).parent
FONTS = HERE / "vendor"
TEMPLATE = HERE / "dossier.typ"
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI")
UPRIGHT = frozenset({"ar", "fa", "ur", "ps", "prs", "ckb", "he", "yi"})


class NoFont(ValueError):
    """The book holds letters that no bundled font has: they would be boxes on paper."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        super().__init__(
            f"No bundled font has these letters: {letters}. Leave the language out of the PDF, or add a font for it."
        )


def pdf(dossier: Dossier, labels: Labels, fonts: Iterable[Path] = ()) -> bytes:
    """The book, A5; `fonts` are further folders of fonts (CJK). Raises NoFont before anything is set."""
    import typst

    data = book(dossier, labels)
    folders = [*fonts]
    if not folders and (lacking := unprintable(_texts(data))):
        raise NoFont(lacking)
    made = typst.compile(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=[str(FONTS), *map(str, folders)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=dossier.modified,
    )
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made


def unprintable(texts: Iterable[str], most: int = 12) -> str:
    """Letters of scripts without a bundled font, the first few of each kind; empty where there are none."""
    found = dict.fromkeys(letter for text in texts for letter in text if letter.isalpha() and not _printable(letter))
    return "".join(list(found)[:most])


def _printable(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return name.startswith(SCRIPTS) or not name or unicodedata.category(letter) == "Lm"


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def book(dossier: Dossier, labels: Labels) -> dict[str, Any]:
    """The template's data: plain JSON values."""
    question = {"text": dossier.question, **_tongue(dossier.question_lang)}
    question["italic"] = dossier.question_lang.partition("-")[0] not in UPRIGHT
    return {
        "title": dossier.title, **_tongue(dossier.lang), "question": question, "publisher": dossier.publisher,
        "edition": f"{labels.edition % {'number': dossier.edition}} · {labels.licence}: {dossier.licence}",
        "contents": labels.contents, "the_chain": labels.the_chain,
        "head": [labels.voice, labels.who, labels.language, labels.day],
        "rows": [_row(voice, labels) for voice in dossier.voices],
        "voices": [_voice(voice, dossier, labels) for voice in dossier.voices],
        "method_title": labels.method, "method": list(dossier.method),
        "changes_title": labels.changes, "changes": list(dossier.changes),
    }  # fmt: skip


def _tongue(lang: str) -> dict[str, Any]:
    return {"lang": lang.partition("-")[0], "dir": direction(lang)}


def _row(voice: Voice, labels: Labels) -> list[list[dict[str, str]]]:
    if voice.withdrawn:
        return [_parts([str(voice.number)]), _parts([labels.withdrawn]), [], []]
    answers = labels.answers % {"number": voice.answers} if voice.answers else ""
    said = [part for part in (voice.who, voice.place, answers) if part]
    return [_parts([str(voice.number)]), _parts(said), _parts([labels.language_of(voice.lang)]), _parts([voice.day])]


def _parts(parts: Iterable[str]) -> list[dict[str, str]]:
    """Each with the direction of its own letters, `dir` empty where it has none."""
    return [{"text": part, "dir": strong(part) or ""} for part in parts]


def _voice(voice: Voice, dossier: Dossier, labels: Labels) -> dict[str, Any]:
    if voice.withdrawn:
        return {"number": voice.number, "heading": heading(voice, labels), "facts": [], "marks": [], "lines": []}
    other = voice.version(dossier.lang) if voice.lang != dossier.lang else None
    return {
        "number": voice.number, "heading": heading(voice, labels), "facts": _parts(facts(voice, labels)),
        "marks": list(marks(voice, other, labels)), "lines": list(_lines(voice, other)),
    }  # fmt: skip


def _lines(voice: Voice, other: Version | None) -> Iterable[dict[str, Any]]:
    for place, line in enumerate(voice.lines):
        part = _part(line, voice.lang)
        if other:
            part["other"] = {"text": other.lines[place], "clock": "", **_tongue(other.lang)}
        yield part


def _part(line: Line, lang: str) -> dict[str, Any]:
    return {"text": line.text, "clock": "" if line.start is None else clock(line.start), **_tongue(line.lang or lang)}
