"""The frame around people's words is whole in each of its languages: nothing missing, nothing too much, placeholders equal."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from tejido.ground.ui.languages import frame_of
from tejido.site import frames

OWN = sorted(set(settings.FRAMES) - dict(settings.LANGUAGES).keys())


def test_the_settings_name_the_languages_that_there_are() -> None:
    assert frames.languages() == OWN == ["es", "fr", "pt", "tr"]


@pytest.mark.parametrize("lang", OWN)
def test_each_is_whole(lang: str) -> None:
    assert list(frames.missing(lang)) == []


def test_what_the_frame_says_is_gathered_from_pages_feeds_and_books() -> None:
    found = frames.gather()
    assert "Voices passed from circle to circle" in found  # a page
    assert ("%(number)s voice", "%(number)s voices") in found  # a plural of a page
    assert "A machine speaks these words." in found  # a feed
    assert "How this was made" in found  # a book
    assert ("This edition has %(number)s voice.", "This edition has %(number)s voices.") in found
    assert "Open the public site now" not in found  # for keepers


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("Una voz", ""), "not translated"),
        (("edición %(number)s", "edición %(numero)s"), "placeholder"),
        (('msgid "A voice"', 'msgid "A voice that nobody named"'), "the frame does not say this"),
    ],
)
def test_what_is_wrong_with_one_is_named(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    path = frames.path_of("es", tmp_path)
    path.parent.mkdir(parents=True)
    text = frames.path_of("es").read_text()
    assert f'"{change[0]}"' in text or change[0] in text
    path.write_text(re.sub(rf'(?m)(?<=["])?{re.escape(change[0])}(?="|$)', change[1], text))
    assert any(why in fault for fault in frames.missing("es", tmp_path))


def test_update_adds_what_is_new_and_keeps_what_was_said(tmp_path: Path) -> None:
    path = frames.path_of("tr", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(frames.path_of("tr").read_text().replace('msgid "A voice"\n', 'msgid "A voice of old"\n'))
    frames.update("tr", tmp_path)
    assert list(frames.missing("tr", tmp_path)) == ["tr: 'A voice': not translated"]
    with path.open() as file:
        assert "Plural-Forms" in file.read()


@pytest.mark.parametrize(
    ("lang", "frame"),
    [("es", "es"), ("es-MX", "es"), ("pt-BR", "pt"), ("AR", "ar"), ("sw", "en"), ("zh-Hant", "en"), ("", "en")],
)
def test_words_in_a_language_without_a_frame_stand_in_an_english_one(lang: str, frame: str) -> None:
    assert frame_of(lang) == frame


@pytest.mark.parametrize("lang", OWN)
def test_django_finds_it(lang: str) -> None:
    with translation.override(lang):
        assert translation.gettext("Voices passed from circle to circle") != "Voices passed from circle to circle"
        assert (
            translation.ngettext("%(number)s minute", "%(number)s minutes", 2) % {"number": 2} != "2 minutes"
            or lang == "fr"
        )
