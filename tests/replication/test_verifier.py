"""The independent verifier in `docs/`: it knows nothing of our code, agrees with the golden vectors, passes real bundles and
finds whatever was changed in one."""

import ast
import io
import json
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tejido.log import canon
from tejido.log.errors import NotCanonical
from tejido.replication import bundle, frames, messages
from tejido.replication.blobs import Descriptor
from tejido.replication.frames import Frame
from tests.harness.run import ROOT
from tests.log import forks
from tests.support.authors import Author, Room, World
from tests.support.bundles import identity_of, manifest_of, page_of, range_of, stream_of
from tests.support.verifier import SCRIPT, WRONG, hold, load

LINES, WIDTH = 250, 130
FORKS: dict[str, Any] = json.loads(forks.FILE.read_text())


@pytest.fixture(scope="module")
def verifier() -> Any:
    return load()


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads((ROOT / "tests" / "log" / "vectors.json").read_text())


def problems(verifier: Any, stream: bytes) -> list[str]:
    one = verifier.Bundle(io.BytesIO(stream))
    one.read()
    found: list[str] = one.problems
    return found


def test_it_is_short_and_knows_nothing_of_ours() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= LINES
    assert max(map(len, text.splitlines())) <= WIDTH
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {one.name for node in found if isinstance(node, ast.Import) for one in node.names}
    names |= {node.module or "" for node in found if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) == {"nacl"}


def test_it_agrees_with_the_golden_vectors(verifier: Any, vectors: Any) -> None:
    for kind in ("space", "log"):
        for one in vectors[f"{kind}s"].values():
            assert verifier.digest(kind.encode(), one["descriptor"].encode()) == one["id"]
    key = vectors["keys"]["device_public"]
    for one in [*vectors["public"], *vectors["private"], vectors["genesis"], vectors["device"], *vectors["identity"]]:
        data = one["header"].encode()
        head = verifier.header_of(data)
        assert verifier.digest(b"event", data) == one["hash"]
        assert head["ph"] == one["commitment"]
        body = verifier.opened(bytes.fromhex(one["payload_file"]), head)
        assert (body is None) == one["payload_file"].startswith("01")
        if one in vectors["public"] or one in vectors["private"]:
            verifier.signed(b"event", data, bytes.fromhex(one["signature"]), key)
    before = None
    for one in [vectors["genesis"], vectors["device"]]:
        head = verifier.header_of(one["header"].encode())
        body = verifier.opened(bytes.fromhex(one["payload_file"]), head)
        signature = bytes.fromhex(one["signature"])
        before = verifier.after(head["kind"], body, one["header"].encode(), signature, before)
        for place in range(len(signature)):
            wrong = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
            with pytest.raises(WRONG):
                verifier.after(head["kind"], body, one["header"].encode(), wrong, before)


def test_rotation_and_recovery_as_the_vectors_have_them(verifier: Any, vectors: Any) -> None:
    """Who signs what follows an event is told by its own chain of `prev`."""
    known: dict[str, Any] = {"": None}
    kinds = []
    for one in [vectors["genesis"], vectors["device"], *vectors["identity"]]:
        data, signature = one["header"].encode(), bytes.fromhex(one["signature"])
        head = verifier.header_of(data)
        body = verifier.opened(bytes.fromhex(one["payload_file"]), head)
        kinds.append(head["kind"])
        known[one["hash"]] = verifier.after(head["kind"], body, data, signature, known[head["prev"]])
        with pytest.raises(WRONG):
            verifier.after(head["kind"], body, data, signature[:-1] + bytes([signature[-1] ^ 1]), known[head["prev"]])
    assert {"org.rotated", "org.recovered"} <= set(kinds)


@pytest.mark.parametrize(
    "text",
    ['{"a":1.0}', '{"a": 1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":9007199254740992}', '{"a":"\\u0041"}', '{"a":NaN}',
     '{"a":"e\u0301"}', '{"a":"\\u0000"}', '{"a":-0}', "[1]", '{"a":' + "[" * 40 + "]" * 40 + "}", '{"\u00e9":1}', ""],
)  # fmt: skip
def test_other_json_is_refused_by_both(verifier: Any, text: str) -> None:
    with pytest.raises(WRONG):
        verifier.canonical(text.encode())
    with pytest.raises(NotCanonical):
        canon.decode_object(text.encode())


def a_world() -> tuple[World, Author, Room, Room]:
    world = World()
    bo = world.author("bo")
    return world, bo, world.room(bo, public=True), world.room(bo, public=False, name="closed")


def mine(world: World, author: Author, room: Room) -> list[Any]:
    return [one for one in world.written if one.incoming.log == author.log(room.space).id]


def blob_frames(data: bytes) -> list[Frame]:
    chunks = [data[start : start + (1 << 20)] for start in range(0, len(data), 1 << 20)]
    said = canon.encode({"chunks": [sha256(one).hexdigest() for one in chunks], "size": len(data)})
    blob = Descriptor.parse(said)
    found = [messages.encode(messages.BlobIs(blob))]
    return found + [messages.encode(messages.Chunk(blob.id, n, one)) for n, one in enumerate(chunks)]


