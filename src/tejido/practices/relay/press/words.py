"""What was said, as players show it: cues of a voice, or of a whole publication, in a language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tejido.engines.press.transcripts import JSON_TYPE, SRT_TYPE, VTT_TYPE, Cue, podcast_json, srt, vtt
from tejido.practices.relay.publishing.public import Item, PublicVoice

SPOKEN = "mul"
"""The tag for words in several languages (ISO 639-2): a chain as it was spoken."""
TYPES = {"vtt": VTT_TYPE, "srt": SRT_TYPE, "json": JSON_TYPE}


def texts(voice: PublicVoice, lang: str) -> Sequence[str] | None:
    """One text a line in `lang`; None where nobody has put the voice into it."""
    if lang in (voice.lang, SPOKEN):
        return [line.text for line in voice.lines]
    return voice.versions.get(lang)


def timed(voice: PublicVoice) -> bool:
    """Whether its words have places in its sound."""
    return any(line.start is not None for line in voice.lines)


def cues(voice: PublicVoice, lang: str, start: int = 0) -> Iterator[Cue]:
    """Its words in `lang`, or as they were spoken where they are not in it; `start`: ms at which the voice begins."""
    said = texts(voice, lang) or texts(voice, SPOKEN) or ()
    for line, text in zip(voice.lines, said, strict=True):
        if line.start is not None:
            yield Cue(start + line.start, start + (line.end or line.start), text, voice.who)


def whole(items: Iterable[Item], starts: Mapping[int, int], lang: str) -> Iterator[Cue]:
    """The same for a publication; `starts`: ms at which the voice at a place begins."""
    for item in items:
        if item.voice is not None:
            yield from cues(item.voice, lang, starts[item.number])


def written(found: Iterable[Cue], lang: str, form: str) -> str:
    """As `vtt`, `srt` or `json`."""
    if form == "vtt":
        return vtt(found, lang)
    return srt(found) if form == "srt" else podcast_json(found)


def languages(voices: Sequence[PublicVoice], offered: Sequence[str], first: str = "") -> tuple[str, ...]:
    """Transcripts that there are, what was spoken first: players take the first of their best type, whatever its language.

    Then `first`, the feed's own language, then the others of `offered` in which every voice or some voice can be read."""
    spoken = {voice.lang for voice in voices}
    opening = next(iter(spoken)) if len(spoken) == 1 else SPOKEN
    readable = [lang for lang in (first, *offered) if any(texts(voice, lang) for voice in voices)]
    return tuple(dict.fromkeys([opening, *readable]))
