"""What is thrown at: readers of files and requests that strangers send. Each takes any bytes and ends, refuses, or is wrong.

A target's `start` prepares a process and gives the function to call; what that function raises is a finding.
"""

import io
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

OneInput = Callable[[bytes], None]
CORPUS = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Target:
    """One thing to throw at. `watched`: modules whose branches guide the search; `most`: bytes of an input; `weight`: how
    much of the time it gets.
    """

    start: Callable[[], OneInput]
    watched: tuple[str, ...]
    most: int
    weight: int = 1
    memory_mb: int = 1000
    one_input_s: int = 30


def container() -> OneInput:
    """Opening a recording: container, tracks, what it states, its tags. In this process, under the memory of a node's sandbox.

    libav allocates what a header states before it looks whether so much is there: a lack of memory, which a node tells as such.
    """
    from tejido.engines.speech.backends.sandbox import Bounds, confine_memory
    from tejido.engines.speech.errors import SpeechError
    from tejido.engines.speech.probe import opened

    confine_memory(Bounds().memory_mb)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    types = (None, "audio/mpeg", "audio/mp4", "audio/webm", "audio/wav", "audio/ogg")

    def one_input(data: bytes) -> None:
        declared = types[data[-1] % len(types)] if data else None
        path = folder / "recording"
        path.write_bytes(data)
        with suppress(SpeechError, MemoryError), opened(path, declared) as probe:
            wrong = probe.exact_s is not None and probe.exact_s < 0
            assert not wrong, probe.exact_s

    return one_input


def captions() -> OneInput:
    """WebVTT and SRT."""
    from tejido.engines.language.captions import FileError, read

    def one_input(data: bytes) -> None:
        with suppress(FileError):
            for cue in read(data):
                assert cue.text.strip()
                assert 0 <= cue.start_ms <= cue.end_ms

    return one_input


def tmx() -> OneInput:
    """Translation memories."""
    from tejido.engines.language.errors import FileError
    from tejido.engines.language.tmx import read

    def one_input(data: bytes) -> None:
        with suppress(FileError):
            for unit in read(io.BytesIO(data)):
                assert all(tag and isinstance(text, str) for tag, text in unit.variants)

    return one_input


def headers() -> OneInput:
    """The headers of tus, each read by itself."""
    from tejido.ground.errors import Problem
    from tejido.ground.uploads import tus

    def one_input(data: bytes) -> None:
        text = data.decode("latin-1")
        for read in (tus.metadata, tus.checksum, lambda value: tus.number("Upload-Length", value)):
            with suppress(Problem):
                read(text)

    return one_input


def uploads() -> OneInput:
    """The tus server: sequences of requests through the whole WSGI application, beside a model that keeps count."""
    os.environ["TEJIDO_NODE"] = tempfile.mkdtemp(prefix="fuzz-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
    from tests.fuzz.requests import Session

    def one_input(data: bytes) -> None:
        Session(data).run()

    return one_input


def bundle() -> OneInput:
    """Bundles: the label of a part, the stream with its manifest, and frames by themselves, since no input signs its own."""
    from tejido.log import canon
    from tejido.log.errors import Malformed
    from tejido.replication import bundle, frames, messages, parts
    from tejido.replication.carrying import Checked

    def one_input(data: bytes) -> None:
        with suppress(Malformed):
            file = io.BytesIO(data)
            label = parts.read_label(file)
            assert 1 <= label.number <= label.of
            assert parts.copy_checked(file, io.BytesIO(), label) <= label.size
        checked = Checked()
        with suppress(Malformed):
            reader = bundle.Reader(checked.begun, checked.take)
            reader.write(data)
            reader.finish()
        with suppress(Malformed):
            for frame in frames.Decoder().feed(data.removeprefix(bundle.MAGIC)):
                with suppress(Malformed):
                    messages.decode(frame)
                    assert (
                        frame.kind != frames.MANIFEST or bundle.read_manifest(canon.decode_object(frame.body[64:])).size
                    )

    return one_input


def planted(fault: str) -> Callable[[], OneInput]:
    """A reader that breaks at once: what the driver's own test throws at."""
    kept: list[bytes] = []

    def one_input(data: bytes) -> None:
        if fault == "crash":
            raise ValueError("planted")
        while True:  # libFuzzer looks at the memory once a second
            kept.extend([b"x" * (20 << 20)] if fault == "memory" and len(kept) < 30 else [])

    return lambda: one_input


TARGETS = {
    "headers": Target(headers, ("tejido.ground.uploads.tus",), 1_024),
    "container": Target(
        container,
        ("tejido.engines.speech.probe", "tejido.engines.speech.declared", "tejido.engines.speech.kinds"),
        32_768,
        weight=3,
    ),
    "uploads": Target(uploads, ("tejido.ground.uploads",), 4_096, weight=3),
    "tmx": Target(tmx, ("tejido.engines.language.tmx",), 8_192),
    "bundle": Target(
        bundle, ("tejido.replication.bundle", "tejido.replication.messages", "tejido.replication.frames"), 8_192
    ),
    "captions": Target(captions, ("tejido.engines.language.captions",), 4_096),
}


PLANTED = {
    "planted-crash": Target(planted("crash"), (), 16),
    "planted-hang": Target(planted("hang"), (), 16, one_input_s=2),
    "planted-memory": Target(planted("memory"), (), 16, memory_mb=300, one_input_s=60),
}


def seeds(name: str) -> list[Path]:
    """The committed inputs of a target: small good ones, and every one that once was a finding."""
    return sorted((CORPUS / name).iterdir())
