"""Translations as events.

A translation is an aggregate of its own in the own space and names what it translates, a report or another's hop, by hash.
What the network gets is a copy, which carries the consent in force and stands on its own in each edition, so that the
earlier ones can be erased.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from tejido.ground.bodies import (
    BadBody,
    Catalogue,
    Flag,
    Hash,
    Lang,
    Payload,
    choice,
    each,
    hash_text,
    nested,
    pattern,
    text,
)
from tejido.ground.consent.domain import Carried
from tejido.practices.relay.events import MAX_SEGMENTS, WRITERS, SegmentId, distinct

TRANSLATION_DRAFTED = "translation.drafted"
TRANSLATION_REDRAFTED = "translation.redrafted"
TRANSLATION_CORRECTED = "translation.corrected"
TRANSLATION_APPROVED = "translation.approved"
TRANSLATION_SENT = "translation.sent"
TRANSLATION_PASSED = "translation.passed"
TRANSLATION_REVISED = "translation.revised"

REPORT, HOP = SUBJECTS = ("report", "hop")
MAX_TEXT = 4000  # a translation may be longer than what it translates
MAX_SUSPECTS = 12

Text = Annotated[str, text(MAX_TEXT, least=0, lines=True)]
Code = Annotated[str, pattern(re.compile(r"[a-z][a-z0-9-]{0,39}"), "a code of a-z, 0-9 and -")]

_brief = text(400, least=0, lines=True)


def _params(value: object) -> dict[str, str | int]:
    """A few plain values by name, as the sentence about a suspicion needs them."""
    if not isinstance(value, Mapping) or len(value) > 8:
        raise BadBody("must be a record of at most 8 values")
    return {str(name)[:40]: one if isinstance(one, int) else _brief(one) for name, one in value.items()}


@dataclass(frozen=True)
class Suspect(Payload):
    """Why a draft may be wrong: the check's `code` and what its sentence names."""

    code: Code
    params: Annotated[Mapping[str, str | int], _params]

    def body(self) -> dict[str, object]:
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True)
class Piece(Payload):
    """A segment's translation; `source`: SHA-256 of the text it was made from; `engine` empty where a person wrote it.

    `approved`: a person checked these words against that source (in a passed copy; the translation itself keeps that as
    events).
    """

    id: SegmentId
    source: Hash
    text: Text
    by: Annotated[str, choice(*WRITERS)] = "machine"
    engine: Annotated[str, text(120, least=0)] = ""
    suspects: Annotated[tuple[Suspect, ...], each(nested(Suspect), most=MAX_SUSPECTS)] = ()
    approved: Flag = False


Pieces = Annotated[tuple[Piece, ...], each(nested(Piece), most=MAX_SEGMENTS)]


@dataclass(frozen=True)
class TranslationDrafted(Payload):
    """A translation begins: of a report of ours, or of somebody's hop, into `lang`."""

    kind: Annotated[str, choice(*SUBJECTS)]
    subject: Hash
    source_lang: Lang
    lang: Lang
    segments: Pieces

    def verify(self) -> None:
        distinct(self.segments)


@dataclass(frozen=True)
class TranslationRedrafted(Payload):
    """What the machine says to some segments later: for those without words, and beside what a person wrote."""

    segments: Pieces

    def verify(self) -> None:
        distinct(self.segments)


@dataclass(frozen=True)
class TranslationCorrected(Payload):
    """A person's words for a segment: `base`, the text they saw; `source`, what they translated; `settles`: others'."""

    segment: SegmentId
    base: Hash
    text: Text
    source: Hash
    settles: Annotated[tuple[str, ...], each(hash_text, most=32)] = ()


@dataclass(frozen=True)
class TranslationApproved(Payload):
    """A person has checked a segment's `text` against its `source`; either one's change lets the approval lapse."""

    segment: SegmentId
    text: Hash
    source: Hash


@dataclass(frozen=True)
class TranslationSent(Payload):
    """Where a copy went: the network space and the aggregate in it."""

    space: Hash
    copy: Hash


@dataclass(frozen=True)
class TranslationPassed(Payload):
    """A translation for the other circles, with the consent in force, of a hop of the same organisation."""

    hop: Hash
    source_lang: Lang
    lang: Lang
    consent: Annotated[Carried, nested(Carried)]
    segments: Pieces

    def verify(self) -> None:
        distinct(self.segments)


@dataclass(frozen=True)
class TranslationRevised(TranslationPassed):
    """A later edition, whole, so that the earlier ones can go."""


@dataclass(frozen=True)
class PassedStub(Payload):
    """What a redact of an edition leaves: which hop, which language; `kept`: a later edition stands."""

    hop: Hash
    source_lang: Lang
    lang: Lang
    kept: Flag = False


CATALOGUE = Catalogue(
    {
        TRANSLATION_DRAFTED: TranslationDrafted,
        TRANSLATION_REDRAFTED: TranslationRedrafted,
        TRANSLATION_CORRECTED: TranslationCorrected,
        TRANSLATION_APPROVED: TranslationApproved,
        TRANSLATION_SENT: TranslationSent,
        TRANSLATION_PASSED: TranslationPassed,
        TRANSLATION_REVISED: TranslationRevised,
    }
)
