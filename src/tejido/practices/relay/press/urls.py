"""Addresses of what was made; `addresses` builds the same ones. Dossiers and covers join from `book_views`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tejido.practices.relay.press import book_views, cover_views, views


class Subject(StringConverter):
    """A voice's row key, or a publication's address."""

    regex = "[a-z2-7]{26}|[a-z2-7]{8}"


class Slug(StringConverter):
    """A publication's address."""

    regex = "[a-z2-7]{8}"


class Tag(StringConverter):
    """A language's tag."""

    regex = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"


class Form(StringConverter):
    """How sound is encoded; m4a: as it came with the voice."""

    regex = "mp3|opus|m4a"


class Book(StringConverter):
    """How a book is bound."""

    regex = "pdf|epub|zip"


class Mark(StringConverter):
    """Which picture it is."""

    regex = "[0-9a-f]{8}"


class Words(StringConverter):
    """How a transcript is written."""

    regex = "vtt|srt|json"


for name, converter in {
    "subject": Subject,
    "slug8": Slug,
    "tag": Tag,
    "sound": Form,
    "words": Words,
    "book": Book,
    "tag8": Mark,
}.items():
    register_converter(converter, f"press_{name}")

urlpatterns = [
    path("publications/<press_slug8:slug>/cover/", cover_views.cover, name="press_own_cover"),
    path("p/<press_slug8:slug>/cover-<press_tag8:tag>.jpg", cover_views.given, name="press_given_cover"),
    path("p/<press_slug8:slug>/cover-<press_tag8:tag>-small.jpg", cover_views.given_small, name="press_small_cover"),
    path("p/feed/<press_tag:lang>.xml", views.feed, name="press_feed"),
    path("p/sound/<press_subject:subject>.<press_sound:form>", views.sound, name="press_sound"),
    path("p/text/<press_subject:subject>.<press_tag:lang>.<press_words:kind>", views.text, name="press_text"),
    path("p/<press_slug8:slug>/<press_tag:lang>/dossier.<press_book:bound>", book_views.dossier, name="press_dossier"),
    path("p/<press_slug8:slug>/cover.png", book_views.cover, name="press_cover"),
    path("p/feed/<press_tag:lang>.png", book_views.feed_cover, name="press_feed_cover"),
    path("p/chapters/<press_slug8:whole>.json", views.chapters, name="press_chapters"),
]
