"""The workbench over HTTP and on the command line."""

import json

import pytest
from django.test import Client

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions as relay
from tejido.practices.relay.review import tasks
from tejido.site.cli import main, setup
from tests.ground.people.builders import signed_in

API = "/api/v1/relay_review"
JSON = "application/json"


@pytest.fixture
def browser(report: str) -> Client:
    return signed_in("amina", "facilitator")


def test_a_translation_is_begun_written_approved_shared_and_erased(browser: Client, report: str) -> None:
    begun = browser.post(f"{API}/texts/{report}", {"lang": "en"}, JSON)
    assert (begun.status_code, begun.json()) == (202, {"lang": "en"})
    tasks.translate.call(f"{report}:en")
    text = browser.get(f"{API}/texts/{report}/en").json()
    assert (text["state"], text["percent"], text["source_lang"]) == ("draft", 0, "es")
    first, _ = text["segments"]
    assert (first["text"], first["by"], first["state"]) == ("It is hot.", "machine", "draft")
    there = f"{API}/texts/{report}/en/segments"
    said = {"base": first["base"], "text": "It's hot."}
    assert browser.put(f"{there}/{first['id']}", said, JSON).status_code == 204
    seen = {"base": first["base"], "source_base": first["source_base"]}
    refused = browser.post(f"{there}/{first['id']}/approval", seen, JSON)
    assert refused.status_code == 409
    assert (refused.json()["current"], refused.json()["proposed"]) == ("It's hot.", "It's hot.")
    for one in browser.get(f"{API}/texts/{report}/en").json()["segments"]:
        seen = {"base": one["base"], "source_base": one["source_base"]}
        assert browser.post(f"{there}/{one['id']}/approval", seen, JSON).status_code == 204
    versions = browser.get(f"{there}/{first['id']}/versions").json()["items"]
    assert [one["what"] for one in versions] == ["machine", "person", "approved"]
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    assert browser.post(f"{API}/texts/{report}/en/share", {}, JSON).status_code == 204
    read = browser.get(f"{API}/hops/{hop}/en").json()
    assert (read["mark"], [one["text"] for one in read["said"]]) == ("", ["It's hot.", "Very much so."])
    assert browser.get(f"{API}/texts?kind=translation").json()["items"][0]["percent"] == 100
    assert [one["lang"] for one in browser.get(f"{API}/measures").json()["items"]] == ["", "en"]
    assert browser.delete(f"{API}/texts/{report}/en").status_code == 204
    assert browser.get(f"{API}/texts/{report}/en").status_code == 404
    assert browser.get(f"{API}/hops/{hop}/en").json()["mark"] == "original"


def test_a_machines_words_say_so(browser: Client, report: str) -> None:
    browser.post(f"{API}/texts/{report}", {"lang": "en"}, JSON)
    tasks.translate.call(f"{report}:en")
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    read = browser.get(f"{API}/hops/{hop}/en").json()
    assert {one["mark"] for one in read["said"]} == {"machine"}


def test_words_do_not_go_to_a_server_before_they_may(browser: Client, report: str) -> None:
    refused = browser.post(f"{API}/texts/{report}", {"lang": "en", "outside": True}, JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "words-stay-here")


def test_the_command_line(report: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(setup, "django", lambda: None)
    assert main(["translate", report, "en"]) == 0
    drafted = capsys.readouterr().out.splitlines()
    assert [line.split("  ", 1)[1] for line in drafted] == ["draft  It is hot.", "draft  Very much so."]
    segment = drafted[0].split()[0]
    assert main(["review", "approve", report, "en", segment]) == 0
    assert main(["review", "approve", report, "en", "nothing"]) == 2
    capsys.readouterr()
    assert main(["review", "show", report, "en", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["state"] for row in rows] == ["approved", "draft"]
    assert main(["review", "list"]) == 0
    assert f"{report}  en  draft  1/2  Calor" in capsys.readouterr().out
    assert main(["review", "measures"]) == 0
    assert "es → en: 1 approved, unchanged 100 %" in capsys.readouterr().out
    assert main(["translate", report, "ti"]) == 1
    assert "No machine on this node" in capsys.readouterr().out
    relay.pass_on(viewer=OPERATOR, report=report)
    assert main(["review", "share", report, "en"]) == 0
