"""Correctly signed events whose payloads no honest node writes: taken in without a fall, and counting for nothing."""

from typing import Any

import pytest

from tejido.ground.keeping.checking import check
from tejido.ground.network import selectors
from tejido.ground.network.families import PROFILE
from tejido.ground.store import db, keyring, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.public import own_row
from tejido.log import canon, membership
from tejido.log import header as headers
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.header import trusted
from tejido.log.keys import EVENT
from tejido.log.payload import SALT, Payload, box, commitment
from tests.ground.keeping.conftest import Node

BODY = {"languages": ["en"], "name": "x", "place": ""}
SEALED: dict[str, Any] = {"aggregate": "", "at": 0, "blobs": [], "body": BODY, "kind": PROFILE, "schema": 1}
A, B = "aa" * 32, "bb" * 32
UNREADABLE: dict[str, dict[str, Any]] = {
    "a time in the year 285 million": {"at": 2**53 - 1},
    "a negative time": {"at": -1},
    "a file named twice": {"blobs": [A, A]},
    "files out of order": {"blobs": [B, A]},
    "a kind as long as a page": {"kind": "x" * 65},
    "a kind with a path": {"kind": "../x"},
    "schema nought": {"schema": 0},
    "a schema beyond the last": {"schema": 10_000},
    "a body that is a list": {"body": []},
    "an aggregate that is none": {"aggregate": "zz"},
}
WITHOUT_EFFECT: dict[str, dict[str, Any]] = {
    "a name that is a number": {"body": {**BODY, "name": 5}},
    "a purpose as long as a page": {"kind": membership.OPENED, "body": {"purpose": "x" * 400, "folder": 5}},
    "pins that are a number": {"kind": membership.MEMBERS, "body": {"members": [], "pins": 5}},
    "pins beyond the last": {
        "kind": membership.MEMBERS,
        "body": {"members": [], "pins": {A: {"seq": 2**53 - 1, "hash": B}}},
    },
    "boxes of anything": {"kind": membership.KEY, "body": {"boxes": [5, {"age": 5, "key_id": []}, {}]}},
    "a redaction of nothing": {"kind": "redact", "body": {"target": 5, "kind": {}}},
}


def signed(space: bytes, change: dict[str, Any]) -> Incoming:
    """The next event of our own log in a space, with any content at all."""
    own = own_row()
    log = Log(bytes(own.org), bytes(own.device), bytes(own.epoch), space)
    row = logs.snapshot().logs[log.id].row
    last = trusted(bytes(db.value("SELECT header FROM store_event WHERE hash = %s", [bytes(row.head_hash)])))
    json = canon.encode({**SEALED, **change})
    plain = bytes(SALT) + json
    header = headers.build(
        deps=[], lam=last.lam + 1, log=log.id.hex(), org=log.org.hex(), prev=bytes(row.head_hash).hex(),
        seq=last.seq + 1, ph=commitment(plain), ps=len(json),
    )  # fmt: skip
    key = keyring.current_epoch_key(logs.space_row(space).id)
    assert key is not None
    return Incoming(log.id, header, keyring.device_key().sign(EVENT, header), box(plain, key))


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_malformed_payload_counts_as_not_arrived(node: Node, what: str) -> None:
    report = ingest([signed(node.network, UNREADABLE[what])])
    assert (report.accepted, len(report.bad_payloads)) == (1, 1)
    assert {one.level for one in check() if one.check != "erasure"} == {"ok", "warning"}


@pytest.mark.parametrize("what", WITHOUT_EFFECT)
def test_a_malformed_body_has_no_effect(node: Node, what: str) -> None:
    before = selectors.networks()
    report = ingest([signed(node.network, WITHOUT_EFFECT[what])])
    assert (report.accepted, report.bad_payloads) == (1, [])
    assert "fault" not in {one.level for one in check()}
    if WITHOUT_EFFECT[what].get("kind") != membership.MEMBERS:
        assert selectors.networks() == before


def test_a_payload_that_is_no_payload(node: Node) -> None:
    honest = signed(node.network, {})
    report = ingest([honest._replace(payload=Payload(b"", b"k" * 16, b"w" * 72))])
    assert (report.accepted, len(report.bad_payloads)) == (1, 1)
    assert "fault" not in {one.level for one in check()}
