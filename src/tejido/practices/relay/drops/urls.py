"""Addresses of drop links and receipts."""

from django.urls import path

from tejido.practices.relay.drops import giving, holding, views

urlpatterns = [
    path("drops/", views.drops, name="relay_drops"),
    path("drops/seen/", views.seen, name="relay_drops_seen"),
    path("drops/links/", views.links, name="relay_drop_links"),
    path("drops/links/<int:drop_id>/revoke/", views.revoke, name="relay_drop_revoke"),
    path("drops/<key:key>/hide/", views.hide, name="relay_drop_hide"),
    path("drops/<key:key>/erase/", views.erase, name="relay_drop_erase"),
    path("chains/<key:key>/drop/", views.make, name="relay_drop_make"),
    path("voices/<key:key>/drop/", views.make_for_answers, name="relay_drop_make_answer"),
    path("drop/<str:token>/", giving.give, name="relay_drop"),
    path("receipt/", holding.enter, name="relay_receipt"),
    path("receipt/new/<slug:nonce>/", giving.receipt, name="relay_receipt_new"),
    path("receipt/mine/", holding.mine, name="relay_receipt_mine"),
    path("receipt/audio/", holding.audio, name="relay_receipt_audio"),
    path("receipt/consent/", holding.consent, name="relay_receipt_consent"),
    path("receipt/withdraw/", holding.withdraw, name="relay_receipt_withdraw"),
    path("receipt/discard/", holding.discard, name="relay_receipt_discard"),
    path("receipt/forget/", holding.forget, name="relay_receipt_forget"),
]
