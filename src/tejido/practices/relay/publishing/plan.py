"""What of chosen hops leaves, what stays and why: pure. `relay.domain.may_publish` is the one rule of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from tejido.ground.consent.domain import NOTHING, Terms, may_publish_transcript, may_translate
from tejido.practices.relay.domain import may_publish
from tejido.practices.relay.publishing.reasons import Reason
from tejido.practices.relay.segments import APPROVED, Line

VOICE, WORDS, STAYS = "voice", "words", "stays"


@dataclass(frozen=True)
class Sound:
    """A sealed file of the store as events name it, whose voice it is, milliseconds; `here`: this node has it."""

    file: Mapping[str, Any]
    voice: str
    duration: int
    here: bool


@dataclass(frozen=True)
class Source:
    """A hop as it stands at home. `key`: its row key, `name`: its full hash; `report`: that of our report behind it, or
    empty; `parent`: a row key or empty; `held`: what its speaker allows; `lines`: with the times of `sound`.

    `silent`: why there is no sound, where it was spoken; `versions`: translations of which every line is approved;
    `chosen`: the voice that was chosen for the public, empty where nobody did.
    """

    key: str
    name: str
    chain: str
    parent: str
    report: str
    role: str
    day: str
    lang: str
    who: str
    place: str
    org_name: str
    mine: bool
    status: str
    edition: int
    held: Terms = NOTHING
    lines: tuple[Line, ...] = ()
    state: str = ""
    sound: Sound | None = None
    silent: Reason | None = None
    synthetic: bool = False
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quotes: tuple[tuple[str, str], ...] = ()
    chosen: str = ""


@dataclass(frozen=True)
class Note:
    """A reason, and the language that it concerns (or empty)."""

    reason: Reason
    lang: str = ""


@dataclass(frozen=True)
class Planned:
    """A place of the edition to be: `leaves` is voice (words and sound), words, or stays; `langs`: in which it leaves."""

    number: int
    source: Source
    leaves: str
    langs: tuple[str, ...]
    notes: tuple[Note, ...]
    answers: int | None = None
    quotes: tuple[tuple[int, str], ...] = ()

    @property
    def sound(self) -> Sound | None:
        """The sound that leaves."""
        return self.source.sound if self.leaves == VOICE else None


@dataclass(frozen=True)
class Plan:
    """Places in order; `lacking`: chosen languages that nothing is in."""

    items: tuple[Planned, ...]
    langs: tuple[str, ...]
    places: bool = True

    @property
    def leaving(self) -> tuple[Planned, ...]:
        """The places that can be read."""
        return tuple(one for one in self.items if one.leaves != STAYS)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Chosen languages that nothing is in."""
        return tuple(lang for lang in self.langs if not any(lang in one.langs for one in self.leaving))

    @property
    def base(self) -> str:
        """A hash of all that would leave: what a person saw is what leaves."""
        seen = [
            [one.number, one.answers, one.leaves, one.source.name, told(one, places=self.places)] for one in self.items
        ]
        return sha256(orjson.dumps([self.langs, seen])).hexdigest()[:32]


def plan(
    sources: Sequence[Source],
    langs: Sequence[str],
    *,
    sound: bool = True,
    places: bool = True,
    all_asked: bool = True,
    numbers: Mapping[str, int] | None = None,
) -> Plan:
    """What leaves of these hops, which come in reading order.

    `numbers`: those that hops (by name) have in the edition before; unless `all_asked`, what stays is left out where
    nothing that leaves answers it."""
    judged = [(source, *judge(source, langs, sound=sound)) for source in sources]
    staying = {source.key for source, leaves, *_ in judged if leaves == STAYS}
    if not all_asked:
        needed = _needed(sources, staying)
        judged = [one for one in judged if one[0].key in needed]
    given = _numbered([source for source, *_ in judged], numbers or {})
    leaving = set(given) - staying
    items = [_planned(one, given, leaving) for one in judged]
    return Plan(tuple(sorted(items, key=lambda one: one.number)), tuple(langs), places)


def _planned(
    judged: tuple[Source, str, tuple[str, ...], tuple[Note, ...]], given: Mapping[str, int], leaving: Collection[str]
) -> Planned:
    source, leaves, langs, notes = judged
    here = [(given[hop], segment) for hop, segment in source.quotes if hop in leaving]
    if leaves == STAYS:
        here = []
    elif len(here) < len(source.quotes):
        notes = (*notes, Note(Reason.QUOTE_STAYS))
    return Planned(given[source.key], source, leaves, langs, notes, given.get(source.parent), tuple(here))


