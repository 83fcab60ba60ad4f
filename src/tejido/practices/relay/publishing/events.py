"""Publication as events.

A voice is a whole public copy of one hop; an edition names voices in order. Both stand in a network's public space, where
anybody may read them, and name no hop. What was copied from where is kept in the own space alone: `publication.kept`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from tejido.ground.bodies import (
    BadBody,
    Catalogue,
    Day,
    Flag,
    Hash,
    Lang,
    MaybeHash,
    Payload,
    choice,
    each,
    hash_text,
    lang_tag,
    nested,
    number,
    optional,
    pattern,
    text,
)
from tejido.ground.bodies import day as a_day
from tejido.ground.consent.domain import Carried
from tejido.practices.relay.events import (
    MAX_DURATION_MS,
    MAX_SEGMENTS,
    REDACT,
    TIERS,
    WRITERS,
    Duration,
    MaybeBlob,
    MaybeLang,
    Pseudonym,
    Role,
    SegmentId,
    Words,
)

__all__ = ["CATALOGUE", "REDACT", "BadBody"]

VOICE_PUBLISHED = "voice.published"
EDITION_PUBLISHED = "edition.published"
EDITION_WITHDRAWN = "edition.withdrawn"
PUBLICATION_KEPT = "publication.kept"

EACH, WHOLE = FORMS = ("each", "whole")
MAX_ITEMS = 800
MAX_LANGS = 30
MAX_TITLE, MAX_QUESTION, MAX_SUMMARY, MAX_CHANGE = 160, 600, 4000, 300
MAX_NUMBER = 10_000

Slug = Annotated[str, pattern(re.compile(r"[a-z2-7]{8}"), "8 of a-z and 2-7")]
Number = Annotated[int, number(1, MAX_NUMBER)]
MaybeNumber = Annotated[int | None, optional(number(1, MAX_NUMBER))]
Langs = Annotated[tuple[str, ...], each(lang_tag, most=MAX_LANGS)]


def by_lang(reader: Callable[[object], str]) -> Callable[[object], Mapping[str, str]]:
    """One text a language."""

    def read(value: object) -> Mapping[str, str]:
        if not isinstance(value, Mapping) or len(value) > MAX_LANGS:
            raise BadBody(f"must be at most {MAX_LANGS} texts by language")
        return {lang_tag(tag): reader(value[tag]) for tag in sorted(value, key=str)}

    return read


@dataclass(frozen=True)
class PublicSegment(Payload):
    """A stretch of speech: milliseconds from the start (none without sound), who wrote its words; `lang` where it is
    not the voice's.
    """

    id: SegmentId
    text: Words
    start: Annotated[int | None, optional(number(0, MAX_DURATION_MS))] = None
    end: Annotated[int | None, optional(number(0, MAX_DURATION_MS))] = None
    lang: MaybeLang = None
    by: Annotated[str, choice(*WRITERS)] = "person"

    def verify(self) -> None:
        if (self.start is None) != (self.end is None) or (self.start or 0) > (self.end or 0):
            raise BadBody("start and end: both or neither, and in order")


@dataclass(frozen=True)
class Version(Payload):
    """The voice in another language: one text a segment, in their order, each approved by a person."""

    lang: Lang
    texts: Annotated[tuple[str, ...], each(text(4000, least=0, lines=True), most=MAX_SEGMENTS)]


@dataclass(frozen=True)
class VoicePublished(Payload):
    """A whole public copy of one hop: `who` is a circle's name or a pseudonym, `audio` a public file (its key empty)."""

    who: Pseudonym
    place: Annotated[str, text(80, least=0)]
    day: Day
    lang: Lang
    role: Role
    consent: Annotated[Carried, nested(Carried)]
    segments: Annotated[tuple[PublicSegment, ...], each(nested(PublicSegment), most=MAX_SEGMENTS)]
    versions: Annotated[tuple[Version, ...], each(nested(Version), most=MAX_LANGS)] = ()
    audio: MaybeBlob = None
    voice: Annotated[str, choice(*TIERS)] = "none"
    duration: Duration = 0
    synthetic: Flag = False

    def verify(self) -> None:
        if any(len(one.texts) != len(self.segments) for one in self.versions):
            raise BadBody("versions: one text a segment")
        if len({one.lang for one in self.versions} | {self.lang}) != len(self.versions) + 1:
            raise BadBody("versions: one a language, besides the voice's own")
        if (self.audio is None) != (self.voice == "none") or (self.audio is not None and self.audio.key):
            raise BadBody("audio: a public file in a voice, or none")


