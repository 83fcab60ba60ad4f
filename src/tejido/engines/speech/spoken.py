"""Which language is spoken where, so that nobody who changes languages is silently translated.

Whisper writes a whole window in the language it is told, and *translates* whatever was said in another. So the sound is
cut at pauses, each piece is asked for its language (the encoder over the piece alone: a tenth of a second for five
seconds), and the likeliest course of languages through all pieces is taken: people stay in a language for a while, and
a short piece says little. Each run of one language is then recognised by itself.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from faster_whisper import WhisperModel

    Samples = npt.NDArray[np.float32]

RATE = 16_000
PAUSE_MS = 300
PAD_MS = 100
LONGEST_S = 12.0
SHORTEST_S = 0.1
TELLING_S = 4.0  # shorter pieces count less: a lone word of a second is guessed at
SURE = 0.9  # what a language that nobody named must reach in a telling piece to be believed
STAY = 2.0  # nats that a change of language must be worth: twice that for one piece in the midst of others
UNNAMED = 2.0  # nats that speak against a language nobody named, in a telling piece
LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples between two pauses and how likely each language is."""

    start: int
    end: int
    odds: Mapping[str, float]

    @property
    def weight(self) -> float:
        """How much this piece says: 1 from four seconds on."""
        return min(1.0, (self.end - self.start) / RATE / TELLING_S)


@dataclass(frozen=True, slots=True)
class Run:
    """Samples from `start` to `end` in one language."""

    start: int
    end: int
    lang: str


def runs(sound: "Samples", whisper: "WhisperModel", named: Sequence[str]) -> list[Run]:
    """The whole of `sound` as runs of one language each; `named` are Whisper's codes that may be expected."""
    return joined(pieces(sound, whisper), named, len(sound))


def pieces(sound: "Samples", whisper: "WhisperModel") -> list[Piece]:
    """What is said between pauses, with each piece's languages."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=PAD_MS, max_speech_duration_s=LONGEST_S)
    places = [(int(found["start"]), int(found["end"])) for found in get_speech_timestamps(sound, options)]
    return [
        Piece(start, end, odds(sound[start:end], whisper)) for start, end in places if end - start >= SHORTEST_S * RATE
    ]


def odds(sound: "Samples", whisper: "WhisperModel") -> dict[str, float]:
    """How likely each language is in a short piece; the encoder sees the piece without padding, which is why it is quick."""
    features = whisper.feature_extractor(sound)[..., :-1]
    found = whisper.model.detect_language(whisper.encode(features[..., : features.shape[-1] // 2 * 2]))[0]
    return {token[2:-2]: float(odd) for token, odd in found}


def joined(found: Sequence[Piece], named: Sequence[str], total: int) -> list[Run]:
    """Runs that cover all samples up to `total`; each changes in the middle of the pause between two languages."""
    langs = candidates(found, named)
    if not found or len(langs) == 1:
        return [Run(0, total, langs[0])] if langs else []
    spoken = course(found, langs, named)
    made = [Run(0, total, spoken[0])]
    for before, piece, lang in zip(found, found[1:], spoken[1:], strict=False):
        if lang != made[-1].lang:
            change = (before.end + piece.start) // 2
            made[-1:] = [Run(made[-1].start, change, made[-1].lang), Run(change, total, lang)]
    return made


def candidates(found: Sequence[Piece], named: Sequence[str]) -> list[str]:
    """The languages named, then any other that a telling piece is sure of; where nobody named any, at least the likeliest."""
    sure = [lang for piece in found if piece.weight == 1 for lang, odd in piece.odds.items() if odd >= SURE]
    langs = list(dict.fromkeys([*named, *sure]))
    return langs or likeliest(found)


def likeliest(found: Sequence[Piece]) -> list[str]:
    """The one language that the pieces together speak most likely; none where nobody speaks."""
    sums: dict[str, float] = {}
    for piece in found:
        for lang, odd in piece.odds.items():
            sums[lang] = sums.get(lang, 0) + odd * (piece.end - piece.start)
    return [max(sums, key=lambda lang: sums[lang])] if sums else []


def course(found: Sequence[Piece], langs: Sequence[str], named: Sequence[str]) -> list[str]:
    """The likeliest language of each piece, changes costing `STAY` (Viterbi)."""
    best = {lang: _worth(found[0], lang, langs, named) for lang in langs}
    ways: list[dict[str, str]] = []
    for piece in found[1:]:
        way = {lang: _origin(best, lang) for lang in langs}
        worth = {lang: best[way[lang]] - STAY * (way[lang] != lang) for lang in langs}
        best = {lang: worth[lang] + _worth(piece, lang, langs, named) for lang in langs}
        ways.append(way)
    last = max(langs, key=lambda lang: best[lang])
    spoken = [last]
    for way in reversed(ways):
        spoken.append(way[spoken[-1]])
    return spoken[::-1]


def _origin(best: Mapping[str, float], lang: str) -> str:
    """Where one best comes from to `lang`: by staying, or by a change."""
    return max(best, key=lambda one: best[one] - STAY * (one != lang))


def _worth(piece: Piece, lang: str, langs: Sequence[str], named: Sequence[str]) -> float:
    """Log-odds of a language among `langs`, weighted by how much the piece says."""
    total = sum(piece.odds.get(one, 0.0) for one in langs)
    odd = max(piece.odds.get(lang, 0.0) / total if total else 0.0, LEAST)
    return piece.weight * (math.log(odd) - UNNAMED * (bool(named) and lang not in named))
