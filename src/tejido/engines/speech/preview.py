"""What people hear: Opus at 24 kbit/s in MP4, without a word about where it came from.

Why MP4 and not Ogg or WebM: iPhones play Opus in MP4 from iOS 17, in WebM from 17.4 and in Ogg only from 18.4;
Chrome and Firefox, phones included, play all three. MP4 with its index in front also starts and seeks over a bad
line after the first kilobytes, and FFmpeg writes no program name into it when told to be bit-exact. iPhones before
iOS 17 play no Opus that other phones play as well; they are given the transcript, or AAC made from this file.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech.decode import RATE

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

TYPE = "audio/mp4; codecs=opus"
SUFFIX = ".m4a"
BITS_A_SECOND = 24_000
OPUS = {"complexity": "5", "application": "voip", "vbr": "on", "frame_duration": "20"}
MP4 = {"movflags": "+faststart", "fflags": "+bitexact"}
STRUCTURE = ("isomiso2mp41", "SoundHandler", "Opus")  # the only words in the output
RECOGNISER_RATE = 16_000


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


def _opus(container: "OutputContainer") -> "AudioStream":
    from av.codec.context import Flags

    stream = container.add_stream("libopus", rate=RATE, layout="mono", options=OPUS)
    context: AudioCodecContext = stream.codec_context
    context.bit_rate = BITS_A_SECOND
    context.flags |= Flags.bitexact
    return stream
