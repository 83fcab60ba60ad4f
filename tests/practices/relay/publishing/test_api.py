"""Publishing over HTTP and by command: the same actions."""

import json
from typing import Any

import pytest
from django.test import Client

from tejido.practices.relay.publishing import public as reading
from tejido.site.cli import setup
from tejido.site.cli.parser import build
from tests.ground.people.builders import signed_in
from tests.practices.relay.publishing.builders import Chain, published
from tests.practices.relay.publishing.test_actions import correct_first

ROOT = "/api/v1/relay_publishing"


@pytest.fixture
def client(chain: Chain) -> Client:
    return signed_in("amina", "keeper")


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{ROOT}{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_preview_publish_correct_read_and_take_back(client: Client, chain: Chain) -> None:
    asked = {"chains": [chain.node.chain], "langs": ["es"], "titles": {"es": "El calor"}}
    seen = post(client, "/previews", asked).json()
    assert [(one["number"], one["leaves"], one["reasons"]) for one in seen["places"]] == [
        (1, "words", []),
        (2, "words", []),
    ]
    done = post(client, "/publications", {**asked, "base": seen["base"]}, **{"Idempotency-Key": "one"})
    assert done.status_code == 201
    slug = done.json()["slug"]
    again = post(client, "/publications", {**asked, "base": seen["base"]}, **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (201, {"slug": slug, "number": 1})
    found = client.get(f"{ROOT}/publications/{slug}").json()
    assert (found["titles"], found["items"][0]["voice"]["lines"][0]["text"]) == ({"es": "El calor"}, "Hace calor.")
    correct_first(chain, "Hace mucho calor.")
    fixed = {"langs": ["es"], "changes": ["A word."]}
    assert post(client, f"/publications/{slug}/preview", fixed).json()["number"] == 2
    assert post(client, f"/publications/{slug}/editions", fixed).json() == {"slug": slug, "number": 2}
    listed = client.get(f"{ROOT}/publications/{slug}/editions").json()
    assert [(one["number"], one["newest"]) for one in listed["items"]] == [(2, True), (1, False)]
    assert client.get(f"{ROOT}/publications/{slug}?number=1").json()["title"] == "El calor"
    assert client.get(f"{ROOT}/publications").json()["total"] == 1
    assert client.delete(f"{ROOT}/publications/{slug}").status_code == 204
    assert client.get(f"{ROOT}/publications/{slug}").json()["withdrawn"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"langs": ["fr"]}, 422, "empty-language"),
        ({"langs": []}, 422, "no-language"),
        ({"base": "something else"}, 409, "plan-changed"),
        ({"chains": ["a" * 26]}, 404, "not-found"),
        ({"since": "2999-01-01"}, 422, "nothing-chosen"),
        ({"licence": "WTFPL"}, 422, "invalid"),
    ],
)
def test_what_does_not_fit_is_said(
    client: Client, chain: Chain, changed: dict[str, Any], status: int, code: str
) -> None:
    found = post(client, "/publications", {"chains": [chain.node.chain], "langs": ["es"], **changed})
    assert (found.status_code, found.json()["code"]) == (status, code)
    assert client.get(f"{ROOT}/publications").json()["total"] == 0


def test_members_read_only(chain: Chain) -> None:
    slug, member = published(chain), signed_in("rosa", "facilitator")
    assert member.get(f"{ROOT}/publications/{slug}").status_code == 200
    assert member.get(f"{ROOT}/licences").json()["total"] == 6
    asked = {"chains": [chain.node.chain], "langs": ["es"]}
    for path in ("/previews", "/publications", f"/publications/{slug}/editions", f"/publications/{slug}/preview"):
        assert post(member, path, asked).status_code == 403
    assert member.delete(f"{ROOT}/publications/{slug}").status_code == 403


def run(*words: str) -> None:
    """A command, as it is typed."""
    args = build().parse_args(list(words))
    args.run(args)


def test_by_command(chain: Chain, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "django", lambda: None)
    run("publish", chain.node.chain, "--lang", "es", "--lang", "fr", "--preview")
    assert "no translation" in capsys.readouterr().out
    run("publish", chain.node.chain, "--lang", "es", "--title", "es=El calor = aquí", "--no-places")
    slug = capsys.readouterr().out.strip()
    assert reading.edition(slug).titles == {"es": "El calor = aquí"}
    assert reading.edition(slug).voices[0].place == ""
    correct_first(chain, "Hace mucho calor.")
    run("publish", "--correct", slug, "--lang", "es", "--change", "A word.", "--erase-earlier")
    capsys.readouterr()
    run("editions", slug)
    assert [line.split()[1:3] for line in capsys.readouterr().out.splitlines()] == [["2", "stands"], ["1", "replaced"]]
    run("editions", "--json")
    assert json.loads(capsys.readouterr().out)[0]["changes"] == ["A word."]
    run("unpublish", slug)
    assert reading.edition(slug).withdrawn
