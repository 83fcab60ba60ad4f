"""The components, as markup."""

from datetime import date, timedelta

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from tejido.ground.people import GUEST, OPERATOR
from tejido.ground.ui import languages, nav


def drawn(source: str, **context: object) -> str:
    """A template's output."""
    return str(engines["django"].from_string(source).render(context, RequestFactory().get("/list/?q=a&page=2")))


def test_what_people_wrote_keeps_its_own_direction() -> None:
    assert drawn("{% person_text t 'ar' %}", t="<سلام>") == '<bdi lang="ar" dir="rtl">&lt;سلام&gt;</bdi>'
    assert drawn("{% person_text t %}", t="a") == '<bdi dir="auto">a</bdi>'
    assert drawn("{% lang_attrs l %}", l="") == 'dir="auto"'


@pytest.mark.parametrize(
    ("code", "within", "name"),
    [
        ("yo", "en", "Yoruba"),
        ("yo", "ar", "اليوروبا"),
        ("es", "tr", "İspanyolca"),
        ("kmr-x", "en", "kmr-x"),
        ("", "en", ""),
    ],
)
def test_languages_have_names_in_the_pages_language(code: str, within: str, name: str) -> None:
    assert languages.name_of(code, within) == name


@pytest.mark.parametrize(
    ("code", "way"), [("ar", "rtl"), ("fa-AF", "rtl"), ("ckb", "rtl"), ("ku", "ltr"), ("", "auto")]
)
def test_languages_have_a_direction(code: str, way: str) -> None:
    assert languages.direction(code) == way


def test_lists_in_a_line_are_separated_as_the_pages_language_does() -> None:
    line = "{% for one in all %}{{ one }}{% if not forloop.last %}{% comma %}{% endif %}{% endfor %}"
    assert drawn(line, all="ab") == languages.listed("ab") == "a, b"
    with override("ar"):
        assert drawn(line, all="ab") == languages.listed("ab") == "a، b"
        assert languages.relisted({"lost": "12, 1,000", "percent": 7}) == {"lost": "12، 1,000", "percent": 7}


def test_days_are_written_in_the_pages_language() -> None:
    day = date(2026, 11, 9)
    assert drawn("{% when d %}", d=day) == '<time datetime="2026-11-09">9 Nov 2026</time>'
    with override("ar"):
        assert "نوفمبر" in drawn("{% when d %}", d="2026-11-09")
    assert drawn("{% when d %}", d=None) == ""


def test_moments_nearby_are_told_from_now() -> None:
    moment = timezone.now() - timedelta(hours=3, minutes=1)
    assert drawn("{% from_now m %}", m=moment).endswith(">3 hours ago</time>")
    assert ">in 2 hours<" in drawn("{% from_now m %}", m=timezone.now() + timedelta(hours=2, minutes=1))
    assert drawn("{% from_now m %}", m=moment - timedelta(days=9)) == drawn(
        "{% when m %}", m=moment - timedelta(days=9)
    )
    with override("ar"):
        assert "قبل 3 ساعات" in drawn("{% from_now m %}", m=moment)


def test_badges_say_what_they_mean() -> None:
    assert "machine draft" in drawn("{% badge 'machine' %}")
    assert "is-withdrawn" in drawn("{% badge 'withdrawn' %}")
    with override("ar"):
        assert "مسودّة آلية" in drawn("{% badge 'machine' %}")


def test_exports_and_searches_keep_the_rest_of_the_address() -> None:
    links = drawn("{% export_links %}")
    assert "/list/?q=a&amp;page=2&amp;export=csv" in links
    form = drawn("{% search_form 'x' %}")
    assert 'name="q"' in form
    assert "page" not in form


def test_the_player_works_by_links_alone() -> None:
    text = drawn("{% player src='/a.ogg' segments=s %}", s=[{"start": 1.5, "end": 2, "text": "<hi>", "machine": True}])
    assert 'href="/a.ogg#t=1.50"' in text
    assert "&lt;hi&gt;" in text
    assert "machine draft" in text


class Ask(forms.Form):
    """A form with a field of each kind."""

    words = forms.CharField(help_text="In your language")
    agree = forms.BooleanField()
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)


def test_fields_are_tied_to_hint_and_error() -> None:
    text = drawn("{{ form }}", form=Ask({"words": ""}))
    assert 'aria-describedby="id_words_helptext id_words_error"' in text
    assert 'id="id_words_error"' in text
    assert 'aria-invalid="true"' in text
    assert "<fieldset" in text
    assert '<label for="id_agree">Agree</label>' in text


def test_progress_stays_between_none_and_all() -> None:
    assert 'value="38"' in drawn("{% progress 3 8 %}")
    assert 'value="100"' in drawn("{% progress 9 8 %}")
    assert 'value="0"' in drawn("{% progress 0 0 %}")


def test_the_header_shows_the_places_that_the_viewer_may_open() -> None:
    assert "/people/" not in [link.url for link in nav.links(GUEST, "/")]
    found = {link.url: link.here for link in nav.links(OPERATOR, "/people/7/")}
    assert found["/people/"]
    assert not found["/"]


def test_a_title_is_repeated_as_the_heading() -> None:
    page = drawn('{% extends "ui/base.html" %}{% block title %}A <b>chain</b>{% endblock %}')
    assert page.count("A <b>chain</b>") == 2
