"""Addresses of the page about keys and devices."""

from django.urls import path

from tejido.ground.devices import views

urlpatterns = [
    path("devices/", views.devices, name="devices"),
    path("devices/sheets/", views.confirm, name="devices_confirm"),
]
