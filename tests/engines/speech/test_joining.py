"""A recording in parts becomes one: nothing lost, nothing believed."""

from pathlib import Path

import numpy as np
import pytest

from tejido.engines import speech
from tejido.engines.speech import joining
from tejido.engines.speech.decode import RATE, Tally, decoded
from tejido.engines.speech.errors import NotAudio, NothingDecoded, TooLong
from tejido.engines.speech.probe import opened
from tejido.engines.speech.records import Limits
from tests.engines.speech.sounds import tone, write
from tests.fixtures import speech as fixtures

LIVE = Path(fixtures.__file__).with_name("live_en.webm")  # as a browser writes it, without a length
CLUSTER = bytes.fromhex("1f43b675")  # where sound begins in WebM


def whole(path: Path) -> np.ndarray:
    with opened(path, None) as probe:
        return np.concatenate(list(decoded(probe, 600, Tally())))


def glued(folder: Path, *parts: Path) -> tuple[Path, list[int]]:
    """The parts' bytes as one file, and their lengths."""
    path = folder / "glued"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path, [part.stat().st_size for part in parts]


def test_parts_follow_each_other_sample_by_sample(tmp_path: Path) -> None:
    other = write(tmp_path / "second.m4a", tone(1.5))
    path, lengths = glued(tmp_path, LIVE, other)
    joined = whole(speech.joined(path, lengths, tmp_path, "audio/webm"))
    apart = np.concatenate([whole(LIVE), whole(other)])
    assert len(joined) == len(apart)
    assert np.abs(joined - apart).max() < 2 / 32767


def test_glued_without_lengths_the_second_part_would_be_lost(tmp_path: Path) -> None:
    part = write(tmp_path / "part.m4a", tone(1.5))
    path, lengths = glued(tmp_path, part, part)
    assert len(whole(path)) == len(whole(part))
    assert len(whole(speech.joined(path, lengths, tmp_path))) == 2 * len(whole(part))


def test_a_part_without_a_sound_is_left_out(tmp_path: Path) -> None:
    head, bytes_of = tmp_path / "head.webm", LIVE.read_bytes()
    head.write_bytes(bytes_of[: bytes_of.index(CLUSTER) + 12])
    path, lengths = glued(tmp_path, head, LIVE)
    with pytest.raises(NothingDecoded):
        whole(head)
    assert len(whole(speech.joined(path, lengths, tmp_path))) == len(whole(LIVE))


@pytest.mark.parametrize("lengths", [[], [1], [0, 10], [5, 5, 10**9], [1] * (joining.MOST_PARTS + 1)])
def test_lengths_that_do_not_add_up(tmp_path: Path, lengths: list[int]) -> None:
    with pytest.raises(NotAudio):
        speech.joined(LIVE, lengths, tmp_path)
    assert not (tmp_path / "joined.flac").exists()


def test_the_parts_together_may_not_be_longer_than_one_recording(tmp_path: Path) -> None:
    part = write(tmp_path / "part.ogg", tone(2))
    with pytest.raises(TooLong):
        joining.join([part] * 3, tmp_path / "out.flac", Limits(seconds=4), None)


def test_each_part_is_looked_at_before_it_is_read(tmp_path: Path) -> None:
    text = tmp_path / "letter"
    text.write_text("Dear all,\n" * 200)
    path, lengths = glued(tmp_path, LIVE, text)
    with pytest.raises(NotAudio):
        speech.joined(path, lengths, tmp_path)


def test_the_joined_file_is_mono_at_one_rate(tmp_path: Path) -> None:
    path, lengths = glued(tmp_path, LIVE, LIVE)
    with opened(speech.joined(path, lengths, tmp_path), joining.TYPE) as probe:
        context = probe.stream.codec_context
        assert (probe.codec, context.sample_rate, context.channels) == ("flac", RATE, 1)
        assert probe.tags == ()
