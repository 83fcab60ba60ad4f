"""A node in a network, with its sheets at hand."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground.devices.sheets import Sheet
from tejido.ground.network.actions import open_network
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.store import boot, founding
from tejido.ground.store.founding import Sheets


@dataclass
class Held:
    """A node's network and every set of sheets that was ever written for it, the newest last."""

    network: NetworkInfo
    made: list[Sheets] = field(default_factory=list)

    def admin(self, *places: int) -> list[Sheet]:
        one = self.made[-1]
        return [Sheet(one.admin[place], one.next[place]) for place in places or (0, 1)]

    def recovery(self, *places: int) -> list[Sheet]:
        return [Sheet(self.made[0].recovery[place]) for place in places or (0, 2)]

    @property
    def org(self) -> bytes:
        return self.made[0].org


@pytest.fixture
def held(db: None, settings: Settings, tmp_path: Path) -> Held:
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    boot.forget()
    made = founding.found()
    return Held(open_network(name="Nets"), [made])
