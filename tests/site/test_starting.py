"""An update is begun by whichever process starts first."""

import subprocess
import sys

import pytest

from tests.harness import run
from tests.harness.nodes import Nodes

TOGETHER = 4
BACK = """
import django; django.setup()
from django.core.management import call_command
for app in ("relay_press",):
    call_command("migrate", app, "zero", verbosity=0)
"""
START = """
import sys
from tejido.site.cli import setup
setup.django()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
MigrationExecutor(connection)  # what has to be read first is read, so that all begin at one moment
print("ready", file=sys.stderr, flush=True)
sys.stdin.read()
setup.migrate()
"""


@pytest.mark.sqlite
def test_processes_that_start_together_bring_the_database_up_once(nodes: Nodes) -> None:
    here = nodes.create("here")
    env = {**here.env, "TEJIDO_NODE": str(here.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    subprocess.run([sys.executable, "-c", BACK], env=env, cwd=run.ROOT, check=True)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", START],
            env=env,
            cwd=run.ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(TOGETHER)
    ]
    for one in started:
        assert one.stderr is not None
        assert one.stderr.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.close()
        one.stdin = None
    said = [(one.communicate(timeout=120)[1], one.returncode) for one in started]
    assert said == [("", 0)] * TOGETHER
    assert "fault" not in here.call("check").stdout
