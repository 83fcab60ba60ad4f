"""What the public pages are made of: plain records, everything looked up, nothing withheld inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """What a keeper says of the site: whether it is open before anything is published, its first language, texts by language."""

    open: bool = False
    first: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, lang: str) -> tuple[str, str]:
        """The text in this language, else in the first one, else in any; with the language it is in."""
        for one in (lang, self.first, *sorted(self.texts)):
            if found := self.texts.get(one):
                return found, one
        return "", lang


@dataclass(frozen=True)
class Tongue:
    """A language in which something can be read: its tag, what it calls itself, the address, the title there."""

    lang: str
    name: str
    url: str
    title: str = ""


@dataclass(frozen=True)
class Card:
    """A publication in a list, its title and question in `lang`."""

    url: str
    lang: str
    title: str
    question: str
    org: str
    mine: bool
    day: str
    number: int
    voices: int
    minutes: int
    thread: int
    tongues: tuple[Tongue, ...]


@dataclass(frozen=True)
class Group:
    """Cards under one heading: ours, or those of partners."""

    mine: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class ListPage:
    """One page of the list: cards in groups, and the addresses of the pages beside it, or ""."""

    number: int
    groups: tuple[Group, ...]
    previous: str
    next: str


@dataclass(frozen=True)
class File:
    """Something to play or to keep: what it is called, its address, type and size in bytes (0 where nobody knows)."""

    url: str
    type: str = ""
    size: int = 0
    label: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together; `other`: the same as it was spoken, where these are a translation."""

    text: str
    lang: str
    other: str = ""
    other_lang: str = ""


@dataclass(frozen=True)
class Voice:
    """A place in a chain as a page shows it. `gone`: nothing but its number and what it was is left.

    `lang`: as spoken; `shown_lang`: of the paragraphs; `cut`: they are only the opening; `machine`: "", some or all of the
    words as spoken were written by a machine and checked by nobody; `thread`: colour of whoever speaks, 1 to 7; `timed`: its
    words have places in its sound; `quotes`: number and address of each voice whose words it tells again.
    """

    number: int
    role: str
    answers: int | None
    thread: int
    url: str
    answers_url: str = ""
    quotes: tuple[tuple[int, str], ...] = ()
    gone: bool = False
    key: str = ""
    who: str = ""
    place: str = ""
    day: str = ""
    lang: str = ""
    shown_lang: str = ""
    translated: bool = False
    untranslated: bool = False
    paragraphs: tuple[Paragraph, ...] = ()
    cut: bool = False
    machine: str = ""
    synthetic: bool = False
    tier: str = ""
    duration: float | None = None
    sounds: tuple[File, ...] = ()
    versions: tuple[str, ...] = ()
    timed: bool = False


@dataclass(frozen=True)
class Reading:
    """An edition in one language, as a page."""

    lang: str
    title: str
    title_lang: str
    question: str
    question_lang: str
    summary: str
    summary_lang: str
    voices: tuple[Voice, ...]
    sounds: tuple[File, ...] = ()


@dataclass(frozen=True)
class Held:
    """What is public here, in numbers."""

    ours: int
    partners: int
    organisations: int
    voices: int
    minutes: int
    languages: int
    gone: int
