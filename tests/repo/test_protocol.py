"""What `docs/protocol.md` quotes is what the code does: prefixes, limits, and the worked example."""

import json
import re
from hashlib import sha256

import orjson
import pytest

from tejido.ground.blobs import formats
from tejido.ground.network import papers
from tejido.ground.originals import derive
from tejido.ground.peers import challenge
from tejido.ground.store import hashing, waiting
from tejido.log import canon, checkpoint, descriptors, header, identity, keys, membership, payload
from tejido.replication import bundle, pages
from tests.harness.run import ROOT

TEXT = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
VECTORS = json.loads((ROOT / "tests" / "log" / "vectors.json").read_text(encoding="utf-8"))
PREFIXES = {
    descriptors.SPACE, descriptors.LOG, keys.EVENT, payload.PAYLOAD, payload.EPOCH_KEY, identity.NEXT, keys.FILE,
    formats.PREFIX, hashing.PREFIX, derive.CONTEXT, checkpoint.PREFIX, checkpoint.HEADS, challenge.PREFIX,
    bundle.MAGIC,
}  # fmt: skip
LIMITS = {
    "levels of nesting": canon.DEPTH,
    "bytes of a header": header.MAX_HEADER,
    "bytes of a payload's JSON": header.MAX_PAYLOAD,
    "`deps` of an event": header.MAX_DEPS,
    "blobs of an event": header.MAX_BLOBS,
    "characters of a kind": header.MAX_KIND,
    "`schema` is less than": header.MAX_SCHEMA,
    "keys of a quorum": identity.MAX_KEYS,
    "members of a space": membership.MAX_MEMBERS,
    "bytes of a page": pages.MAX_PAGE,
    "events of a page": pages.MAX_EVENTS,
    "bytes of a paper": papers.MAX_PAPER,
    "bytes of a blob's chunk": formats.CHUNK,
    "bytes of a blob's descriptor": formats.MAX_LINE,
    "latest `at`": payload.LATEST,
}


def test_every_prefix_is_the_codes() -> None:
    quoted = re.findall(r"^\| `(tejido/[^`]+)⏎` \|", TEXT, re.MULTILINE)
    assert {f"{one}\n".encode() for one in quoted} == PREFIXES


def test_every_limit_is_the_codes() -> None:
    table = TEXT.split("| limit | value |")[1].split("\n\n")[0]
    assert {name: int(value) for name, value in re.findall(r"^\| (.+) \| (\d+) \|$", table, re.MULTILINE)} == LIMITS


@pytest.mark.parametrize(
    "quoted",
    [header.VERSION, papers.INVITATION, papers.REQUEST, bundle.FORM, f"{formats.CHUNK - formats.TAG:,} plaintext"],
)
def test_it_names(quoted: str) -> None:
    assert quoted in TEXT


def test_sizes_of_sealed_forms() -> None:
    assert f"Sealed data is {payload.BOX} bytes longer" in TEXT
    assert f"space's *epoch key*: {payload.WRAPPED} bytes" in TEXT
    assert f"keeps {waiting.MOST:,} events and\n   {waiting.MOST_BYTES >> 20} MiB" in TEXT


def test_every_field_of_a_header_is_described() -> None:
    section = TEXT.split("## 4. Headers")[1].split("## 5.")[0]
    assert all(f"`{field}`" in section for field in header.PUBLIC)


def test_every_reason_is_listed() -> None:
    from tejido.log import errors

    classes = (
        errors.NotCanonical,
        errors.BadHeader,
        errors.BadSignature,
        errors.BadChain,
        errors.BadPayload,
        papers.BadPaper,
    )
    assert all(f"`{one.code}`" in TEXT for one in classes)


def test_the_worked_example_is_that_of_the_vectors() -> None:
    example = TEXT.split("## 17. Worked example")[1]
    known = json.dumps(VECTORS)
    assert all(one in known for one in re.findall(r"\b[0-9a-f]{32,}\b", example))
    space, log, body, public, private = re.findall(r"```\n(.+?)\n```", example, re.DOTALL)
    assert sha256(descriptors.SPACE + space.encode()).hexdigest() == VECTORS["spaces"]["public"]["id"]
    assert sha256(descriptors.LOG + log.encode()).hexdigest() == VECTORS["logs"]["public"]["id"]
    assert public == VECTORS["public"][0]["header"]
    assert private == VECTORS["private"][0]["header"]
    assert sha256(keys.EVENT + public.encode()).hexdigest() in example
    assert bytes.fromhex(VECTORS["public"][0]["plain"])[payload.SALT :] == body.encode()
    assert orjson.loads(public)["ps"] == len(body.encode())
