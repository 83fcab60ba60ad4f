"""Well-formed events are taken in any order; every malformed mutation is refused, with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.log import header as headers
from tejido.log import identity, keys, payload, writer
from tejido.log.admit import Incoming, Outcome
from tejido.log.descriptors import Log
from tejido.log.errors import BadChain, BadHeader, BadPayload, BadSignature, Malformed, NotCanonical
from tejido.log.identity import DEVICE
from tejido.log.keys import SigningKey
from tejido.log.payload import Payload
from tejido.log.writer import Draft, Head, Written
from tests.support.authors import AT, DAY, Author, Room, World
from tests.support.memory import Memory

SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",  # the identity
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
ORDER = 2**252 + 27742317777372353535851937790883648493


@dataclass
class Scene:
    """Two organisations, a public and a private space, a few events in each."""

    world: World
    ana: Author
    bo: Author
    public: Room
    private: Room
    first: Written
    second: Written
    sealed: Written

    def memory(self, *, without: Sequence[Written] = ()) -> Memory:
        known = Memory(dict(self.world.logs), {r.space.id: r.space for r in (self.public, self.private)})
        out = known.take(one.incoming for one in self.world.written if one not in without)
        assert not out.refused
        return known


def build() -> Scene:
    world = World()
    ana, bo = world.author("ana"), world.author("bo")
    public = world.room(ana, public=True, members=[bo], name="public")
    private = world.room(ana, public=False, members=[bo], name="private")
    first = world.say(bo, public, "relay.chain.opened", {"title": "one"}, deps=[public.opened])
    second = world.say(bo, public, "relay.chain.changed", {"title": "two"}, first.hash, deps=[first.hash])
    sealed = world.say(bo, private, "relay.chain.opened", {"title": "three"}, deps=[private.opened])
    return Scene(world, ana, bo, public, private, first, second, sealed)


SCENE = build()


def forged(one: Written, author: Author, change: Callable[[dict[str, Any]], object], payload_: Any = ...) -> Incoming:
    """`one` with another header, signed again by its author's device."""
    raw = orjson.loads(one.incoming.header)
    change(raw)
    data = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    kept = one.incoming.payload if payload_ is ... else payload_
    return Incoming(one.incoming.log, data, author.device.sign(keys.EVENT, data), kept)


def refused(incoming: Incoming, *, without: Sequence[Written] = ()) -> Malformed:
    """The reason for which it is refused."""
    out = SCENE.memory(without=without).take([incoming])
    assert (out.accepted, out.waiting, out.held) == ([], [], [])
    assert str(out.refused[0].error)
    return out.refused[0].error


def test_everything_well_formed_is_accepted_once() -> None:
    known = SCENE.memory()
    out = known.take(one.incoming for one in SCENE.world.written)
    assert (len(out.held), out.accepted, out.refused, out.waiting) == (len(SCENE.world.written), [], [], [])


def test_identity_and_device_arrive_in_one_page() -> None:
    known = Memory({SCENE.ana.org: Log.of_identity(SCENE.ana.org)})
    out = known.take(one.incoming for one in SCENE.ana.identity)
    assert len(out.accepted) == 2


