"""Glossaries as CSV, in the form of TICO-19's terminologies: `id, sourceLang, targetLang, sourceString, targetString`.

More columns are left alone, `note` is read; the columns may stand in any order.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from tejido.engines.language.errors import NotGlossary

COLUMNS = ("id", "sourceLang", "targetLang", "sourceString", "targetString", "note")
NEEDED = COLUMNS[1:5]
MOST_ROWS = 50_000
MOST_LETTERS = 300
MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One term in two languages."""

    source_lang: str
    target_lang: str
    source: str
    target: str
    name: str = ""
    note: str = ""


def read(stream: IO[bytes]) -> list[Row]:
    """All terms of a file in UTF-8 (with or without a mark); raises NotGlossary with the line."""
    raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise NotGlossary(line=1, fault="the file is too large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotGlossary(line=raw[: error.start].count(b"\n") + 1, fault="this is not UTF-8") from None
    return list(_rows(text))


def _rows(text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""))
    try:
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise NotGlossary(line=1, fault=f"the column {missing[0]} is missing")
        for count, row in enumerate(reader):
            if count >= MOST_ROWS:
                raise NotGlossary(line=reader.line_num, fault=f"there are more than {MOST_ROWS} terms")
            yield _row(row, reader.line_num)
    except csv.Error as error:
        raise NotGlossary(line=reader.line_num, fault=str(error)) from None


def _row(row: dict[str, str | None], line: int) -> Row:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in NEEDED:
        if not values[name]:
            raise NotGlossary(line=line, fault=f"{name} is empty")
        if len(values[name]) > (35 if name.endswith("Lang") else MOST_LETTERS):
            raise NotGlossary(line=line, fault=f"{name} is too long")
    source_lang, target_lang, source, target = (values[name] for name in NEEDED)
    return Row(source_lang, target_lang, source, target, values["id"][:200], values["note"][:1000])


def write(rows: Iterable[Row]) -> Iterator[list[str]]:
    """The lines of a file, heading first, as lists of cells."""
    yield list(COLUMNS)
    for row in rows:
        yield [row.name, row.source_lang, row.target_lang, row.source, row.target, row.note]
