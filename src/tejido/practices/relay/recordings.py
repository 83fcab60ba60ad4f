"""From an uploaded file to what a report names: preview and, where the speaker allows it, the sealed original."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tejido.engines import speech
from tejido.ground import blobs, originals
from tejido.ground.blobs import BlobRef
from tejido.practices.relay import events as ev
from tejido.practices.relay.errors import bad_recording

SAMPLES = "samples.wav"


@dataclass(frozen=True)
class Recording:
    """A decoded recording in the vault; `samples` waits in the node's work folder for the recogniser.

    `removed`: names and places of the fields that stood in the file and are not in the preview.
    """

    preview: ev.Blob
    master: ev.Blob | None
    duration: int
    samples: Path
    removed: tuple[tuple[str, str], ...] = ()

    @property
    def blobs(self) -> tuple[str, ...]:
        """Ids of the files that a report names."""
        return tuple(ref.id for ref in (self.preview, self.master) if ref)

    def discard(self) -> None:
        """Drop everything again: the report was not made after all."""
        for blob in self.blobs:
            blobs.drop(blob)
        shutil.rmtree(self.samples.parent, ignore_errors=True)


def work_folder() -> Path:
    """Where sound lies in the open while it is worked on."""
    folder = Path(settings.NODE_DIR) / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def take_in(path: Path, declared: str | None, *, keep_original: bool) -> Recording:
    """Decode an upload and put it into the vault. Raises `BadRecording`, having stored nothing.

    The original is kept only closed to the recovery sheets, which this node cannot open; where none is known, not at all.
    """
    folder = work_folder() / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        sound = speech.ingest_audio(path, folder, declared_type=declared)
        preview = _stored(sound.preview, sound.preview_type)
        master = _sealed(path, folder) if keep_original and originals.known() else None
    except speech.SpeechError as cause:
        shutil.rmtree(folder)
        raise bad_recording(cause) from cause
    except BaseException:
        shutil.rmtree(folder)
        raise
    sound.preview.unlink()
    return Recording(preview, master, sound.duration_ms, sound.samples, speech.named(sound.tags))


def _stored(path: Path, media_type: str) -> ev.Blob:
    return ev.Blob(**blobs.put(path, sealed=True, media_type=media_type).to_dict())  # type: ignore[arg-type]


def _sealed(path: Path, folder: Path) -> ev.Blob:
    closed = folder / "original.age"
    originals.seal(path, closed)
    try:
        return _stored(closed, originals.TYPE)
    finally:
        closed.unlink()


def keep_samples(recording: Recording, report: str) -> None:
    """Let the recogniser find the samples under the report's key."""
    target = work_folder() / report
    if target.exists():
        shutil.rmtree(recording.samples.parent)
    else:
        recording.samples.parent.rename(target)


@contextmanager
def samples(report: str, preview: BlobRef) -> Iterator[Path]:
    """The samples of a report; decoded again from its preview where they are gone. They go when the block ends well."""
    folder = work_folder() / report
    if not (folder / SAMPLES).exists():
        folder.mkdir(exist_ok=True, mode=0o700)
        source = folder / "source"
        source.write_bytes(blobs.read(preview))
        speech.ingest_audio(source, folder)
        source.unlink()
    yield folder / SAMPLES
    forget(report)


def forget(report: str) -> None:
    """Remove what lies in the open of a report."""
    shutil.rmtree(work_folder() / report, ignore_errors=True)