@dataclass(frozen=True)
class QuoteOf(Payload):
    """Words that an answer tells again: the segment of another voice of the edition."""

    number: Number
    segment: SegmentId


@dataclass(frozen=True)
class Placed(Payload):
    """A voice's place in an edition; without `voice` it is withheld, and only its place is told."""

    number: Number
    voice: MaybeHash
    role: Role
    answers: MaybeNumber = None
    day: Annotated[str | None, optional(a_day)] = None
    quotes: Annotated[tuple[QuoteOf, ...], each(nested(QuoteOf), most=20)] = ()


@dataclass(frozen=True)
class Licence(Payload):
    """What others may do: an SPDX-like name, and where it is written out (empty for none)."""

    name: Annotated[str, text(80)]
    url: Annotated[str, pattern(re.compile(r"|https://[!-~]{1,200}"), "an https address, or nothing")] = ""


@dataclass(frozen=True)
class EditionPublished(Payload):
    """An edition: `slug` is that of all editions of one publication, `replaces` the one before; `changes`: what was
    corrected, in lines; `form`: an episode a voice, or one whole episode with a chapter a voice.
    """

    slug: Slug
    number: Number
    titles: Annotated[Mapping[str, str], by_lang(text(MAX_TITLE))]
    langs: Annotated[tuple[str, ...], each(lang_tag, most=MAX_LANGS, least=1)]
    items: Annotated[tuple[Placed, ...], each(nested(Placed), most=MAX_ITEMS, least=1)]
    licence: Annotated[Licence, nested(Licence)]
    day: Day
    form: Annotated[str, choice(*FORMS)] = EACH
    replaces: MaybeHash = None
    questions: Annotated[Mapping[str, str], by_lang(text(MAX_QUESTION, lines=True))] = field(default_factory=dict)
    summaries: Annotated[Mapping[str, str], by_lang(text(MAX_SUMMARY, lines=True))] = field(default_factory=dict)
    changes: Annotated[tuple[str, ...], each(text(MAX_CHANGE), most=40)] = ()

    def verify(self) -> None:
        if len({one.number for one in self.items}) != len(self.items):
            raise BadBody("items: two have one number")
        if not set(self.langs) <= set(self.titles):
            raise BadBody("titles: one a language")


@dataclass(frozen=True)
class EditionWithdrawn(Payload):
    """The organisation no longer publishes this edition."""


@dataclass(frozen=True)
class EditionStub(Payload):
    """What a redact of an edition leaves: its address and number, so that neither is given to anything else."""

    slug: Slug
    number: Number
    day: Day
    langs: Langs = ()


@dataclass(frozen=True)
class KeptItem(Payload):
    """Which hop a place copies, in its `edition` of then. `cuts`: how often words had been taken out of it; `sound`: the
    file that was copied.
    """

    number: Number
    hop: Hash
    voice: MaybeHash = None
    edition: Annotated[int, number()] = 0
    cuts: Annotated[int, number()] = 0
    sound: MaybeHash = None


@dataclass(frozen=True)
class PublicationKept(Payload):
    """What an edition was made from; it never leaves the own space."""

    space: Hash
    edition: Hash
    slug: Slug
    number: Number
    chains: Annotated[tuple[str, ...], each(hash_text, most=200)]
    items: Annotated[tuple[KeptItem, ...], each(nested(KeptItem), most=MAX_ITEMS)]
    sound: Flag = True
    places: Flag = True


CATALOGUE = Catalogue(
    {
        VOICE_PUBLISHED: VoicePublished,
        EDITION_PUBLISHED: EditionPublished,
        EDITION_WITHDRAWN: EditionWithdrawn,
        PUBLICATION_KEPT: PublicationKept,
    }
)
