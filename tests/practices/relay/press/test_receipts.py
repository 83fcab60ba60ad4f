"""Before a node confirms that a voice is erased, the files made of it are gone, whatever a kill has left."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tejido.ground.erasures import leftovers
from tejido.practices.relay.press import made
from tejido.practices.relay.press.models import Made
from tests.practices.relay.press.test_made import EDITION, OTHER, VOICE, bytes_in


@pytest.mark.usefixtures("node")
def test_no_file_of_an_erased_voice_is_left_when_it_is_confirmed(
    settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    made.keep(VOICE, made.MP3, b"canary of one voice", type="audio/mpeg")
    made.keep(EDITION, made.MP3_WHOLE, b"canary of the whole", type="audio/mpeg", about=[VOICE, OTHER])
    with django_capture_on_commit_callbacks(execute=True):
        leftovers.finish([VOICE])
    assert not Made.objects.exists()
    assert not bytes_in(Path(settings.NODE_DIR), b"canary of")
