"""What people hear: Opus at 24 kbit/s in MP4, without a word about where it came from.

Why MP4 and not Ogg or WebM: iPhones play Opus in MP4 from iOS 17, in WebM from 17.4 and in Ogg only from 18.4;
Chrome and Firefox, phones included, play all three. MP4 with its index in front also starts and seeks over a bad
line after the first kilobytes, and FFmpeg writes no program name into it when told to be bit-exact. iPhones before
iOS 17 play no Opus that other phones play as well: for them `as_aac` makes a second version of the preview.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech.decode import RATE
from tejido.engines.speech.probe import opened

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

TYPE = "audio/mp4; codecs=opus"
SUFFIX = ".m4a"
BITS_A_SECOND = 24_000
# FFmpeg calls Opus's complexity compression_level, and passes over options it does not know in silence.
OPUS = {"compression_level": "5", "application": "voip", "vbr": "on", "frame_duration": "20"}
MP4 = {"movflags": "+faststart", "fflags": "+bitexact"}
STRUCTURE = ("isomiso2mp41", "SoundHandler", "Opus")  # the only words in the output
RECOGNISER_RATE = 16_000
AAC_RATE = 24_000
AAC_BITS_A_SECOND = 32_000


def write(frames: Iterable["AudioFrame"], preview: Path, samples: Path) -> None:
    """Encode levelled 48 kHz frames into `preview`, and 16 kHz 16-bit mono WAV for the recogniser into `samples`."""
    import wave

    import av

    thin = av.AudioResampler("s16", "mono", RECOGNISER_RATE)
    with av.open(str(preview), "w", format="mp4", options=MP4) as container, wave.open(str(samples), "wb") as wav:
        wav.setparams((1, 2, RECOGNISER_RATE, 0, "NONE", ""))
        stream = _opus(container)
        for frame in chain(frames, [None]):
            container.mux(stream.encode(frame))
            for part in thin.resample(frame):
                wav.writeframes(part.to_ndarray().tobytes())


def as_aac(source: Path, target: Path) -> None:
    """The preview at `source` once more as 32 kbit/s AAC-LC in MP4, bit-exact and as free of tags."""
    import av

    with opened(source, None) as probe, av.open(str(target), "w", format="mp4", options=MP4) as container:
        stream = container.add_stream("aac", rate=AAC_RATE, layout="mono")
        _exact(stream, AAC_BITS_A_SECOND)
        resampler = av.AudioResampler("fltp", "mono", AAC_RATE)
        for frame in chain(probe.container.decode(probe.stream), [None]):
            for part in resampler.resample(frame):
                container.mux(stream.encode(part))
        container.mux(stream.encode(None))


def _exact(stream: "AudioStream", bits_a_second: int) -> None:
    from av.codec.context import Flags

    context: AudioCodecContext = stream.codec_context
    context.bit_rate = bits_a_second
    context.flags |= Flags.bitexact


def _opus(container: "OutputContainer") -> "AudioStream":
    stream = container.add_stream("libopus", rate=RATE, layout="mono", options=OPUS)
    _exact(stream, BITS_A_SECOND)
    return stream
