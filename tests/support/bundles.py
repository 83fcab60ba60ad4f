"""Bundles made by organisations that live in memory only."""

import io
from collections.abc import Iterable, Sequence

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.header import event_hash, trusted
from tejido.log.writer import Written
from tejido.replication import bundle, frames, messages, pages, sealing
from tejido.replication.bundle import Manifest, Range
from tejido.replication.frames import Frame
from tejido.replication.parts import Splitter
from tests.support.authors import Author

ID = "5b" * 16
DAY = "2026-11-20"


def identity_of(author: Author) -> Frame:
    """Its identity log, as it travels."""
    return messages.encode(messages.Identity(tuple(one.incoming for one in author.identity)))


def page_of(log: Log, space: Space, events: Sequence[Incoming]) -> list[Frame]:
    """A page, and the payloads of its events."""
    found = [messages.encode(messages.Events(pages.Page(log, space, tuple(events))))]
    return found + [
        messages.encode(messages.PayloadOf(event_hash(one.header), one.payload)) for one in events if one.payload
    ]


def range_of(log: Log, events: Sequence[Incoming]) -> Range:
    """What a manifest says of these."""
    first, last = trusted(events[0].header), trusted(events[-1].header)
    return Range(log.space, log.id, first.seq, last.seq, event_hash(events[-1].header))


def manifest_of(
    author: Author, recipients: Iterable[bytes], ranges: Iterable[Range], given: Sequence[Frame], name: str = ID
) -> Manifest:
    """What these frames are announced by."""
    tally = bundle.count(given)
    return Manifest(
        author.org, author.device.public, tuple(sorted(recipients)), tuple(sorted(ranges)), tally.counts, tally.size,
        tally.digest, DAY, name,
    )  # fmt: skip


def stream_of(
    author: Author, recipients: Iterable[bytes], log: Log, space: Space, events: Sequence[Written], *,
    more: Sequence[Frame] = (), name: str = ID,
) -> bytes:  # fmt: skip
    """A whole stream with one page, as it is before it is closed."""
    incoming = [one.incoming for one in events]
    given = [identity_of(author), *page_of(log, space, incoming), *more, Frame(frames.END, b"")]
    manifest = manifest_of(author, recipients, [range_of(log, incoming)], given, name)
    return b"".join(bundle.write(bundle.sign(manifest, author.device), given))


def parts_of(stream: bytes, ages: Sequence[str], most: int = 1 << 40, name: str = ID) -> list[bytes]:
    """The parts of a stream, closed to these age recipients."""
    kept: dict[int, io.BytesIO] = {}

    class Kept(io.BytesIO):
        def close(self) -> None:
            """Stay readable."""

    def open_part(number: int) -> io.BytesIO:
        kept[number] = Kept()
        return kept[number]

    splitter = Splitter(name, most, open_part)
    sealing.seal([stream], ages, splitter)
    splitter.close()
    for label in splitter.labels():
        kept[label.number].seek(0)
        kept[label.number].write(label.encode())
    return [kept[number].getvalue() for number in sorted(kept)]
