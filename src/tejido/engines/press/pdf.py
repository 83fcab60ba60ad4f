"""A dossier as a tagged PDF (PDF/UA-1) by Typst, with the fonts that lie beside this file and no others."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tejido.engines.press import threads
from tejido.engines.press.backends.typesetting import Job, typeset_all
from tejido.engines.press.book import (
    clock,
    edition_line,
    facts,
    frame,
    heading,
    marks,
    name,
    provenance,
    said_as,
    slanted,
    translation,
)
from tejido.engines.press.cloth import band, dyes
from tejido.engines.press.codes import qr
from tejido.engines.press.direction import direction, strong
from tejido.engines.press.errors import NoFont
from tejido.engines.press.fonts import BUNDLED, lacking, letters, settable
from tejido.engines.press.notes import Note, notes
from tejido.engines.press.paragraphs import Paragraph, paragraphs
from tejido.engines.press.records import Dossier, Labels, Version, Voice

HERE = Path(__file__).parent
TEMPLATE = HERE / "dossier.typ"
FAMILIES = ("Noto Serif", "Amiri", "Noto Serif Hebrew", "Noto Serif Devanagari", "Noto Serif Bengali")
MOST_PLACES = 24
Part = dict[str, Any]


def pdf(dossier: Dossier, labels: Labels, fonts: Iterable[Path] = ()) -> bytes:
    """The book, A5; `fonts` are further folders of fonts (CJK). Raises NoFont before anything is set."""
    folders = [BUNDLED, *fonts]
    have = letters(folders)
    data = book(dossier, labels)
    if missing := lacking(_texts(data), have):
        raise NoFont(letters=missing)
    data = _each(data, lambda text: settable(text, have))
    data = {**data, "fonts": drawn_for(dossier.lang, families(folders))}
    options = {"format": "pdf", "pdf_standards": ["ua-1"], "timestamp": dossier.modified}
    return typeset_all([job(TEMPLATE, data, folders, **options)])[0]


def job(template: Path, data: Part, folders: Iterable[Path], **options: Any) -> Job:
    """A template, its data, and these fonts alone."""
    paths = [str(folder) for folder in folders]
    return Job(str(template), str(HERE), paths, json.dumps(data, ensure_ascii=False), options)


def families(folders: Iterable[Path]) -> list[str]:
    """Names of the fonts, ours first, so that others only fill what they lack."""
    import typst

    there = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
    )
    return list(dict.fromkeys([*FAMILIES, *sorted(there.families())]))


def drawn_for(lang: str, names: Iterable[str]) -> list[str]:
    """The same, those first after ours that draw Chinese, Japanese and Korean letters as the language does, with serifs."""
    end = f"CJK {region_of(lang)}"
    theirs = [name for name in names if name not in FAMILIES]
    return [*FAMILIES, *sorted(theirs, key=lambda name: (not name.endswith(end), "Serif" not in name))]


def region_of(lang: str) -> str:
    """Where letters are drawn as the language draws them, as the names of fonts have it: SC, TC, HK, JP or KR."""
    from tejido.engines.language.languages import region, script

    if region(lang) in ("HK", "MO"):
        return "HK"
    return {"Jpan": "JP", "Kore": "KR", "Hant": "TC"}.get(script(lang), "SC")


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(one, change) for key, one in value.items()}
    return [_each(one, change) for one in value] if isinstance(value, list) else value


def book(dossier: Dossier, labels: Labels) -> Part:
    """The template's data: plain JSON values."""
    seed = dossier.seed or dossier.identifier
    colours = dyes(seed)
    question = {"text": dossier.question, "italic": slanted(dossier.question_lang), **tongue_of(dossier.question_lang)}
    return {
        "title": dossier.title, **tongue_of(frame(dossier, labels)), "own": tongue_of(dossier.lang),
        "question": question, "publisher": dossier.publisher,
        "summary": dossier.summary, "edition": edition_line(dossier, labels), "identifier": dossier.identifier,
        "contents": labels.contents, "the_chain": labels.the_chain,
        "chain": _chain(dossier, labels), "route": _route(dossier, labels),
        "voices": [_voice(voice, dossier, labels) for voice in dossier.voices],
        "method": _method(dossier, labels), "sources": _sources(dossier, labels),
        "licence": {"title": labels.licence, "name": dossier.licence, "address": dossier.licence_url},
        "share": labels.share, "newest": labels.newest, "pattern": labels.pattern, "address": dossier.address,
        "code": {"svg": qr(dossier.address) if dossier.address else "", "label": labels.code},
        "picture": {"bytes": list(dossier.picture), "alt": dossier.picture_alt},
        "cloth": {"wide": band(seed, 7), "lit": band(seed, 5, 6, lit=True), "thin": band(seed, 9)},
        "dyes": {"ground": colours.ground, "deep": colours.deep, "first": colours.first, "second": colours.second,
                 "ink": colours.ink, "paper": colours.paper},
    }  # fmt: skip


