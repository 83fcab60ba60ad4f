"""One contract over both storages, then what only files can show."""

import os
import random
import stat
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.ground.blobs.errors import (
    BlobDamaged,
    BlobErased,
    BlobMismatch,
    BlobMissing,
    BlobTooLarge,
    BlobTruncated,
    BlobUnreadable,
)
from tejido.ground.blobs.exchange import export_to, import_from, stream
from tejido.ground.blobs.formats import CHUNK, TAG, BlobRef, Descriptor
from tejido.ground.blobs.storage import LocalStorage, MemoryStorage, Storage
from tejido.ground.blobs.vault import Vault

pytestmark = pytest.mark.django_db

SIZES = [0, 1, CHUNK - TAG - 1, CHUNK - TAG, CHUNK - TAG + 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def no_fetch(index: int) -> bytes:
    pytest.fail(f"asked for chunk {index}")


def copy(source: Vault, target: Vault, blob: str) -> None:
    target.receive(blob, source.descriptor(blob), lambda index: source.stored_chunk(blob, index))


@pytest.fixture(params=["files", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    storage: Storage = LocalStorage(tmp_path / "blobs") if request.param == "files" else MemoryStorage()
    return Vault(storage)


class TestContract:
    @pytest.mark.parametrize("sealed", [True, False])
    @pytest.mark.parametrize("size", SIZES)
    def test_what_goes_in_comes_out(self, vault: Vault, size: int, sealed: bool) -> None:
        data = noise(size)
        ref = vault.put(data, sealed=sealed, media_type="audio/ogg")
        assert (ref.size, ref.sealed, ref.type) == (size, sealed, "audio/ogg")
        assert vault.read(ref) == data
        assert vault.has(ref.id)
        assert list(vault.ids()) == [ref.id]
        assert list(vault.check()) == []

    def test_bytes_path_and_open_file_are_the_same(self, vault: Vault, tmp_path: Path) -> None:
        data = noise(CHUNK + 9)
        path = tmp_path / "source"
        path.write_bytes(data)
        file = BytesIO(data)
        file.seek(77)
        ids = {vault.put(s, sealed=False, media_type="audio/ogg").id for s in (data, path, file)}
        assert len(ids) == 1

    def test_sealing_hides_equality_and_content(self, vault: Vault) -> None:
        data = b"the foreman's name " * 100
        first = vault.put(data, sealed=True, media_type="text/plain")
        second = vault.put(data, sealed=True, media_type="text/plain")
        assert first.id != second.id
        assert b"foreman" not in vault.stored_chunk(first.id, 0)

    @pytest.mark.parametrize("sealed", [True, False])
    def test_ranges(self, vault: Vault, sealed: bool) -> None:
        data = noise(2 * CHUNK + 100)
        ref = vault.put(data, sealed=sealed, media_type="audio/ogg")
        chance = random.Random(7)
        cuts = [(0, 0), (0, 1), (CHUNK - 20, CHUNK + 20), (CHUNK, CHUNK), (len(data), len(data)), (0, len(data))]
        cuts += [tuple(sorted((chance.randrange(len(data)), chance.randrange(len(data))))) for _ in range(20)]  # type: ignore[misc]
        for start, end in cuts:
            assert b"".join(vault.open_range(ref, start, end)) == data[start:end]

    def test_a_range_outside_is_refused(self, vault: Vault) -> None:
        ref = vault.put(b"abc", sealed=True, media_type="audio/ogg")
        for start, end in ((-1, 2), (2, 1), (0, 4)):
            with pytest.raises(ValueError, match="outside"):
                vault.open_range(ref, start, end)

    def test_a_range_holds_one_chunk_at_a_time(self, vault: Vault) -> None:
        ref = vault.put(noise(3 * CHUNK), sealed=True, media_type="audio/ogg")
        assert max(map(len, vault.open_range(ref))) <= CHUNK

    def test_wrong_key_or_size_does_not_open(self, vault: Vault) -> None:
        ref = vault.put(b"abc", sealed=True, media_type="audio/ogg")
        with pytest.raises(BlobUnreadable):
            vault.read(BlobRef(ref.id, "00" * 32, ref.size, ref.type))
        for wrong in (BlobRef(ref.id, ref.key, 2, ref.type), BlobRef(ref.id, "", 3, ref.type)):
            with pytest.raises(BlobUnreadable):
                vault.open_range(wrong)

    def test_what_is_not_here_is_missing(self, vault: Vault) -> None:
        for blob in ("00" * 32, "../../etc/passwd", ""):
            assert not vault.has(blob)
            with pytest.raises(BlobMissing):
                vault.descriptor(blob)

    def test_receive_resumes_at_any_chunk(self, vault: Vault) -> None:
        source = Vault(MemoryStorage())
        ref = source.put(noise(5 * CHUNK), sealed=True, media_type="audio/ogg")
        descriptor = source.descriptor(ref.id)
        count = len(descriptor.chunks)
        for stop in range(count):
            asked: list[int] = []

            def fetch(index: int, stop: int = stop, asked: list[int] = asked) -> bytes:
                asked.append(index)
                if index == stop:
                    raise ConnectionError
                return source.stored_chunk(ref.id, index)

            with pytest.raises(ConnectionError):
                vault.receive(ref.id, descriptor, fetch)
            assert not vault.has(ref.id)
            assert asked == [stop - 1, stop] if stop else [0]
            assert vault.missing_chunks(ref.id, descriptor) == list(range(stop, count))
            with pytest.raises(BlobMissing):
                vault.open_range(ref)
        copy(source, vault, ref.id)
        assert vault.read(ref) == source.read(ref)

    def test_receiving_again_asks_for_nothing(self, vault: Vault) -> None:
        ref = vault.put(b"abc", sealed=True, media_type="audio/ogg")
        vault.receive(ref.id, vault.descriptor(ref.id), no_fetch)

    def test_wrong_bytes_are_refused_and_the_good_ones_kept(self, vault: Vault) -> None:
        source = Vault(MemoryStorage())
        ref = source.put(noise(2 * CHUNK + 7), sealed=False, media_type="audio/ogg")
        descriptor = source.descriptor(ref.id)

        def fetch(index: int) -> bytes:
            good = source.stored_chunk(ref.id, index)
            return good if index == 0 else bytes([good[0] ^ 1]) + good[1:]

        with pytest.raises(BlobMismatch, match="Chunk 2"):
            vault.receive(ref.id, descriptor, fetch)
        assert vault.missing_chunks(ref.id, descriptor) == [1, 2]
        with pytest.raises(BlobTruncated):
            vault.receive(ref.id, descriptor, lambda index: source.stored_chunk(ref.id, index)[:-1])
        with pytest.raises(BlobMismatch):
            vault.receive(ref.id, descriptor, lambda index: source.stored_chunk(ref.id, index) + b"x")

    def test_a_foreign_descriptor_is_refused(self, vault: Vault) -> None:
        source = Vault(MemoryStorage())
        ref = source.put(b"abc", sealed=False, media_type="audio/ogg")
        other = source.put(b"abd", sealed=False, media_type="audio/ogg")
        with pytest.raises(BlobMismatch):
            vault.receive(ref.id, source.descriptor(other.id), no_fetch)
        lying = Descriptor((ref.id,) * 3, 5)
        with pytest.raises(Exception, match="do not agree"):
            vault.receive(lying.id, lying, no_fetch)
        assert list(vault.storage.blobs()) == []

    def test_what_is_too_large_is_refused_before_a_byte_is_stored(self, vault: Vault) -> None:
        small = Vault(vault.storage, max_size=CHUNK)
        with pytest.raises(BlobTooLarge, match="accepts 1048576"):
            small.put(noise(3 * CHUNK), sealed=False, media_type="audio/ogg")
        source = Vault(MemoryStorage())
        ref = source.put(noise(CHUNK + 1), sealed=False, media_type="audio/ogg")
        with pytest.raises(BlobTooLarge):
            copy(source, small, ref.id)
        assert list(vault.storage.blobs()) == []

    def test_what_was_dropped_never_returns(
        self, vault: Vault, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        data = noise(CHUNK + 1)
        ref = vault.put(data, sealed=False, media_type="audio/ogg")
        source = Vault(MemoryStorage())
        source.receive(ref.id, vault.descriptor(ref.id), lambda index: vault.stored_chunk(ref.id, index))
        with django_capture_on_commit_callbacks(execute=True):
            vault.drop(ref.id)
            vault.drop(ref.id)
        assert list(vault.storage.blobs()) == []
        assert vault.is_erased(ref.id)
        assert vault.finish_drops() == 0
        with pytest.raises(BlobErased):
            copy(source, vault, ref.id)
        with pytest.raises(BlobErased):
            vault.put(data, sealed=False, media_type="audio/ogg")
        assert list(vault.storage.blobs()) == []

    def test_what_never_was_here_can_be_dropped_ahead(self, vault: Vault) -> None:
        vault.drop("12" * 32)
        assert vault.is_erased("12" * 32)
        with pytest.raises(BlobMissing):
            vault.drop("../x")

    def test_a_drop_that_is_rolled_back_deletes_nothing(self, vault: Vault) -> None:
        ref = vault.put(b"abc", sealed=True, media_type="audio/ogg")
        with transaction.atomic():
            vault.drop(ref.id)
            transaction.set_rollback(True)
        assert vault.read(ref) == b"abc"
        assert not vault.is_erased(ref.id)

    def test_a_drop_cut_short_is_a_fault_and_is_finished_later(self, vault: Vault) -> None:
        ref = vault.put(b"abc", sealed=True, media_type="audio/ogg")
        vault.drop(ref.id)  # the callback after the commit never runs, as after a kill
        assert [fault.what for fault in vault.check()] == ["was erased, but its bytes are still here"]
        assert vault.finish_drops() == 1
        assert list(vault.check()) == []
        assert not vault.has(ref.id)

    def test_damage_is_found(self, vault: Vault) -> None:
        ref = vault.put(noise(2 * CHUNK), sealed=False, media_type="audio/ogg")
        vault.storage.write(f"{ref.id}/1", b"something else")
        assert [fault.what for fault in vault.check()] == [f"Chunk 1 of file {ref.id} does not match its hash."]
        assert next(vault.open_range(ref)) == noise(2 * CHUNK)[:CHUNK]
        with pytest.raises(BlobDamaged):
            vault.read(ref)
        vault.storage.write(f"{ref.id}/descriptor", Descriptor((ref.id,), 1).encode())
        assert [fault.what for fault in vault.check()] == ["its list of chunks is damaged"]

    def test_a_begun_transfer_is_no_fault_and_is_discarded_when_old(self, vault: Vault) -> None:
        source = Vault(MemoryStorage())
        ref = source.put(noise(2 * CHUNK), sealed=False, media_type="audio/ogg")

        def fetch(index: int) -> bytes:
            if index:
                raise ConnectionError
            return source.stored_chunk(ref.id, index)

        with pytest.raises(ConnectionError):
            vault.receive(ref.id, source.descriptor(ref.id), fetch)
        assert list(vault.check()) == []
        assert vault.discard_partials(3600) == 0
        time.sleep(0.02)
        assert vault.discard_partials(0) == 1
        assert list(vault.storage.blobs()) == []

    def test_names_from_outside_reach_no_storage(self, vault: Vault) -> None:
        for name in ("../x", "/etc/passwd", "00" * 32, "00" * 32 + "/../x", "00" * 32 + "/1\n"):
            with pytest.raises(ValueError, match="not the name"):
                vault.storage.write(name, b"")
            with pytest.raises(ValueError, match="not the name"):
                vault.storage.read(name)

    def test_it_travels_as_one_file(self, vault: Vault, tmp_path: Path) -> None:
        ref = vault.put(noise(2 * CHUNK + 3), sealed=True, media_type="audio/ogg")
        path = tmp_path / "out"
        export_to(vault, ref.id, path)
        assert path.read_bytes() == b"".join(stream(vault, ref.id))
        target = Vault(MemoryStorage())
        assert import_from(target, path, ref.id) == ref.id
        assert target.read(ref) == vault.read(ref)
        assert [p.name for p in tmp_path.glob("*out*")] == ["out"]

    def test_half_a_file_keeps_what_is_whole_and_resumes(self, vault: Vault, tmp_path: Path) -> None:
        source = Vault(MemoryStorage())
        ref = source.put(noise(3 * CHUNK), sealed=True, media_type="audio/ogg")
        whole = b"".join(stream(source, ref.id))
        path = tmp_path / ref.id
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(BlobTruncated, match="within chunk 2 of 4"):
            import_from(vault, path, ref.id)
        assert not vault.has(ref.id)
        assert vault.missing_chunks(ref.id, source.descriptor(ref.id)) == [1, 2, 3]
        path.write_bytes(whole)
        import_from(vault, path, ref.id)
        assert vault.read(ref) == source.read(ref)


class TestFiles:
    def vault(self, folder: Path) -> Vault:
        return Vault(LocalStorage(folder / "blobs"))

    def test_only_the_owner_may_read(self, tmp_path: Path) -> None:
        vault = self.vault(tmp_path)
        vault.put(noise(CHUNK + 1), sealed=True, media_type="audio/ogg")
        files = [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]
        assert len(files) == 3
        assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}

    def test_a_write_cut_short_leaves_nothing_that_counts(self, tmp_path: Path) -> None:
        vault = self.vault(tmp_path)
        ref = vault.put(b"abc", sealed=True, media_type="audio/ogg")
        folder = next((tmp_path / "blobs").glob(f"*/{ref.id}"))
        (folder / "1.0123.part").write_bytes(b"half")
        assert list(vault.check()) == []
        assert vault.missing_chunks(ref.id, vault.descriptor(ref.id)) == []
        vault.discard_partials(3600)
        assert (folder / "1.0123.part").exists()
        time.sleep(0.02)
        vault.discard_partials(0)
        assert sorted(p.name for p in folder.iterdir()) == ["0", "descriptor"]

    def test_drop_leaves_no_file(self, tmp_path: Path) -> None:
        vault = self.vault(tmp_path)
        ref = vault.put(noise(CHUNK + 1), sealed=True, media_type="audio/ogg")
        next((tmp_path / "blobs").glob(f"*/{ref.id}/0")).with_name("0.77.part").write_bytes(b"half")
        vault.drop(ref.id)
        vault.finish_drops()
        assert [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()] == []

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "does not begin"),
            (b"no line end", "does not begin"),
            (b"x" * (3 << 20), "does not begin"),
            (b"[]\nabc", "cannot be read"),
        ],
    )
    def test_what_is_no_blob_file_is_refused(self, tmp_path: Path, content: bytes, message: str) -> None:
        path = tmp_path / "in"
        path.write_bytes(content)
        vault = self.vault(tmp_path)
        with pytest.raises(Exception, match=message):
            import_from(vault, path)
        assert list(vault.storage.blobs()) == []

    def test_links_folders_and_pipes_are_refused(self, tmp_path: Path) -> None:
        vault = self.vault(tmp_path)
        (tmp_path / "secret").write_bytes(b"x\n")
        (tmp_path / "link").symlink_to(tmp_path / "secret")
        (tmp_path / "folder").mkdir()
        os.mkfifo(tmp_path / "pipe")
        for name in ("link", "folder", "pipe", "absent"):
            with pytest.raises(Exception, match="plain file"):
                import_from(vault, tmp_path / name)

    def test_a_file_with_another_blob_or_more_bytes_is_refused(self, tmp_path: Path) -> None:
        vault = self.vault(tmp_path)
        source = Vault(MemoryStorage())
        ref = source.put(b"abc", sealed=False, media_type="audio/ogg")
        path = tmp_path / "in"
        export_to(source, ref.id, path)
        with pytest.raises(BlobMismatch, match="another file"):
            import_from(vault, path, "00" * 32)
        path.write_bytes(path.read_bytes() + b"x")
        with pytest.raises(Exception, match="longer than"):
            import_from(vault, path, ref.id)
        assert list(vault.storage.blobs()) == []

    def test_a_source_that_changes_between_the_readings_is_refused(self, tmp_path: Path) -> None:
        class Changing(BytesIO):
            reads = 0

            def read(self, size: int | None = -1) -> bytes:
                self.reads += 1
                return super().read(size).replace(b"a", b"b" if self.reads > 3 else b"a")

        vault = self.vault(tmp_path)
        with pytest.raises(BlobMismatch):
            vault.put(Changing(b"a" * 100), sealed=False, media_type="audio/ogg")
        assert list(vault.ids()) == []
