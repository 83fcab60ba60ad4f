"""The store itself. One rule carries it: a blob is here when its `descriptor` object is here, and that is written last.

`put` reads its source twice: first to learn the chunks' hashes, then to store them by the same path by which chunks
from another node arrive. So there is one way in, no plaintext in temporary files, and a source that changes between
the readings is refused.
"""

import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tejido.ground.blobs.errors import (
    BlobDamaged,
    BlobErased,
    BlobMismatch,
    BlobMissing,
    BlobTooLarge,
    BlobTruncated,
    BlobUnreadable,
)
from tejido.ground.blobs.formats import MAX_SIZE, BlobRef, Descriptor, Fetch, is_hash, plain_chunk, unseal, verified
from tejido.ground.blobs.sources import Source, describe, opened, sealed_chunk
from tejido.ground.blobs.storage import Storage


@dataclass(frozen=True)
class Fault:
    """Something wrong with a stored blob, as `tejido check` prints it."""

    blob: str
    what: str


@dataclass(frozen=True)
class Vault:
    """Blobs in one storage; which ids were erased stands in the database."""

    storage: Storage
    max_size: int = MAX_SIZE

    def put(self, source: Source, *, sealed: bool, media_type: str) -> BlobRef:
        """Store a source; sealed under a new key unless it is public. The caller keeps the key, it is nowhere else."""
        key = secrets.token_hex(32) if sealed else ""
        with opened(source) as file:
            descriptor, size = describe(file, key, self.max_size)
            ref = BlobRef.from_dict({"id": descriptor.id, "key": key, "size": size, "type": media_type})
            if not sealed:
                self._note(ref.id)
            self.receive(ref.id, descriptor, lambda index: sealed_chunk(file, key, index))
        return ref

    def _note(self, blob: str) -> None:
        from tejido.ground.blobs.models import OpenBlob

        OpenBlob.objects.update_or_create(id=blob, defaults={"at": timezone.now()})

    def in_the_open(self, older_than_s: float) -> list[str]:
        """Ids of what was stored unsealed here at least that long ago."""
        from tejido.ground.blobs.models import OpenBlob

        before = timezone.now() - timedelta(seconds=older_than_s)
        return list(OpenBlob.objects.filter(at__lte=before).order_by("id").values_list("id", flat=True))

    def receive(self, blob: str, descriptor: Descriptor, fetch: Fetch) -> None:
        """Take in a blob chunk by chunk, asking `fetch` only for chunks that are not here yet.

        Killed or refused half-way, it keeps the chunks that matched and goes on from there when called again.
        """
        self._admit(blob, descriptor)
        if self.has(blob):
            return
        for index in range(len(descriptor.chunks)):
            self._take(blob, descriptor, index, fetch)
        for name in self.storage.objects(blob):
            if "-" in name:  # a part that another giver began
                self.storage.remove(f"{blob}/{name}")
        self.storage.write(f"{blob}/descriptor", descriptor.encode())
        if self.is_erased(blob):
            self.storage.delete(blob)
            raise BlobErased

    def take_chunk(self, blob: str, descriptor: Descriptor, index: int, data: bytes) -> None:
        """Keep one chunk of a transfer that goes on elsewhere; what does not match raises as `receive` does."""
        self._admit(blob, descriptor)
        if not self.has(blob):
            self._take(blob, descriptor, index, lambda _: data)

    def part(self, blob: str, index: int, giver: bytes) -> bytes:
        """What came of a chunk that is not whole yet from `giver` (an organisation)."""
        return self.storage.read(_part(blob, index, giver)) or b"" if is_hash(blob) else b""

    def take_part(self, blob: str, descriptor: Descriptor, index: int, giver: bytes, start: int, data: bytes) -> None:
        """Keep bytes of a chunk behind its first `start`, unverified until the chunk is whole."""
        self._admit(blob, descriptor)
        if not self.has(blob) and start + len(data) < descriptor.length(index):
            self.storage.add(_part(blob, index, giver), start, data)

    def drop_part(self, blob: str, index: int, giver: bytes) -> None:
        """Forget what came of a chunk from `giver`."""
        self.storage.remove(_part(blob, index, giver))

    def finish(self, blob: str, descriptor: Descriptor) -> None:
        """Make a blob whole whose chunks were all taken. One that lies here damaged is begun anew: `BlobTruncated`."""
        try:
            self.receive(blob, descriptor, lambda _: b"")
        except BlobTruncated:
            self.storage.delete(blob)
            raise

    def next_chunk(self, blob: str) -> int:
        """The first chunk that is not here."""
        held = self.storage.objects(blob) if is_hash(blob) else {}
        return next(index for index in range(len(held) + 1) if str(index) not in held)

    def _admit(self, blob: str, descriptor: Descriptor) -> None:
        if not is_hash(blob) or descriptor.id != blob:
            raise BlobMismatch("The list of chunks is not that of file %(id)s.", id=blob)
        Descriptor.decode(descriptor.encode())
        if descriptor.size > self.max_size:
            raise BlobTooLarge(
                "The file has %(size)s bytes; this node accepts %(limit)s.", size=descriptor.size, limit=self.max_size
            )
        if self.is_erased(blob):
            raise BlobErased

    def _take(self, blob: str, descriptor: Descriptor, index: int, fetch: Fetch) -> None:
        held = self.storage.read(f"{blob}/{index}")
        if held is not None and descriptor.matches(index, held):
            return
        data = fetch(index)
        if len(data) < descriptor.length(index):
            raise BlobTruncated(
                "File %(id)s ends within chunk %(index)s of %(count)s. What arrived whole is kept; "
                "fetch it again to go on from there.",
                id=blob,
                index=index + 1,
                count=len(descriptor.chunks),
            )
        if not descriptor.matches(index, data):
            raise BlobMismatch("Chunk %(index)s of file %(id)s has the wrong bytes.", index=index + 1, id=blob)
        self.storage.write(f"{blob}/{index}", data)

    def has(self, blob: str) -> bool:
        """Whether the whole blob is here."""
        return is_hash(blob) and self.storage.exists(f"{blob}/descriptor")

    def missing_chunks(self, blob: str, descriptor: Descriptor) -> list[int]:
        """Indices still to be fetched."""
        held = self.storage.objects(blob)
        return [index for index in range(len(descriptor.chunks)) if str(index) not in held]

    def descriptor(self, blob: str) -> Descriptor:
        """The list of chunks, checked against the id; `BlobMissing` unless the whole blob is here."""
        line = self.storage.read(f"{blob}/descriptor") if is_hash(blob) else None
        if line is None:
            raise BlobMissing
        found = Descriptor.decode(line)
        if found.id != blob:
            raise BlobDamaged
        return found

    def stored_chunk(self, blob: str, index: int, descriptor: Descriptor | None = None) -> bytes:
        """One chunk as it is stored, verified; for exchange."""
        descriptor = descriptor or self.descriptor(blob)
        data = self.storage.read(f"{blob}/{index}")
        if data is None:
            raise BlobDamaged("Chunk %(index)s of file %(id)s is gone.", index=index, id=blob)
        return verified(descriptor, index, data)

    def open_range(self, ref: BlobRef, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Plaintext bytes `start` to `end` (exclusive), verified, a chunk at a time; `BlobMissing` at once."""
        descriptor = self.descriptor(ref.id)
        if descriptor.plain_size(sealed=ref.sealed) != ref.size:
            raise BlobUnreadable
        end = ref.size if end is None else end
        if not 0 <= start <= end <= ref.size:
            raise ValueError(f"range {start}-{end} outside of 0-{ref.size}")
        return self._plain(ref, descriptor, start, end)

    def _plain(self, ref: BlobRef, descriptor: Descriptor, start: int, end: int) -> Iterator[bytes]:
        size = plain_chunk(sealed=ref.sealed)
        last = len(descriptor.chunks) - 1
        for index in range(start // size, -(-end // size)):
            stored = self.stored_chunk(ref.id, index, descriptor)
            plain = unseal(ref.key, index, stored, last=index == last)
            here = index * size
            yield plain[max(0, start - here) : end - here]

    def read(self, ref: BlobRef) -> bytes:
        """The whole plaintext; for small blobs only."""
        return b"".join(self.open_range(ref))

    def ids(self) -> Iterator[str]:
        """Ids of the whole blobs here, sorted."""
        return (blob for blob in self.storage.blobs() if self.has(blob))

    def drop(self, blob: str) -> None:
        """Erase for good: remember the id, so that it is refused from now on; delete the bytes after the commit."""
        from tejido.ground.blobs.models import ErasedBlob

        if not is_hash(blob):
            raise BlobMissing
        ErasedBlob.objects.update_or_create(id=blob, defaults={"gone": False})
        transaction.on_commit(lambda: self._delete(blob), robust=True)

    def _delete(self, blob: str) -> None:
        from tejido.ground.blobs.models import ErasedBlob, OpenBlob

        if ErasedBlob.objects.filter(id=blob).exists():  # it may have been welcomed back within the same transaction
            self.storage.delete(blob)
            ErasedBlob.objects.filter(id=blob).update(gone=True)
            OpenBlob.objects.filter(id=blob).delete()

    def let_go(self, blob: str) -> None:
        """Delete the bytes that nothing here names any more; unlike an erased blob it may come back."""
        from tejido.ground.blobs.models import OpenBlob

        if is_hash(blob):
            self.storage.delete(blob)
            OpenBlob.objects.filter(id=blob).delete()

    def finish_drops(self) -> int:
        """Delete what a process that died after its commit has left; returns how many."""
        from tejido.ground.blobs.models import ErasedBlob

        left = list(ErasedBlob.objects.filter(gone=False).values_list("id", flat=True))
        for blob in left:
            self._delete(blob)
        return len(left)

    def is_erased(self, blob: str) -> bool:
        """Whether this id was dropped here."""
        from tejido.ground.blobs.models import ErasedBlob

        return ErasedBlob.objects.filter(id=blob).exists()

    def erased_among(self, blobs: Iterable[str]) -> set[str]:
        """Those of these ids that were dropped here."""
        from tejido.ground.blobs.models import ErasedBlob

        return set(ErasedBlob.objects.filter(id__in=list(blobs)).values_list("id", flat=True))

    def welcome(self, blob: str) -> None:
        """An erased id may come back: its owner still names it. Bytes that are not deleted yet stay."""
        from tejido.ground.blobs.models import ErasedBlob

        ErasedBlob.objects.filter(id=blob).delete()

    def discard_partials(self, older_than_s: float) -> int:
        """Delete begun transfers in which nothing arrived for that long; returns how many."""
        before = time.time() - older_than_s
        stale = [b for b in self.storage.blobs() if not self.has(b) and self._touched(b) <= before]
        for blob in stale:
            self.storage.delete(blob)
        self.storage.tidy(before)
        return len(stale)

    def _touched(self, blob: str) -> float:
        return max(self.storage.objects(blob).values(), default=0.0)

    def check(self) -> Iterator[Fault]:
        """Reads every stored byte; gives what is wrong. A transfer under way is no fault."""
        from tejido.ground.blobs.models import ErasedBlob

        erased = set(ErasedBlob.objects.values_list("id", flat=True))
        for blob in self.storage.blobs():
            if blob in erased:
                yield Fault(blob, "was erased, but its bytes are still here")
            elif self.has(blob):
                yield from self._faults(blob)

    def _faults(self, blob: str) -> Iterator[Fault]:
        try:
            descriptor = self.descriptor(blob)
        except (BlobDamaged, BlobMissing):
            yield Fault(blob, "its list of chunks is damaged")
            return
        for index in range(len(descriptor.chunks)):
            try:
                self.stored_chunk(blob, index, descriptor)
            except BlobDamaged as error:
                yield Fault(blob, str(error))


def _part(blob: str, index: int, giver: bytes) -> str:
    return f"{blob}/{index}-{giver.hex()[:16]}"
