"""What a node makes of forks: the golden ones, and made-up ones of devices' logs, as the independent verifier has them."""

import json
from typing import Any

import pytest

from tejido.ground.store import db
from tejido.ground.store.ingest import ingest
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload
from tests.log import forks

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
