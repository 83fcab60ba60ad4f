"""A podcast feed: RSS 2.0 to PSP-1 (Podcast Standards Project) and the Podcasting 2.0 namespace; one feed a language.

Rules and where they come from: PSP-1 for what is required; Apple's for images, categories and serial shows; the
namespace's for guid, transcripts, persons and alternate enclosures. Nothing here says where anybody is: neither
`podcast:location` nor a location in chapters is written.
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import UUID, uuid5

from tejido.engines.press.markup import Writer, clean

PODCAST_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
NAMESPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
}
DESCRIPTION_BYTES = 4000
VALUE = 255
PERSON = 128
ALTERNATE_TITLE = 32
CHAPTERS_TYPE = "application/json+chapters"
MEDIUM = "podcast"


class FeedError(ValueError):
    """The feed cannot be written so that players accept it; the message says which value and why."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A file that players fetch: `length` in bytes, `duration` in milliseconds, `bitrate` in bit/s (0: not said).

    `integrity` as in subresource integrity; said of alternates only, where the namespace has a place for it.
    """

    url: str
    type: str
    length: int
    duration: int
    bitrate: int = 0
    lang: str = ""
    title: str = ""
    integrity: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript's address; the spoken language's comes first, since players take the first of their best type."""

    url: str
    type: str
    lang: str
    captions: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """One item. `description` is HTML; `published` in Unix seconds; `people` are circles or pseudonyms, never names."""

    guid: str
    title: str
    link: str
    description: str
    published: int
    number: int
    sound: Sound
    lang: str
    season: int = 0
    season_name: str = ""
    image: str = ""
    alternates: tuple[Sound, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    chapters: str = ""
    people: tuple[str, ...] = ()
    licence: str = ""
    licence_url: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """The channel; `description` is plain text, `category` one of Apple's (with a subcategory after `/`).

    `first_url`: the address under which it began, where that was another one.
    """

    title: str
    description: str
    link: str
    self_url: str
    lang: str
    image: str
    author: str
    category: str = "News/Politics"
    explicit: bool = False
    locked: bool = True
    licence: str = ""
    licence_url: str = ""
    generator: str = "Tejido"
    first_url: str = ""


def feed_guid(url: str) -> str:
    """`podcast:guid`: UUIDv5 of the feed's first address without scheme and trailing slashes; a feed that moves keeps it."""
    return str(uuid5(PODCAST_NAMESPACE, re.sub(r"^[a-z]+://", "", url).rstrip("/")))


def rss(show: Show, episodes: Sequence[Episode]) -> str:
    """The whole feed, newest first; the same bytes for the same input."""
    _check(show, episodes)
    out = Writer()
    with out.inside("rss", {"version": "2.0", **NAMESPACES}), out.inside("channel"):
        _channel(out, show, max((one.published for one in episodes), default=None))
        for episode in sorted(episodes, key=lambda one: (-one.published, -one.number, one.guid)):
            with out.inside("item"):
                _item(out, episode, show)
    return out.text()


def _channel(out: Writer, show: Show, last: int | None) -> None:
    out.element("title", show.title)
    out.element("link", show.link)
    out.element("atom:link", None, {"href": show.self_url, "rel": "self", "type": "application/rss+xml"})
    out.element("description", show.description)
    out.element("language", show.lang.lower())
    if show.licence:
        out.element("copyright", show.licence)
    if last is not None:
        out.element("lastBuildDate", _rfc2822(last))
    out.element("generator", show.generator)
    out.element("itunes:author", show.author)
    out.element("itunes:type", "serial")
    out.element("itunes:explicit", _flag(show.explicit))
    out.element("itunes:image", None, {"href": show.image})
    _category(out, show.category)
    out.element("podcast:guid", feed_guid(show.first_url or show.self_url))
    out.element("podcast:locked", "yes" if show.locked else "no")
    out.element("podcast:medium", MEDIUM)
    _licence(out, show.licence, show.licence_url)


def _licence(out: Writer, name: str, url: str) -> None:
    """The namespace wants SPDX identifiers in lower case; what is none of these stays as it is."""
    if name:
        out.element("podcast:license", name if " " in name else name.lower(), {"url": url or None})


def _category(out: Writer, category: str) -> None:
    first, _, second = category.partition("/")
    if not second:
        out.element("itunes:category", None, {"text": first})
        return
    with out.inside("itunes:category", {"text": first}):
        out.element("itunes:category", None, {"text": second})


def _item(out: Writer, one: Episode, show: Show) -> None:
    out.element("title", one.title)
    out.element("link", one.link)
    out.element("guid", one.guid, {"isPermaLink": "false"})
    out.element("pubDate", _rfc2822(one.published))
    out.element("description", one.description)
    out.element("enclosure", None, {"url": one.sound.url, "length": str(one.sound.length), "type": one.sound.type})
    out.element("itunes:title", one.title)
    out.element("itunes:duration", str(max(1, round(one.sound.duration / 1000))))
    out.element("itunes:episode", str(one.number))
    out.element("itunes:episodeType", "full")
    out.element("itunes:explicit", _flag(show.explicit))
    if one.image:
        out.element("itunes:image", None, {"href": one.image})
    if one.season:
        out.element("itunes:season", str(one.season))
        out.element("podcast:season", str(one.season), {"name": one.season_name or None})
    out.element("podcast:episode", str(one.number))
    for text in one.transcripts:
        rel = "captions" if text.captions else None
        out.element("podcast:transcript", None, {"url": text.url, "type": text.type, "language": text.lang, "rel": rel})
    if one.chapters:
        out.element("podcast:chapters", None, {"url": one.chapters, "type": CHAPTERS_TYPE})
    for name in one.people:
        out.element("podcast:person", name, {"role": "guest", "group": "cast"})
    _licence(out, one.licence, one.licence_url)
    for sound in (one.sound, *one.alternates) if one.alternates else ():
        _alternate(out, sound, default=sound is one.sound)


def _alternate(out: Writer, sound: Sound, *, default: bool) -> None:
    attributes = {
        "type": sound.type,
        "length": str(sound.length),
        "bitrate": str(sound.bitrate) if sound.bitrate else None,
        "lang": sound.lang or None,
        "title": sound.title or None,
        "default": "true" if default else None,
    }
    with out.inside("podcast:alternateEnclosure", attributes):
        out.element("podcast:source", None, {"uri": sound.url})
        if sound.integrity:
            out.element("podcast:integrity", None, {"type": "sri", "value": sound.integrity})


def _rfc2822(at: int) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC))


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _check(show: Show, episodes: Sequence[Episode]) -> None:
    """Raise FeedError for what a validator or a player would refuse."""
    _text("title of the feed", show.title, VALUE)
    _bytes("description of the feed", show.description)
    seen: set[str] = set()
    for one in episodes:
        where = f"episode {one.number}"
        _text(f"title of {where}", one.title, VALUE)
        _bytes(f"description of {where}", one.description)
        for name in one.people:
            _text(f"person of {where}", name, PERSON)
        if one.guid in seen:
            raise FeedError(f"{where}: another episode has the guid {one.guid!r}")
        if one.number < 1 or one.sound.length < 1 or one.sound.duration < 1:
            raise FeedError(f"{where}: number, length and duration must be 1 or more")
        if one.sound.type not in ("audio/mpeg", "audio/x-m4a", "audio/mp4"):
            raise FeedError(f"{where}: directories take MP3 and M4A, not {one.sound.type}")
        seen.add(one.guid)


