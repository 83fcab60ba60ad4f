"""A receiving process is killed at random points; what it verified is kept, and the blob is whole in the end."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tejido.ground.blobs.exchange import export_to, import_from
from tejido.ground.blobs.formats import CHUNK
from tejido.ground.blobs.storage import LocalStorage, MemoryStorage
from tejido.ground.blobs.vault import Vault

RECEIVER = """
import sys
from pathlib import Path
import django
django.setup()
from tejido.ground.blobs.exchange import import_from
from tejido.ground.blobs.storage import LocalStorage
from tejido.ground.blobs.vault import Vault

class Slow(LocalStorage):
    def write(self, name, data):
        super().write(name, data)
        print(name, flush=True)

import_from(Vault(Slow(Path(sys.argv[1]))), Path(sys.argv[2]))
"""


@pytest.mark.django_db
def test_kill_at_random_points(tmp_path: Path) -> None:
    source = Vault(MemoryStorage())
    data = random.Random(5).randbytes(12 * CHUNK)
    ref = source.put(data, sealed=True, media_type="audio/ogg")
    export_to(source, ref.id, tmp_path / "file")
    vault = Vault(LocalStorage(tmp_path / "blobs"))
    descriptor = source.descriptor(ref.id)
    missing = len(descriptor.chunks)
    chance = random.Random(9)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TEJIDO_NODE": str(tmp_path)}
    environment.pop("TEJIDO_TEST_DATABASE", None)
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--settings=tejido.site.settings"]
    subprocess.run(migrate, env=environment, check=True)
    for _ in range(4):
        command = [sys.executable, "-c", RECEIVER, str(tmp_path / "blobs"), str(tmp_path / "file")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 4)):
                process.stdout.readline()
            time.sleep(chance.random() / 200)
            process.send_signal(signal.SIGKILL)
        left = len(vault.missing_chunks(ref.id, descriptor))
        assert left < missing or vault.has(ref.id)
        missing = left
        assert list(vault.check()) == []
    import_from(vault, tmp_path / "file", ref.id)
    assert vault.read(ref) == data
    assert list(vault.check()) == []
