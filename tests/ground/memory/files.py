"""Files for imports."""

import zipfile
from pathlib import Path

from tejido.engines.language import tmx

UNITS = [
    tmx.Unit(
        (("en", "the gate is closed"), ("es-LA", "el portón está cerrado")), "en", "one", props=(("note", "clinic"),)
    ),
    tmx.Unit((("en", "we ask for water"), ("es-LA", "pedimos agua"), ("ar", "نطلب الماء")), "en", "two"),
]
TERMS = "id,sourceLang,targetLang,sourceString,targetString\n1,en,es,strike,huelga\n2,en,ar,strike,إضراب\n"


def a_tmx(folder: Path, name: str = "words.tmx", units: list[tmx.Unit] | None = None) -> Path:
    """A translation memory."""
    path = folder / name
    path.write_text("".join(tmx.write(UNITS if units is None else units)))
    return path


def a_zip(folder: Path) -> Path:
    """The same, packed."""
    path = folder / "words.tmx.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(a_tmx(folder), "all.tmx")
    return path


def a_glossary(folder: Path) -> Path:
    """A table of terms."""
    path = folder / "terms.csv"
    path.write_text(TERMS)
    return path
