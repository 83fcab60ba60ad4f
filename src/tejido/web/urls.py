"""Addresses of home and of the site's root."""

from django.urls import path

from tejido.web import desk, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", desk.search, name="search"),
    path("operate/", desk.operate, name="operate"),
    path("operate/retry/", desk.retry, name="operate_retry"),
    path("operate/close/", desk.close, name="operate_close"),
    path("source/", views.source_code, name="source"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.icon, name="icon"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
]
