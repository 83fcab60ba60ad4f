"""Feeds as bytes: written when something has changed, kept compressed until it changes again.

To write a thousand episodes takes a second; apps ask every hour whether there is a new one. What was kept is used only
while `stamp` says that nothing came, went or changed since; erasing anything empties it.
"""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.utils import timezone

from tejido import __version__
from tejido.engines.press import feed as rss
from tejido.ground.errors import NotFound
from tejido.practices.relay.names import load
from tejido.practices.relay.press import addresses, beginnings, covers, made, podcast, reading, seasons
from tejido.practices.relay.press.models import Feed, Made, Season
from tejido.practices.relay.publishing.public import Edition


@dataclass(frozen=True, slots=True)
class Written:
    """A feed: compressed (gzip) bytes, their tag, when they last changed, how many episodes."""

    lang: str
    body: bytes
    etag: str
    at: datetime
    episodes: int


def languages() -> tuple[str, ...]:
    """The languages in which this node has a podcast: of every edition, so that subscribers keep an empty one."""
    return tuple(sorted({lang for one in reading.ours() for lang in one.langs}))


def of(lang: str, *, fresh: bool = False) -> Written:
    """The feed in `lang`, as things stand; `fresh`: written anew in any case. Raises `NotFound`."""
    now = _stamp(lang)
    kept = None if fresh else Feed.objects.filter(lang=lang, stamp=now).first()
    return _read(kept) if kept is not None else _write(lang)


def _read(row: Feed) -> Written:
    return Written(row.lang, bytes(row.body), row.etag, row.at, row.episodes)


def _stamp(lang: str) -> str:
    """Of everything that a feed says: what is published, what is made, numbers, addresses, our name, this version."""
    files = Made.objects.aggregate(last=Max("pk"), count=Count("pk"))
    names = load(())
    parts = (
        reading.stamp(), files["last"], files["count"], Season.objects.count(), addresses.base(), __version__, lang,
        covers.stamp(), names.org(names.own) if names.own else "", beginnings.known(lang),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _write(lang: str) -> Written:
    if lang not in languages():  # before any words are read: anybody may ask for anything
        raise NotFound
    first, stamp = beginnings.of(lang), _stamp(lang)
    standing = [one for one in reading.standing(words=True) if lang in one.langs]
    text, count = written(lang, standing, first)
    body = gzip.compress(text.encode(), compresslevel=6, mtime=0)
    etag = hashlib.sha256(text.encode()).hexdigest()[:32]
    before = Feed.objects.filter(lang=lang).first()
    at = before.at if before is not None and before.etag == etag else timezone.now().replace(microsecond=0)
    values = {"stamp": stamp, "etag": etag, "episodes": count, "at": at, "body": body}
    Feed.objects.update_or_create(lang=lang, defaults=values)
    return Written(lang, body, etag, at, count)


def written(lang: str, editions: list[Edition], first: str) -> tuple[str, int]:
    """The feed's text, and how many episodes are in it; `first`: the address under which it began."""
    names = load(())
    found = list(podcast.episodes(lang, shelf(editions)))
    there = {one.season for one in found}
    known = seasons.of()
    heard = [one for one in editions if one.slug in known and known[one.slug].number in there]
    return rss.rss(podcast.show(lang, names.org(names.own), heard, first), found), len(found)


def shelf(editions: list[Edition]) -> podcast.Shelf:
    """Editions with their files, seasons and days."""
    keys = {one.key for one in editions} | {voice.key for one in editions for voice in one.voices}
    numbered = seasons.of()
    days = {one.slug: seasons.days(one, numbered[one.slug]) for one in editions if one.slug in numbered}
    pictures = {slug: one.full for slug, one in covers.given([one.slug for one in editions]).items()}
    return podcast.Shelf(editions, made.find_all(keys, made.SOUNDS), numbered, days, pictures)
