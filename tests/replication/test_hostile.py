"""What somebody hostile sends, and what must not come of it: a stranger, a member that lies, whoever carries."""

import orjson

from tejido.ground.network.reach import Reach
from tejido.ground.peers import identities
from tejido.ground.store import db, waiting
from tejido.log import keys
from tejido.log.admit import Incoming
from tejido.log.canon import encode
from tejido.log.header import VERSION
from tests.replication.conftest import Shared
from tests.replication.test_door import Caller, own_row
from tests.support.authors import found, seed


def lost(org: bytes, number: int, signature: bytes = bytes(130)) -> Incoming:
    """An event of an identity log after one that does not exist; nobody can tell whether its signature is right."""
    header = {
        "aggregate": org.hex(), "blobs": [], "day": "2026-11-20", "deps": [], "kind": "org.device", "lam": 7,
        "log": org.hex(), "org": org.hex(), "ph": seed(f"ph {number}").hex(), "prev": seed("nobody").hex(), "ps": 9,
        "schema": 1, "seq": 6, "v": VERSION,
    }  # fmt: skip
    return Incoming(org, encode(header), signature)


def test_a_stranger_leaves_nothing_that_waits(shared: Shared) -> None:
    stranger = Caller.of(found("stranger"))
    stranger.author.org = shared.bo.org
    stranger.author.identity[:] = []
    hello = stranger.hello(stranger.asked())
    assert hello.called_device == bytes(own_row().device)  # a partner's name is enough to hear this
    packed = [identities._packed(lost(shared.bo.org, number)) for number in range(400)]
    from tejido.ground.peers import challenge
    proof = challenge.prove(hello, challenge.CALLER, stranger.key).hex()
    answer = stranger.post("prove", encode({"hello": hello.value(), "identity": packed, "proof": proof}))
    assert (answer.status_code, answer.content) == (401, b"")
    assert db.value("SELECT COUNT(*) FROM store_waiting") == 0
