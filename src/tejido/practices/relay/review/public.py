"""What the rest of the relay, and other rooms, may use of the review room: how far words are, and words in a language."""

from tejido.practices.relay.review.pieces import percent, state_of
from tejido.practices.relay.review.reading import reading_languages, renderings
from tejido.practices.relay.review.records import Rendering, Said

__all__ = ["Rendering", "Said", "percent", "reading_languages", "renderings", "state_of"]
