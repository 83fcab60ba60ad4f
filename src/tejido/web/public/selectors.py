"""What the public pages show: the same for everybody, whoever is signed in, so nothing here asks who reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from tejido.ground.people import GUEST, Viewer
from tejido.ground.slots import Panel, everybody
from tejido.ground.slots.everybody import Shown
from tejido.ground.ui.languages import own_name
from tejido.practices.relay.press import public as press
from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing.public import Edition, Item, PublicVoice, editions, history, opened
from tejido.practices.relay.publishing.public import voice as spoken
from tejido.web.public import pages, paths
from tejido.web.public.models import About, Site
from tejido.web.public.records import Card, File, Group, Held, ListPage, Reading, Told, Tongue, Voice

SOUNDS = ((press.OPUS, "audio/ogg; codecs=opus"), (press.MP3, "audio/mpeg"))
WHOLES = ((press.OPUS_WHOLE, "audio/ogg; codecs=opus"), (press.MP3_WHOLE, "audio/mpeg"))
BOOKS = (press.PDF, press.EPUB, press.ZIP)
SIZE = 20
TEXTS = {"vtt": "WebVTT", "srt": "SRT", "json": "JSON"}
FRAME = ("", "about/", "take-part/", "held/")


@dataclass(frozen=True)
class Shelf:
    """Everything that is published here, ours first; `open`: whether the site is shown at all."""

    told: Told
    editions: tuple[Edition, ...]

    @property
    def open(self) -> bool:
        """A keeper has opened the site, or something of ours has been published, be it taken back since."""
        return self.told.open or any(one.mine for one in self.editions)

    @property
    def standing(self) -> tuple[Edition, ...]:
        """Those that were not taken back."""
        return tuple(one for one in self.editions if not one.withdrawn)


def told() -> Told:
    """What a keeper says of the site."""
    row = Site.objects.first() or Site(first=settings.LANGUAGE_CODE)
    return Told(row.open, row.first, dict(About.objects.values_list("lang", "text")))


def shelf() -> Shelf:
    """The newest edition of each publication without its words, the latest first, ours before partners'."""
    found = sorted(editions(viewer=GUEST, words=False), key=lambda one: not one.mine)
    return Shelf(told(), tuple(found))


def is_open() -> bool:
    """Whether the site is shown: what `Shelf.open` says, asked without reading what is on it."""
    return Site.objects.filter(open=True).exists() or opened()


def card(edition: Edition, lang: str) -> Card:
    """A publication in a list, in this language where it has it."""
    chosen = pages.best([lang], edition.langs)
    title, title_lang = pages.text_in(edition.titles, chosen, edition.langs)
    voices = edition.voices
    return Card(
        url=addresses.publication(edition.slug, chosen),
        lang=title_lang,
        title=title,
        question=edition.questions.get(title_lang, ""),
        org=edition.org_name,
        mine=edition.mine,
        day=edition.day,
        number=edition.number,
        voices=len(voices),
        minutes=round(sum(one.duration for one in voices) / 60_000),
        thread=sum(edition.slug.encode()) % pages.THREADS + 1,
        tongues=tongues(edition),
    )


