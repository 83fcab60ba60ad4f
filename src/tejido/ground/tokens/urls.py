"""Addresses of the tokens' pages."""

from django.urls import path

from tejido.ground.tokens import views

urlpatterns = [
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/new/", views.make, name="tokens_make"),
    path("me/tokens/<int:token_id>/revoke/", views.revoke, name="tokens_revoke"),
    path("people/tokens/", views.everybodys, name="tokens_everybodys"),
]
