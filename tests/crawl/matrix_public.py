"""Rows of the permission matrix: the public site, the press, publishing."""

from functools import cache

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

from tejido.engines.press.picture import jpeg
from tests.crawl.matrix import EVERYBODY, KEEPERS, MEMBERS, NOBODY, SIGNED_IN, form, get, post, row


@cache
def _picture() -> bytes:
    return jpeg(np.full((1400, 1400, 3), 90, np.uint8), 1400, 700_000)


def a_picture() -> SimpleUploadedFile:
    """A square JPEG."""
    return SimpleUploadedFile("picture.jpg", _picture())


# --- the public site: for everybody, and the same for everybody
for name in ("index", "about", "take_part", "held", "atom", "sitemap", "robots", "index_in", "about_in", "take_part_in",
             "held_in"):  # fmt: skip
    get(f"public_{name}", EVERYBODY)
for name in ("publication", "chain", "voice"):
    get(f"public_{name}", EVERYBODY, NOBODY)
get("public_index_page", EVERYBODY)
for name in ("older", "older_voice", "nowhere"):
    get(f"public_{name}", NOBODY)  # there is no second edition
form("public_keep", KEEPERS, data=lambda _o: {"first": "en"})
get("api:public_site_get_site", KEEPERS)
row(
    "api:public_site_tell_site",
    "PUT",
    KEEPERS,
    data=lambda _o: {"texts": {"en": "We."}, "first": "en", "is_open": True},
)

# --- the press: files for everybody; what was never published has none
get("press_feed", EVERYBODY)
for name in ("sound", "text", "chapters"):
    get(f"press_{name}", EVERYBODY, NOBODY)
get("press_feed_cover", EVERYBODY)
for name in ("dossier", "cover"):
    get(f"press_{name}", EVERYBODY, NOBODY)
for name in ("given_cover", "small_cover"):
    get(f"press_{name}", EVERYBODY, NOBODY)
form("press_own_cover", KEEPERS, NOBODY, lambda _o: {"do": "weave"})
get("api:relay_press_get_cover", KEEPERS, NOBODY)
post("api:relay_press_give_cover", KEEPERS, NOBODY, lambda _o: {"lang": "en", "alt": "Hands.", "picture": a_picture()})
row("api:relay_press_weave_cover", "DELETE", KEEPERS, NOBODY)
# --- publishing: members read what anybody may, keepers decide; a foreign address is none that is held here
get("publishing", MEMBERS)
get("publishing_one", MEMBERS, NOBODY)
form("publishing_new", KEEPERS, data=lambda o: {"chain": o.chain, "lang": "en", "do": "show", "command": "x"})
form("publishing_correct", KEEPERS, NOBODY, lambda _o: {"lang": "en", "do": "show", "command": "x"})
form("publishing_unpublish", KEEPERS, NOBODY, lambda _o: {"sure": "on"})
# Proofs: the finished pages of what is not published yet; whoever may not publish it meets none of its words.
form("publishing_proof", KEEPERS, NOBODY, lambda _o: {"do": "drop", "command": "x"})
for name in ("", "_voice", "_book", "_feed", "_sound", "_text"):
    get(f"public_proof{name}", KEEPERS, NOBODY)
get("api:relay_publishing_list_proofs", KEEPERS)
post("api:relay_publishing_prove", KEEPERS, data=lambda o: {"chains": [o.chain], "langs": ["en"]})
post("api:relay_publishing_publish_proof", KEEPERS, NOBODY)
row("api:relay_publishing_drop_proof", "DELETE", KEEPERS, NOBODY)
get("api:relay_publishing_list_licences", SIGNED_IN)
get("api:relay_publishing_list_publications", MEMBERS)
for name in ("get_publication", "list_editions"):
    get(f"api:relay_publishing_{name}", MEMBERS, NOBODY)
for name in ("preview", "publish"):
    post(f"api:relay_publishing_{name}", KEEPERS, data=lambda o: {"chains": [o.chain], "langs": ["en"]})
for name in ("preview_correction", "correct"):
    post(f"api:relay_publishing_{name}", KEEPERS, NOBODY, lambda _o: {"langs": ["en"]})
row("api:relay_publishing_unpublish", "DELETE", KEEPERS, NOBODY)
