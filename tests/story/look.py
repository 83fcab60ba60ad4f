"""Looks into a node from outside, in a process of its own: `python -m tests.story.look` prints JSON.

Tests of the node's processes cannot read its database themselves: their own Django is set up for another folder.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness import zygote
from tests.harness.nodes import NodeProc

PASSING = ("db.sqlite3", "static", "temporary")


@dataclass(frozen=True)
class Look:
    """What a node holds: how many events, the state hash of each space by its id, transcriptions under way, files."""

    events: int
    states: dict[str, str]
    under_way: dict[str, dict[str, Any]]
    files: tuple[str, ...]


def look(node: NodeProc) -> Look:
    """What the node holds at this moment."""
    env = {**node.env, "TEJIDO_NODE": str(node.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    done = zygote.call("tests.story.look", [], env)
    assert done.returncode == 0, done.stderr
    return Look(**json.loads(done.stdout), files=_files(node.folder))


def _files(folder: Path) -> tuple[str, ...]:
    """What lies in the node's folder besides its database and what a server makes for itself."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(str(one) for one in paths if not one.parts[0].startswith(PASSING)))


def main() -> None:
    """Print what the node of TEJIDO_NODE holds."""
    import django

    django.setup()
    from tejido.ground.store.hashing import state_hashes
    from tejido.ground.store.models import Event
    from tejido.practices.relay.drafts import Transcription

    under_way = {row["report"]: row for row in Transcription.objects.values("report", "state", "segments", "done_ms")}
    found = {"events": Event.objects.count(), "states": state_hashes(), "under_way": under_way}
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tejido.site.settings")
    main()
