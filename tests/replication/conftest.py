"""A founded node with a network in which bo, who exists in memory only, is a member; and the folder they share."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground.network import actions, selectors
from tejido.ground.network.exchanging import exchange_folder
from tejido.ground.network.families import PROFILE
from tejido.ground.store import boot, db, founding, keyring, logs
from tejido.ground.store.hashing import state_hashes
from tejido.ground.store.ingest import ingest
from tejido.ground.store.spaces import set_members
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.writer import Written
from tejido.replication import pages
from tejido.replication.exchanged import Exchanged
from tests.support.authors import Author, Room, World


@dataclass
class Shared:
    """The node, bo, and the space's directory in the folder."""

    root: Path
    network: bytes
    world: World
    bo: Author
    room: Room

    @property
    def here(self) -> Path:
        return self.root / logs.space_row(self.network).folder

    def exchange(self) -> Exchanged:
        return exchange_folder(self.root)

    def say(self, name: str, *, blobs: tuple[str, ...] = ()) -> Written:
        """bo states a profile."""
        body = {"languages": [], "name": name, "place": ""}
        return self.world.say(self.bo, self.room, PROFILE, body, blobs=blobs)

    def put(self, *events: Written) -> Path:
        """bo writes a page and the payloads, as a well-behaved node does."""
        for one in events:
            assert one.incoming.payload
            self.payload(one.hash).parent.mkdir(parents=True, exist_ok=True)
            self.payload(one.hash).write_bytes(one.incoming.payload.pack())
        return self.put_page(events[0].incoming.log, [one.incoming for one in events])

    def put_page(self, log: bytes, events: list[Incoming]) -> Path:
        described = self.world.logs[log]
        page = pages.Page(described, None if described.identity else self.room.space, tuple(events))
        path = self.here / "pages" / str(pages.PageName.of(page))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.encode())
        return path

    def payload(self, event: bytes) -> Path:
        return self.here / "payloads" / event.hex()[:2] / event.hex()

    def wants(self) -> list[str]:
        return sorted(path.name for path in (self.here / "wants").iterdir())

    def names(self) -> list[str]:
        """What the profiles say that folded."""
        return sorted(name for (name,) in db.rows("SELECT name FROM network_profilerow"))


@pytest.fixture
def shared(transactional_db: None, tmp_path: Path, settings: Settings) -> Iterator[Shared]:
    settings.NODE_DIR = tmp_path / "node"
    boot.forget()
    founding.found()
    info = actions.open_network(name="Network")
    world = World()
    bo = world.author("bo")
    ingest([one.incoming for one in bo.identity], known_logs=[Log.of_identity(bo.org)])
    set_members(info.space, [selectors.org_id(), bo.org])
    row = logs.space_row(info.space)
    key = keyring.current_epoch_key(row.id)
    assert key is not None
    room = Room(Space.parse(bytes(row.descriptor)), bo, [key])
    (tmp_path / "stick").mkdir()
    yield Shared(tmp_path / "stick", info.space, world, bo, room)
    boot.forget()


def everything() -> tuple[object, ...]:
    """What must not change where something is passed over."""
    counts = [
        db.value(f"SELECT COUNT(*) FROM store_{table}") for table in ("event", "payload", "log", "space", "waiting")
    ]
    return (counts, state_hashes())
