"""Addresses of the memory's pages."""

from django.urls import path

from tejido.ground.memory import views

urlpatterns = [
    path("memory/", views.memory, name="memory"),
    path("memory/import/", views.take_in, name="memory_import"),
    path("memory/file.tmx", views.tmx_file, name="memory_tmx"),
    path("memory/glossary/", views.terms, name="memory_terms"),
    path("memory/glossary/<int:term_id>/remove/", views.remove_term, name="memory_remove_term"),
    path("memory/entries/<int:unit_id>/remove/", views.remove_unit, name="memory_remove_unit"),
    path("memory/from/<slug:key>/", views.origin, name="memory_origin"),
    path("memory/from/<slug:key>/remove/", views.remove, name="memory_remove"),
]
