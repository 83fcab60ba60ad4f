"""Addresses of uploads."""

from django.urls import path

from tejido.ground.uploads import views

urlpatterns = [
    path("uploads/", views.uploads, name="uploads"),
    path("uploads/<str:secret>/", views.upload, name="upload"),
]
