"""What the engine says when it cannot print, for the catalogues: its templates, placeholders as gettext has them."""

from django.utils.translation import gettext_noop

FAULTS = {
    "no-font": gettext_noop(
        "No font here has these letters: %(letters)s. Leave the language out of the PDF, or add a font for it."
    ),
    "not-set": gettext_noop("The typesetter could not set this book: %(fault)s"),
    "cover-too-large": gettext_noop(
        "The picture is %(width)s × %(height)s pixels. A cover has %(least)s to %(most)s on each side: make it smaller."
    ),
    "cover-too-small": gettext_noop(
        "The picture is %(width)s × %(height)s pixels. A cover has %(least)s to %(most)s on each side: take a larger one."
    ),
    "cover-not-square": gettext_noop("The picture is %(width)s × %(height)s pixels. A cover is square: cut it."),
    "cover-moves": gettext_noop(
        "This picture may move (animated PNG, GIF, WebP). A cover stands still: save it as a plain PNG or JPEG."
    ),
    "cover-too-heavy": gettext_noop("This file is larger than %(most)s MB. Save the picture as a JPEG and try again."),
    "cover-unreadable": gettext_noop(
        "This file is no PNG or JPEG picture that can be read. Save it as one of these and try again."
    ),
}
"""English messages by code."""
