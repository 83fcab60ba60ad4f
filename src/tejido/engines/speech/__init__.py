"""Sound in, words out: decoding, loudness, preview, recognition.

`ingest_audio` turns whatever a phone sends into a preview and samples, `transcribe` samples into segments; both work
in child processes. `model.find` says where the recognition model lies. All errors derive from `SpeechError`.

Before a recording is published: `widen` spans to whole words, `cut` them out, `apply` the cut's timeline to the
segments; `disguise` changes how a voice sounds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random, SystemRandom

from tejido.engines.speech.cutting import Cut
from tejido.engines.speech.errors import ModelError, RecordingError, SpeechError
from tejido.engines.speech.records import Limits, Segment, Settings, Sound, Tag, Word, named, word_times
from tejido.engines.speech.timeline import CUT, TONE, Span, Timeline, apply, widen
from tejido.engines.speech.voice import MCADAMS, VOCODER

__all__ = [
    "CUT",
    "MCADAMS",
    "TONE",
    "VOCODER",
    "Cut",
    "Limits",
    "ModelError",
    "RecordingError",
    "Segment",
    "Settings",
    "Sound",
    "Span",
    "SpeechError",
    "Tag",
    "Timeline",
    "Word",
    "aac_version",
    "apply",
    "cut",
    "disguise",
    "ingest_audio",
    "named",
    "peaks",
    "transcribe",
    "translate",
    "widen",
    "word_times",
]  # fmt: skip


def ingest_audio(path: Path, workdir: Path, limits: Limits | None = None, declared_type: str | None = None) -> Sound:
    """Decode an untrusted recording in a bounded child process; files appear in `workdir` only on success.

    Raises a RecordingError the sender can act upon, or a BoundsError where the file broke the limits.
    """
    from tejido.engines.speech import ingest
    from tejido.engines.speech.backends import sandbox

    limits = limits or Limits()
    ingest.check_size(path, limits)
    bounds = sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    request = {
        "path": str(path.resolve()),
        "workdir": str(workdir.resolve()),
        "limits": asdict(limits),
        "declared": declared_type,
    }
    return ingest.from_plain(sandbox.run("tejido.engines.speech.ingest:in_child", request, bounds))


def joined(source: Path, lengths: Sequence[int], folder: Path, declared_type: str | None = None) -> Path:
    """A recording that came in parts, of so many bytes each, as one FLAC in `folder`; decoded in a bounded child process.

    Raises what `ingest_audio` raises, and NotAudio where the lengths do not add up to the file's.
    """
    from tejido.engines.speech import joining
    from tejido.engines.speech.backends import sandbox

    limits, target = Limits(), folder / "joined.flac"
    parts = joining.cut(source, lengths, folder)
    request = {
        "parts": [str(part.resolve()) for part in parts],
        "target": str(target.resolve()),
        "limits": asdict(limits),
        "declared": declared_type,
    }
    sandbox.run(
        "tejido.engines.speech.joining:in_child", request, sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    )
    return target


def aac_version(preview: Path, target: Path, limits: Limits | None = None) -> Path:
    """A preview once more as AAC, for iPhones before iOS 17; bounded, since the preview may be another node's."""
    from tejido.engines.speech.backends import sandbox

    limits = limits or Limits()
    request = {"source": str(preview.resolve()), "target": str(target.resolve())}
    bounds = sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    sandbox.run("tejido.engines.speech.ingest:aac_in_child", request, bounds)
    return target


def transcribe(samples: Path, model: Path, settings: Settings | None = None, start_ms: int = 0) -> Iterator[Segment]:
    """Finished segments of `Sound.samples`, one at a time, from `start_ms` on (resume: the last saved `end_ms`).

    Runs in a child process that frees its gigabyte when done. Raises UnknownLanguage before anything starts.
    """
    from tejido.engines.speech.backends import recogniser

    return recogniser.recognise(samples, model, settings or Settings(), start_ms, "transcribe")


def translate(
    samples: Path,
    model: Path,
    settings: Settings | None = None,
    start_ms: int = 0,
    spans: Sequence[Span] = (),
) -> Iterator[Segment]:
    """What is said in `Sound.samples`, in English, as Whisper itself translates speech: a machine's draft, to be checked.

    With `spans`, the times of a transcript's segments (ms, in order), one segment for each that ends after `start_ms`,
    with its very times (the text may be empty); without, segments as Whisper cuts them. To resume, give the last
    `end_ms` as `start_ms`. Raises CannotTranslate for models that were not taught to (*turbo*).
    """
    from tejido.engines.speech.aligned import aligned
    from tejido.engines.speech.backends import recogniser

    rest = [span for span in spans if span[1] > start_ms]
    if spans and not rest:
        return iter(())
    found = recogniser.recognise(samples, model, settings or Settings(), start_ms, "translate")
    return aligned(found, rest) if rest else found


def cut(source: Path, spans: Sequence[Span], target: Path, *, mode: str = CUT, limits: Limits | None = None) -> Cut:
    """A recording without `spans` (ms, from `widen`), or with a soft tone there (`mode=TONE`), written to `target`.

    `source` is a preview or any recording; the result is a preview (Opus in MP4), encoded anew from samples in which
    nothing of the spans is left. Raises BadSpans, NothingLeft, or what reading a recording raises.
    """
    from tejido.engines.speech import preview
    from tejido.engines.speech.backends import sandbox

    limits = limits or Limits()
    request: dict[str, object] = {"source": str(source.resolve()), "target": str(target.resolve()), "mode": mode}
    request |= {"spans": list(spans), "limits": asdict(limits)}
    bounds = sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    done = sandbox.run("tejido.engines.speech.cutting:in_child", request, bounds)
    made = Timeline(int(str(done["duration"])), tuple(spans), mode)
    return Cut(target, preview.TYPE, int(str(done["new"])), made)


def peaks(source: Path, columns: int, limits: Limits | None = None) -> list[int]:
    """How loud a recording is in `columns` equal steps, 0 to 100 of its loudest; bounded, as `ingest_audio`."""
    from tejido.engines.speech.backends import sandbox

    limits = limits or Limits()
    bounds = sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    request: dict[str, object] = {"source": str(source.resolve()), "columns": columns, "limits": asdict(limits)}
    done = sandbox.run("tejido.engines.speech.peaks:in_child", request, bounds)
    return [int(value) for value in done["peaks"]]  # type: ignore[attr-defined]


def disguise(
    source: Path,
    target: Path,
    rng: Random | None = None,
    *,
    method: str = VOCODER,
    limits: Limits | None = None,
) -> None:
    """A recording in another voice, as a preview (Opus in MP4) at `target`: as long as before, harder to recognise by ear.

    That is all it is: software that knows the method still recognises much (`measured`), and words, accent and street
    stay. What changes the voice is drawn anew each time, from the system's randomness unless `rng` is given (tests),
    and kept nowhere. `method`: VOCODER throws pitch and melody away; MCADAMS keeps them and can be computed back.
    """
    from tejido.engines.speech.backends import sandbox

    limits = limits or Limits(memory_mb=1024, cpu_s=300, wall_s=900)
    seed = (rng or SystemRandom()).getrandbits(128)
    request: dict[str, object] = {"source": str(source.resolve()), "target": str(target.resolve()), "method": method}
    request |= {"seed": str(seed), "limits": asdict(limits)}
    bounds = sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    sandbox.run("tejido.engines.speech.disguise:in_child", request, bounds)
