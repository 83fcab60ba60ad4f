"""What a dossier is made of: plain records, with every word of the frame (`Labels`) given by the caller in its language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WITHDRAWN, WITHHELD, MISSING = "withdrawn", "withheld", "missing"
ORIGINAL, APPROVED, MACHINE = "original", "approved", "machine"
OWN, DISGUISED, REVOICED, NO_SOUND = "own", "disguised", "revoiced", "none"


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of what somebody said, `start` to `end` in milliseconds (None for typed words).

    `lang` where it is not the voice's; `id` stays the same in every edition; `by`: machine, person or empty.
    """

    text: str
    start: int | None = None
    lang: str = ""
    end: int | None = None
    id: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """The same lines in another language, one for one; `state`: approved, or machine (no person has checked it)."""

    lang: str
    state: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of another voice that one tells again: its number, and the `id` of each line."""

    number: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """One hop. `who` is a circle or a pseudonym, `place` as coarse as it chose; `answers` the number of another voice.

    `day` as a reader sees it; `duration` in milliseconds; `machine`: the words are a recogniser's that nobody has
    checked; `sound` the name of a sound file, `voice` whose sound it is (own, disguised, revoiced, none);
    `absent`: withdrawn, withheld or missing, and then nothing but its number is known;
    `key` never changes and `address` is where the voice stands on the publisher's site.
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
    absent: str = ""
    versions: tuple[Version, ...] = ()
    sound: str = ""
    voice: str = ""
    key: str = ""
    address: str = ""
    quotes: tuple[Quote, ...] = ()

    def version(self, lang: str) -> Version | None:
        """The words in `lang`, if somebody or something put them into it."""
        return next((one for one in self.versions if one.lang == lang), None)

    @property
    def corrected(self) -> int:
        """How many of its lines a person wrote or changed."""
        return sum(line.by == "person" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A chain, or part of one, as a book in one language. `identifier` is a URN, `modified` Unix seconds.

    `seed` draws its pattern; `day` is when the edition was made, as a reader sees it; `summary` one or two sentences;
    `picture`: a square JPEG in place of the woven cloth, `picture_alt` what it shows.
    """

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
    changes: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    address: str = ""
    seed: str = ""
    day: str = ""
    summary: str = ""
    picture: bytes = b""
    picture_alt: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The frame's words, in the book's language where there is such a frame. `%(name)s` stands for what is put in;
    `languages`: names by tag.

    `sounds`: what is said of whose sound it is, by the voice's `voice`; `absences`: a name and a sentence, by `absent`;
    `lang`: the language of the frame, empty where it is the book's: else the book's words are marked as being in theirs.
    """

    contents: str
    question: str
    the_chain: str
    voice: str
    report: str
    commentary: str
    parallel: str
    answers: str
    quotes: str
    spoken: str
    translated: str
    untranslated: str
    machine_original: str
    machine_translation: str
    synthetic: str
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
    map_note: str
    no_place: str
    words: str
    translation: str
    sound: str
    heard: str
    typed: str
    approved: str
    sources: str
    sources_note: str
    share: str
    newest: str
    address: str
    code: str
    pattern: str
    minutes: str
    lang: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, str] = field(default_factory=dict)
    absences: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def language_of(self, tag: str) -> str:
        """A language's name in the book's language, or its tag."""
        return self.languages.get(tag, tag)

    def sound_of(self, voice: Voice) -> str:
        """Whose sound it is, in words."""
        return self.sounds.get(voice.voice, "")

    def absence(self, voice: Voice) -> str:
        """What stands in the place of a voice that is not here."""
        return self.absences.get(voice.absent, (voice.absent, ""))[0]

    def absent_note(self, voice: Voice) -> str:
        """Why it is not here, as far as that may be said."""
        return self.absences.get(voice.absent, ("", ""))[1]
