"""The pages of networks, search and the node as people see them: at the width of a phone, in both directions."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tejido.ground.network import actions, folders, selectors
from tejido.ground.network.selectors import NetworkInfo
from tests.browser import lend
from tests.ground.network.builders import Stranger
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, axe, no_sideways_scrolling, shot
from tests.practices.relay.builders import a_node, a_report

pytestmark = pytest.mark.browser
LOOKS: list[tuple[int, str, Scheme]] = [(320, "en", "light"), (320, "ar", "dark"), (1280, "ar", "light")]


@pytest.fixture
def looked_at(site: str, settings: Settings, tmp_path: Path) -> tuple[Client, NetworkInfo, Path]:
    """A node with a network, a stranger's request, a folder, something to be found, and sheets lying about."""
    settings.NODE_DIR = tmp_path / "node"
    (settings.NODE_DIR / "sheets").mkdir(parents=True)
    (settings.NODE_DIR / "sheets" / "admin-1.txt").write_text("x")
    node = a_node()
    a_report(node, "Hace calor en el almacén.")
    info = selectors.networks()[0]
    for name in ("first", "second"):
        (tmp_path / name).write_bytes(Stranger().request(info))
    actions.admit(request=tmp_path / "first")
    (tmp_path / "shared").mkdir()
    folders.add(str(tmp_path / "shared"))
    return signed_in("keeper", "keeper"), info, tmp_path / "second"


@pytest.mark.parametrize(("width", "lang", "scheme"), LOOKS)
def test_networks_and_the_node(
    page_at: PageAt, site: str, looked_at: tuple[Client, NetworkInfo, Path], width: int, lang: str, scheme: Scheme
) -> None:
    client, info, _paper = looked_at
    page = page_at(width=width, lang=lang, scheme=scheme)
    lend(client, page, site, language=lang)
    addresses = {
        "network": "/network/",
        "network-one": f"/network/{info.key}/",
        "network-exchange": "/network/exchange/",
        "operate": "/operate/",
        "search": "/search/?q=calor",
        "held": "/me/data/",
    }
    for name, address in addresses.items():
        answer = page.goto(site + address)
        assert answer
        assert answer.status == 200
        if name == "search":
            assert page.locator("mark").all_inner_texts() == ["calor", "calor"]
        no_sideways_scrolling(page)
        axe(page)
        shot(page, name)


def test_admitting_with_a_keyboard_alone_and_without_scripts(
    page_at: PageAt, site: str, looked_at: tuple[Client, NetworkInfo, Path]
) -> None:
    client, info, paper = looked_at
    page = page_at(width=320, js=False)
    lend(client, page, site)
    page.goto(f"{site}/network/admit/")
    page.set_input_files("input[type=file]", paper)
    page.get_by_role("button", name="Read the request").press("Enter")
    shot(page, "network-confirm")
    no_sideways_scrolling(page)
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Admit them").press("Enter")
    page.get_by_text("They are in as soon as").wait_for()
    assert page.url == f"{site}/network/{info.key}/"
    assert page.get_by_text("has not said its name yet").count() == 2
    page.goto(f"{site}/network/exchange/")
    page.get_by_role("button", name="Exchange now").first.press("Enter")
    page.get_by_role("status").get_by_text("Given to the others").wait_for()
    shot(page, "network-exchanged")
