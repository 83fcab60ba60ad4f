"""Proofs: the finished pages before they are published; for keepers, marked, kept by nobody, and the same as what follows."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tejido.ground import blobs
from tejido.ground.errors import NotAllowed, NotFound
from tejido.ground.people import GUEST, OPERATOR
from tejido.practices.relay import actions as relay
from tejido.practices.relay.press.models import Made, Season
from tejido.practices.relay.publishing import proofs
from tejido.practices.relay.publishing.models import Edition, Proof, Voice
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node
from tests.practices.relay.press.builders import in_process
from tests.practices.relay.publishing.builders import Chain, chosen, published
from tests.practices.relay.publishing.test_actions import correct_first
from tests.practices.relay.publishing.test_pages import new, sent
from tests.web.public import builders

BOTH = {"langs": ("es", "en"), "titles": {"es": "Calor", "en": "Heat"}}


def main(page: str) -> str:
    """What the page says, its mark as a proof aside."""
    found = BeautifulSoup(page, "html.parser").select_one("main")
    assert found
    for note in found.select("[role=note]"):
        note.decompose()
    return " ".join(found.get_text(" ").split())


def proved(chain: Chain, **more: object) -> str:
    return proofs.prove(viewer=OPERATOR, choice=chosen(chain, **{**BOTH, **more}))


def at(key: str, rest: str = "") -> str:
    proof = Proof.objects.get(key=key)
    return f"/publications/proofs/{key}/p/{proof.address}/{rest}"


def test_from_the_form_to_the_finished_pages_to_publishing(chain: Chain) -> None:
    keeper = signed_in("amina", "keeper")
    page = keeper.get(new(chain)).text
    assert "See the finished pages" in page
    done = keeper.post(new(chain), sent(page, lang=["es", "en"], title_es="Calor", do="show"))
    done = keeper.post(new(chain), sent(done.text, title_en="Heat", do="prove"))
    assert done.status_code == 302
    key = Proof.objects.get().key
    assert done.headers["Location"] == reverse("publishing_proof", args=[key])
    panel = keeper.get(done.headers["Location"])
    assert panel["Cache-Control"] == "no-store"
    assert f'href="{at(key, "es/")}"' in panel.text
    assert f'href="{at(key, "en/1/")}"' in panel.text
    assert f'href="{at(key, "en/dossier.pdf")}"' in panel.text
    assert "Heat" in keeper.get(reverse("publishing")).text or "Calor" in keeper.get(reverse("publishing")).text
    before = {rest: main(keeper.get(at(key, rest)).text) for rest in ("es/", "en/", "en/1/")}
    assert "It is hot." in before["en/"]
    assert not Edition.objects.exists()
    assert not Voice.objects.exists()
    published_ = keeper.post(done.headers["Location"], sent(panel.text, do="publish"))
    slug = Edition.objects.get().slug
    assert published_.headers["Location"] == reverse("publishing_one", args=[slug])
    assert not Proof.objects.exists()
    after = {rest: main(Client().get(f"/p/{slug}/{rest}").text) for rest in before}
    assert after == before


def test_a_proof_is_marked_and_no_cache_keeps_it(chain: Chain) -> None:
    key = proved(chain)
    keeper = signed_in("amina", "keeper")
    for rest in ("es/", "en/1/"):
        page = keeper.get(at(key, rest))
        assert "Preview, not published." in page.text
        assert f'href="/publications/proofs/{key}/"' in page.text
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"] == "noindex"
        assert "ETag" not in page
    inside = set(re.findall(r'href="([^"]*)"', keeper.get(at(key, "es/")).text))
    address = Proof.objects.get().address
    assert not [one for one in inside if re.search(rf"^/p/{address}", one)]  # no link leads where nothing is yet


def test_a_proof_is_for_keepers_alone(chain: Chain) -> None:
    key = proved(chain)
    pages = [reverse("publishing_proof", args=[key]), at(key, "es/"), at(key, "es/1/"), at(key, "es/dossier.pdf")]
    pages.append(reverse("public_proof_feed", args=[key, "es"]))
    for who in (Client(), signed_in("moha", "facilitator"), signed_in("gus", "guest")):
        for path in pages:
            answer = who.get(path)
            assert answer.status_code in (302, 403), path
            assert b"calor" not in answer.content.lower()
    with pytest.raises(NotAllowed):
        proofs.proof(viewer=GUEST, key=key)
    with pytest.raises(NotAllowed):
        proofs.prove(viewer=GUEST, choice=chosen(chain))
    keeper = signed_in("amina", "keeper")
    other = "a" * 26
    assert keeper.get(reverse("publishing_proof", args=[other])).status_code == 404
    for rest in ("ar/", "es/9/", "ar/dossier.pdf"):
        assert keeper.get(at(key, rest)).status_code == 404
    assert keeper.get(f"/publications/proofs/{key}/p/aaaaaaaa/es/").status_code == 404


def test_nothing_is_left_of_a_proof_that_is_dropped(chain: Chain) -> None:
    files, key = list(blobs.ids()), proved(chain)
    keeper = signed_in("amina", "keeper")
    for rest in ("es/", "en/1/", "en/dossier.pdf"):
        assert keeper.get(at(key, rest)).status_code == 200
    page = keeper.get(reverse("publishing_proof", args=[key]))
    gone = keeper.post(reverse("publishing_proof", args=[key]), sent(page.text, do="drop"))
    assert gone.headers["Location"] == reverse("publishing")
    assert "Nothing was published" in keeper.get(reverse("publishing")).text
    assert [model.objects.count() for model in (Proof, Edition, Voice, Made, Season)] == [0] * 5
    assert list(blobs.ids()) == files
    assert keeper.get(f"/publications/proofs/{key}/").status_code == 404


def test_a_proof_goes_by_itself_after_a_day(chain: Chain) -> None:
    key = proved(chain)
    Proof.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    with pytest.raises(NotFound):
        proofs.proof(viewer=OPERATOR, key=key)
    assert proofs.proofs(viewer=OPERATOR) == []
    proofs.clear()
    assert not Proof.objects.exists()


def test_what_is_taken_back_meanwhile_is_in_no_proof(chain: Chain) -> None:
    key = proved(chain)
    keeper = signed_in("amina", "keeper")
    assert "Hace calor." in keeper.get(at(key, "es/")).text
    relay.withdraw(viewer=OPERATOR, report=chain.report, erase_too=True)
    page = keeper.get(at(key, "es/"))
    assert "Hace calor" not in page.text
    panel = keeper.get(reverse("publishing_proof", args=[key]))
    assert "Hace calor" not in panel.text


def test_what_changed_since_is_said_and_not_published(chain: Chain) -> None:
    key = proved(chain, langs=("es",), titles={})
    keeper = signed_in("amina", "keeper")
    correct_first(chain, "Hace mucho calor.")
    panel = keeper.get(reverse("publishing_proof", args=[key]))
    assert "Something of this has changed" in panel.text
    assert 'value="publish"' not in panel.text
    assert "Hace mucho calor." in keeper.get(at(key, "es/")).text
    refused = keeper.post(reverse("publishing_proof", args=[key]), {"do": "publish", "command": "x"})
    assert refused.status_code == 409
    assert not Edition.objects.exists()
    assert Proof.objects.exists()


def test_something_is_changed_from_a_proof(chain: Chain) -> None:
    key = proved(chain, summaries={"es": "Un resumen."})
    keeper = signed_in("amina", "keeper")
    change = f"{reverse('publishing_new')}?proof={key}"
    assert change in keeper.get(reverse("publishing_proof", args=[key])).text
    again = keeper.get(change)
    assert "Un resumen." in again.text
    assert sent(again.text)["lang"] == ["es", "en"] or set(sent(again.text)["lang"]) == {"es", "en"}


def test_a_proof_of_a_correction_stands_beside_the_edition(chain: Chain) -> None:
    slug = published(chain, **BOTH)
    correct_first(chain, "Hace mucho calor.")
    choice = chosen(chain, langs=("es",), titles={"es": "Calor"}, changes=("A word was wrong.",))
    key = proofs.prove(viewer=OPERATOR, choice=choice, slug=slug)
    keeper = signed_in("amina", "keeper")
    assert "Hace mucho calor." in keeper.get(at(key, "es/")).text
    assert "A word was wrong." in keeper.get(at(key, "es/")).text
    assert "Hace mucho calor." not in Client().get(f"/p/{slug}/es/").text
    assert f"/publications/{slug}/correct/?proof={key}" in keeper.get(reverse("publishing_proof", args=[key])).text
    assert "A word was wrong." in keeper.get(f"/publications/{slug}/correct/?proof={key}").text
    assert proofs.publish(viewer=OPERATOR, key=key) == slug
    assert "Hace mucho calor." in Client().get(f"/p/{slug}/es/").text


def test_a_proof_can_be_heard(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_process(monkeypatch)
    builders.hops(node, tmp_path)
    key = proofs.prove(viewer=OPERATOR, choice=builders.choice(node))
    keeper = signed_in("amina", "keeper")
    page = keeper.get(at(key, "ar/1/")).text
    (sound,) = set(re.findall(r'<source src="([^"]*)"', page))
    assert sound.startswith(f"/publications/proofs/{key}/p/sound/")
    heard = keeper.get(sound)
    assert heard.status_code == 200
    assert heard["Cache-Control"] == "no-store"
    assert b"ftyp" in b"".join(heard.streaming_content)[:40]  # type: ignore[attr-defined]
    assert Client().get(sound).status_code == 302
    files = re.findall(r'href="([^"]*\.vtt)"', page)
    assert files
    assert "WEBVTT" in keeper.get(files[0]).text
    entries = unescape(keeper.get(reverse("public_proof_feed", args=[key, "en"])).text)
    assert entries.count("<h2") == 3
    assert "season 1, episode 3" in entries
    assert "It is hot in the warehouse." in entries
    assert not Season.objects.exists()
    assert not Made.objects.exists()
