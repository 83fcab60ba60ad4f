"""What a node of these tests says and holds, in a process of its own: `python -m tests.replication.say NODE WHAT …`.

say NUMBER [MIB [KB]]   as many profiles in its first network, of so many KB, and a recording of so many MiB
hide               a network of its own with something in it; ids of which others may hear nothing, and its words last
held SPACE…        what is held of these spaces, byte for byte
look               state hashes of the shared spaces, events and whole recordings, as JSON
days               days by the node's own clock since it last exchanged over a line, days that each organisation signed in the
                   shared spaces, and how many keys those had
"""

import json
import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any

from tejido.replication.blobs import Descriptor
from tests.harness.nodes import NodeProc


def say(node: NodeProc, number: int, mib: int = 0, kb: int = 0) -> None:
    """Let a node write."""
    _run(node, "say", number, mib, kb)


def look(node: NodeProc) -> dict[str, Any]:
    """What a node holds of what is shared."""
    found: dict[str, Any] = json.loads(_run(node, "look"))
    return found


def days(node: NodeProc) -> dict[str, Any]:
    """What a node thinks of time: `silent`, `signed` (organisation → days), `keys`."""
    found: dict[str, Any] = json.loads(_run(node, "days"))
    return found


def hide(node: NodeProc) -> list[str]:
    """Let a node open a network that it shares with nobody, and take back something from the one that it shares."""
    found: list[str] = json.loads(_run(node, "hide"))
    return found


def held(node: NodeProc, spaces: Iterable[str]) -> dict[str, Any]:
    """What a node holds of these spaces: events, payloads and keys, recordings, states, byte for byte."""
    found: dict[str, Any] = json.loads(_run(node, "held", *spaces))
    return found


def _run(node: NodeProc, *args: object) -> str:
    from tests.harness import zygote

    done = zygote.call("tests.replication.say", [str(node.folder), *map(str, args)], node.env)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _say(number: int, mib: int, kb: int) -> None:
    from tejido.ground import blobs
    from tejido.ground.network import selectors
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.public import Fact, append

    space, label = selectors.networks()[0].space, os.urandom(4).hex()
    kept: tuple[str, ...] = ()
    if mib:
        sound = BytesIO(Random(label).randbytes(mib << 20))
        kept = (blobs.put(sound, sealed=True, media_type="audio/ogg").id,)
    said = ["x" * 17] * (kb * 50)  # twenty bytes each
    facts = [Fact(PROFILE, {"languages": said, "name": f"{label} {i}", "place": "x" * 200}) for i in range(number)]
    append(space, *facts, Fact(PROFILE, {"languages": [], "name": label, "place": ""}, blobs=kept))


def _hide() -> list[str]:
    from tejido.ground import blobs
    from tejido.ground.network import actions, selectors
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.logs import space_row
    from tejido.ground.store.public import Fact, append, redact

    shared = selectors.networks()[0].space
    sound = blobs.put(BytesIO(os.urandom(1000)), sealed=True, media_type="audio/ogg").id
    body = {"languages": [], "name": "taken back", "place": ""}
    event = append(shared, Fact(PROFILE, body, blobs=(sound,)))[0].hash
    redact(shared, event, aggregate=event, kind=PROFILE, stub={}, reason="withdrawn")
    made = actions.open_network(name="At home")
    words = os.urandom(12).hex()
    said = append(made.space, Fact(PROFILE, {**body, "name": words}))[0].hash
    return [made.space.hex(), said.hex(), space_row(made.space).folder, words]


HELD = """SELECT e.hash, e.header, e.signature, e.state, p.data, k.key_id, k.wrapped FROM store_event e
JOIN store_log l ON l.id = e.log_id LEFT JOIN store_space s ON s.id = l.space_id LEFT JOIN store_payload p ON p.event_id = e.id
LEFT JOIN store_payloadkey k ON k.event_id = e.id WHERE s.id IS NULL OR s.hash IN ({}) ORDER BY e.hash"""


def _held(spaces: list[str]) -> dict[str, Any]:
    from tejido.ground.network.replica import NodeStore
    from tejido.ground.store import db
    from tejido.ground.store.hashing import state_hashes

    store, ids = NodeStore(), set(map(bytes.fromhex, spaces))
    rows = sorted(
        tuple(b"" if v is None else v if isinstance(v, int) else bytes(v) for v in row) for row in db.rows_in(HELD, ids)
    )
    blobs = {}
    for (blob,) in db.rows("SELECT DISTINCT blob FROM store_blobuse ORDER BY blob"):
        if any(store.shares_blob(one, blob) for one in store.spaces() if one.space.id in ids):
            described = Descriptor.parse(store.descriptor(blob) or b"")
            chunks = [store.chunk(blob, number) or b"" for number in range(len(described.chunks))]
            blobs[blob] = sha256(described.data + b"".join(chunks)).hexdigest()
    return {
        "events": len(rows),
        "bytes": sha256(repr(rows).encode()).hexdigest(),
        "redacted": sum(row[3] == 2 for row in rows),
        "blobs": blobs,
        "states": {space: digest for space, digest in state_hashes().items() if space in spaces},
    }


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


def _days() -> dict[str, Any]:
    from django.utils import timezone

    from tejido.ground.peers.models import Peer
    from tejido.ground.store import db, logs, reading
    from tejido.log.membership import KEY

    rows = db.rows("SELECT e.id FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.space_id > 1")
    entries = reading.entries([event for (event,) in rows], logs.snapshot(), reading.epoch_keys()).values()
    heard = [(timezone.now() - peer.heard_at).days for peer in Peer.objects.all() if peer.heard_at]
    signed: dict[str, list[str]] = {}
    for entry in entries:
        signed.setdefault(entry.org.hex(), []).append(entry.day)
    return {
        "silent": max(heard, default=0),
        "signed": {org: sorted(set(said)) for org, said in signed.items()},
        "keys": sum(entry.kind == KEY for entry in entries),
    }


SHOWN = {"hide": _hide, "look": _look, "days": _days}


def main(folder: str, what: str, *args: str) -> None:
    """One of them."""
    os.environ |= {"TEJIDO_NODE": folder, "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    import django

    django.setup()
    if what == "say":
        _say(*map(int, args))
    else:
        found: Any = _held(list(args)) if what == "held" else SHOWN[what]()
        print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
