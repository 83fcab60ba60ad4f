"""Giving a publication a picture, and taking it back to the woven one."""

import hashlib
from collections.abc import Mapping

from django.utils import timezone

from tejido.engines.press import picture
from tejido.engines.press.errors import CoverError
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access
from tejido.practices.relay.press.errors import NoGivenCover, NoSuchCover, NotSaid, SaidTooLong
from tejido.practices.relay.press.models import Feed, GivenCover
from tejido.practices.relay.press.selectors import own_standing
from tejido.practices.relay.publishing.public import PUBLISH

MOST_ALT = 300


def give_cover(*, viewer: Viewer, slug: str, data: bytes | None, alts: Mapping[str, str]) -> tuple[str, ...]:
    """Show this picture for a publication of ours in place of the woven one; what the file had carried beside it.

    Without `data` the picture stays and other words are said of it. `alts`: what it shows, in each language of the edition.
    Raises `NotFound`, `TakenBack`, `NoSuchCover`, `NotSaid`, `SaidTooLong`, `NoGivenCover`; nothing is changed then."""
    require(viewer, PUBLISH)
    edition = own_standing(slug)
    said = {lang: access.clean(alts.get(lang, "")) for lang in edition.langs}
    for lang, text in said.items():
        if not text:
            raise NotSaid(lang=lang)
        if len(text) > MOST_ALT:
            raise SaidTooLong(most=MOST_ALT)
    if data is None:
        if not GivenCover.objects.filter(slug=slug).update(alts=said, at=timezone.now()):
            raise NoGivenCover
        return ()
    try:
        made = picture.made(data)
    except CoverError as fault:
        raise NoSuchCover(fault) from fault
    values = {
        "tag": hashlib.sha256(made.full).hexdigest()[:8],
        "full": made.full,
        "small": made.small,
        "side": made.side,
    }
    GivenCover.objects.update_or_create(slug=slug, defaults={**values, "alts": said, "at": timezone.now()})
    return made.carried


def take_back_cover(*, viewer: Viewer, slug: str) -> None:
    """Go back to the woven cover; the picture is erased. Raises `NotFound`, `NoGivenCover`."""
    require(viewer, PUBLISH)
    own_standing(slug)
    if not GivenCover.objects.filter(slug=slug).delete()[0]:
        raise NoGivenCover
    Feed.objects.update(stamp="", body=b"", etag="", episodes=0)
