"""Home and the root's files."""

import json
import re
from contextlib import closing
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from tejido.ground import slots
from tejido.web.views import MOST_STEPS
from tests.ground.people.builders import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("network")
def test_home_is_a_door_for_guests_and_a_desk_for_people() -> None:
    assert "Sign in" in Client().get("/").text
    assert "What needs you now" in signed_in("amina").get("/").text


@pytest.mark.usefixtures("network")
def test_an_icon_is_there_for_a_browser_that_asks_by_itself() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 302
    assert "icon-192" in answer["Location"]


def test_what_waits_stands_on_the_desk_most_urgent_first() -> None:
    client = signed_in("amina")
    with slots.emptied():
        slots.next_step(
            lambda _viewer: [slots.Step("Later", "/b", due="2026-12-01"), slots.Step("Answer <them>", "/a", 5)]
        )
        page = client.get("/").text
    assert page.index("Answer &lt;them&gt;") < page.index("Later")
    assert "1 Dec 2026" in page
    assert "Nothing waits" not in page


def test_a_long_desk_is_cut() -> None:
    client = signed_in("amina")
    with slots.emptied():
        slots.next_step(lambda _viewer: [slots.Step(f"step {at}", f"/{at}") for at in range(40)])
        page = client.get("/").text
    assert page.count("step ") == MOST_STEPS
    assert "There is more" in page


def test_rooms_show_panels_at_home_to_whom_they_choose() -> None:
    client = signed_in("amina")
    with slots.emptied():
        slots.panel(
            "home", lambda viewer, _subject: slots.Panel(f"For {viewer.name}", "ui/notice.html", {"text": "woven"})
        )
        slots.panel("home", lambda _viewer, _subject: None)
        page = client.get("/").text
    assert "<h2>For amina</h2>" in page
    assert page.count('class="panel"') == 1
    assert "woven" in page


def test_a_demonstration_says_so_on_every_page() -> None:
    assert "Demonstration" not in Client().get("/").text
    with override_settings(NODE=replace(settings.NODE, demo=True)):
        assert "Demonstration" in Client().get("/sign-in/").text


def test_the_manifests_icons_are_there() -> None:
    found = json.loads(Client().get("/manifest.webmanifest").content)
    assert (found["id"], found["start_url"], found["scope"], found["dir"]) == ("/", "/", "/", "ltr")
    assert [Client().get(one["url"]).status_code for one in found["shortcuts"]] == [200]
    for icon in found["icons"]:
        answer = Client().get(icon["src"])
        assert answer.status_code == 200
        answer.close()


def test_the_service_worker_names_its_version_and_the_shell() -> None:
    answer = Client().get("/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert re.search(r'const NAME = "tejido-[0-9a-f]+-en"', answer.text)
    assert re.search(r'const FIRST = \["/static/tejido/tejido\.[0-9a-f]{12}\.css"', answer.text)
    assert "/offline/" in answer.text
    assert "/phone/" in answer.text
    assert "import" not in answer.text


def test_the_service_worker_sends_where_the_browser_can_wake_it() -> None:
    answer = Client().get("/sw.js?module&lang=en")
    assert re.search(r'^import \{ drain \} from "/static/tejido/queue\.[0-9a-f]{12}\.js";', answer.text, re.MULTILINE)


def test_every_file_of_the_shell_is_there() -> None:
    (listed,) = re.findall(r"const FIRST = (\[.*?\]);", Client().get("/sw.js").text)
    for url in json.loads(listed):
        with closing(Client().get(url)) as answer:
            assert answer.status_code == 200, url


@pytest.mark.usefixtures("network")
def test_the_page_on_this_phone_is_the_same_for_everybody_and_may_be_kept() -> None:
    guest, member = Client().get("/phone/"), signed_in("amina", "facilitator").get("/phone/")
    assert guest.content == member.content
    assert "amina" not in member.text
    assert "csrfmiddlewaretoken" not in member.text
    assert "public" in guest.headers["Cache-Control"]


def test_pages_of_the_shell_answer_get_only() -> None:
    for path in ("/", "/manifest.webmanifest", "/sw.js", "/offline/", "/phone/"):
        assert Client().post(path).status_code == 405
