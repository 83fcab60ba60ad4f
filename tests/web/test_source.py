"""Whoever uses a node can have the source of what it runs."""

import io
import tarfile
from pathlib import Path

import pytest
from django.test import Client

from tejido.web import source


def test_a_guest_gets_the_running_source(client: Client, db: None) -> None:
    answer = client.get("/source/")
    assert answer.status_code == 200
    with tarfile.open(fileobj=io.BytesIO(b"".join(answer))) as pack:
        names = pack.getnames()
        here = pack.extractfile("tejido/src/tejido/web/source.py")
        assert here is not None
        assert here.read() == Path(source.__file__).read_bytes()
    assert "tejido/LICENSE" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".key", ".sqlite3", ".mo"))]


def test_it_is_packed_once_and_again_when_a_file_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("1")
    monkeypatch.setattr(source, "PACKAGE", tmp_path)
    first = source.archive()
    assert source.archive() == first
    (tmp_path / "one.py").write_text("22")
    second = source.archive()
    assert second != first
    assert not first.exists()
