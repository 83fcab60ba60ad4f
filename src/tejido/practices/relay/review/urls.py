"""Addresses of the review room. `into` is a language, or `original` for the words as they were spoken."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tejido.practices.relay.review import views


class Into(StringConverter):
    """A language tag, or `original`."""

    regex = r"original|[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"


register_converter(Into, "into")

BENCH = "review/<key:key>/<into:into>/"

urlpatterns = [
    path("review/", views.benches, name="review"),
    path("review/measures/", views.measures, name="review_measures"),
    path("review/<key:key>/start/", views.start, name="review_start"),
    path("review/<key:key>/audio/", views.audio, name="review_audio"),
    path(BENCH, views.bench, name="review_bench"),
    path(f"{BENCH}next/", views.next_open, name="review_next"),
    path(f"{BENCH}state/", views.state, name="review_state"),
    path(f"{BENCH}retry/", views.retry, name="review_retry"),
    path(f"{BENCH}share/", views.share, name="review_share"),
    path(f"{BENCH}discard/", views.discard, name="review_discard"),
    path(f"{BENCH}s/<slug:segment>/", views.segment, name="review_segment"),
    path(f"{BENCH}s/<slug:segment>/typing/", views.typing, name="review_typing"),
]