@given(st.data())
def test_a_flipped_bit_anywhere_in_header_or_signature_is_refused(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(SCENE.world.written)).incoming
    part = data.draw(st.sampled_from(["header", "signature"]))
    original: bytes = getattr(one, part)
    at = data.draw(st.integers(0, len(original) * 8 - 1))
    flipped = bytearray(original)
    flipped[at // 8] ^= 1 << at % 8
    changed = one._replace(header=bytes(flipped)) if part == "header" else one._replace(signature=bytes(flipped))
    out = SCENE.memory().take([changed])
    if part == "signature" and out.held:
        return  # the header is held already: its bytes, and so its name, are unchanged, and nothing is stored
    assert out.refused or out.waiting, "accepted or held"
    assert not out.accepted
    assert not out.waiting or b'"log":""' not in one.header


@given(st.data())
def test_a_flipped_bit_in_a_signature_is_refused_where_the_event_is_new(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from([SCENE.second, SCENE.sealed, SCENE.bo.identity[1]]))
    at = data.draw(st.integers(0, len(one.incoming.signature) * 8 - 1))
    flipped = bytearray(one.incoming.signature)
    flipped[at // 8] ^= 1 << at % 8
    error = refused(one.incoming._replace(signature=bytes(flipped)), without=_from(one))
    assert isinstance(error, BadSignature)


def _from(one: Written) -> list[Written]:
    """An event and what was written after it."""
    return SCENE.world.written[SCENE.world.written.index(one) :]


@given(st.data())
def test_a_flipped_bit_in_a_payload_is_not_what_the_header_commits_to(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from([SCENE.first, SCENE.sealed]))
    held = one.incoming.payload
    assert held is not None
    packed = bytearray(held.pack())
    at = data.draw(st.integers(0, len(packed) * 8 - 1))
    packed[at // 8] ^= 1 << at % 8
    with pytest.raises((BadPayload, KeyError)):
        _opened(bytes(packed), one)


def _opened(packed: bytes, one: Written) -> None:
    found, header = Payload.unpack(packed), headers.parse(one.incoming.header)
    payload.check_form(found, header)
    keyring = {payload.epoch_key_id(key): key for key in SCENE.private.keys}
    payload.check(payload.unbox(found, keyring[found.key_id]) if found.boxed else found.data, header)


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_wrong_types_and_values_in_any_field_are_refused(data: st.DataObject) -> None:
    one, without = data.draw(st.sampled_from([(SCENE.second, _from(SCENE.second)), (SCENE.sealed, [SCENE.sealed])]))
    raw = orjson.loads(one.incoming.header)
    name = data.draw(st.sampled_from(sorted(raw)))
    value = data.draw(BODIES.filter(lambda v: v != raw[name] or type(v) is not type(raw[name])))
    if (name == "schema" and type(value) is int and 1 <= value < 10_000) or (name, value) == ("deps", []):
        return  # well-formed as well
    try:
        changed = forged(one, SCENE.bo, lambda fields: fields.__setitem__(name, value))
    except (TypeError, orjson.JSONEncodeError):
        return  # beyond what JSON can say
    out = SCENE.memory(without=without).take([changed])
    well_formed = name in {"kind", "ps"} and _still_fits(changed.header)
    assert out.refused or well_formed


def _still_fits(header: bytes) -> bool:
    try:
        headers.parse(header)
    except Malformed:
        return False
    return True


HEADER = SCENE.second.incoming.header
NOT_CANONICAL = {
    "a space": HEADER.replace(b":", b": ", 1),
    "a line end": HEADER + b"\n",
    "a duplicate key": b'{"aggregate":"",' + HEADER[1:],
    "unsorted keys": b'{"v":"tejido1/ed25519",' + HEADER[1:].replace(b',"v":"tejido1/ed25519"', b""),
    "a float": HEADER.replace(b'"schema":1', b'"schema":1.0'),
    "an exponent": HEADER.replace(b'"schema":1', b'"schema":1e0'),
    "an escape": HEADER.replace(b"relay", b"\\u0072elay"),
    "not JSON": HEADER[:-1],
    "not ASCII": HEADER.replace(b"relay", "rélay".encode()),
    "a number too large": HEADER.replace(b'"schema":1', b'"schema":' + b"9" * 30),
    "a deep list": b"[" * 1000 + b"]" * 1000,
    "deep fields": HEADER.replace(b'"deps":[', b'"deps":[' + b"[" * 400 + b"]" * 400 + b","),
    "nothing": b"",
    "NaN": HEADER.replace(b'"schema":1', b'"schema":NaN'),
}


@pytest.mark.parametrize("name", NOT_CANONICAL)
def test_another_form_of_the_same_header_is_refused(name: str) -> None:
    data = NOT_CANONICAL[name]
    assert data != HEADER
    signed = Incoming(SCENE.second.incoming.log, data, SCENE.bo.device.sign(keys.EVENT, data), None)
    assert isinstance(refused(signed, without=_from(SCENE.second)), NotCanonical | BadHeader)


OTHER = "ab" * 32
MUTATIONS: dict[str, tuple[type[Malformed], Callable[[dict[str, Any]], object]]] = {
    "prev of another seq": (BadChain, lambda raw: raw.update(seq=5)),
    "prev in another log": (BadChain, lambda raw: raw.update(prev=SCENE.public.opened.hex())),
    "lam too high": (BadChain, lambda raw: raw.update(lam=raw["lam"] + 1)),
    "lam too low": (BadChain, lambda raw: raw.update(lam=raw["lam"] - 1)),
    "lam 0": (BadHeader, lambda raw: raw.update(lam=0)),
    "seq negative": (BadHeader, lambda raw: raw.update(seq=-1)),
    "seq true": (BadHeader, lambda raw: raw.update(seq=True)),
    "prev at seq 0": (BadHeader, lambda raw: raw.update(seq=0)),
    "no prev at seq 1": (BadHeader, lambda raw: raw.update(prev="")),
    "deps unsorted": (BadHeader, lambda raw: raw.update(deps=["bb" * 32, "aa" * 32])),
    "deps doubled": (BadHeader, lambda raw: raw.update(deps=[OTHER, OTHER])),
    "nine deps": (BadHeader, lambda raw: raw.update(deps=[f"{i:02x}" * 32 for i in range(9)])),
    "deps in capitals": (BadHeader, lambda raw: raw.update(deps=[OTHER.upper()])),
    "another organisation": (BadHeader, lambda raw: raw.update(org=SCENE.ana.org.hex())),
    "another version": (BadHeader, lambda raw: raw.update(v="tejido2/ed25519")),
    "a field too many": (BadHeader, lambda raw: raw.update(x=1)),
    "a field missing": (BadHeader, lambda raw: raw.pop("ph")),
    "no such day": (BadHeader, lambda raw: raw.update(day="2026-02-30")),
    "a list for a day": (BadHeader, lambda raw: raw.update(day=[])),
    "year zero": (BadHeader, lambda raw: raw.update(day="0000-01-01")),
    "kind too long": (BadHeader, lambda raw: raw.update(kind="a" * 65)),
    "payload too large": (BadHeader, lambda raw: raw.update(ps=256 * 1024 + 1)),
    "seventeen blobs": (BadHeader, lambda raw: raw.update(blobs=[f"{i:02x}" * 32 for i in range(17)])),
    "header too large": (BadHeader, lambda raw: raw.update(kind="a" * 5000)),
    "private form": (BadHeader, lambda raw: [raw.pop(k) for k in ("kind", "schema", "day", "blobs", "aggregate")]),
    "a genesis that is none": (BadHeader, lambda raw: raw.update(org="", log="")),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_signed_but_malformed_header_is_refused(name: str) -> None:
    expected, change = MUTATIONS[name]
    assert isinstance(refused(forged(SCENE.second, SCENE.bo, change), without=_from(SCENE.second)), expected)


def test_header_of_another_log_than_its_page() -> None:
    moved = SCENE.second.incoming._replace(log=SCENE.sealed.incoming.log)
    assert isinstance(refused(moved), BadHeader)


def test_public_header_in_a_private_space() -> None:
    head = Head(0, SCENE.sealed.hash, SCENE.sealed.head.lam)
    draft = Draft("relay.chain.opened", {}, DAY, AT)
    open_ = writer.write(SCENE.bo.log(SCENE.private.space), head, draft, SCENE.bo.device, lam=0, epoch_key=None)
    assert isinstance(refused(open_.incoming), BadHeader)


@pytest.mark.parametrize("point", SMALL_ORDER)
@pytest.mark.parametrize("r", SMALL_ORDER)
def test_small_order_device_keys_never_verify(point: str, r: str) -> None:
    key = bytes.fromhex(point)
    log = Log(SCENE.bo.org, key, bytes(16), SCENE.public.space.id)
    made = writer.write(log, Head(), Draft("relay.chain.opened", {}, DAY, AT), SCENE.bo.device, lam=0, epoch_key=None)
    known = SCENE.memory()
    known.logs[log.id] = log
    out = known.take([made.incoming._replace(signature=bytes.fromhex(r) + bytes(32))])
    assert isinstance(out.refused[0].error, BadSignature)


def test_a_signature_plus_the_group_order_is_refused() -> None:
    signature = SCENE.second.incoming.signature
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert s < 2**256
    mauled = signature[:32] + s.to_bytes(32, "little")
    error = refused(SCENE.second.incoming._replace(signature=mauled), without=_from(SCENE.second))
    assert isinstance(error, BadSignature)


@pytest.mark.parametrize("cut", [b"", bytes(1), bytes(63), bytes(65)])
def test_a_signature_of_another_length_is_refused(cut: bytes) -> None:
    error = refused(SCENE.second.incoming._replace(signature=cut), without=_from(SCENE.second))
    assert isinstance(error, BadSignature)


def test_a_signature_made_for_a_file_is_none_for_an_event() -> None:
    signature = SCENE.bo.device.sign(keys.FILE, HEADER)
    error = refused(SCENE.second.incoming._replace(signature=signature), without=_from(SCENE.second))
    assert isinstance(error, BadSignature)


ADMIN: dict[str, Callable[[list[bytes]], bytes]] = {
    "missing": lambda one: one[0],
    "doubled": lambda one: one[0] + one[0],
    "out of order": lambda one: one[1] + one[0],
    "too many": b"".join,
    "of no key": lambda one: one[0] + b"\x09" + one[1][1:],
    "under another key's place": lambda one: one[0] + b"\x02" + one[1][1:],
    "none": lambda _: b"",
}


@pytest.mark.parametrize("name", ADMIN)
@pytest.mark.parametrize("which", [0, 1])
def test_admin_signatures_that_do_not_add_up(name: str, which: int) -> None:
    event = SCENE.bo.identity[which]
    each = [identity.sign(event.incoming.header, [(i, key)]) for i, key in enumerate(SCENE.bo.admin)]
    others = [one for one in SCENE.world.written if one.incoming.log == SCENE.ana.org]
    known = Memory(dict(SCENE.world.logs))
    known.take(one.incoming for one in [*others, *SCENE.bo.identity[:which]])
    out = known.take([event.incoming._replace(signature=ADMIN[name](each))])
    assert isinstance(out.refused[0].error, BadSignature)


def test_a_genesis_needs_its_payload_in_plain_form() -> None:
    genesis = SCENE.bo.identity[0].incoming
    assert genesis.payload is not None
    for wrong in (None, Payload(genesis.payload.data + b"x"), Payload(genesis.payload.data, bytes(16), bytes(72))):
        out = Memory().take([genesis._replace(payload=wrong)])
        assert isinstance(out.refused[0].error, BadPayload)


def test_an_admin_key_of_another_organisation_names_no_device() -> None:
    draft = Draft(DEVICE, {"age": "age1x", "key": "00" * 32}, DAY, 0, aggregate=SCENE.bo.org)
    stolen = writer.write_identity(SCENE.bo.org, SCENE.bo.identity[-1].head, draft, SCENE.ana.signers)
    assert isinstance(refused(stolen.incoming), BadSignature)


def test_what_names_something_not_held_waits() -> None:
    known = SCENE.memory(without=_from(SCENE.first))
    assert [one.missing for one in known.take([SCENE.second.incoming]).waiting] == [SCENE.first.hash]
    unknown = Log(SCENE.bo.org, SigningKey.generate().public, bytes(16), SCENE.public.space.id)
    draft = Draft("relay.chain.opened", {}, DAY, AT)
    made = writer.write(unknown, Head(), draft, SCENE.bo.device, lam=0, epoch_key=None)
    assert [one.missing for one in known.take([made.incoming]).waiting] == [unknown.id]


@given(st.randoms(use_true_random=False))
def test_the_accepted_set_does_not_depend_on_the_order(rng: Any) -> None:
    todo = [one.incoming for one in SCENE.world.written]
    rng.shuffle(todo)
    known = Memory(dict(SCENE.world.logs), {r.space.id: r.space for r in (SCENE.public, SCENE.private)})
    while todo:
        out: Outcome = known.take(todo)
        assert out.accepted
        assert not out.refused
        todo = [one.incoming for one in out.waiting]
    assert known.places == SCENE.memory().places
