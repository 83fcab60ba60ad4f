"""The decoding process ends at its limits, with a clear error, and takes nobody along."""

import os
import resource
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from tejido.engines.speech import Limits, ingest_audio, probe
from tejido.engines.speech.backends.sandbox import Bounds, run
from tejido.engines.speech.errors import BoundsError, Crashed, NotAudio, TooMuchMemory, TooSlow
from tests.engines.speech.sounds import tone, write

HERE = "tests.engines.speech.test_sandbox"
SMALL = Bounds(memory_mb=300, cpu_s=1, wall_s=20, file_mb=1)


def eat_memory(request: Mapping[str, object]) -> dict[str, object]:
    return {"bytes": len([bytearray(2**20) for _ in range(1000)])}


def spin(request: Mapping[str, object]) -> dict[str, object]:
    while True:
        pass


def sleep(request: Mapping[str, object]) -> dict[str, object]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(str(request["pid_file"])).write_text(str(child.pid))
    time.sleep(60)
    return {}


def die(request: Mapping[str, object]) -> dict[str, object]:
    os.abort()


def fill_disk(request: Mapping[str, object]) -> dict[str, object]:
    Path(str(request["path"])).write_bytes(bytes(2 * 2**20))
    return {}


def refuse(request: Mapping[str, object]) -> dict[str, object]:
    raise NotAudio(found="a test")


def tell(request: Mapping[str, object]) -> dict[str, object]:
    return {"environment": sorted(os.environ), "core": resource.getrlimit(resource.RLIMIT_CORE)[0], **request}


def test_a_value_comes_back() -> None:
    os.environ["TEJIDO_SECRET"] = "not for the child"
    told = run(f"{HERE}:tell", {"word": "نعم"}, SMALL)
    assert (told["word"], told["core"]) == ("نعم", 0)
    assert "TEJIDO_SECRET" not in str(told["environment"])


def test_an_error_comes_back_as_itself() -> None:
    with pytest.raises(NotAudio, match="a test, not a sound recording"):
        run(f"{HERE}:refuse", {}, SMALL)


def test_memory() -> None:
    with pytest.raises(TooMuchMemory, match="300 MB"):
        run(f"{HERE}:eat_memory", {}, SMALL)


def test_processor_time() -> None:
    with pytest.raises(TooSlow, match="1 seconds"):
        run(f"{HERE}:spin", {}, SMALL)


def test_wall_time_ends_grandchildren_too(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with pytest.raises(TooSlow):
        run(f"{HERE}:sleep", {"pid_file": str(pid_file)}, Bounds(wall_s=3))
    assert gone(int(pid_file.read_text()))


def gone(pid: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_crash() -> None:
    with pytest.raises(Crashed, match="SIGABRT"):
        run(f"{HERE}:die", {}, SMALL)


def test_a_file_too_large(tmp_path: Path) -> None:
    with pytest.raises(BoundsError):
        run(f"{HERE}:fill_disk", {"path": str(tmp_path / "big")}, SMALL)
    assert (tmp_path / "big").stat().st_size <= 2**20


def index_bomb(path: Path) -> Path:
    """Ten kilobytes of MP4 whose index claims 66 million samples, for which FFmpeg takes half a gigabyte."""
    data = bytearray(write(path, tone(1)).read_bytes())
    sizes = data.index(b"stsz") + 8
    data[sizes : sizes + 8] = struct.pack(">II", 0, 66_000_000)
    path.write_bytes(data)
    return path


def test_a_bomb_ends_as_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    bomb = index_bomb(tmp_path / "bomb.m4a")
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(TooMuchMemory):
        ingest_audio(bomb, work, Limits(memory_mb=400, cpu_s=20))
    assert list(work.iterdir()) == []


def test_a_playlist_reaches_nobody(tmp_path: Path) -> None:
    """Even past the look at the first bytes: the playlist's demuxer is not among ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.aac"
        lure = tmp_path / "lure"
        lure.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n")
        with pytest.raises(NotAudio):
            probe.container_of(lure)
        with pytest.raises(TimeoutError):
            server.accept()
