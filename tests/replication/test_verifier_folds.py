"""The independent verifier, written from the text alone, and this program accept the same identity events and fold them alike.

`TEJIDO_FOLDS=5000 pytest tests/replication/test_verifier_folds.py` compares as many identities."""

import os
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tejido.log import lineage
from tejido.log.admit import Incoming
from tejido.log.header import event_hash
from tests.support.verifier import WRONG, load
from tests.support.wild import Wild

EXAMPLES = int(os.environ.get("TEJIDO_FOLDS", "150"))


def accepts(held: Any, org: bytes, one: Incoming) -> bool:
    payload = one.payload.pack() if one.payload else b""
    try:
        held.event(org.hex(), one.header, one.signature, payload)
    except WRONG:
        return False
    return True


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**48))
def test_the_same_is_accepted_and_folds_alike(seed: int) -> None:
    wild = Wild(Random(seed))
    wild.write(6)
    wild.grow(14)
    held = load().Bundle(None)
    for one, accepted in wild.told:
        assert accepts(held, wild.org, one) == accepted, event_hash(one.header).hex()
    ops = wild.known.identities[wild.org]
    said, found = lineage.fold(wild.org, ops), held.identity(wild.org.hex())
    assert said
    assert found.way == [one.hex() for one in said.chain]
    branches = {op.hash.hex() for op in ops if op.prev == said.chain[-1]}
    assert set(found.undecided) == (branches if said.forked_at is not None else set())
    assert found.devices == {key.hex() for key in said.devices}
    pins = {
        key.hex(): {log.hex(): {"hash": pin.hash.hex(), "seq": pin.seq} for log, pin in each.items()}
        for key, each in said.revoked.items()
    }
    assert found.revoked == pins
