"""Real recordings, and the recognition model where it is installed."""

import fcntl
import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest

from tejido.engines.speech import Segment, Settings, ingest_audio, model, transcribe
from tests.harness import run

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "speech"


@pytest.fixture(scope="session")
def speech_data(data_dir: Path) -> Path:
    """The shared real recordings."""
    return data_dir / "speech"


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged recognition model, joined."""
    places = model.Places(cache=tmp_path_factory.mktemp("model"))
    if not model.available(places):
        if os.environ.get("TEJIDO_REQUIRE") == "all":
            pytest.fail("the extra speech-offline is not installed")
        pytest.skip("the extra speech-offline is not installed")
    return model.find(places)


@dataclass(frozen=True)
class Reading:
    """A Spanish reading of seventy seconds as the store keeps it, and what the recogniser hears in it."""

    preview: Path
    samples: Path
    duration_ms: int
    heard: tuple[Segment, ...]


@pytest.fixture(scope="session")
def spanish(speech_data: Path, model_dir: Path) -> Reading:
    """Recognised once a run, by the worker that first asks: several tests begin where that ends."""
    folder = run.current() / "spanish"
    folder.mkdir(exist_ok=True)
    kept = folder / "heard"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            sound = ingest_audio(speech_data / "librivox_es.mp3", folder)
            heard = tuple(transcribe(sound.samples, model_dir, Settings("es", mixed=False)))
            kept.write_bytes(pickle.dumps(Reading(sound.preview, sound.samples, sound.duration_ms, heard)))
    reading: Reading = pickle.loads(kept.read_bytes())
    return reading
