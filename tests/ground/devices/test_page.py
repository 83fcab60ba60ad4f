"""The page “Keys and devices”: for keepers, with a warning that stays until somebody has the sheets on paper."""

import pytest

from tejido.ground.devices import actions, deciding, selectors
from tejido.ground.people import OPERATOR
from tests.ground.devices.conftest import Held
from tests.ground.devices.test_sheets import another_device, say
from tests.ground.people.builders import signed_in

WARNING = "Are the sheets on paper?"


@pytest.mark.parametrize(("role", "status"), [("keeper", 200), ("facilitator", 403), ("member", 403), ("guest", 403)])
def test_who_may_open_it(held: Held, role: str, status: int) -> None:
    client = signed_in("ana", role)
    assert client.get("/devices/").status_code == status
    assert client.post("/devices/sheets/").status_code == (302 if status == 200 else status)


def test_the_warning_stays_until_somebody_confirms_and_returns_with_new_keys(held: Held) -> None:
    client = signed_in("ana", "keeper")
    assert WARNING in client.get("/devices/").content.decode()
    client.post("/devices/sheets/")
    assert WARNING not in client.get("/devices/").content.decode()
    actions.rotate(held.admin(), held.made.append)
    assert WARNING in client.get("/devices/").content.decode()
    actions.confirm_sheets(viewer=OPERATOR)
    assert selectors.sheets_confirmed(held.org)


def test_devices_and_forks_with_the_command_for_each(held: Held) -> None:
    key = another_device(held)
    start = say(held, key, "below")[0]
    branches = [say(held, key, text, after=start.head)[0] for text in ("left", "right")]
    client = signed_in("ana", "keeper")
    page = client.get("/devices/").content.decode()
    assert f"tejido key revoke {key.public.hex()[:16]}" in page
    for one in branches:
        assert f"tejido key resolve {one.hash.hex()}" in page
        assert one.incoming.header.decode().replace('"', "&quot;") in page
    assert "Nets" in page
    actions.resolve(branches[0].hash, held.admin())
    assert "tejido key resolve" not in client.get("/devices/").content.decode()
    actions.revoke(key.public, held.admin())
    assert "tejido key revoke" not in client.get("/devices/").content.decode()
    assert deciding.identity_of(held.org).revoked.keys() == {key.public}
