"""What a node of these tests says and holds, in a process of its own: `python -m tests.replication.say NODE WHAT …`.

say NUMBER [MIB]   as many profiles in its first network, and a recording of so many MiB
look               state hashes of the shared spaces, events and whole recordings, as JSON
"""

import json
import os
import sys
from io import BytesIO
from random import Random
from typing import Any

from tests.harness.nodes import NodeProc


def say(node: NodeProc, number: int, mib: int = 0) -> None:
    """Let a node write."""
    _run(node, "say", number, mib)


def look(node: NodeProc) -> dict[str, Any]:
    """What a node holds of what is shared."""
    found: dict[str, Any] = json.loads(_run(node, "look"))
    return found


def _run(node: NodeProc, *args: object) -> str:
    import subprocess

    from tests.harness import run

    command = [sys.executable, "-m", "tests.replication.say", str(node.folder), *map(str, args)]
    done = subprocess.run(command, env=node.env, cwd=run.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _say(number: int, mib: int) -> None:
    from tejido.ground import blobs
    from tejido.ground.network import selectors
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.public import Fact, append

    space, label = selectors.networks()[0].space, os.urandom(4).hex()
    kept: tuple[str, ...] = ()
    if mib:
        sound = BytesIO(Random(label).randbytes(mib << 20))
        kept = (blobs.put(sound, sealed=True, media_type="audio/ogg").id,)
    facts = [Fact(PROFILE, {"languages": [], "name": f"{label} {i}", "place": "x" * 200}) for i in range(number)]
    append(space, *facts, Fact(PROFILE, {"languages": [], "name": label, "place": ""}, blobs=kept))


def _look() -> dict[str, Any]:
    from tejido.ground.network import selectors
    from tejido.ground.network.replica import NodeStore
    from tejido.ground.store import db
    from tejido.ground.store.hashing import state_hashes

    own, store = selectors.own_space().hex(), NodeStore()
    return {
        "states": {space: digest for space, digest in state_hashes().items() if space != own},
        "events": db.value(
            "SELECT COUNT(*) FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.space_id <> 1"
        ),
        "lacking": [blob for space in store.spaces() for blob in store.lacking_blobs(space)],
    }


def main(folder: str, what: str, *args: str) -> None:
    """One of the two."""
    os.environ |= {"TEJIDO_NODE": folder, "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    import django

    django.setup()
    if what == "say":
        _say(*map(int, args))
    else:
        print(json.dumps(_look()))


if __name__ == "__main__":
    main(*sys.argv[1:])
