"""What a dossier is made of: plain records, with every word of the frame (`Labels`) given by the caller in its language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ORIGINAL, APPROVED, MACHINE = "original", "approved", "machine"


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of what somebody said: `start` in milliseconds (None for typed words); `lang` where it is not the voice's."""

    text: str
    start: int | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """The same lines in another language, one for one; `state`: approved, or machine (no person has checked it)."""

    lang: str
    state: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """One hop. `who` is a circle or a pseudonym, `place` as coarse as it chose; `answers` the number of another voice.

    `machine`: the words in the original language are a recogniser's that nobody has checked.
    """

    number: int
    who: str
    place: str
    day: str
    lang: str
    role: str
    lines: tuple[Line, ...] = ()
    answers: int | None = None
    duration: int = 0
    machine: bool = False
    synthetic: bool = False
    withdrawn: bool = False
    versions: tuple[Version, ...] = ()
    sound: str = ""

    def version(self, lang: str) -> Version | None:
        """The words in `lang`, if somebody or something put them into it."""
        return next((one for one in self.versions if one.lang == lang), None)


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map as coarse as consent allows: degrees × 1,000, and the numbers of the voices from there."""

    name: str
    latitude: int
    longitude: int
    voices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A chain, or part of one, as a book in one language. `identifier` is a URN, `modified` Unix seconds."""

    identifier: str
    title: str
    question: str
    question_lang: str
    lang: str
    publisher: str
    licence: str
    licence_url: str
    modified: int
    edition: int
    voices: tuple[Voice, ...]
    points: tuple[Point, ...] = ()
    changes: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The frame's words in the book's language. `%(name)s` stands for what is put in; `languages`: names by tag."""

    contents: str
    question: str
    the_chain: str
    voice: str
    report: str
    commentary: str
    parallel: str
    answers: str
    spoken: str
    translated: str
    machine_original: str
    machine_translation: str
    synthetic: str
    withdrawn: str
    method: str
    changes: str
    edition: str
    licence: str
    place: str
    language: str
    who: str
    day: str
    listen: str
    summary: str
    map: str
    languages: Mapping[str, str] = field(default_factory=dict)

    def language_of(self, tag: str) -> str:
        """A language's name in the book's language, or its tag."""
        return self.languages.get(tag, tag)