def page(found: Shelf, lang: str, number: int) -> ListPage | None:
    """One page of the shelf; None beyond its end."""
    cards = [card(one, lang) for one in found.standing]
    last = max(1, -(-len(cards) // SIZE))
    if not 1 <= number <= last:
        return None
    shown = cards[(number - 1) * SIZE : number * SIZE]
    groups = tuple(Group(mine, tuple(ones)) for mine, ones in groupby(shown, lambda one: one.mine))
    before = paths.frame("", lang, number - 1) if number > 1 else ""
    return ListPage(number, groups, before, paths.frame("", lang, number + 1) if number < last else "")


def tongues(edition: Edition, *, older: bool = False) -> tuple[Tongue, ...]:
    """The languages of an edition, with its address in each."""
    return tuple(
        Tongue(lang, own_name(lang), pages.page_path(edition, lang, older=older), edition.titles.get(lang, ""))
        for lang in edition.langs
    )


def feeds(editions: Iterable[Edition]) -> tuple[Tongue, ...]:
    """Languages in which something of ours can be heard as a podcast; the title is the absolute address to subscribe to."""
    langs = {lang for one in editions if one.mine and not one.withdrawn for lang in one.langs if _heard(one)}
    paths_ = ((lang, addresses.feed(lang)) for lang in sorted(langs))
    return tuple(Tongue(lang, own_name(lang), path, addresses.absolute(path)) for lang, path in paths_)


def _heard(edition: Edition) -> bool:
    return any(voice.audio for voice in edition.voices)


def versions(slug: str, *, words: bool = True) -> tuple[Edition, ...]:
    """Every edition of a publication, the newest first, with or without what its voices say. Raises `NotFound`."""
    return history(slug, words=words)


def with_words(edition: Edition, number: int) -> Edition:
    """The edition with what one of its voices says: the page of one voice need not read sixty."""
    return replace(edition, items=tuple(_spoken(item) if item.number == number else item for item in edition.items))


def _spoken(item: Item) -> Item:
    return replace(item, voice=spoken(item.voice.key)) if item.voice else item


def with_sounds(edition: Edition, reading: Reading) -> Reading:
    """The reading with the sound that has been made of it; in one query, however many voices."""
    kinds = [kind for kind, _ in (*SOUNDS, *WHOLES)]
    made = press.find_all([edition.key, *(one.key for one in reading.voices if one.key)], kinds)
    given = {voice.key: voice for voice in edition.voices}
    voices = tuple(
        replace(one, sounds=_sounds(made, one.key, one.key, SOUNDS) or _given(given.get(one.key)))
        for one in reading.voices
    )
    return replace(reading, voices=voices, sounds=_sounds(made, edition.key, edition.slug, WHOLES))


def _given(voice: PublicVoice | None) -> tuple[File, ...]:
    """The sound that came with a voice: a partner's, or one of ours whose files are not made yet."""
    if voice is None or voice.audio is None or not press.plays(voice):
        return ()
    return (File(addresses.sound(voice.key, addresses.GIVEN), voice.audio.type, voice.audio.size),)


Made = Mapping[tuple[str, str, str], press.Made]


def _sounds(made: Made, key: str, name: str, kinds: Sequence[tuple[str, str]]) -> tuple[File, ...]:
    found = ((kind, mime, made.get((key, kind, ""))) for kind, mime in kinds)
    return tuple(
        File(addresses.sound(name, kind.removesuffix("-whole")), mime, row.size) for kind, mime, row in found if row
    )


def books(edition: Edition, lang: str) -> tuple[File, ...]:
    """The dossiers in this language that have been made."""
    made = press.find_all([edition.key], BOOKS)
    found = ((kind, made.get((edition.key, kind, lang))) for kind in BOOKS)
    return tuple(File(addresses.dossier(edition.slug, lang, kind), kind, row.size) for kind, row in found if row)


def transcripts(voice: Voice) -> tuple[tuple[str, tuple[File, ...]], ...]:
    """What was said, as files for players, by the language in which it can be read; nothing where its words have no times."""
    langs = voice.versions if voice.timed else ()
    return tuple((lang, tuple(_transcript(voice.key, lang, form) for form in TEXTS)) for lang in langs)


def _transcript(key: str, lang: str, form: str) -> File:
    return File(addresses.text(key, lang, form), form, label=TEXTS[form])


def cover(edition: Edition) -> str:
    """The address of its picture, where one has been made."""
    if given := picture(edition):
        return addresses.absolute(given.full)
    found = press.find(edition.key, press.COVER)
    return addresses.absolute(addresses.cover(edition.slug)) if found else ""


def picture(edition: Edition) -> press.Shown | None:
    """The picture that a keeper gave it, where it is ours."""
    return press.given([edition.slug]).get(edition.slug) if edition.mine else None


def held(found: Shelf) -> Held:
    """What is public here, in numbers."""
    voices = {voice.key: voice for one in found.standing for voice in one.voices}
    return Held(
        ours=sum(1 for one in found.standing if one.mine),
        partners=sum(1 for one in found.standing if not one.mine),
        organisations=len({one.org for one in found.standing}),
        voices=len(voices),
        minutes=round(sum(one.duration for one in voices.values()) / 60_000),
        languages=len({lang for one in found.standing for lang in one.langs}),
        gone=sum(1 for one in found.standing for item in one.items if item.status == "withdrawn")
        + len(found.editions) - len(found.standing),
    )  # fmt: skip


def moment(edition: Edition) -> datetime:
    """When it appeared: to the second where we know, else its day."""
    if edition.at is not None:
        return datetime.fromtimestamp(edition.at, UTC)
    return datetime.combine(date.fromisoformat(edition.day), time(), UTC)


def receipt_address(*, copy: bool) -> str:
    """Where a receipt code is used: at this node; from a copy of its pages only where the node says how it is reached."""
    if not copy:
        return reverse("relay_receipt")
    return (
        f"{settings.NODE.public_address.rstrip('/')}{reverse('relay_receipt')}" if settings.NODE.public_address else ""
    )


def addresses_shown() -> Iterable[Shown]:
    """Every page of the site, for the map and the export."""
    found = shelf()
    if not found.open:
        return
    for name in FRAME:
        alternates = {"x-default": paths.frame(name), **{lang: paths.frame(name, lang) for lang in paths.frames()}}
        yield from (Shown(path, alternates=alternates) for path in alternates.values())
    yield from (Shown(path, mapped=False) for path in (addresses.atom(), "/sitemap.xml", "/robots.txt"))
    last = -(-len(found.standing) // SIZE)
    yield from (Shown(paths.frame("", lang, number)) for lang in paths.frames() for number in range(2, last + 1))
    for one in found.editions:
        yield from _shown(one)


def _shown(edition: Edition) -> Iterable[Shown]:
    langs = {lang: addresses.publication(edition.slug, lang) for lang in edition.langs}
    alternates = {"x-default": addresses.publication(edition.slug), **langs}
    gone, when = edition.withdrawn, moment(edition)
    yield from (Shown(path, when, alternates, mapped=not gone, withdrawn=gone) for path in alternates.values())
    if not gone:
        for number in [item.number for item in edition.items if item.voice]:
            beside = {lang: addresses.voice(edition.slug, lang, number) for lang in edition.langs}
            yield from (Shown(path, when, beside) for path in beside.values())


def mapped() -> Iterable[Shown]:
    """What search engines should know of, of every room."""
    return (one for one in everybody.addresses() if one.mapped)


def door(_viewer: Viewer, _subject: str) -> Panel | None:
    """For guests at the node's first page: what is published, if anything is."""
    return Panel(gettext("For everybody"), "public/door.html", {}) if is_open() else None
