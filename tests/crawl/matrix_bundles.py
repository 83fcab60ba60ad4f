"""The matrix's rows about bundles: whoever may exchange; a foreign id is none that lies here."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.crawl.matrix import NOBODY, OPENERS, form, get, post, row

WISH = {"since": "all", "blobs": "on", "megabytes": "0"}
form("bundles_send", OPENERS, data=lambda o: {**WISH, "to": [o.org], "do": "make"})
get("bundles_made", OPENERS, NOBODY)
get("bundles_part", OPENERS, NOBODY)
post("bundles_remove", OPENERS, NOBODY)
form("bundles_take", OPENERS, data=lambda o: {"parts": SimpleUploadedFile("part", o.papers["bundle"])})
form("bundles_arrived", OPENERS, NOBODY)
post("bundles_discard", OPENERS, NOBODY)
for name in ("list_members", "list_made", "list_arriving", "list_taken"):
    get(f"api:bundles_{name}", OPENERS)
for name in ("preview", "make"):
    post(f"api:bundles_{name}", OPENERS, data=lambda o: {"to": [o.org]})
for name in ("get_made", "get_part", "get_arrived"):
    get(f"api:bundles_{name}", OPENERS, NOBODY)
post("api:bundles_bring_part", OPENERS, data=lambda o: {"part": SimpleUploadedFile("part", o.papers["bundle"])})
post("api:bundles_take", OPENERS, NOBODY)
for name in ("remove", "discard"):
    row(f"api:bundles_{name}", "DELETE", OPENERS, NOBODY)
