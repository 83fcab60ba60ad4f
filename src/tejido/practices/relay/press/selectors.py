"""What the public may have of sound: files, words, chapters, feeds; and how far their making is, for keepers."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tejido.engines.press import sound as engine
from tejido.engines.press.feed import chapters as written_chapters
from tejido.ground import blobs
from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound, Problem
from tejido.ground.people import Viewer, require
from tejido.practices.relay.press import addresses, covers, made, podcast, reading, words
from tejido.practices.relay.press.models import Made
from tejido.practices.relay.publishing.public import PUBLISH, Edition, Item

SLUG = 8
KINDS = {"mp3": (made.MP3, made.MP3_WHOLE), "opus": (made.OPUS, made.OPUS_WHOLE)}


class TakenBack(Problem):
    """This was published once and has been taken back. It does not come again at this address."""

    status = 410
    code = "taken-back"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many voices with sound there are, how many have their files, and which could not be made (row, by voice)."""

    total: int
    done: int
    faults: tuple[Made, ...] = ()

    @property
    def percent(self) -> int:
        """Of a hundred."""
        return 100 * self.done // self.total if self.total else 100


def sound(subject: str, form: str) -> Made:
    """The file of a voice (row key) or of all of a publication (slug). Raises `TakenBack`, `BeingMade`, `NotFound`."""
    one, whole = KINDS[form]
    if len(subject) == SLUG:
        edition = _standing(subject)
        return _made(edition.key, whole, reading.source_of_whole(reading.heard(edition)))
    voice = reading.voice_of(subject)
    if voice is None:
        raise TakenBack if made.is_gone(subject) else NotFound
    if voice.audio is None:
        raise NotFound
    return _made(subject, one, reading.source_of(voice))


def given(subject: str) -> tuple[BlobRef, datetime]:
    """A voice's sound as it came with the voice, and the day it was spoken. Raises `TakenBack`, `NotFound`."""
    voice = reading.voice_of(subject)
    if voice is None:
        raise TakenBack if made.is_gone(subject) else NotFound
    if not reading.plays(voice) or voice.audio is None:
        raise NotFound
    return voice.audio, datetime.fromisoformat(voice.day).replace(tzinfo=UTC)


def _made(subject: str, kind: str, source: str) -> Made:
    row = made.find(subject, kind, source=source)
    if row is None:
        raise made.BeingMade
    return row


def _standing(slug: str) -> Edition:
    edition = reading.edition_at(slug)
    if edition.withdrawn:
        raise TakenBack
    return edition


def own_standing(slug: str) -> Edition:
    """The newest edition of a publication of ours that stands. Raises `NotFound`, `TakenBack`."""
    edition = _standing(slug)
    if not edition.mine:
        raise NotFound
    return edition


def given_cover(*, viewer: Viewer, slug: str) -> tuple[Edition, covers.Shown | None]:
    """A publication of ours, and the picture that it was given. Raises `NotFound`, `TakenBack`."""
    require(viewer, PUBLISH)
    return own_standing(slug), covers.given([slug]).get(slug)


def woven(edition: Edition) -> str:
    """Where its woven cover is; empty while it is being made."""
    row = made.find(edition.key, made.COVER)
    return addresses.cover(edition.slug) if row is not None and blobs.has(row.blob) else ""


def text(subject: str, lang: str, form: str) -> str:
    """A transcript of a voice or of all of a publication. Raises `TakenBack`, `BeingMade`, `NotFound`."""
    if len(subject) == SLUG:
        edition = _standing(subject)
        items = _heard_in(edition, lang)
        return words.written(words.whole(items, starts(edition), lang), lang, form)
    voice = reading.voice_of(subject)
    if voice is None:
        raise TakenBack if made.is_gone(subject) else NotFound
    if words.texts(voice, lang) is None or not words.timed(voice):
        raise NotFound
    return words.written(words.cues(voice, lang), lang, form)


def _heard_in(edition: Edition, lang: str) -> tuple[Item, ...]:
    items = reading.heard(edition)
    if lang not in words.languages(reading.voices(items), edition.langs):
        raise NotFound
    return items


def starts(edition: Edition) -> dict[int, int]:
    """The millisecond at which each place with sound begins in the whole. Raises `BeingMade` until each has its file."""
    items = reading.heard(edition)
    files = made.find_all([voice.key for voice in reading.voices(items)], [made.MP3])
    rows = [files.get((item.voice.key, made.MP3, "")) for item in items if item.voice]
    found = [row.duration for row in rows if row is not None]
    if len(found) < len(items):
        raise made.BeingMade
    return dict(zip((item.number for item in items), engine.starts(found), strict=True))


def chapters(slug: str) -> str:
    """A chapter a hop, of a publication that is one episode. Raises as `sound`."""
    edition = _standing(slug)
    if edition.form != reading.WHOLE:
        raise NotFound
    begins = starts(edition)
    return written_chapters([(begins[item.number], _chapter(item)) for item in reading.heard(edition)])


def _chapter(item: Item) -> str:
    return podcast.headline(item.voice, item.voice.lang) if item.voice else ""


def progress(edition: Edition) -> Progress:
    """How far the sound of an edition is."""
    voices = reading.voices(reading.heard(edition))
    files = made.find_all([one.key for one in voices], [made.OPUS])
    done = [one for one in voices if (one.key, made.OPUS, "") in files]
    lacking = [one.key for one in voices if one not in done]
    return Progress(len(voices), len(done), tuple(made.faults(lacking, [made.MP3])) if lacking else ())
