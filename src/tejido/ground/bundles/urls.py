"""Addresses of the pages about bundles."""

from django.urls import path

from tejido.ground.bundles import views

urlpatterns = [
    path("network/exchange/send/", views.send, name="bundles_send"),
    path("network/exchange/send/<slug:bundle>/", views.made, name="bundles_made"),
    path("network/exchange/send/<slug:bundle>/remove/", views.remove, name="bundles_remove"),
    path("network/exchange/send/<slug:bundle>/<int:number>/", views.part, name="bundles_part"),
    path("network/exchange/take/", views.take, name="bundles_take"),
    path("network/exchange/take/<slug:bundle>/", views.arrived, name="bundles_arrived"),
    path("network/exchange/take/<slug:bundle>/discard/", views.discard, name="bundles_discard"),
]
