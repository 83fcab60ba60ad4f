"""A partner's device against a node as people run it, through TLS with a chain of its own: until it is revoked."""

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tejido.ground.peers import addresses, identities, wire
from tejido.ground.peers.connecting import Line, Reach
from tejido.log.keys import SigningKey
from tejido.log.writer import Written
from tejido.replication.messages import BEFORE, AskHeads, Events, Heads, Message, Run, WantPages
from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes
from tests.replication.online import org_of
from tests.replication.test_door import Caller
from tests.support.authors import Author, found
from tests.support.certificates import Authority, in_front_of

INSIDE = """
import django, json, sys; django.setup()
from tejido.ground.network import selectors
from tejido.ground.peers import identities
from tejido.ground.store.ingest import ingest
from tejido.ground.store.spaces import set_members
from tejido.log.descriptors import Log
given = json.load(sys.stdin)
org = bytes.fromhex(given["org"])
report = ingest(identities.read(org, given["events"]), known_logs=[Log.of_identity(org)])
assert not report.refused, report.refused
if given["admit"]:
    set_members(selectors.networks()[0].space, [selectors.org_id(), org])
"""


def arrives(node: NodeProc, author: Author, *, admit: bool = False) -> None:
    """The author's identity log as it is now comes to the node, by whatever carrier."""
    events = [identities._packed(one.incoming) for one in author.identity]
    given = json.dumps({"org": author.org.hex(), "events": events, "admit": admit})
    env = {**node.env, "TEJIDO_NODE": str(node.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    subprocess.run([sys.executable, "-c", INSIDE], env=env, cwd=run.ROOT, input=given, text=True, check=True)


@dataclass
class Online:
    """Posts over a line, as Django's client does without one."""

    line: Line

    def post(self, path: str, body: bytes, *, content_type: str, headers: dict[str, str]) -> Any:
        answer = self.line.post(path, body, {"Content-Type": content_type, **headers}, wire.MOST_BODY)
        return SimpleNamespace(status_code=answer.status, content=b"".join(answer.read()))


def revoke(author: Author, key: SigningKey) -> Written:
    return author.decide("org.revoked", {"key": key.public.hex(), "pins": {}})


@pytest.mark.slow
def test_a_device_is_let_in_until_its_revocation_has_arrived(
    nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, node, author = Authority.new(tmp_path, "trusted"), nodes.create("one"), found("bo")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    node.call("network", "open", "Net")
    arrives(node, author, admit=True)
    node.serve()
    org = bytes.fromhex(org_of(node))
    with in_front_of(node.port, authority.context(tmp_path, "localhost")) as port:
        address = f"https://localhost:{port}"
        with closing(Line(addresses.parse(address), Reach(lan=True))) as line:
            bo = Caller(author, author.device, Online(line))  # type: ignore[arg-type]
            _until_revoked(bo, node, org, address)


def _until_revoked(bo: Caller, node: NodeProc, org: bytes, address: str) -> None:
    def greeted() -> int:
        answer = bo.prove(bo.hello(bo.asked(called=org, address=address)))
        bo.token = json.loads(answer.content)["token"] if answer.status_code == 200 else bo.token
        return int(answer.status_code)

    assert greeted() == 200
    heads = next(one for one in bo.hears(AskHeads()) if isinstance(one, Heads))
    runs = [Run(head.log, head.tips[0], BEFORE) for head in (*heads.identities, *heads.logs)]
    first, *rest = [WantPages(heads.space, (one,)) for one in runs]
    assert rest
    assert any(isinstance(one, Events) for one in bo.hears(first))
    revoke(bo.author, bo.author.device)
    arrives(node, bo.author)
    under_way: list[Message] = [AskHeads(), *rest]
    for said in under_way:
        answer = bo.turn(said)
        assert (answer.status_code, answer.content) == (401, b"")
    refused = bo.prove(bo.hello(bo.asked(called=org, address=address)))
    nobody = bo.prove(bo.hello(bo.asked(called=bytes(32), address=address)))
    assert (refused.status_code, refused.content) == (nobody.status_code, nobody.content) == (401, b"")
    bo.key = SigningKey.generate()  # its organisation goes on, by another device
    bo.author.name_device(bo.key.public, bo.author.recipient)
    assert greeted() == 200
    assert any(isinstance(one, Events) for one in bo.hears(*rest[:1]))