def _text(what: str, value: str, most: int) -> None:
    if not value or value != value.strip() or len(value) > most:
        raise FeedError(f"{what}: 1 to {most} characters without space at the ends")


def _bytes(what: str, value: str) -> None:
    if not value.strip() or len(value.encode()) > DESCRIPTION_BYTES:
        raise FeedError(f"{what}: 1 to {DESCRIPTION_BYTES} bytes")


def within(paragraphs: Iterable[tuple[str, str, str]], most: int = DESCRIPTION_BYTES) -> str:
    """HTML paragraphs of (text, lang, dir), as many as fit into `most` bytes; the last that does not fit is shortened."""
    found = ""
    for text, lang, way in paragraphs:
        head, tail = f'<p lang="{html.escape(lang)}" dir="{way}">', "</p>"
        room = most - len((found + head + tail).encode())
        body = html.escape(clean(" ".join(text.split())), quote=False)
        if len(body.encode()) > room:
            cut = _shortened(text, room)
            return found + (head + cut + tail if cut else "")
        found += head + body + tail
    return found


def _shortened(text: str, room: int) -> str:
    """As many whole words of `text`, escaped, as fit into `room` bytes with an ellipsis; empty where none does."""
    kept = ""
    for word in text.split():
        longer = f"{kept} {html.escape(clean(word), quote=False)}".strip()
        if len(f"{longer}…".encode()) > room:
            break
        kept = longer
    return f"{kept}…" if kept else ""


def chapters(marks: Sequence[tuple[int, str]]) -> str:
    """Podcasting 2.0 chapters 1.2.0 from (milliseconds, title); no place, no picture."""
    found = [{"startTime": start / 1000, "title": title} for start, title in sorted(marks)]
    return json.dumps({"version": "1.2.0", "chapters": found}, ensure_ascii=False, separators=(",", ":"))
