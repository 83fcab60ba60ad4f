"""Addresses of the network's pages."""

from django.urls import path

from tejido.ground.network import views

urlpatterns = [
    path("network/", views.networks, name="network"),
    path("network/open/", views.open_network, name="network_open"),
    path("network/join/", views.join, name="network_join"),
    path("network/admit/", views.admit, name="network_admit"),
    path("network/admit/confirm/", views.confirm, name="network_confirm"),
    path("network/exchange/", views.exchange, name="network_exchange"),
    path("network/exchange/add/", views.add_folder, name="network_add_folder"),
    path("network/exchange/remove/", views.remove_folder, name="network_remove_folder"),
    path("network/<slug:key>/", views.network, name="network_one"),
    path("network/<slug:key>/state/", views.state, name="network_state"),
    path("network/<slug:key>/room/", views.make_room, name="network_make_room"),
    path("network/<slug:key>/profile/", views.profile, name="network_profile"),
    path("network/<slug:key>/invite/", views.invite, name="network_invite"),
    path("network/<slug:key>/invite/file/", views.invitation, name="network_invitation"),
    path("network/<slug:key>/request/", views.request_file, name="network_request"),
    path("network/<slug:key>/members/<slug:org>/remove/", views.remove, name="network_remove"),
]
