"""Changing what the public site says of the node."""

from collections.abc import Mapping

from django.db import transaction

from tejido.ground.errors import Invalid
from tejido.ground.people import Viewer, require
from tejido.web.public import paths
from tejido.web.public.models import About, Site
from tejido.web.public.policies import KEEP

LONGEST = 5000


class TextTooLong(Invalid):
    """A text about the organisation may have %(most)s characters; this one has %(length)s."""

    code = "text-too-long"


class NoSuchFrame(Invalid):
    """The pages do not exist in this language: %(lang)s."""

    code = "no-such-frame"


def tell(*, viewer: Viewer, texts: Mapping[str, str], first: str, is_open: bool) -> None:
    """Say who this is, by language (an empty text takes one away), the first language, and whether the site is open already."""
    require(viewer, KEEP)
    for lang in (*texts, first):
        if lang not in paths.frames():
            raise NoSuchFrame(lang=lang)
    kept = {lang: text.replace("\r\n", "\n").strip() for lang, text in texts.items()}
    for text in kept.values():
        if len(text) > LONGEST:
            raise TextTooLong(most=LONGEST, length=len(text))
    with transaction.atomic():
        Site.objects.update_or_create(id=1, defaults={"open": is_open, "first": first})
        About.objects.filter(lang__in=[lang for lang, text in kept.items() if not text]).delete()
        for lang, text in kept.items():
            if text:
                About.objects.update_or_create(lang=lang, defaults={"text": text})
