"""What the press would make of an edition that is not published yet: a feed's entries and a book, by the rules of the real
ones. Nothing is kept.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from tejido.engines.press import sound
from tejido.engines.press.feed import Episode
from tejido.engines.press.pdf import pdf
from tejido.practices.relay.press import fonts, made, podcast, pressing, reading, seasons, words
from tejido.practices.relay.press.models import Made, Season
from tejido.practices.relay.publishing.public import Edition, PublicVoice


def episodes(edition: Edition, lang: str) -> list[Episode]:
    """The entries that the feed in `lang` would have; sizes are those of the lengths."""
    season = seasons.of().get(edition.slug) or Season(slug=edition.slug, number=seasons.next_number())
    shelf = podcast.Shelf([edition], dict(_files(edition)), {edition.slug: season}, {edition.slug: {}})
    return list(podcast.episodes(lang, shelf))


def _files(edition: Edition) -> Iterator[tuple[tuple[str, str, str], Made]]:
    """Rows as they would be once sound is made; none is stored."""
    items = reading.heard(edition)
    voices = reading.voices(items)
    for voice in voices:
        for kind, bits in ((made.MP3, sound.MP3_BITS), (made.OPUS, sound.OPUS_BITS)):
            yield (voice.key, kind, ""), _row(voice.key, kind, bits, voice.duration, reading.source_of(voice))
    length = sum(voice.duration for voice in voices)
    for kind, bits in ((made.MP3_WHOLE, sound.MP3_BITS), (made.OPUS_WHOLE, sound.OPUS_BITS)):
        yield (edition.key, kind, ""), _row(edition.key, kind, bits, length, reading.source_of_whole(items))


def _row(subject: str, kind: str, bits: int, duration: int, source: str) -> Made:
    media_type = sound.MP3_TYPE if kind.startswith(made.MP3) else sound.OPUS_TYPE
    return Made(
        subject=subject, kind=kind, source=source, duration=duration, size=bits * duration // 8000, type=media_type
    )


def book(edition: Edition, lang: str) -> bytes:
    """The dossier as a PDF, marked on its title page. Raises `PressError`."""
    dossier, labels = pressing.book(edition, lang)
    marked = replace(labels, edition=_("Preview, not published · %(edition)s") % {"edition": labels.edition})
    return pdf(dossier, marked, fonts.folders())


def transcript(voice: PublicVoice, lang: str, form: str) -> str | None:
    """What a player would show; None where there is none."""
    if words.texts(voice, lang) is None or not words.timed(voice):
        return None
    return words.written(words.cues(voice, lang), lang, form)
