"""Real recordings, and the recognition model where it is installed."""

import os
from pathlib import Path

import pytest

from tejido.engines.speech import model

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
