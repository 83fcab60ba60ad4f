"""Where others show what the press makes: the page of a publication, and the list of what is public."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tejido.ground import slots
from tejido.ground.people import Viewer, may
from tejido.ground.slots.everybody import Shown, shows
from tejido.practices.relay.press import addresses, bookshelf, covers, feeds, made, reading, selectors, words
from tejido.practices.relay.publishing.public import PUBLISH, PublicVoice

PUBLICATION = "relay.publication"


@dataclass(frozen=True)
class Sound:
    """How the files of a publication stand, for its page."""

    total: int
    done: int
    going: bool
    joining: bool
    faults: tuple[str, ...]


def of_publication(_viewer: Viewer, slug: str) -> slots.Panel | None:
    """How far its sound is, and which podcasts it is in."""
    edition = reading.edition_at(slug)
    if not edition.mine or edition.withdrawn:
        return None
    found = selectors.progress(edition)
    whole = edition.form == reading.WHOLE
    done = found.done == found.total and (not whole or made.find(edition.key, made.OPUS_WHOLE) is not None)
    faults = tuple(dict.fromkeys(_(row.message) % row.params for row in found.faults))
    going = found.done + len(found.faults) < found.total
    sound = Sound(found.total, found.done, going, not done and not going and not faults, faults)
    listed = [(lang, addresses.absolute(addresses.feed(lang))) for lang in edition.langs]
    return slots.Panel(_("Sound and podcast"), "press/sound.html", {"sound": sound, "feeds": listed})


def books_of(_viewer: Viewer, slug: str) -> slots.Panel | None:
    """How its books stand."""
    edition = reading.edition_at(slug)
    if not edition.mine or edition.withdrawn:
        return None
    shelf = bookshelf.of(edition)
    return slots.Panel(_("Books"), "press/books.html", {"shelf": shelf, "total": len(shelf.all)})


def cover_of(viewer: Viewer, slug: str) -> slots.Panel | None:
    """For keepers: which picture stands for it, and the way to another."""
    edition = reading.edition_at(slug)
    if not edition.mine or edition.withdrawn or not may(viewer, PUBLISH):
        return None
    found = covers.given([slug]).get(slug)
    context = {"slug": slug, "small": found.small if found else "", "alt": found.alt(edition.langs[0]) if found else ""}
    return slots.Panel(_("Cover"), "press/own_cover.html", context)


def to_everybody() -> Iterator[Shown]:
    """Feeds, and the files of what stands; what programs fetch is no page of the map."""
    for lang in feeds.languages():
        yield Shown(addresses.feed(lang), mapped=False)
    editions = reading.shown()
    slugs = {edition.key: edition.slug for edition in editions if edition.mine}
    for picture in covers.given(slugs.values()).values():
        yield from (Shown(path, mapped=False) for path in (picture.full, picture.small))
    voices = {voice.key: voice for edition in editions for voice in reading.voices(reading.heard(edition))}
    files = made.find_all([*slugs, *voices], made.SOUNDS)
    for key, kind, _lang in sorted(files):
        yield Shown(addresses.sound(slugs.get(key, key), kind.partition("-")[0]), mapped=False)
    ready = {key for key, _kind, _lang in files}
    for key in (key for key, voice in voices.items() if key not in ready and reading.plays(voice)):
        yield Shown(addresses.sound(key, addresses.GIVEN), mapped=False)
    yield from _texts(voice for edition in editions if edition.mine for voice in reading.voices(reading.heard(edition)))


def _texts(voices: Iterable[PublicVoice]) -> Iterator[Shown]:
    for voice in filter(words.timed, voices):
        for lang in voice.langs:
            for form in words.TYPES:
                yield Shown(addresses.text(voice.key, lang, form), mapped=False)


def register() -> None:
    """Every place."""
    slots.panel(PUBLICATION, of_publication)
    slots.panel(PUBLICATION, books_of)
    slots.panel(PUBLICATION, cover_of, order=1)
    shows(to_everybody)