@pytest.mark.parametrize("public", [True, False])
def test_a_good_bundle_is_good_and_a_flip_of_any_bit_is_found(verifier: Any, public: bool) -> None:
    world, bo, open_room, closed = a_world()
    room = open_room if public else closed
    world.say(bo, room, "noted", {"text": "Zwölf Stühle مرحبا 😀"})
    stream = stream_of(
        bo, [bytes(32)], bo.log(room.space), room.space, mine(world, bo, room), more=blob_frames(b"sound " * 200)
    )
    assert problems(verifier, stream) == []
    chance = Random(3)
    for place in [*range(0, len(stream), 5), *range(len(stream) - 40, len(stream))]:
        changed = bytearray(stream)
        changed[place] ^= 1 << chance.randrange(8)
        assert problems(verifier, bytes(changed)), place
    for end in chance.sample(range(len(stream)), 40):
        assert problems(verifier, stream[:end]), end
    assert problems(verifier, stream + b"E")


def signed_anew(verifier: Any, wrong: str) -> list[str]:
    """A bundle whose signer vouches for what is wrong in it."""
    world, bo, room, _ = a_world()
    first = world.say(bo, room, "noted", {"text": "one"})
    log, events = bo.log(room.space), [one.incoming for one in mine(world, bo, room)]
    given = [identity_of(bo), *page_of(log, room.space, events), *blob_frames(bytes(10))]
    ranges = [range_of(log, events)]
    if wrong == "a signature":
        events[0] = events[0]._replace(signature=bytes(64))
        given[1:-2] = page_of(log, room.space, events)
    elif wrong == "a payload":
        given[2] = Frame(frames.PAYLOAD, given[2].body[:-3] + b"xy}")
    elif wrong == "a chunk":
        given[-1] = Frame(frames.CHUNK, given[-1].body[:-1] + b"x")
    elif wrong == "a missing chunk":
        del given[-1]
    elif wrong == "a gap":
        given[1:-2] = page_of(log, room.space, events[1:])
    elif wrong == "a head":
        ranges = [ranges[0]._replace(head=bytes(32))]
    elif wrong == "another device":
        given[0] = messages.encode(messages.Identity((bo.identity[0].incoming,)))
    elif wrong == "lam":
        bo.heads[log.id] = replace(bo.heads[log.id], lam=40)
        events.append(world.say(bo, room, "noted", {"text": "two"}).incoming)
        given[1:-2], ranges = page_of(log, room.space, events), [range_of(log, events)]
    assert first
    given.append(Frame(frames.END, b""))
    manifest = manifest_of(bo, [bytes(32)], ranges, given)
    if wrong == "counts":
        manifest = type(manifest)(**{**vars(manifest), "counts": {**manifest.counts, "events": 1}})
    frame = bundle.sign(manifest, bo.device)
    return problems(verifier, bundle.MAGIC + frame.encode() + b"".join(one.encode() for one in given))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "a signature",
        "a payload",
        "a chunk",
        "a missing chunk",
        "a gap",
        "a head",
        "another device",
        "lam",
        "counts",
    ],
)
def test_what_its_own_signer_got_wrong_is_found(verifier: Any, wrong: str) -> None:
    found = signed_anew(verifier, wrong)
    assert bool(found) == bool(wrong), found


def test_forks_and_what_should_be_gone_are_told(
    verifier: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, bo, room, _ = a_world()
    before = bo.heads[bo.log(room.space).id]
    target = world.say(bo, room, "noted", {"text": "one"})
    world.say(bo, room, "noted", {"text": "another"}, after=before)
    body = {"kind": "noted", "reason": "withdrawn", "stub": {}, "target": target.hash.hex()}
    world.say(bo, room, "redact", body, target.hash)
    path = tmp_path / "stream"
    path.write_bytes(stream_of(bo, [bytes(32)], bo.log(room.space), room.space, mine(world, bo, room)))
    assert verifier.main(path) == 0
    said = capsys.readouterr().out
    assert "fork: log" in said
    assert f"erased, but still here: the payload of {target.hash.hex()}" in said
    path.write_bytes(path.read_bytes()[:-9])
    assert verifier.main(path) == 1


@pytest.mark.parametrize("name", FORKS)
def test_forks_come_to_what_is_written_down(verifier: Any, name: str) -> None:
    """The golden forks: which identity events count, between which nothing is decided, and how far the device's log counts."""
    told = FORKS[name]
    held = hold(told["log"], told["space"], told["identity"], told["events"])
    found = held.identity(told["identity"][0]["hash"])
    assert found.way == told["counts"]
    assert sorted(found.undecided) == told["stopped"]
    assert sorted(found.devices) == told["devices"]
    if told["events"]:
        assert held.end_of(verifier.digest(b"log", told["log"].encode())) == told["end"]


def test_an_identity_that_stopped_is_told_with_its_branches(
    verifier: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, bo, room, _ = a_world()
    before, keys = bo.identity[-1].head, [sha256(name.encode()).hexdigest() for name in ("one", "another")]
    branches = [bo.decide("org.device", {"age": bo.recipient, "key": key}, after=before) for key in keys]
    world.say(bo, room, "noted", {"text": "one"})
    path = tmp_path / "stream"
    path.write_bytes(stream_of(bo, [bytes(32)], bo.log(room.space), room.space, mine(world, bo, room)))
    assert verifier.main(path) == 0
    told = capsys.readouterr().out
    between = sorted(one.hash.hex() for one in branches)
    assert f"identity {bo.org.hex()} stopped: nothing decides between {between}" in told
    assert not any(key in told for key in keys)


def test_a_revoked_device_signs_no_bundle(verifier: Any) -> None:
    world, bo, room, _ = a_world()
    bo.decide("org.revoked", {"key": bo.device.public.hex(), "pins": {}})
    stream = stream_of(bo, [bytes(32)], bo.log(room.space), room.space, mine(world, bo, room))
    assert [one for one in problems(verifier, stream) if "signing device" in one]
