"""Publishing as a browser without JavaScript sees it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions as relay
from tejido.practices.relay.publishing import actions
from tejido.practices.relay.publishing import public as reading
from tejido.practices.relay.publishing.models import Edition
from tests.ground.people.builders import signed_in
from tests.practices.relay.publishing.builders import Chain, a_chain, chosen, published, translate
from tests.practices.relay.publishing.test_actions import correct_first


@pytest.fixture
def browser(chain: Chain) -> Client:
    """A keeper's browser."""
    return signed_in("amina", "keeper")


def sent(page: str, **changed: Any) -> dict[str, Any]:
    """What a browser would send of the form for an edition; lists where a name stands several times."""
    form = BeautifulSoup(page, "html.parser").select_one("main form[method=post]")
    assert form
    found: dict[str, Any] = {}
    for one in form.select("input[name]:not([type=checkbox]):not([type=radio]), textarea[name], input[checked]"):
        found.setdefault(str(one["name"]), []).append(
            one.get("value") or ("on" if "checked" in one.attrs else one.text.strip())
        )
    for one in form.select("select[name]"):
        chosen_ = one.select_one("option[selected]")
        found[str(one["name"])] = [chosen_["value"]] if chosen_ else []
    return {**found, **changed}


def new(chain: Chain) -> str:
    return f"{reverse('publishing_new')}?chain={chain.node.chain}"


def one(slug: str, name: str = "one") -> str:
    return reverse(f"publishing_{name}", args=[slug])


def test_from_the_chain_to_a_published_edition(browser: Client, chain: Chain) -> None:
    page = browser.get(reverse("relay_chain", args=[chain.node.chain])).text
    assert new(chain) in page
    page = browser.get(new(chain)).text
    assert "leaves, words only" in page
    assert sent(page)["title_es"] == ["Calor"]
    done = browser.post(new(chain), sent(page, title_es="El calor", do="publish"))
    assert done.status_code == 302
    slug = Edition.objects.get().slug
    assert reading.edition(slug).titles == {"es": "El calor"}
    page = browser.get(done.headers["Location"]).text
    assert "El calor" in page
    assert f"/p/{slug}/" in page
    assert "El calor" in browser.get(reverse("publishing")).text
    assert "El calor" in browser.get(reverse("relay_chain", args=[chain.node.chain])).text
    assert slug in browser.get(reverse("publishing") + "?export=csv").getvalue().decode()


def test_showing_publishes_nothing_and_says_what_stays_and_why(browser: Client, chain: Chain) -> None:
    relay.withdraw(viewer=OPERATOR, report=chain.answer, purposes=["transcript"], erase_too=False)
    translate(chain.report, "en", ["It is hot.", "Very."])
    page = browser.get(new(chain)).text
    shown = browser.post(new(chain), sent(page, lang=["es", "en"], hop=[chain.hop, chain.reply], do="show"))
    assert shown.status_code == 200
    assert "Its speaker has not allowed the words to be published." in shown.text
    assert "It is hot." in shown.text
    assert 'name="title_en"' in shown.text
    assert not Edition.objects.exists()


def test_what_changed_since_the_preview_is_shown_first(browser: Client, chain: Chain) -> None:
    page = browser.get(new(chain)).text
    correct_first(chain, "Hace mucho calor.")
    refused = browser.post(new(chain), sent(page, do="publish"))
    assert refused.status_code == 409
    assert "look at the preview again" in refused.text
    assert not Edition.objects.exists()
    assert browser.post(new(chain), sent(refused.text, do="publish")).status_code == 302


def test_a_chain_of_which_nothing_may_leave_has_no_button(browser: Client, chain: Chain) -> None:
    for report in (chain.report, chain.answer):
        relay.withdraw(viewer=OPERATOR, report=report, purposes=["transcript"], erase_too=False)
    page = browser.get(new(chain))
    assert page.status_code == 200
    assert 'value="publish"' not in page.text
    assert "Nothing of this may be published" in page.text
    assert browser.post(new(chain), sent(page.text, do="publish")).status_code == 409


def test_correct_take_back_and_publish_again(browser: Client, chain: Chain) -> None:
    slug = published(chain)
    correct_first(chain, "Hace mucho calor.")
    actions.look_again()
    assert "publish a correction" in browser.get(one(slug)).text
    assert "A published edition is behind" in browser.get("/").text
    page = browser.get(one(slug, "correct")).text
    done = browser.post(one(slug, "correct"), sent(page, changes=["A word.\nAnother."], do=["publish"]))
    assert done.status_code == 302
    assert reading.edition(slug).changes == ("A word.", "Another.")
    page = browser.get(one(slug)).text
    assert "Editions" in page
    assert "an earlier edition" in browser.get(one(slug) + "?edition=1").text
    assert browser.post(one(slug, "unpublish"), {}).status_code == 422
    assert not reading.edition(slug).withdrawn
    assert browser.post(one(slug, "unpublish"), {"sure": "on"}).status_code == 302
    page = browser.get(one(slug)).text
    assert "Publish it again" in page
    assert browser.post(one(slug, "unpublish"), {"sure": "on"}).status_code == 409
    page = browser.get(one(slug, "correct")).text
    assert browser.post(one(slug, "correct"), sent(page, do="publish")).status_code == 302
    assert reading.edition(slug).number == 3


def test_a_season_is_chosen_first(browser: Client, chain: Chain) -> None:
    page = browser.get(reverse("publishing_new")).text
    assert chain.node.chain in page
    assert browser.get(f"{new(chain)}&since=2020-01-01&until=2999-01-01").status_code == 200
    assert browser.get(f"{new(chain)}&since=nonsense").status_code == 422


def test_editions_are_found_by_their_words_until_they_are_taken_back(browser: Client, chain: Chain) -> None:
    slug = published(chain, summaries={"es": "Turnos de noche sin aire."})
    assert f"/publications/{slug}/" in browser.get("/search/?q=turnos").text
    actions.unpublish(viewer=OPERATOR, slug=slug)
    assert f"/publications/{slug}/" not in browser.get("/search/?q=turnos").text


def test_members_read_and_cannot_publish(chain: Chain) -> None:
    slug, member = published(chain), signed_in("rosa", "facilitator")
    page = member.get(one(slug)).text
    assert "Publish a new edition" not in page
    assert member.get(new(chain)).status_code == 403
    assert member.post(one(slug, "unpublish"), {"sure": "on"}).status_code == 403
    assert member.get(one(slug, "correct")).status_code == 403


def test_what_is_not_there_is_not_found(browser: Client) -> None:
    for name in ("one", "correct", "unpublish"):
        assert browser.get(one("abcdefg2", name)).status_code == 404
    assert browser.get(reverse("publishing_new") + "?chain=" + "a" * 26).status_code == 404


def test_queries_do_not_grow_with_voices(browser: Client, chain: Chain) -> None:
    few = published(chain)
    pages = [new(chain), one(few, "correct"), one(few)]
    before = [queries(browser, page) for page in pages]
    for _ in range(3):
        a_chain(chain.node)
    actions.correct(viewer=OPERATOR, slug=few, choice=chosen(chain))
    assert len(reading.edition(few).items) == 8
    after = [queries(browser, page) for page in pages]
    assert all(late <= early for early, late in zip(before, after, strict=True)), (before, after)


def queries(browser: Client, page: str) -> int:
    """How many a page takes, once everything that is kept in memory is."""
    browser.get(page)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return len(seen)
