"""Addresses of the frame's pages: each in every language of the frame, and one where the reader's browser chooses.

What stands under them, publications and files, has its addresses from the press.
"""

from django.conf import settings
from django.urls import register_converter

from tejido.practices.relay.press.public import addresses


def frames() -> tuple[str, ...]:
    """Languages in which the frame's pages exist."""
    return tuple(settings.FRAMES)


def frame(name: str = "", lang: str = "", number: int = 1) -> str:
    """A page of the frame: `name` is "", `about/`, …; without a language the one that chooses."""
    page = f"{number}/" if number > 1 else ""
    return f"{addresses.ROOT}{lang}/{name}{page}" if lang else f"{addresses.ROOT}{name}"


class Slug:
    """A publication: eight letters and digits."""

    regex = "[a-z2-7]{8}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    to_url = to_python


class Tag(Slug):
    """A language's tag."""

    regex = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"


class Frame(Slug):
    """A language of the frame."""

    regex = "|".join(settings.FRAMES)


def register() -> None:
    """Make them known to Django's addresses."""
    for name, converter in (("public_slug", Slug), ("public_tag", Tag), ("public_frame", Frame)):
        register_converter(converter, name)
