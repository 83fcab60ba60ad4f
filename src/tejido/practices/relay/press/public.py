"""What others may use of the press: addresses, and what was made."""

from tejido.practices.relay.press import addresses, proofs
from tejido.practices.relay.press.covers import Shown, given
from tejido.practices.relay.press.made import (
    COVER,
    EPUB,
    MP3,
    MP3_WHOLE,
    OPUS,
    OPUS_WHOLE,
    PDF,
    ZIP,
    fault_of,
    find,
    find_all,
    stream,
)
from tejido.practices.relay.press.models import Made
from tejido.practices.relay.press.reading import plays

__all__ = [
    "COVER",
    "EPUB",
    "MP3",
    "MP3_WHOLE",
    "OPUS",
    "OPUS_WHOLE",
    "PDF",
    "ZIP",
    "Made",
    "Shown",
    "addresses",
    "fault_of",
    "find",
    "find_all",
    "given",
    "plays",
    "proofs",
    "stream",
]
