"""All carriers carry the same bytes and end in the same state: three nodes, one fed by folder, one by bundle."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes
from tests.replication.test_nodes import exchange, hashes, joined, profile

INSIDE = """
import django, json; django.setup()
from hashlib import sha256
from tejido.ground.store import db
from tejido.ground.network.selectors import own_space
from tejido.ground.store.logs import space_row
own = space_row(own_space()).id
sql = '''SELECT e.hash, e.header, e.signature, e.state, p.data, k.key_id FROM store_event e
JOIN store_log l ON l.id = e.log_id LEFT JOIN store_payload p ON p.event_id = e.id
LEFT JOIN store_payloadkey k ON k.event_id = e.id WHERE l.space_id <> %s ORDER BY e.hash'''
rows = db.rows(sql, [own])
print(json.dumps([len(rows), sha256(repr([[bytes(v) if v is not None and not isinstance(v, int) else v for v in row]
      for row in rows]).encode()).hexdigest()]))
"""


def held(node: NodeProc) -> Any:
    """How many events are held beyond the own space, and a hash over all their bytes."""
    env = {**node.env, "TEJIDO_NODE": str(node.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", INSIDE], env=env, cwd=run.ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_folder_and_bundle_end_in_the_same_state(nodes: Nodes, tmp_path: Path) -> None:
    folder, mail = tmp_path / "stick", tmp_path / "mail"
    folder.mkdir()
    mail.mkdir()
    one, two, three = joined(nodes, tmp_path)
    exchange(one, folder)
    exchange(two, folder)
    profile(one, "one here")
    profile(two, "two there")
    exchange(two, folder)
    exchange(one, folder)
    exchange(two, folder)
    words = (
        one.call("bundle", "make", mail, "--to", "nobody", status=2).stderr.partition("Known are: ")[2].strip(" .\n")
    )
    third = next(name for name in words.split(", ") if name != "two there")
    one.call("bundle", "make", mail, "--to", third, "--split", "1")
    parts = sorted(mail.glob("*.bundle"))
    assert (
        two.call("bundle", "read", *parts, status=2).stderr.count("other devices") == 1
    )  # it carried what it cannot read
    for _ in range(2):
        three.call("bundle", "read", *parts)
        assert hashes(one) == hashes(two) == hashes(three)
        assert held(one) == held(two) == held(three)
    assert len(hashes(one)) == 2
    exchange(three, folder)
    assert held(three) == held(one)
    stream = tmp_path / "stream"
    three.call("bundle", "open", *parts, "--out", stream)
    verifier = run.ROOT / "docs" / "verify_bundle.py"
    done = subprocess.run([sys.executable, verifier, stream], capture_output=True, text=True, check=False)
    assert (done.returncode, "everything is as it was signed" in done.stdout) == (0, True), done.stdout
