"""A cover that a keeper gives: on pages, in feeds and books, taken back and erased; bad input changes nothing."""

import re
import zipfile
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tejido.engines.press.cover import size
from tejido.ground.errors import Invalid, NotAllowed
from tejido.ground.people import GUEST, OPERATOR
from tejido.practices.relay.press import actions, books, covers, feeds, made, pressing
from tejido.practices.relay.press.errors import NoGivenCover, NotSaid
from tejido.practices.relay.press.models import GivenCover
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.public import edition
from tests.engines.press.test_cover import head, picture
from tests.engines.press.test_picture import animated, photo
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node
from tests.practices.relay.press.builders import Told
from tests.practices.relay.publishing.builders import Chain, a_chain, published

ALTS = {"es": "Manos en una caja", "en": "Hands on a box"}


@pytest.fixture
def chain(node: Node, at_home: None) -> Chain:
    """Two voices, approved."""
    return a_chain(node)


@pytest.fixture
def slug(chain: Chain) -> str:
    """A publication in one language, of typed voices."""
    return published(chain, langs=("es",))


def give(slug: str, data: bytes | None = None, **alts: str) -> tuple[str, ...]:
    return actions.give_cover(viewer=OPERATOR, slug=slug, data=data or photo(), alts=alts or ALTS)


def test_from_the_keepers_page_to_everybody(slug: str) -> None:
    keeper = signed_in("amina", "keeper")
    address = reverse("press_own_cover", args=[slug])
    assert address in keeper.get(reverse("publishing_one", args=[slug])).text
    assert "woven from its address" in keeper.get(address).text
    file = SimpleUploadedFile("me.jpg", photo(), content_type="image/jpeg")
    done = keeper.post(address, {"do": "give", "picture": file, "alt_es": "Manos en una caja"}, follow=True)
    assert "The file said where the picture was taken." in done.text
    assert "notes of the camera" in done.text
    assert 'alt="Manos en una caja"' in done.text
    page = Client().get(f"/p/{slug}/es/").text
    small = str(re.findall(r'<img class="given" src="([^"]*)"', page)[0])
    assert 'alt="Manos en una caja"' in page
    answer = Client().get(small)
    assert (answer["Content-Type"], size(answer.content)) == ("image/jpeg", (240, 240))
    full = str(re.findall(r'og:image" content="[^"]*(/p/[^"]*)"', page)[0])
    whole = Client().get(full)
    assert size(whole.content) == (1400, 1400)
    assert b"CANARY" not in whole.content
    assert Client().head(full).status_code == 200
    assert Client().get(full, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    other = keeper.post(address, {"do": "give", "alt_es": "Otras manos"}, follow=True)  # words alone
    assert 'alt="Otras manos"' in Client().get(f"/p/{slug}/es/").text
    assert "Saved." in other.text
    woven = keeper.post(address, {"do": "weave"}, follow=True)
    assert "woven again" in woven.text
    assert Client().get(full).status_code == 404
    assert "given" not in Client().get(f"/p/{slug}/es/").text
    assert not GivenCover.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (head(20_000, 20_000), "20000 × 20000 pixels"),
        (b"", "no PNG or JPEG picture"),
        (b"%PDF-1.7", "no PNG or JPEG picture"),
        (animated(), "may move"),
        (head(900, 900), "take a larger one"),
        (head(1400, 2000), "A cover is square"),
    ],
    ids=["huge", "empty", "other", "animated", "little", "oblong"],
)
def test_bad_input_is_refused_in_plain_words_and_changes_nothing(slug: str, data: bytes, said: str) -> None:
    give(slug, es="Antes")
    before = GivenCover.objects.get()
    keeper, address = signed_in("amina", "keeper"), reverse("press_own_cover", args=[slug])
    file = SimpleUploadedFile("x.png", data, content_type="image/png")
    answer = keeper.post(address, {"do": "give", "picture": file, "alt_es": "Nueva"})
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    now = GivenCover.objects.get()
    assert (now.tag, now.alts, now.at) == (before.tag, {"es": "Antes"}, before.at)


