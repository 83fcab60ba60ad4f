"""The model in the order of places, joined once, checked, and never half there."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tejido.engines.speech import model
from tejido.engines.speech.errors import ModelDamaged, ModelMissing

pytestmark = pytest.mark.speech


def folder(path: Path, *names: str) -> Path:
    path.mkdir()
    for name in names:
        (path / name).write_bytes(b"{}")
    return path


def test_the_configured_folder_comes_first(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", *model.NEEDED)
    places = model.Places(cache=tmp_path / "cache", folder=own)
    assert model.available(places)
    assert model.find(places) == own
    assert not (tmp_path / "cache").exists()


def test_a_configured_folder_that_is_not_there_is_told_not_passed_over(tmp_path: Path) -> None:
    places = model.Places(cache=tmp_path, folder=tmp_path / "nowhere")
    assert not model.available(places)
    with pytest.raises(ModelMissing, match=r"nowhere.*speech-offline.*typed"):
        model.find(places)


def test_a_configured_folder_that_lacks_a_file(tmp_path: Path) -> None:
    places = model.Places(cache=tmp_path, folder=folder(tmp_path / "own", "model.bin"))
    assert not model.available(places)
    with pytest.raises(ModelDamaged, match=r"lacks config\.json, tokenizer\.json"):
        model.find(places)


def test_the_packaged_one_is_joined_once(model_dir: Path) -> None:
    places = model.Places(cache=model_dir.parent)
    before = (model_dir / "model.bin").stat().st_mtime_ns
    assert model.find(places) == model_dir
    assert (model_dir / "model.bin").stat().st_mtime_ns == before
    assert list(model_dir.parent.iterdir()) == [model_dir]
    assert json.loads((model_dir / "config.json").read_text())


def test_two_join_at_once_and_clear_what_a_killed_one_left(tmp_path: Path) -> None:
    left = folder(tmp_path / "joining-killed", "model.bin")
    os.utime(left, (0, 0))
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(model.find(model.Places(tmp_path)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [tmp_path / model.JOINED] * 2
    assert list(tmp_path.iterdir()) == [tmp_path / model.JOINED]


def test_other_bytes_than_the_published_are_refused(tmp_path: Path) -> None:
    parts = [tmp_path / "1", tmp_path / "2"]
    for part in parts:
        part.write_bytes(b"half")
    with pytest.raises(ModelDamaged, match="sha256"):
        model.joined(parts, tmp_path / "model.bin", model.SHA256)


WITHOUT = """
import sys, importlib.util
from pathlib import Path
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in {absent!r} else real(name, *rest)
from tejido.engines.speech import ModelError, model
places = model.Places(cache=Path({cache!r}), download={download})
print(model.available(places))
try:
    model.find(places)
except ModelError as error:
    print(error.code)
"""


def told(cache: Path, absent: tuple[str, ...], download: bool) -> list[str]:
    """What a Python says in which `absent` packages are not installed and no model server answers."""
    code = WITHOUT.format(absent=absent, cache=str(cache), download=download)
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    return done.stdout.split()


def test_without_packages_the_answer_says_how_to_get_one(tmp_path: Path) -> None:
    assert told(tmp_path, model.PARTS, download=False) == ["False", "model_missing"]
    assert told(tmp_path, ("faster_whisper",), download=False) == ["False", "recogniser_missing"]


def test_an_allowed_download_that_fails_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, model.PARTS, download=True) == ["True", "download_failed"]
