"""Golden byte vectors: fixed seeds, salts and nonces → the bytes that every implementation must produce.

`python -m tests.log.vectors` writes `vectors.json` anew. A difference that is not meant breaks every log in the world.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tejido.log import payload, writer
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.identity import (
    DEVICE,
    RECOVERED,
    RESOLVED,
    REVOKED,
    ROTATED,
    Quorum,
    Resolution,
    genesis_body,
    recovered_body,
    resolved_body,
    revoked_body,
    rotated_body,
)
from tejido.log.keys import SigningKey
from tejido.log.membership import Pin
from tejido.log.words import fingerprint
from tejido.log.writer import Draft, Head, Written
from tejido.replication import pages

FILE = Path(__file__).with_name("vectors.json")
DAY = "2026-11-20"
AT = 1_795_132_800
BODY = {
    "list": [1, -2, 2**53 - 1],
    "none": None,
    "text": "Zwölf Stühle \u0645\u0631\u062d\u0628\u0627 \U0001f600",
    "yes": True,
}


def seed(name: str) -> bytes:
    """32 bytes from a name."""
    return sha256(b"tejido vectors: " + name.encode()).digest()


@contextmanager
def fixed_random() -> Iterator[None]:
    """Salts, payload keys and nonces in a known order instead of random ones."""
    counter = iter(range(1_000_000))
    with patch.object(payload, "random", lambda size: seed(f"random {next(counter)}")[:size]):
        yield


def _event(one: Written, **more: Any) -> dict[str, Any]:
    packed = one.incoming.payload.pack() if one.incoming.payload else b""
    return {
        "hash": one.hash.hex(),
        "header": one.incoming.header.decode(),
        "signature": one.incoming.signature.hex(),
        "plain": one.plain.hex(),
        "commitment": payload.commitment(one.plain),
        "payload_file": packed.hex(),
        **more,
    }


def _genesis() -> tuple[Written, Written, SigningKey]:
    admin = [SigningKey(seed(f"admin {i}")) for i in range(3)]
    recovery = [SigningKey(seed(f"recovery {i}")) for i in range(3)]
    following = [SigningKey(seed(f"next {i}")) for i in range(3)]
    first, second = (Quorum(2, tuple(key.public for key in keys)) for keys in (admin, recovery))
    signers = [(0, admin[0]), (2, admin[2])]
    genesis = writer.write_genesis(genesis_body(first, second, [k.public for k in following]), DAY, signers)
    device = SigningKey(seed("device"))
    body = {"age": "age1" + "q" * 58, "key": device.public.hex()}
    draft = Draft(DEVICE, body, DAY, 0, aggregate=genesis.hash)
    return genesis, writer.write_identity(genesis.hash, genesis.head, draft, signers), device


def _identity(named: Written, org: bytes, logs: dict[str, Log], device: SigningKey) -> list[Written]:
    """Rotation, resolution, revocation, and then a recovery in the place of the rotation."""
    roles = {role: [SigningKey(seed(f"{role} {i}")) for i in range(3)] for role in ("next", "recovery", "later")}
    new, later = (Quorum(2, tuple(key.public for key in roles[role])) for role in ("next", "later"))
    signers, rescuers = [(1, roles["next"][1]), (2, roles["next"][2])], list(enumerate(roles["recovery"]))[:2]
    promised = [key.public for key in roles["later"]]
    resolution = Resolution(logs["public"].id, 1, frozenset({seed("branch 0"), seed("branch 1")}), seed("branch 0"))
    pins = {logs["public"].id: Pin(1, seed("branch 0"))}
    steps = [
        (ROTATED, rotated_body(new, promised), signers),
        (RESOLVED, resolved_body(resolution), signers),
        (REVOKED, revoked_body(device.public, pins), signers),
    ]
    made = [named]
    for kind, body, by in steps:
        made.append(writer.write_identity(org, made[-1].head, Draft(kind, body, DAY, 0, aggregate=org), by))
    body = recovered_body(later, [seed("promised")], new, over=[made[1].hash])
    rescue = Draft(RECOVERED, body, DAY, 0, aggregate=org)
    return [*made[1:], writer.write_identity(org, named.head, rescue, rescuers)]


def make() -> dict[str, Any]:
    """All vectors."""
    with fixed_random():
        genesis, named, device = _genesis()
        org = genesis.hash
        spaces = {name: Space(org, seed(name)[:16], name == "public") for name in ("public", "private")}
        logs = {name: Log(org, device.public, seed("epoch")[:16], space.id) for name, space in spaces.items()}
        draft = Draft("relay.chain.opened", BODY, DAY, AT, 3, b"", (seed("blob").hex(),))
        first = writer.write(logs["public"], Head(), draft, device, lam=0, epoch_key=None)
        follow = Draft("relay.chain.changed", BODY, DAY, AT, aggregate=first.hash, deps=(genesis.hash, first.hash))
        second = writer.write(logs["public"], first.head, follow, device, lam=7, epoch_key=None)
        sealed = writer.write(logs["private"], Head(), draft, device, lam=0, epoch_key=seed("epoch key"))
        opened = writer.write_plain(logs["private"], sealed.head, follow, device, lam=0)
        identity = _identity(named, org, logs, device)
    page = pages.Page(logs["public"], spaces["public"], (_bare(first), _bare(second)))
    return {
        "keys": {"device_seed": device.seed.hex(), "device_public": device.public.hex()},
        "genesis": _event(genesis),
        "device": _event(named),
        "identity": [_event(one) for one in identity],
        "spaces": {n: {"descriptor": s.data.decode(), "id": s.id.hex()} for n, s in spaces.items()},
        "logs": {n: {"descriptor": log.data.decode(), "id": log.id.hex()} for n, log in logs.items()},
        "identity_log": Log.of_identity(org).data.decode(),
        "public": [_event(first), _event(second)],
        "private": [_event(sealed, epoch_key=seed("epoch key").hex()), _event(opened)],
        "epoch_key_id": payload.epoch_key_id(seed("epoch key")).hex(),
        "page": {"file": page.encode().decode(), "sha256": sha256(page.encode()).hexdigest()},
        "fingerprint": {
            org.hex(): fingerprint(org),
            "00" * 32: fingerprint(bytes(32)),
            "ff" * 32: fingerprint(b"\xff" * 32),
        },
    }


def _bare(one: Written) -> Incoming:
    return one.incoming._replace(payload=None)


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(make(), indent=1, sort_keys=True, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
