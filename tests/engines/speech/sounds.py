"""Recordings made for one test: tones in any container, with any tags."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

RATE = 48_000
CODECS = {
    "m4a": ("mp4", "aac"),
    "mp4": ("mp4", "aac"),
    "mp3": ("mp3", "libmp3lame"),
    "ogg": ("ogg", "libopus"),
    "webm": ("webm", "libopus"),
    "flac": ("flac", "flac"),
    "wav": ("wav", "pcm_s16le"),
    "aiff": ("aiff", "pcm_s16be"),
    "aac": ("adts", "aac"),
}


def tone(seconds: float, hertz: float = 997.0, level: float = 0.2) -> npt.NDArray[np.float32]:
    """A sine, mono, at 48 kHz; `level` is its peak."""
    time = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def write(
    path: Path,
    sound: npt.NDArray[np.float32],
    tags: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    film: bool = False,
) -> Path:
    """Encode `sound` as the suffix says, with tags, and with a picture track if `film`."""
    kind, codec = CODECS[path.suffix[1:]]
    with av.open(str(path), "w", format=kind, options=dict(options or {})) as container:
        container.metadata.update(tags or {})
        picture = _picture(container, kind) if film else None
        stream: Any = container.add_stream(codec, rate=RATE, layout="mono")
        if picture is not None:
            _draw(container, picture)
        for frame in _frames(sound):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _frames(sound: npt.NDArray[np.float32]) -> Iterator[av.AudioFrame]:
    for start in range(0, len(sound), RATE):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + RATE], format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        yield frame


def _picture(container: Any, kind: str) -> Any:
    stream = container.add_stream("libvpx" if kind == "webm" else "mpeg4", rate=5)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _draw(container: Any, picture: Any) -> None:
    for frame in _black():
        container.mux(picture.encode(frame))
    container.mux(picture.encode(None))


def _black() -> Iterator[av.VideoFrame]:
    for number in range(5):
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        frame.pts = number
        yield frame


def silent_film(path: Path) -> Path:
    """An MP4 of five pictures and no sound track."""
    with av.open(str(path), "w", format="mp4") as container:
        _draw(container, _picture(container, "mp4"))
    return path


def heard(path: Path) -> npt.NDArray[np.float32]:
    """All samples of a mono file at its own rate."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", container.streams.audio[0].rate)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([np.asarray(frame.to_ndarray()[0], np.float32) for frame in frames])
