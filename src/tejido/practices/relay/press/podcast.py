"""From editions to a feed's episodes. What the words are is people's own; the few of ours are in the feed's language where the
frame exists in it, else in English and marked so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tejido.engines.press import sound
from tejido.engines.press.direction import direction, isolated
from tejido.engines.press.feed import Episode, Show, Sound, Transcript, within
from tejido.engines.press.transcripts import JSON_TYPE, VTT_TYPE
from tejido.ground.ui.languages import frame_of
from tejido.practices.relay.press import addresses, made, pressing, reading, words
from tejido.practices.relay.press.models import Made, Season
from tejido.practices.relay.publishing.public import Edition, Item, PublicVoice

Files = Mapping[tuple[str, str, str], Made]
Paragraph = tuple[str, str, str]
TITLE, NAME, OPENING, EXCERPT, DESCRIBED = 255, 128, 70, 1200, 3600
DISGUISED, REVOICED = "disguised", "revoiced"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a feed is made of: editions that stand, the files made of them, seasons by slug, first days by slug and place,
    paths of given pictures by slug.
    """

    editions: Sequence[Edition]
    files: Files
    seasons: Mapping[str, Season]
    days: Mapping[str, Mapping[int, str]]
    pictures: Mapping[str, str] = field(default_factory=dict)


def show(lang: str, publisher: str, editions: Sequence[Edition], first_url: str) -> Show:
    """The channel in `lang`; `editions` are those in it; `first_url`: where it began."""
    licences = {(one.licence, one.licence_url) for one in editions}
    licence, url = licences.pop() if len(licences) == 1 else ("", "")
    name = _cut(publisher, TITLE)
    return Show(
        title=name,
        description=_described(lang, publisher, editions),
        link=addresses.absolute(addresses.index()),
        self_url=addresses.absolute(addresses.feed(lang)),
        lang=lang,
        image=addresses.absolute(addresses.feed_cover(lang)),
        author=name,
        licence=licence,
        licence_url=url,
        first_url=first_url,
    )


def _described(lang: str, publisher: str, editions: Sequence[Edition]) -> str:
    """Plain text of at most so many bytes: who publishes, and the titles of what there is to hear."""
    told = isolated(publisher, lang)
    ours = frame_of(lang)
    if ours == lang.partition("-")[0].lower():
        with translation.override(ours):
            told = _(
                "Voices that circles pass to each other and answer, published by %(name)s. Every voice by consent."
            ) % {"name": told}
    for title in (title_of(one, lang) for one in editions):
        longer = f"{told}\n{isolated(title, lang)}"
        if len(longer.encode()) > DESCRIBED:
            break
        told = longer
    return told


def title_of(edition: Edition, lang: str) -> str:
    """In `lang`, else in the first language that it has."""
    return edition.titles.get(lang) or edition.title


def episodes(lang: str, shelf: Shelf) -> Iterator[Episode]:
    """Every episode of the feed in `lang` whose files are made."""
    for edition in shelf.editions:
        season = shelf.seasons.get(edition.slug)
        if lang in edition.langs and season is not None:
            maker = _whole if edition.form == reading.WHOLE else _each
            yield from maker(lang, edition, season, shelf)


def _each(lang: str, edition: Edition, season: Season, shelf: Shelf) -> Iterator[Episode]:
    for item in reading.heard(edition):
        voice = item.voice
        files = _pair(voice.key, (made.MP3, made.OPUS), reading.source_of(voice), shelf.files) if voice else None
        if voice is None or files is None:
            continue
        yield Episode(
            guid=f"{edition.slug}-{lang}-{item.number}",
            title=headline(voice, lang) or _cut(isolated(title_of(edition, lang), lang), TITLE),
            link=addresses.absolute(addresses.voice(edition.slug, lang, item.number)),
            description=within(_about_voice(edition, item, voice, lang)),
            number=item.number,
            transcripts=tuple(_transcripts(voice.key, [voice], edition, lang)),
            people=_people([voice]),
            **_common(lang, edition, season, item.number, shelf),
            **_sounds(voice.key, files, voice.lang),
        )


def _whole(lang: str, edition: Edition, season: Season, shelf: Shelf) -> Iterator[Episode]:
    items = reading.heard(edition)
    voices = reading.voices(items)
    kinds = (made.MP3_WHOLE, made.OPUS_WHOLE)
    files = _pair(edition.key, kinds, reading.source_of_whole(items), shelf.files) if items else None
    if files is None:
        return
    yield Episode(
        guid=f"{edition.slug}-{lang}",
        title=_cut(isolated(title_of(edition, lang), lang), TITLE),
        link=addresses.absolute(addresses.publication(edition.slug, lang)),
        description=within(_about_chain(edition, voices, lang)),
        number=1,
        transcripts=tuple(_transcripts(edition.slug, voices, edition, lang)),
        people=_people(voices),
        chapters=addresses.absolute(addresses.chapters(edition.slug)),
        **_common(lang, edition, season, items[0].number, shelf),
        **_sounds(edition.slug, files, voices[0].lang if len({voice.lang for voice in voices}) == 1 else ""),
    )


