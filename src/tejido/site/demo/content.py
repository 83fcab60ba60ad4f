"""Who takes part in the demo, and what they say: the clips in `tejido.demo.clips`, or real recordings where given."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import orjson

NETWORK = "Loom"
# The chain's title and question in the other languages of its voices, for the edition that Chicago publishes.
TITLES = {
    "es": "Lo que cuesta la cuota de un día",
    "ar": "كم تكلّف حصة اليوم",
    "tr": "Bir günlük kotanın bedeli",
}
QUESTIONS = {
    "es": "¿Qué les cuesta la cuota de un día, y qué hicieron al respecto?",
    "ar": "كم تكلّفكم حصة اليوم، وماذا فعلتم حيالها؟",
    "tr": "Bir günlük kota size neye mal oluyor, buna karşı ne yaptınız?",
}


@dataclass(frozen=True)
class Place:
    """One organisation of the demo."""

    slug: str
    city: str
    country: str
    org: str
    circle: str
    languages: tuple[str, ...]
    keeper: str


NODES = (
    Place("chicago", "Chicago", "US", "Warehouse Workers’ Committee", "Night dock", ("en", "es"), "dolores"),
    Place("gaziantep", "Gaziantep", "TR", "Refugee Workers’ Union", "Textile street", ("ar", "tr"), "amal"),
    Place("lagos", "Lagos", "NG", "Students’ Assembly", "Main gate", ("en",), "tunde"),
)


@dataclass(frozen=True)
class DemoHop:
    """One recording with its transcript and its place in the chain."""

    id: str
    place: Place
    role: str
    answers: str | None
    lang: str
    file: Path
    media_type: str
    synthetic: bool
    segments: tuple[dict[str, Any], ...] = field(default=())


TYPES = {".webm": "audio/webm", ".ogg": "audio/ogg", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".wav": "audio/wav"}
# Real recordings: where they stand in the chain, and who is made to speak them. What they say is transcribed on the node.
REAL = (
    ("real-en", "chicago", "report", None, "en", "librivox_en.mp3"),
    ("real-es", "chicago", "parallel", "real-en", "es", "librivox_es.mp3"),
    ("real-de", "gaziantep", "commentary", "real-en", "de", "librivox_de.mp3"),
    ("real-fr", "lagos", "parallel", "real-de", "fr", "leopard_fr.wav"),
)


@cache
def content() -> dict[str, Any]:
    """The clips' description."""
    data = resources.files("tejido.demo.clips").joinpath("clips.json").read_bytes()
    found: dict[str, Any] = orjson.loads(data)
    return found


def real_folder() -> Path | None:
    """Where real recordings lie, if TEJIDO_DATA names a folder that has them."""
    folder = Path(os.environ["TEJIDO_DATA"]) / "speech" if "TEJIDO_DATA" in os.environ else None
    return folder if folder and all((folder / file).exists() for *_, file in REAL) else None


def hops(*, quick: bool = False) -> Iterator[DemoHop]:
    """In an order in which each comes after what it answers; `quick` gives the first three."""
    folder = real_folder()
    found = list(_real(folder) if folder else _synthetic())
    yield from found[:3] if quick else found


def _real(folder: Path) -> Iterator[DemoHop]:
    for name, slug, role, answers, lang, file in REAL:
        path = folder / file
        yield DemoHop(name, _place(slug), role, answers, lang, path, TYPES[path.suffix], synthetic=False)


def _synthetic() -> Iterator[DemoHop]:
    folder = Path(str(resources.files("tejido.demo.clips")))
    waiting = [_hop(clip, folder) for clip in content()["clips"]]
    told: set[str | None] = {None}
    while waiting:
        ready = next(hop for hop in waiting if hop.answers in told)
        waiting.remove(ready)
        told.add(ready.id)
        yield ready


def _hop(clip: dict[str, Any], folder: Path) -> DemoHop:
    path = folder / clip["file"]
    place = next(one for one in NODES if one.city == clip["city"])
    return DemoHop(
        clip["id"], place, clip["role"], clip["answers"], clip["lang"], path, TYPES[path.suffix], clip["synthetic"],
        tuple(clip["segments"]),
    )  # fmt: skip


def _place(slug: str) -> Place:
    return next(one for one in NODES if one.slug == slug)
