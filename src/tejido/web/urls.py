"""Addresses of home and of the site's root."""

from django.urls import path

from tejido.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
