"""The real recordings that people of these stories upload, and what is said in them."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recording:
    """A file, its language (ISO 639-1), its length in seconds and the words spoken."""

    file: Path
    lang: str
    seconds: float
    text: str


def librivox(data: Path, lang: str, seconds: float) -> Recording:
    """About a minute of a public-domain reading. Ids and the sonnet's number are not among the words."""
    folder = data / "speech"
    lines = [line.partition("|")[2] for line in (folder / f"librivox_{lang}.txt").read_text().splitlines()]
    return Recording(folder / f"librivox_{lang}.mp3", lang, seconds, " ".join(one for one in lines if one != "1"))


def sonnet(data: Path) -> Recording:
    """Shakespeare's first sonnet, in English."""
    return librivox(data, "en", 53.3)


def letter(data: Path) -> Recording:
    """The beginning of a letter, in Spanish."""
    return librivox(data, "es", 70.3)


def sentence(data: Path, lang: str) -> Recording:
    """One spoken sentence of six to nine seconds, in en, de, es, fr, it or pt."""
    folder = data / "speech"
    tests = json.loads((folder / "leopard_test_data.json").read_text())["tests"]["language_tests"]
    text = next(one["transcript"] for one in tests if one["language"] == lang)
    file = folder / ("leopard.wav" if lang == "en" else f"leopard_{lang}.wav")
    return Recording(file, lang, (file.stat().st_size - 44) / 32_000, text)
