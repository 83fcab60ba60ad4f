"""The challenge by itself: what is signed serves for nothing else."""

from dataclasses import replace

import pytest

from tejido.ground.peers import challenge
from tejido.ground.peers.challenge import CALLED, CALLER, Hello
from tejido.log.errors import BadSignature, Malformed
from tejido.log.keys import EVENT, SigningKey, verify
from tests.support.authors import seed

ME, YOU = SigningKey(seed("caller")), SigningKey(seed("called"))
ASKED = Hello("https://node.example", seed("org a"), ME.public, seed("nonce a"), seed("org b"))
HELLO = ASKED.answered(YOU.public, seed("nonce b"))
OTHERS = {
    "address": "https://else.example", "caller_org": seed("x"), "caller_nonce": seed("y"), "called_org": seed("z"),
    "called_device": seed("d"), "called_nonce": seed("n"),
}  # fmt: skip


def test_both_sides_prove_themselves() -> None:
    challenge.verify(HELLO, CALLER, challenge.prove(HELLO, CALLER, ME))
    challenge.verify(HELLO, CALLED, challenge.prove(HELLO, CALLED, YOU))


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_signature_serves_for_no_other_hello(name: str) -> None:
    proof = challenge.prove(HELLO, CALLER, ME)
    with pytest.raises(BadSignature):
        challenge.verify(replace(HELLO, **{name: OTHERS[name]}), CALLER, proof)  # type: ignore[arg-type]


def test_nor_for_the_other_side_nor_as_anything_else() -> None:
    same = replace(HELLO, called_device=ME.public)
    with pytest.raises(BadSignature):
        challenge.verify(same, CALLED, challenge.prove(same, CALLER, ME))
    with pytest.raises(BadSignature):
        verify(EVENT, HELLO.signed_bytes(CALLER), challenge.prove(HELLO, CALLER, ME), ME.public)


def test_a_nonce_is_bound_to_its_caller_and_to_a_minute() -> None:
    secret, now = seed("secret"), 1_795_000_000
    made = replace(ASKED, called_nonce=challenge.nonce_for(ASKED, secret, now, seed("random")))
    assert len(made.called_nonce) == challenge.NONCE
    assert challenge.is_fresh(made, secret, now + challenge.WITHIN_S)
    assert not challenge.is_fresh(made, secret, now + challenge.WITHIN_S + 1)
    assert not challenge.is_fresh(made, secret, now - 1)
    assert not challenge.is_fresh(made, seed("another node's"), now)
    for name in ("address", "caller_org", "caller_nonce", "called_org"):
        assert not challenge.is_fresh(replace(made, **{name: OTHERS[name]}), secret, now)  # type: ignore[arg-type]


def test_decoys_are_keys_and_stay_the_same() -> None:
    assert challenge.decoy(b"s", seed("o")) == challenge.decoy(b"s", seed("o")) != challenge.decoy(b"s", seed("p"))


def test_hellos_are_read_as_they_were_written() -> None:
    assert Hello.read(HELLO.value(), whole=True) == HELLO
    assert Hello.read(ASKED.value(), whole=False) == ASKED
    for value, whole in ((ASKED.value(), True), (HELLO.value(), False), ({**HELLO.value(), "more": ""}, True)):
        with pytest.raises(Malformed):
            Hello.read(value, whole=whole)
    with pytest.raises(Malformed):
        Hello.read({**HELLO.value(), "caller_org": "AB" * 32}, whole=True)