def judge(source: Source, langs: Sequence[str], *, sound: bool) -> tuple[str, tuple[str, ...], tuple[Note, ...]]:
    """Whether a hop leaves and how, in which of these languages (and its own), and why not otherwise."""
    reason = _stays(source)
    if reason:
        return STAYS, (), (Note(reason),)
    quiet = _quiet(source, sound=sound)
    lacking = tuple(_untranslated(source, langs))
    gone = {note.lang for note in lacking}
    found = (source.lang, *(lang for lang in langs if lang != source.lang and lang not in gone))
    notes = (*((Note(quiet),) if quiet else ()), *lacking)
    return (VOICE if source.sound and not quiet else WORDS), found, notes


def _stays(source: Source) -> Reason | None:
    if source.status != "shown":
        return Reason.WITHDRAWN if source.status == "withdrawn" else Reason.WITHHELD
    if not any(line.text.strip() for line in source.lines):
        return Reason.NO_WORDS
    if not may_publish_transcript(source.held):
        return Reason.NO_CONSENT
    return None if may_publish(source.held, source.state) else Reason.NOT_APPROVED


def _quiet(source: Source, *, sound: bool) -> Reason | None:
    """Why words leave without their sound; None too where nothing was ever spoken."""
    heard = source.sound
    if heard is None:
        return source.silent
    if not sound:
        return Reason.WORDS_ONLY
    if not may_publish(source.held, APPROVED, heard.voice):
        return Reason.VOICE_NOT_ALLOWED
    return None if heard.here else Reason.SOUND_NOT_HERE


def _untranslated(source: Source, langs: Sequence[str]) -> Iterator[Note]:
    for lang in langs:
        if lang == source.lang:
            continue
        if not may_translate(source.held):
            yield Note(Reason.TRANSLATION_NOT_ALLOWED, lang)
        elif lang not in source.versions:
            yield Note(Reason.NOT_TRANSLATED, lang)


def needed(whole: Plan) -> set[str]:
    """Row keys of what leaves in a plan, and of what it answers."""
    staying = {one.source.key for one in whole.items if one.leaves == STAYS}
    return _needed([one.source for one in whole.items], staying)


def _needed(sources: Sequence[Source], staying: Collection[str]) -> set[str]:
    """Keys of what leaves, and of what it answers, up to the beginning."""
    parents = {source.key: source.parent for source in sources}
    found: set[str] = set()
    for key in parents:
        walk = key if key not in staying else ""
        while walk in parents and walk not in found:
            found.add(walk)
            walk = parents[walk]
    return found


def _numbered(sources: Sequence[Source], before: Mapping[str, int]) -> dict[str, int]:
    """A number a hop, by row key: the one that it had, else the next one that was never given."""
    last, found = max(before.values(), default=0), {}
    for source in sources:
        if source.name in before:
            found[source.key] = before[source.name]
        else:
            last += 1
            found[source.key] = last
    return found


def spoken(lines: Sequence[Line]) -> list[Line]:
    """The lines that hold words."""
    return [line for line in lines if line.text.strip()]


def carries(one: Planned, since: str) -> dict[str, Any]:
    """The consent that a public copy carries: what it makes use of, and no more."""
    versions = any(lang != one.source.lang for lang in one.langs)
    purposes = ["transcript", *(["translate"] if versions else [])]
    return {"purposes": purposes, "audio": one.sound.voice if one.sound else "none", "since": since}


def body(one: Planned, *, since: str, audio: Mapping[str, Any] | None, places: bool) -> dict[str, Any]:
    """The public voice that a place becomes; `audio` is the public file of its sound."""
    return {**told(one, places=places), "consent": carries(one, since), "audio": dict(audio) if audio else None}


def told(one: Planned, *, places: bool) -> dict[str, Any]:
    """What a public voice says, without its file and its consent; empty where it stays."""
    source, heard = one.source, one.sound
    if one.leaves == STAYS:
        return {}
    return {
        "who": source.who,
        "place": source.place if places else "",
        "day": source.day,
        "lang": source.lang,
        "role": source.role,
        "segments": [_segment(line, timed=heard is not None, lang=source.lang) for line in spoken(source.lines)],
        "versions": [{"lang": lang, "texts": list(source.versions[lang])} for lang in one.langs if lang != source.lang],
        "voice": heard.voice if heard else "none",
        "duration": heard.duration if heard else 0,
        "synthetic": source.synthetic,
    }


def _segment(line: Line, *, timed: bool, lang: str) -> dict[str, Any]:
    start, end = (line.start, line.end) if timed else (None, None)
    other = line.lang if line.lang and line.lang != lang else None
    return {"id": line.id, "text": line.text, "start": start, "end": end, "lang": other, "by": line.by}
