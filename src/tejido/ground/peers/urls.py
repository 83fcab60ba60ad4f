"""Addresses of the partners' pages, and the door for those who call."""

from django.urls import path

from tejido.ground.peers import door, views

urlpatterns = [
    path("network/partners/", views.partners, name="peers"),
    path("network/partners/add/", views.add, name="peers_add"),
    path("network/partners/<slug:peer>/", views.change, name="peers_change"),
    path("network/partners/<slug:peer>/remove/", views.remove, name="peers_remove"),
    path("network/partners/<slug:peer>/pause/", views.pause, name="peers_pause"),
    path("network/partners/<slug:peer>/exchange/", views.exchange, name="peers_exchange"),
    path("exchange/1/hello", door.hello, name="exchange_hello"),
    path("exchange/1/prove", door.prove, name="exchange_prove"),
    path("exchange/1/turn", door.turn, name="exchange_turn"),
    path("exchange/1/bye", door.bye, name="exchange_bye"),
]
