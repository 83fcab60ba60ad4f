"""Addresses of the public site. Files that the press makes lie among them; this list comes after theirs."""

from django.urls import path

from tejido.web.public import feeds, keeping, paths, proofs, views

paths.register()
PROOF = "publications/proofs/<proof:key>/p/"
ONE = "p/<public_slug:slug>/<public_tag:lang>/"

urlpatterns = [
    path("p/", views.index, name="public_index"),
    path("p/about/", views.about, name="public_about"),
    path("p/take-part/", views.take_part, name="public_take_part"),
    path("p/held/", views.held, name="public_held"),
    path("p/atom.xml", feeds.atom, name="public_atom"),
    path("sitemap.xml", feeds.sitemap, name="public_sitemap"),
    path("robots.txt", feeds.robots, name="public_robots"),
    path("p/<public_frame:frame>/", views.index, name="public_index_in"),
    path("p/<public_frame:frame>/<int:number>/", views.index, name="public_index_page"),
    path("p/<public_frame:frame>/about/", views.about, name="public_about_in"),
    path("p/<public_frame:frame>/take-part/", views.take_part, name="public_take_part_in"),
    path("p/<public_frame:frame>/held/", views.held, name="public_held_in"),
    path("p/<public_slug:slug>/", views.publication, name="public_publication"),
    path(ONE, views.chain, name="public_chain"),
    path(f"{ONE}<int:number>/", views.voice, name="public_voice"),
    path(f"{ONE}edition-<int:edition>/", views.chain, name="public_older"),
    path(f"{ONE}edition-<int:edition>/<int:number>/", views.voice, name="public_older_voice"),
    path("p/<path:rest>/", views.nowhere, name="public_nowhere"),
    path(f"{PROOF}<public_slug:slug>/<public_tag:lang>/", proofs.chain, name="public_proof"),
    path(f"{PROOF}<public_slug:slug>/<public_tag:lang>/<int:number>/", proofs.voice, name="public_proof_voice"),
    path(f"{PROOF}<public_slug:slug>/<public_tag:lang>/dossier.pdf", proofs.book, name="public_proof_book"),
    path(f"{PROOF}feed/<public_tag:lang>/", proofs.feed, name="public_proof_feed"),
    path(f"{PROOF}sound/<proof:subject>.m4a", proofs.sound, name="public_proof_sound"),
    path(f"{PROOF}text/<proof:subject>.<public_tag:lang>.<press_words:kind>", proofs.text, name="public_proof_text"),
    path("operate/site/", keeping.keep, name="public_keep"),
]
