"""Publications for `bench press`: real events in a throw-away node's public space, with real speech and made-up words."""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.relay import phone_report, spoken_text
from tejido.engines import speech
from tejido.engines.speech import Sound

ROOT = Path(__file__).parents[1]
LINE_S = 6
DAY = "2026-11-22"
WORDS = {
    "ar": "نعمل في المخزن الكبير عند الميناء من السادسة صباحا ولا أحد يسألنا متى تنتهي الليلة ومن يقرر ذلك اليوم",
    "es": "trabajamos en el almacén grande del puerto desde las seis y nadie nos pregunta cuándo termina la noche",
    "en": "we work in the big warehouse at the port from six and nobody asks us when the night ends or who decides",
}


def recordings() -> Path:
    """Where the shared readings lie."""
    return Path(os.environ.get("TEJIDO_DATA") or ROOT.parent / "shared" / "data") / "speech"


@dataclass(frozen=True)
class Node:
    """A node with an organisation, a public space, and one recording in the vault."""

    space: bytes
    audio: dict[str, Any]
    sound: Sound


def node(work: Path, seconds: float) -> Node:
    """An organisation whose network has a public space; a recording of so many seconds, as a phone sends it."""
    from tejido.ground import blobs
    from tejido.ground.network.actions import open_network, state_profile
    from tejido.ground.store import boot, founding

    boot.forget()
    founding.found()
    network = open_network(name="Bench")
    state_profile(network=network.space, name="Warehouse Workers", place="Chicago", languages=["es", "en"])
    sound = speech.ingest_audio(phone_report(recordings(), work, lang="es", seconds=seconds), work)
    ref = blobs.put(sound.preview, sealed=False, media_type=sound.preview_type)
    return Node(network.public_space or b"", ref.to_dict(), sound)


def publish(
    made: Node, slug: str, *, hops: int, langs: Sequence[str], form: str, seed: int = 1, duration: int = 0
) -> str:
    """A publication of so many hops, each in all of these languages; its voices tell each other on."""
    from tejido.ground.consent import public as consent
    from tejido.ground.store.public import Fact, append
    from tejido.practices.relay.publishing import events as ev

    chance = random.Random(seed)
    duration = duration or made.sound.duration_ms
    terms = consent.Terms(tuple(sorted(consent.FLAGS)), "own", DAY)
    facts = [_voice(made, number, langs, duration, chance) for number in range(1, hops + 1)]
    with consent.speaking_for(terms):
        written = append(
            made.space,
            *(Fact(ev.VOICE_PUBLISHED, one, None, (str(made.audio["id"]),), schema=1) for one in facts),
        )
    items = [
        {
            "number": number,
            "voice": one.aggregate.hex(),
            "role": facts[number - 1]["role"],
            "answers": number - 1 or None,
            "day": DAY,
            "quotes": [],
        }
        for number, one in enumerate(written, 1)
    ]
    append(made.space, Fact(ev.EDITION_PUBLISHED, _edition(slug, items, langs, form), None, (), schema=1))
    return slug


def _voice(made: Node, number: int, langs: Sequence[str], duration: int, chance: random.Random) -> dict[str, Any]:
    own = langs[number % len(langs)]
    lines = duration // (LINE_S * 1000)
    segments = [
        {
            "id": f"s-{at:03d}",
            "text": _line(own, chance),
            "start": at * LINE_S * 1000,
            "end": (at + 1) * LINE_S * 1000,
            "lang": None,
            "by": "person",
        }
        for at in range(lines)
    ]
    others = [{"lang": lang, "texts": [_line(lang, chance) for _ in segments]} for lang in langs if lang != own]
    return {
        "who": f"Circle {number % 7}",
        "place": "Chicago",
        "day": DAY,
        "lang": own,
        "role": "report" if number == 1 else "parallel",
        "consent": {"purposes": _purposes(), "audio": "own", "since": DAY},
        "segments": segments,
        "versions": others,
        "audio": made.audio,
        "voice": "own",
        "duration": made.sound.duration_ms,
        "synthetic": False,
    }


def _purposes() -> list[str]:
    from tejido.ground.consent import public as consent

    return list(consent.FLAGS)


def _line(lang: str, chance: random.Random) -> str:
    words = WORDS[lang].split()
    return " ".join(chance.choice(words) for _ in range(14)).capitalize() + "."


def _edition(slug: str, items: Sequence[dict[str, Any]], langs: Sequence[str], form: str) -> dict[str, Any]:
    texts = {lang: f"{WORDS[lang][:40].strip()}…" for lang in langs}
    return {
        "slug": slug,
        "number": 1,
        "titles": texts,
        "langs": list(langs),
        "items": list(items),
        "licence": {"name": "CC-BY-SA-4.0", "url": "https://creativecommons.org/licenses/by-sa/4.0/"},
        "day": DAY,
        "form": form,
        "replaces": None,
        "questions": {lang: f"{WORDS[lang]}?" for lang in langs},
        "summaries": {lang: f"{WORDS[lang]}." * 3 for lang in langs},
        "changes": [],
    }


__all__ = ["Node", "node", "publish", "recordings", "spoken_text"]