def _pair(subject: str, kinds: tuple[str, str], source: str, files: Files) -> tuple[Made, Made] | None:
    """MP3 and Opus, once both are made of what is published now."""
    found = [files.get((subject, kind, "")) for kind in kinds]
    mp3, opus = (row if row is not None and row.source == source else None for row in found)
    return (mp3, opus) if mp3 and opus else None


def _common(lang: str, edition: Edition, season: Season, number: int, shelf: Shelf) -> dict[str, Any]:
    day = shelf.days[edition.slug].get(number, edition.day)
    return {
        "lang": lang,
        "published": published_at(day, number),
        "season": season.number,
        "season_name": _cut(isolated(title_of(edition, lang), lang), NAME),
        "image": addresses.absolute(shelf.pictures.get(edition.slug) or addresses.cover(edition.slug)),
        "licence": edition.licence,
        "licence_url": edition.licence_url,
    }


def published_at(day: str, number: int) -> int:
    """Unix seconds: the beginning of the day, and a second a place, so that players keep the order and learn no hour."""
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return int(start.timestamp()) + number


def _sounds(subject: str, files: tuple[Made, Made], lang: str) -> dict[str, Any]:
    mp3, opus = files
    return {
        "sound": _sound(subject, "mp3", mp3, sound.MP3_BITS, lang, "MP3"),
        "alternates": (_sound(subject, "opus", opus, sound.OPUS_BITS, lang, "Opus"),),
    }


def _sound(subject: str, form: str, row: Made, bits: int, lang: str, title: str) -> Sound:
    url = addresses.absolute(addresses.sound(subject, form))
    return Sound(url, row.type, row.size, row.duration, bits, lang, title, row.integrity)


def _transcripts(subject: str, voices: Sequence[PublicVoice], edition: Edition, lang: str) -> Iterator[Transcript]:
    if not any(map(words.timed, voices)):
        return
    for form, kind in (("json", JSON_TYPE), ("vtt", VTT_TYPE)):
        for tag in words.languages(voices, edition.langs, lang):
            url = addresses.absolute(addresses.text(subject, tag, form))
            yield Transcript(url, kind, tag, captions=form == "vtt")


def called(voice: PublicVoice, lang: str) -> str:
    """A voice as lists in `lang` show it: the circle's name or a pseudonym, and the place where it gave one."""
    with translation.override(frame_of(lang)):  # of the feed, which is kept, and not of whoever asks for it first
        return " · ".join(part for part in (voice.who, voice.place) if part) or _("A voice")


def headline(voice: PublicVoice, lang: str) -> str:
    """Who speaks, and how the words begin in `lang`: many voices of one circle can be told apart in a list."""
    said = words.texts(voice, lang) or words.texts(voice, voice.lang) or ()
    opening = " ".join(" ".join(said).split())
    if len(opening) > OPENING:
        opening = f"{opening[:OPENING].rsplit(' ', 1)[0]} …"
    return _cut(" — ".join(isolated(part, lang) for part in (called(voice, lang), opening) if part), TITLE)


def _people(voices: Sequence[PublicVoice]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_cut(voice.who, NAME) for voice in voices if voice.who.strip()))


def _about_voice(edition: Edition, item: Item, voice: PublicVoice, lang: str) -> Iterator[Paragraph]:
    yield from _told(edition.questions, edition, lang)
    told = (called(voice, lang), pressing.day(item.day, pressing.around(lang)))
    yield (" · ".join(part for part in told if part), lang, direction(lang))
    yield from _changed(voice, lang)
    said = words.texts(voice, lang)
    text, tag = (said, lang) if said else (words.texts(voice, voice.lang) or (), voice.lang)
    if text:
        yield (_excerpt(" ".join(text)), tag, direction(tag))
    yield from _told(edition.summaries, edition, lang)


def _about_chain(edition: Edition, voices: Sequence[PublicVoice], lang: str) -> Iterator[Paragraph]:
    yield from _told(edition.questions, edition, lang)
    yield from _told(edition.summaries, edition, lang)
    if names := _people(voices):
        yield (" · ".join(isolated(name, lang) for name in names), lang, direction(lang))
    for voice in {one.voice: one for one in voices}.values():
        yield from _changed(voice, lang)


def _told(texts: Mapping[str, str], edition: Edition, lang: str) -> Iterator[Paragraph]:
    """A text of the edition in the feed's language, else in the first that it has."""
    tag = next((one for one in (lang, *edition.langs) if texts.get(one)), "")
    if tag:
        yield (texts[tag], tag, direction(tag))


def _changed(voice: PublicVoice, lang: str) -> Iterator[Paragraph]:
    """What listeners should know of the sound."""
    ours = frame_of(lang)
    with translation.override(ours):
        if voice.synthetic:
            yield (_("A machine speaks these words."), ours, direction(ours))
        elif voice.voice == DISGUISED:
            yield (_("The voice was changed to be harder to recognise by ear."), ours, direction(ours))
        elif voice.voice == REVOICED:
            yield (_("Another person speaks these words."), ours, direction(ours))


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"


def _cut(text: str, most: int) -> str:
    """In one line, no longer than that, its isolates closed."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[: most - 2].rstrip()
    open_ = kept.count("\u2068") > kept.count("\u2069")
    return f"{kept}…\u2069" if open_ else f"{kept}…"
