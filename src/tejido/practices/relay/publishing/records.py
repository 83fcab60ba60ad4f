"""What anybody may read of publications: frozen records. Selectors make them; feeds, books and pages read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tejido.ground.blobs import BlobRef

SHOWN, WITHHELD, WITHDRAWN, MISSING = STATUSES = ("shown", "withheld", "withdrawn", "missing")
"""Of a place: it can be read; it was never published; it was taken back; it has not arrived yet."""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A stretch of speech; milliseconds from the start, None without sound; `by`: who wrote it, machine or person."""

    id: str
    text: str
    start: int | None
    end: int | None
    lang: str
    by: str


@dataclass(frozen=True, slots=True)
class PublicVoice:
    """A published voice. `lang`: as it was spoken; `versions`: one approved text a line, by other languages.

    `audio` has an empty key; `voice`: own, disguised, revoiced or none; `duration` in ms; `synthetic`: a machine spoke.
    """

    key: str
    who: str
    place: str
    day: str
    lang: str
    role: str
    lines: tuple[PublicLine, ...]
    versions: Mapping[str, tuple[str, ...]]
    audio: BlobRef | None
    voice: str
    duration: int
    synthetic: bool

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages it can be read in, its own first."""
        return (self.lang, *self.versions)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of another place of the edition that this one tells again."""

    number: int
    segment: str


@dataclass(frozen=True, slots=True)
class Item:
    """A place in an edition. Without `voice` it is withheld, withdrawn or missing, as `status` says; its number stays."""

    number: int
    role: str
    answers: int | None
    day: str
    voice: PublicVoice | None
    status: str
    quotes: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a publication. `at`: Unix seconds where they are known (our own), else None; `newest`: no later one
    is here; `withdrawn`: unpublished, so that nothing but its address and number is left.
    """

    key: str
    slug: str
    number: int
    org: str
    org_name: str
    mine: bool
    langs: tuple[str, ...]
    titles: Mapping[str, str]
    questions: Mapping[str, str]
    summaries: Mapping[str, str]
    day: str
    at: int | None
    licence: str
    licence_url: str
    form: str
    changes: tuple[str, ...]
    newest: bool
    withdrawn: bool
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """The title in the first of its languages; empty once it is withdrawn."""
        return next((self.titles[lang] for lang in self.langs if lang in self.titles), "")

    @property
    def voices(self) -> tuple[PublicVoice, ...]:
        """The voices that can be read."""
        return tuple(item.voice for item in self.items if item.voice)
