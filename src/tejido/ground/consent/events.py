"""Consent as events: an aggregate of its own in the own space, naming the report it speaks for and nobody's name."""

from dataclasses import dataclass
from typing import Annotated

from tejido.ground.bodies import BadBody, Catalogue, Day, Hash, Lang, Payload, choice, each, hash_text

PASS = "pass"  # noqa: S105 - a purpose, no password
TRANSLATE = "translate"
TRANSCRIPT = "transcript"
ARCHIVE = "archive"
CONTACT = "contact"
AUDIO = "audio"

FLAGS = (PASS, TRANSLATE, TRANSCRIPT, ARCHIVE, CONTACT)
PURPOSES = (PASS, TRANSLATE, AUDIO, TRANSCRIPT, ARCHIVE, CONTACT)
TIERS = ("none", "revoiced", "disguised", "own")
FORMS = ("spoken", "read-back", "self")

GRANTED = "consent.granted"
WITHDRAWN = "consent.withdrawn"

Replaces = Annotated[tuple[str, ...], each(hash_text, most=32)]


def _distinct(values: tuple[str, ...]) -> None:
    if len(set(values)) != len(values):
        raise BadBody("purposes: names one twice")


@dataclass(frozen=True)
class Granted(Payload):
    """The whole answer of one asking: the purposes said yes to, the voice allowed; all else is no.

    `replaces` names the consent events known at that moment, so that concurrent answers are seen as such.
    """

    subject: Hash
    purposes: Annotated[tuple[str, ...], each(choice(*FLAGS), most=len(FLAGS))]
    audio: Annotated[str, choice(*TIERS)]
    form: Annotated[str, choice(*FORMS)]
    lang: Lang
    day: Day
    replaces: Replaces = ()

    def verify(self) -> None:
        _distinct(self.purposes)


@dataclass(frozen=True)
class Withdrawn(Payload):
    """The purposes taken back; the rest of what was replaced stays."""

    subject: Hash
    purposes: Annotated[tuple[str, ...], each(choice(*PURPOSES), most=len(PURPOSES), least=1)]
    day: Day
    replaces: Replaces = ()

    def verify(self) -> None:
        _distinct(self.purposes)


CATALOGUE = Catalogue({GRANTED: Granted, WITHDRAWN: Withdrawn})
