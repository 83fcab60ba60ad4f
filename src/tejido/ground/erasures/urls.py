"""Address of the page about erasures."""

from django.urls import path

from tejido.ground.erasures import views

urlpatterns = [path("erasures/", views.erasures, name="erasures")]
