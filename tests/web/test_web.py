"""Home and the root's files."""

import json
import re

import pytest
from django.test import Client

from tests.ground.people.builders import signed_in

pytestmark = pytest.mark.django_db


def test_home_is_a_door_for_guests_and_a_desk_for_people() -> None:
    assert "Sign in" in Client().get("/").text
    assert "What needs you now" in signed_in("amina").get("/").text


def test_the_manifests_icons_are_there() -> None:
    found = json.loads(Client().get("/manifest.webmanifest").content)
    assert found["start_url"] == "/"
    for icon in found["icons"]:
        answer = Client().get(icon["src"])
        assert answer.status_code == 200
        answer.close()


def test_the_service_worker_names_its_version_and_the_shell() -> None:
    answer = Client().get("/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert re.search(r'const NAME = "tejido-[0-9a-f]+"', answer.text)
    assert re.search(r'const FIRST = \["/static/tejido/tejido\.[0-9a-f]{12}\.css"', answer.text)
    assert "/offline/" in answer.text


def test_pages_of_the_shell_answer_get_only() -> None:
    for path in ("/", "/manifest.webmanifest", "/sw.js", "/offline/"):
        assert Client().post(path).status_code == 405
