"""The functions that rooms call work on the node's own folder."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground import blobs


@pytest.mark.django_db
def test_a_life(settings: Settings, tmp_path: Path) -> None:
    settings.NODE_DIR = tmp_path / "one"
    ref = blobs.put(b"hello", sealed=True, media_type="audio/ogg")
    assert blobs.has(ref.id)
    assert blobs.read(ref) == b"hello"
    assert b"".join(blobs.open_range(ref, 1, 3)) == b"el"
    assert list(blobs.ids()) == [ref.id]
    assert next((tmp_path / "one" / "blobs").rglob("descriptor")).parent.name == ref.id
    blobs.export_to(ref.id, tmp_path / ref.id)
    chunks = [blobs.vault().stored_chunk(ref.id, 0)]

    settings.NODE_DIR = tmp_path / "two"
    assert not blobs.has(ref.id)
    assert blobs.import_from(tmp_path / ref.id, ref.id) == ref.id
    assert blobs.check() == []
    descriptor = blobs.descriptor(ref.id)
    blobs.drop(ref.id)
    assert blobs.finish_drops() == 1
    assert blobs.is_erased(ref.id)
    assert blobs.discard_partials(0) == 0
    with pytest.raises(blobs.BlobErased):
        blobs.receive(ref.id, descriptor, chunks.__getitem__)
