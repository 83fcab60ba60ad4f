"""Public copies of sealed sound: made before anything is published, dropped again where publishing comes to nothing.

The preview in the vault was decoded and encoded anew when the recording came in, so that nothing of the phone is in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from tejido.ground import blobs
from tejido.ground.blobs import BlobErased, BlobRef
from tejido.ground.blobs.sources import describe, opened
from tejido.practices.relay.publishing.plan import Sound

Files = Mapping[str, BlobRef]
"""Public files by the id of the sealed file each was copied from."""


@contextmanager
def copied(sounds: Iterable[Sound]) -> Iterator[Files]:
    """Copies of these in the open, for the time of the block and, if it ends well, for good."""
    made: dict[str, BlobRef] = {}
    fresh: list[str] = []
    try:
        for sound in sounds:
            ref = BlobRef.from_dict(dict(sound.file))
            if ref.id not in made:
                made[ref.id], new = _put(ref)
                fresh += [made[ref.id].id] if new else []
        yield made
    except BaseException:
        for blob in fresh:
            blobs.drop(blob)
        raise


def _put(ref: BlobRef) -> tuple[BlobRef, bool]:
    """The public copy, and whether it was not here before. One that was taken back may come again: its owner publishes it."""
    data = blobs.read(ref)
    with opened(data) as file:
        name = describe(file, "", blobs.vault().max_size)[0].id
    new = not blobs.has(name)
    try:
        return blobs.put(data, sealed=False, media_type=ref.type), new
    except BlobErased:
        blobs.welcome(name)
        return blobs.put(data, sealed=False, media_type=ref.type), True
