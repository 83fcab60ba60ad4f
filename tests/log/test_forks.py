"""The golden forks hold, byte for byte, and an identity folds to what is written down there."""

import json
from typing import Any

import pytest

from tejido.log import lineage
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.payload import Payload
from tests.log import forks
from tests.support.memory import Memory

STORED: dict[str, Any] = json.loads(forks.FILE.read_text())


def test_the_program_makes_exactly_the_stored_bytes() -> None:
    assert json.loads(json.dumps(forks.make())) == STORED


@pytest.mark.parametrize("name", STORED)
def test_an_identity_folds_to_what_is_written_down(name: str) -> None:
    told = STORED[name]
    org = bytes.fromhex(told["identity"][0]["hash"])
    known = Memory({org: Log.of_identity(org)})
    out = known.take(
        Incoming(
            org,
            one["header"].encode(),
            bytes.fromhex(one["signature"]),
            Payload.unpack(bytes.fromhex(one["payload_file"])),
        )
        for one in told["identity"]
    )
    assert [one.hash.hex() for one in out.accepted] == [one["hash"] for one in told["identity"]]
    said = lineage.fold(org, known.identities[org])
    assert said
    assert [one.hex() for one in said.chain] == told["counts"]
    assert said.forked_at == (len(told["counts"]) if told["stopped"] else None)
    assert sorted(key.hex() for key in said.devices) == told["devices"]
