"""What a write reads of the logs and organisations that the node knows: those it needs, however many there are."""

from typing import Any

import pytest

from tejido.ground.network.families import PROFILE
from tejido.ground.store import db, logs
from tejido.ground.store.appending import Fact, append
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import Org as OrgRow
from tejido.log.descriptors import Log
from tests.replication.conftest import Shared, shared
from tests.support.authors import seed

__all__ = ["shared"]
MANY = 300


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Rows of logs and organisations that were made objects of."""
    made, load = list[Any](), db.load

    def noted(model: Any, where: str = "", params: Any = ()) -> Any:
        found = load(model, where, params)
        made.extend(row for row in found if isinstance(row, LogRow | OrgRow))
        return found

    monkeypatch.setattr(db, "load", noted)
    return made


def crowd(shared: Shared) -> None:
    """Logs that nobody needs, and organisations."""
    space_id, last = logs.space_row(shared.network).id, int(db.value("SELECT MAX(id) FROM store_log"))
    for number in range(MANY):
        log = Log(shared.bo.org, shared.bo.device.public, seed(f"epoch {number}")[:16], shared.network)
        LogRow.objects.create(id=last + 1 + number, hash=log.id, descriptor=log.data, org=log.org, space_id=space_id)
        OrgRow.objects.create(id=1000 + number, hash=seed(f"org {number}"), admin={"k": 1, "keys": []})


def test_a_write_reads_the_logs_it_needs_and_no_others(shared: Shared, read: list[Any]) -> None:
    append(shared.network, Fact(PROFILE, {"languages": [], "name": "before", "place": ""}))
    few = len(read)
    crowd(shared)
    read.clear()
    append(shared.network, Fact(PROFILE, {"languages": [], "name": "after", "place": ""}))
    assert 0 < len(read) <= few
    read.clear()
    said = shared.say("bo")
    ingest([said.incoming], known_logs=[shared.world.logs[said.incoming.log]])
    assert 0 < len(read) < 20


def test_whoever_asks_for_all_logs_gets_all(shared: Shared) -> None:
    before = len(logs.snapshot().logs)
    crowd(shared)
    shot = logs.snapshot()
    one = shot.logs[shared.bo.org]
    assert len(shot.logs) == len(list(shot.logs.values())) == before + MANY
    assert shot.logs[shared.bo.org] is one
    assert shot.by_id[one.id] is one
    assert shot.log(seed("no log")) is None
    with pytest.raises(KeyError):
        shot.logs[seed("no log")]
