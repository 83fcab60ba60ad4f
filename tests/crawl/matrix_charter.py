"""The permission matrix of charters: see `tests.crawl.matrix`, which it belongs to."""

from tests.crawl.matrix import EVERYBODY, KEEPERS, MEMBERS, NOBODY, form, get, paper, post, row

for name in ("charter", "charter_edition", "charter_file", "charter_members", "charter_matters", "charter_matter"):
    get(name, MEMBERS, NOBODY)
VOICE = {"say": "no", "words": "Not yet."}
PUT = {"admit": "2", "amend": "2", "suspend": "2", "first_chain_days": 0, "labs_a_year": 0, "actions_a_year": 0}
form("charter_propose", KEEPERS, NOBODY, lambda _o: {**PUT, "chapter_members": "Other words."})
post("charter_matter", KEEPERS, NOBODY, lambda _o: VOICE)
post("charter_matters", KEEPERS, NOBODY, paper("request"))
post("charter_carry", KEEPERS, NOBODY)
form("charter_succeed", KEEPERS, NOBODY, lambda _o: {"name": "Next", "words": "Why."})
for name in ("found", "follow", "bring"):
    post(f"charter_{name}", KEEPERS, NOBODY)
    post(f"api:charter_{name}", KEEPERS, NOBODY)
post("api:charter_succeed", KEEPERS, NOBODY, lambda _o: {"name": "Next", "words": "Why."})
get("api:charter_get_successor", MEMBERS, NOBODY)
for name in ("charter_suspend", "charter_reinstate", "charter_leave", "charter_purge"):
    form(name, KEEPERS, NOBODY, lambda _o: {"words": "Why.", "sure": "on"})
form("charter_links", KEEPERS, NOBODY, lambda _o: {"days": 3, "most": 2, "note": ""})
post("charter_revoke", KEEPERS, NOBODY)
get("charter_code", KEEPERS, NOBODY)
get("charter_invitation", EVERYBODY, NOBODY)
post("charter_paper", EVERYBODY, NOBODY, lambda _o: {"as": "text"})
for name in ("list_editions", "list_matters", "get_matter", "list_members", "list_gone"):
    get(f"api:charter_{name}", MEMBERS, NOBODY)
get("api:charter_list_links", KEEPERS, NOBODY)
CHAPTERS = {"chapters": {"members": {"en": "Words."}}, "rules": {"admit": "2", "amend": "2", "suspend": "50%"}}
post("api:charter_propose", KEEPERS, NOBODY, lambda _o: CHAPTERS)
row("api:charter_speak", "PUT", KEEPERS, NOBODY, lambda _o: {"yes": False, "words": "Not yet."})
post("api:charter_ask", KEEPERS, NOBODY, paper("request"))
for name in ("suspend", "reinstate"):
    post(f"api:charter_{name}", KEEPERS, NOBODY, lambda _o: {"words": "Why."})
for name in ("carry", "leave", "purge"):
    post(f"api:charter_{name}", KEEPERS, NOBODY)
post("api:charter_make_link", KEEPERS, NOBODY, lambda _o: {"days": 3, "most": 2})
row("api:charter_revoke_link", "DELETE", KEEPERS, NOBODY)
