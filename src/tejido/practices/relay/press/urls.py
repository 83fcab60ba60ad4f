"""Addresses of what was made; `addresses` builds the same ones. Dossiers and covers join from `book_views`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
