"""From a recording's packets to 48 kHz mono samples, skipping what is damaged and stopping at the limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tejido.engines.speech.errors import NothingDecoded, TooLong, Truncated
from tejido.engines.speech.probe import Probe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.packet import Packet

    Samples = npt.NDArray[np.float32]

RATE = 48_000
GRACE_S = 1  # a recorder told to stop at ten minutes overshoots by up to one time slice
COMPLETE = 0.98


@dataclass(slots=True)
class Tally:
    """What decoding has met so far."""

    samples: int = 0
    skipped_packets: int = 0

    @property
    def seconds(self) -> float:
        return self.samples / RATE


def decoded(probe: Probe, limit_s: int, tally: Tally) -> Iterator["Samples"]:
    """Chunks of mono float32 at 48 kHz; raises TooLong, Truncated or NothingDecoded."""
    if probe.exact_s is not None and probe.exact_s > limit_s + GRACE_S:
        raise TooLong(limit_s=limit_s)
    for chunk in _seconds(_resampled(_frames(probe, tally))):
        tally.samples += len(chunk)
        if tally.seconds > limit_s + GRACE_S:
            raise TooLong(limit_s=limit_s)
        yield chunk
    check_complete(probe, tally)


def check_complete(probe: Probe, tally: Tally) -> None:
    """Raise NothingDecoded or Truncated where too little came out."""
    if not tally.samples:
        raise NothingDecoded(container=probe.kind, skipped=tally.skipped_packets)
    if probe.exact_s is not None and tally.seconds < COMPLETE * probe.exact_s:
        raise Truncated(declared_s=round(probe.exact_s, 1), decoded_s=round(tally.seconds, 1))


def _frames(probe: Probe, tally: Tally) -> Iterator["AudioFrame"]:
    import av

    for packet in _packets(probe, tally):
        try:
            frames = packet.decode()
        except MemoryError:
            raise
        except av.FFmpegError:
            tally.skipped_packets += 1
            continue
        for frame in frames:
            if isinstance(frame, av.AudioFrame):
                yield frame


def _packets(probe: Probe, tally: Tally) -> Iterator["Packet[AudioStream]"]:
    import av

    try:
        yield from probe.container.demux(probe.stream)
    except MemoryError:
        raise
    except av.FFmpegError:  # the rest of the file cannot be walked
        tally.skipped_packets += 1


def _resampled(frames: Iterator["AudioFrame"]) -> Iterator["Samples"]:
    """Mono at 48 kHz; recordings may change rate or channels half-way (chained Ogg, HE-AAC)."""
    shape = None
    resampler = None
    for frame in frames:
        frame.pts = None
        now = (frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate)
        if resampler is None or now != shape:
            if resampler is not None:
                yield from _push(resampler, None)
            shape, resampler = now, _mono()
        yield from _push(resampler, frame)
    if resampler is not None:
        yield from _push(resampler, None)


def _seconds(chunks: Iterator["Samples"]) -> Iterator["Samples"]:
    """The same in chunks of at least a second: what follows costs by the chunk as well."""
    import numpy as np

    batch: list[Samples] = []
    for chunk in chunks:
        batch.append(chunk)
        if sum(map(len, batch)) >= RATE:
            yield np.concatenate(batch)
            batch = []
    if batch:
        yield np.concatenate(batch)


def _mono() -> "AudioResampler":
    import av

    return av.AudioResampler("flt", "mono", RATE)


def _push(resampler: "AudioResampler", frame: "AudioFrame | None") -> Iterator["Samples"]:
    for out in resampler.resample(frame):
        yield out.to_ndarray()[0]