def test_what_it_shows_is_asked_in_each_language(chain: Chain) -> None:
    slug = published(chain, langs=("es",))
    with pytest.raises(NotSaid):
        give(slug, en="Hands")
    with pytest.raises(Invalid):
        give(slug, es="m" * 301)
    with pytest.raises(NoGivenCover):
        actions.give_cover(viewer=OPERATOR, slug=slug, data=None, alts=ALTS)
    with pytest.raises(NotAllowed):
        actions.give_cover(viewer=GUEST, slug=slug, data=photo(), alts=ALTS)
    with pytest.raises(NoGivenCover):
        actions.take_back_cover(viewer=OPERATOR, slug=slug)
    assert not GivenCover.objects.exists()


def test_it_goes_with_the_publication(slug: str) -> None:
    give(slug)
    publishing.unpublish(viewer=OPERATOR, slug=slug)
    books.reconcile()
    assert not GivenCover.objects.exists()
    keeper = signed_in("amina", "keeper")
    assert keeper.get(reverse("press_own_cover", args=[slug])).status_code == 410


def test_feeds_and_books_show_it(each: Told) -> None:
    langs = each.edition.langs
    alts = {lang: f"Hands, {lang}" for lang in langs}
    lang = langs[0]
    before = feeds.of(lang).etag
    actions.give_cover(viewer=OPERATOR, slug=each.slug, data=picture(1400, 1400), alts=alts)
    tag = GivenCover.objects.get().tag
    feed = Client().get(f"/p/feed/{lang}.xml").text
    assert feeds.of(lang).etag != before
    assert f"https://voices.example/p/{each.slug}/cover-{tag}.jpg" in feed
    assert f"/p/{each.slug}/cover.png" not in feed
    found = edition(each.slug)
    wanted = {(one.kind, one.lang) for one in books.missing(found)}
    assert {(made.PDF, lang), (made.EPUB, lang)} <= wanted
    dossier, labels = pressing.book(found, lang)
    assert dossier.picture_alt == f"Hands, {lang}"
    for kind in (made.PDF, made.EPUB, made.ZIP):
        books.make_one(found, books.Wanted(found.key, kind, lang))
        assert made.fault_of(found.key, kind, lang) is None
    epub = b"".join(made.stream(books.book_at(each.slug, made.EPUB, lang)))
    with zipfile.ZipFile(BytesIO(epub)) as inside:
        assert size(inside.read("book/cover.jpg")) == (1400, 1400)
        assert f'alt="Hands, {lang}"' in inside.read("book/title.xhtml").decode()
        assert 'href="cover.jpg" properties="cover-image"' in inside.read("book/package.opf").decode()
    page = b"".join(made.stream(books.book_at(each.slug, made.ZIP, lang)))
    with zipfile.ZipFile(BytesIO(page)) as inside:
        assert 'src="data:image/jpeg;base64,' in inside.read("index.html").decode()
    assert b"/DCTDecode" in b"".join(made.stream(books.book_at(each.slug, made.PDF, lang)))
    assert not [one for one in books.missing(found) if one.kind in (made.PDF, made.EPUB) and one.lang == lang]
    assert labels.edition


def test_over_the_api(slug: str) -> None:
    keeper = signed_in("amina", "keeper")
    address = f"/api/v1/relay_press/publications/{slug}/cover"
    assert keeper.get(address).json() == {"given": False, "full": "", "small": "", "alts": {}}
    file = SimpleUploadedFile("x.jpg", photo(), content_type="image/jpeg")
    given = keeper.post(address, {"picture": file, "lang": ["es"], "alt": ["Manos"]})
    assert (given.status_code, given.json()) == (200, {"left_behind": ["place", "camera"]})
    assert keeper.get(address).json()["alts"] == {"es": "Manos"}
    assert keeper.delete(address).status_code == 204
    assert covers.given([slug]) == {}
    torn = SimpleUploadedFile("x.jpg", b"", content_type="image/jpeg")
    assert keeper.post(address, {"picture": torn, "lang": ["es"], "alt": ["Manos"]}).status_code == 422
