"""The matrix's rows for partners over the internet, and for the door through which their nodes come."""

from collections.abc import Mapping
from typing import Any

from tests.crawl.matrix import EVERYBODY, KEEPERS, NOBODY, OPENERS, Objects, form, get, post, row

PLACE = {"address": "http://127.0.0.1:9", "every_min": "60"}


def partner(o: Objects) -> Mapping[str, Any]:
    """A new partner at an address of its own."""
    return {"org": o.org, "address": "http://127.0.0.1:10", "every_min": "60"}


get("peers", OPENERS)
form("peers_add", KEEPERS, data=partner)
form("peers_change", KEEPERS, NOBODY, lambda _o: PLACE)
form("peers_remove", KEEPERS, NOBODY)
post("peers_pause", KEEPERS, NOBODY, lambda _o: {"paused": "1"})
post("peers_exchange", OPENERS, NOBODY)
get("api:peers_list_partners", OPENERS)
get("api:peers_get_partner", OPENERS, NOBODY)
post("api:peers_add_partner", KEEPERS, data=partner)
row("api:peers_change_partner", "PUT", KEEPERS, NOBODY, lambda _o: PLACE)
row("api:peers_remove_partner", "DELETE", KEEPERS, NOBODY)
row("api:peers_pause_partner", "PUT", KEEPERS, NOBODY, lambda _o: {"paused": True})
post("api:peers_exchange_partner", OPENERS, NOBODY)
post("exchange_hello", EVERYBODY)  # everybody is answered alike: tests/ground/peers
post("exchange_prove", EVERYBODY)
post("exchange_turn", NOBODY)  # a session of the challenge is needed, which no role has
post("exchange_bye", NOBODY)
WITHOUT_COOKIE = frozenset({"exchange_hello", "exchange_prove", "exchange_turn", "exchange_bye"})