def tongue_of(lang: str) -> Part:
    """A language as Typst knows it, and its direction."""
    code = lang.partition("-")[0].lower()
    return {"lang": code if re.fullmatch(r"[a-z]{2,3}", code) else "und", "dir": direction(lang)}


def _parts(parts: Iterable[str]) -> list[dict[str, str]]:
    """Each with the direction of its own letters, `dir` empty where it has none."""
    return [_own(part) for part in parts]


def _own(text: str) -> dict[str, str]:
    return {"text": text, "dir": strong(text) or ""}


def _chain(dossier: Dossier, labels: Labels) -> Part:
    rows = threads.rows(dossier.voices)
    return {
        "head": [labels.voice, labels.who, labels.place, labels.language, labels.day],
        "lanes": threads.width(rows),
        "rows": [_row(v, row, labels) for v, row in zip(dossier.voices, rows, strict=True)],
    }


def _row(voice: Voice, row: threads.Row, labels: Labels) -> Part:
    thread = {
        "number": voice.number, "lane": row.lane, "passing": list(row.passing), "above": row.above,
        "below": row.below, "branches": list(row.branches), "gone": bool(voice.absent),
    }  # fmt: skip
    if voice.absent:
        return {**thread, "who": _own(labels.absence(voice)), "role": "", "cells": _parts(["", "", ""])}
    said = " · ".join(said_as(voice, labels))
    cells = _parts([voice.place, labels.language_of(voice.lang), voice.day])
    return {**thread, "who": _own(name(voice, labels)), "role": said, "cells": cells}


def _route(dossier: Dossier, labels: Labels) -> Part:
    places, ways = threads.route(dossier.voices)
    return {
        "title": labels.map, "note": labels.map_note, "drawn": 1 < len(places) <= MOST_PLACES, "shown": len(places) > 1,
        "places": [{"name": _own(place.name or labels.no_place), "voices": list(place.voices)} for place in places],
        "ways": [{"source": way.source, "target": way.target, "times": way.times} for way in ways],
    }  # fmt: skip


def _voice(voice: Voice, dossier: Dossier, labels: Labels) -> Part:
    head = {"number": voice.number, "heading": heading(voice, labels), "who": _own(name(voice, labels))}
    empty: Part = {
        "facts": [],
        "marks": [labels.absent_note(voice)],
        "notes": [],
        "heads": [],
        "lines": [],
        "code": "",
        "listen": "",
    }
    if voice.absent:
        return {**head, **empty}
    other = translation(voice, dossier.lang)
    heads = [labels.language_of(voice.lang), labels.language_of(other.lang)] if other else []
    return {
        **head, "facts": _parts(facts(voice, labels)), "marks": list(marks(voice, other, labels, dossier.lang)),
        "notes": [_note(one, labels) for one in notes(voice, dossier)],
        "heads": _parts(heads), "lines": [_line(part, other) for part in paragraphs(voice, other)],
        "code": qr(voice.address) if voice.address else "",
        "listen": labels.listen if voice.voice not in ("", "none") else labels.address,
    }  # fmt: skip


def _note(note: Note, labels: Labels) -> Part:
    """What stands in the voice, and what at the foot of the page."""
    return {
        "refers": labels.quotes % {"number": note.voice.number}, "number": note.voice.number,
        "who": _own(name(note.voice, labels)), "text": note.text, **tongue_of(note.lang),
    }  # fmt: skip


def _line(part: Paragraph, other: Version | None) -> Part:
    said = {"text": part.text, "clock": "" if part.start is None else clock(part.start), **tongue_of(part.lang)}
    return {**said, "other": {"text": part.other, "clock": "", **tongue_of(other.lang)}} if other else said


def _method(dossier: Dossier, labels: Labels) -> Part:
    rows = [[str(voice.number), *provenance(voice, dossier, labels)] for voice in dossier.voices if not voice.absent]
    return {
        "title": labels.method, "lines": list(dossier.method), "rows": rows,
        "head": [labels.voice, labels.words, labels.translation, labels.sound],
        "changes_title": labels.changes, "changes": list(dossier.changes),
    }  # fmt: skip


def _sources(dossier: Dossier, labels: Labels) -> Part:
    return {"title": labels.sources, "note": labels.sources_note,
            "rows": [_source(voice, labels) for voice in dossier.voices]}  # fmt: skip


def _source(voice: Voice, labels: Labels) -> Part:
    if voice.absent:
        return {"number": voice.number, "said": _parts([labels.absence(voice)]), "key": "", "address": ""}
    said = [part for part in (voice.who, voice.place, voice.day) if part]
    return {"number": voice.number, "said": _parts(said), "key": voice.key, "address": voice.address}
