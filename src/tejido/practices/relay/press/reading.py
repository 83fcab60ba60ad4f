"""What the press reads of publications: ours that stand, what is to be made of them, and whether anything has changed."""

import hashlib
from collections.abc import Sequence

from tejido.ground import blobs
from tejido.ground.errors import NotFound
from tejido.ground.people import GUEST
from tejido.ground.store.public import stamp_of
from tejido.practices.relay.publishing import public as publishing
from tejido.practices.relay.publishing.public import Edition, Item, PublicVoice

EACH, WHOLE = "each", "whole"
PLAYED = "audio/mp4"


def ours(*, words: bool = False) -> tuple[Edition, ...]:
    """The newest edition of each publication of this node, withdrawn ones too, the latest first."""
    return publishing.editions(viewer=GUEST, mine=True, words=words)


def standing(*, words: bool = False) -> tuple[Edition, ...]:
    """Those that were not withdrawn."""
    return tuple(one for one in ours(words=words) if not one.withdrawn)


def shown() -> tuple[Edition, ...]:
    """The newest edition of each publication that stands, partners' too."""
    return tuple(one for one in publishing.editions(viewer=GUEST, words=False) if not one.withdrawn)


def withdrawn() -> set[str]:
    """Row keys of every edition of ours that was unpublished."""
    gone = [one.slug for one in ours() if one.withdrawn]
    return {one.key for slug in gone for one in publishing.history(slug)}


def edition_at(slug: str) -> Edition:
    """The newest edition at an address. Raises `NotFound`."""
    return publishing.edition(slug)


def voice_of(key: str) -> PublicVoice | None:
    """A voice that an edition shows; None where none does (any more)."""
    try:
        return publishing.voice(key)
    except NotFound:
        return None


def heard(edition: Edition) -> tuple[Item, ...]:
    """The places of an edition that have sound, in order."""
    return tuple(item for item in edition.items if item.voice is not None and item.voice.audio is not None)


def voices(items: Sequence[Item]) -> tuple[PublicVoice, ...]:
    """Their voices."""
    return tuple(item.voice for item in items if item.voice is not None)


def plays(voice: PublicVoice) -> bool:
    """Whether the sound that came with the voice is here, and is what browsers play as it is."""
    return voice.audio is not None and voice.audio.type.startswith(PLAYED) and blobs.has(voice.audio.id)


def source_of(voice: PublicVoice) -> str:
    """What a voice's files are made of: its recording."""
    return voice.audio.id if voice.audio else ""


def source_of_whole(items: Sequence[Item]) -> str:
    """What the file of a whole edition is made of: its voices' recordings, in order."""
    return hashlib.sha256(" ".join(map(source_of, voices(items))).encode()).hexdigest()


def stamp() -> str:
    """Another text whenever a voice or an edition came, went or changed; cheap."""
    return stamp_of((publishing.VOICES, publishing.EDITIONS))
