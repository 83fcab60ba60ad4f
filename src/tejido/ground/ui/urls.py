"""Addresses of the face itself."""

from django.urls import path

from tejido.ground.ui import views

urlpatterns = [
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
