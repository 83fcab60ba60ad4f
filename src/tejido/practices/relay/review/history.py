"""Every version of a segment, pure: from the events that still stand, the newest last."""

from collections.abc import Iterable, Iterator, Sequence

from tejido.ground.bodies import Catalogue, Payload
from tejido.ground.store.entry import Entry
from tejido.practices.relay import events as relay
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.records import Version
from tejido.practices.relay.segments import digest

Step = tuple[str, str, str, str]
"""text (or, for an approval, its hash), what, engine, day"""


def of_report(entries: Iterable[Entry], segment: str, now: str) -> list[Version]:
    """The versions of a transcript's segment, whose text is `now`."""
    return versions(list(_steps(relay.CATALOGUE, entries, segment)), now)


def of_translation(entries: Iterable[Entry], segment: str, now: str) -> list[Version]:
    """The versions of a translation's segment, whose text is `now`."""
    return versions(list(_steps(ev.CATALOGUE, entries, segment)), now)


def _steps(catalogue: Catalogue, entries: Iterable[Entry], segment: str) -> Iterator[Step]:
    for entry in entries:
        said = catalogue.read(entry)
        if isinstance(said, relay.SegmentCorrected | ev.TranslationCorrected) and said.segment == segment:
            yield said.text, "person", "", entry.day
        elif isinstance(said, relay.SegmentApproved | ev.TranslationApproved) and said.segment == segment:
            yield said.text, "approved", "", entry.day
        for one in getattr(said, "segments", ()):
            if one.id == segment:
                yield one.text, one.by, _engine(said, one), entry.day


def _engine(said: Payload | None, one: relay.Segment | ev.Piece) -> str:
    """Which machine: a translated piece names it, for a transcript's segments the whole draft does."""
    if isinstance(one, ev.Piece):
        return one.engine
    return getattr(said, "model", "") if one.by == "machine" else ""


def versions(steps: Sequence[Step], now: str) -> list[Version]:
    """Steps as versions; an approval shows the text that it named, where that is still known."""
    texts = {digest(text): text for text, what, _, _ in steps if what != "approved"}
    found = [
        (texts.get(text, "") if what == "approved" else text, what, engine, day) for text, what, engine, day in steps
    ]
    last = max((at for at, (text, _, _, _) in enumerate(found) if text == now), default=-1)
    return [Version(*step, current=at == last) for at, step in enumerate(found)]
