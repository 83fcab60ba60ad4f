"""The golden vectors hold, byte for byte, and a second encoder and a second library agree with them."""

import json
from hashlib import sha256
from typing import Any

import orjson
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tejido.log import header, keys, lineage, payload
from tejido.log.admit import Incoming
from tejido.log.canon import decode
from tejido.log.descriptors import Log
from tejido.replication import pages
from tests.log import vectors
from tests.support.memory import Memory

STORED: dict[str, Any] = json.loads(vectors.FILE.read_text())
EVENTS = [STORED["genesis"], STORED["device"], *STORED["identity"], *STORED["public"], *STORED["private"]]
JSON = [
    *(one["header"] for one in EVENTS),
    *(bytes.fromhex(one["plain"])[payload.SALT :].decode() for one in EVENTS),
    *(one["descriptor"] for part in ("spaces", "logs") for one in STORED[part].values()),
    STORED["identity_log"],
]


def test_the_program_makes_exactly_the_stored_bytes() -> None:
    assert json.loads(json.dumps(vectors.make())) == STORED


@pytest.mark.parametrize("text", JSON)
def test_two_encoders_agree(text: str) -> None:
    value = json.loads(text)
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == text.encode()
    assert rfc8785.dumps(value) == text.encode()
    assert decode(text.encode()) == value


@pytest.mark.parametrize("one", EVENTS, ids=lambda one: one["hash"][:8])
def test_hash_and_commitment_are_plain_sha256(one: dict[str, Any]) -> None:
    plain = bytes.fromhex(one["plain"])
    assert sha256(b"tejido/event/1\n" + one["header"].encode()).hexdigest() == one["hash"]
    assert sha256(b"tejido/payload/1\n" + plain).hexdigest() == one["commitment"] == json.loads(one["header"])["ph"]
    assert header.parse(one["header"].encode()).ps == len(plain) - 16


def test_an_independent_library_verifies_the_device_signature() -> None:
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(STORED["keys"]["device_public"]))
    for one in STORED["public"] + STORED["private"]:
        message = b"tejido/event/1\n" + one["header"].encode()
        public.verify(bytes.fromhex(one["signature"]), message)
        keys.verify(keys.EVENT, one["header"].encode(), bytes.fromhex(one["signature"]), public.public_bytes_raw())


def test_the_identity_log_is_accepted_and_the_recovery_overrides_the_rotation() -> None:
    stored = [STORED["genesis"], STORED["device"], *STORED["identity"]]
    org = bytes.fromhex(STORED["genesis"]["hash"])
    incoming = [
        Incoming(
            org, one["header"].encode(), bytes.fromhex(one["signature"]), payload.Payload(bytes.fromhex(one["plain"]))
        )
        for one in stored
    ]
    known = Memory({org: Log.of_identity(org)})
    assert len(known.take(incoming).accepted) == len(stored)
    folded = lineage.fold(org, known.identities[org])
    assert folded
    assert folded.chain == tuple(bytes.fromhex(one["hash"]) for one in (*stored[:2], stored[-1]))
    assert folded.devices.keys() == {bytes.fromhex(STORED["keys"]["device_public"])}


def test_the_sealed_payload_opens_to_what_was_committed_to() -> None:
    one = STORED["private"][0]
    sealed = payload.Payload.unpack(bytes.fromhex(one["payload_file"]))
    assert sealed.key_id.hex() == STORED["epoch_key_id"]
    plain = payload.unbox(sealed, bytes.fromhex(one["epoch_key"]))
    content = payload.content(
        payload.check(plain, header.parse(one["header"].encode())), header.parse(one["header"].encode())
    )
    assert (content.kind, content.at, content.body) == ("relay.chain.opened", vectors.AT, vectors.BODY)


def test_the_page_is_read_back() -> None:
    page = pages.decode(STORED["page"]["file"].encode())
    assert page.encode().decode() == STORED["page"]["file"]
    assert [header.event_hash(one.header).hex() for one in page.events] == [one["hash"] for one in STORED["public"]]
