"""What a node makes of forks: the golden ones, and made-up ones of devices' logs, as the independent verifier has them."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tejido.ground.store import db
from tejido.ground.store.ingest import ingest
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload
from tests.ground.store.pictures import undone
from tests.log import forks
from tests.support.verifier import load
from tests.support.wild import Wild

STORED: dict[str, Any] = json.loads(forks.FILE.read_text())


def incoming(log: bytes, told: list[dict[str, str]]) -> list[Incoming]:
    return [
        Incoming(
            log,
            one["header"].encode(),
            bytes.fromhex(one["signature"]),
            Payload.unpack(bytes.fromhex(one["payload_file"])),
        )
        for one in told
    ]


@pytest.mark.parametrize("name", STORED)
def test_a_log_counts_as_far_as_is_written_down(reader: None, name: str) -> None:
    told = STORED[name]
    space, log = Space.parse(told["space"].encode()), Log.parse(told["log"].encode())
    events = [*incoming(log.org, told["identity"]), *incoming(log.id, told["events"])]
    ingest(events, spaces=[space], known_logs=[Log.of_identity(log.org), log])
    found = db.value("SELECT horizon FROM store_log WHERE hash = %s", [log.id]) if told["events"] else None
    assert found == told["end"]
    (devices,) = db.rows("SELECT devices FROM store_org WHERE hash = %s", [log.org])[0]
    assert sorted(json.loads(devices) if isinstance(devices, str) else devices) == told["devices"]


def horizon(wild: Wild, identity: list[Incoming]) -> int:
    """By this program, of the device's log, on a node that holds these."""
    with undone():
        events = [*identity, *(one.incoming for one in wild.events)]
        ingest(events, spaces=[wild.space], known_logs=[Log.of_identity(wild.org), wild.log])
        return int(db.value("SELECT horizon FROM store_log WHERE hash = %s", [wild.log.id]))


def end(wild: Wild, identity: list[Incoming]) -> int:
    """By the independent verifier."""
    held, log = load().Bundle(None), wild.log
    for one in identity:
        held.event(wild.org.hex(), one.header, one.signature, one.payload.pack() if one.payload else b"")
    held.logs[log.id.hex()] = json.loads(log.data)
    held.spaces[log.space.hex()] = True
    for written in wild.events:
        held.event(log.id.hex(), written.incoming.header, written.incoming.signature)
    return int(held.end_of(log.id.hex()))


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**48))
def test_a_log_counts_as_far_as_the_verifier_says(reader: None, seed: int) -> None:
    wild = Wild(Random(seed))
    wild.write(7)
    wild.grow(14)
    identity = [one for one, accepted in wild.told if accepted]
    assert horizon(wild, identity) == end(wild, identity)
