"""A node of its own in this process, with an organisation, a network, and events of every sort in it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground import blobs
from tejido.ground.network import actions, selectors
from tejido.ground.network.families import PROFILE
from tejido.ground.store import boot, db, logs, reading
from tejido.ground.store.founding import found
from tejido.ground.store.ingest import ingest
from tejido.ground.store.public import Fact, append, own_row, redact
from tejido.log import writer
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.header import trusted
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft, Head


@dataclass
class Node:
    """A founded node in the test's database and folder."""

    folder: Path
    network: bytes
    public: bytes
    blob: str

    def foreign(self, *, network: bytes | None = None) -> list[Incoming]:
        """Two events of a device that no identity names, in one log of a space."""
        key, space = SigningKey.generate(), network or self.public
        log = Log(bytes(own_row().org), key.public, bytes(16), space)
        with db.writing():
            logs.learn_log(log)
        first = writer.write(log, Head(), _draft("first"), key, lam=0, epoch_key=None)
        second = writer.write(log, first.head, _draft("second"), key, lam=0, epoch_key=None)
        return [first.incoming, second.incoming]

    def fork(self) -> None:
        """Our own device writes a second event of one seq."""
        from tejido.ground.store import keyring

        own = own_row()
        log = Log(bytes(own.org), bytes(own.device), bytes(own.epoch), self.public)
        sql = "SELECT e.header FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.hash = %s ORDER BY seq"
        header = trusted(bytes(db.rows(sql, [log.id])[-1][0]))
        head = Head(header.seq - 1, bytes.fromhex(header.prev), header.lam - 1)
        other = writer.write(log, head, _draft("other"), keyring.device_key(), lam=0, epoch_key=None)
        assert ingest([other.incoming]).accepted == 1


def _draft(name: str) -> Draft:
    return Draft(PROFILE, {"languages": ["en"], "name": name, "place": ""}, "2026-01-01", 0)


@pytest.fixture
def node(transactional_db: None, tmp_path: Path, settings: Settings) -> Node:
    """Public, private, redacted, named blobs; nothing wrong."""
    settings.NODE_DIR = tmp_path / "node"
    boot.forget()
    found()
    info = actions.open_network(name="Network")
    actions.state_profile(network=info.space, name="One", place="Here", languages=["en"])
    blob = blobs.put(b"sound" * 1000, sealed=True, media_type="audio/ogg")
    fact = Fact(PROFILE, {"languages": ["en"], "name": "with a file", "place": ""}, blobs=(blob.id,))
    append(info.space, fact)
    gone = append(selectors.own_space(), Fact(PROFILE, {"languages": ["en"], "name": "erased", "place": ""}))[0]
    redact(selectors.own_space(), gone.hash, aggregate=gone.aggregate, kind=PROFILE, stub={}, reason="asked")
    assert info.public_space is not None
    append(info.public_space, Fact(PROFILE, {"languages": ["en"], "name": "in public", "place": ""}))
    assert reading.epoch_keys()
    return Node(tmp_path / "node", info.space, info.public_space, blob.id)
