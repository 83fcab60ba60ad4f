"""The permission matrix: for every address and API operation, who may use it on one's own object and on a foreign one.

A new page or operation gets a row here; without one the test fails. `own` and `foreign` hold the roles that may;
everybody else is denied: 403, 404, 401 or a redirect to sign-in, and nothing is changed. `data` makes what a POST needs to
succeed from the objects at hand. A method that no row names must be answered with 405.

"Own" and "foreign" mean: chains, circles, voices, invitations of this organisation and of another one; for accounts one's
own and somebody else's; for links and tokens a good one and a bad one. Reports and networks are only ever one's own: the
foreign key there names something that is not ours to see.
"""

from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tejido.ground.people.domain import ROLES

STRANGER = "stranger"
EVERYBODY = frozenset({*ROLES, STRANGER})
SIGNED_IN = frozenset(ROLES)
MEMBERS = frozenset(ROLES) - {"guest"}
OPENERS = frozenset({"keeper", "facilitator"})
KEEPERS = frozenset({"keeper"})
NOBODY: frozenset[str] = frozenset()

Data = Callable[["Objects"], Mapping[str, Any]]


@dataclass(frozen=True)
class Objects:
    """What the rows' data and addresses name. `values[part][parameter]`; part "" where no other fits."""

    values: Mapping[str, Mapping[str, str]]
    chain: str = ""
    circle: str = ""
    hop: str = ""
    org: str = ""
    base: str = ""
    written: str = ""
    folder: str = ""
    words: str = ""
    papers: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One address or operation with one method."""

    name: str
    method: str
    own: frozenset[str]
    foreign: frozenset[str]
    data: Data


ROWS: dict[tuple[str, str], Row] = {}


def nothing(_objects: Objects) -> Mapping[str, Any]:
    """No data."""
    return {}


def row(
    name: str, method: str, own: Collection[str], foreign: Collection[str] | None = None, data: Data = nothing
) -> None:
    """Register a row; `foreign` as `own` where it is left out."""
    if (name, method) in ROWS:
        raise ValueError(f"{method} {name} has two rows")
    ROWS[name, method] = Row(name, method, frozenset(own), frozenset(own if foreign is None else foreign), data)


def get(name: str, own: Collection[str], foreign: Collection[str] | None = None) -> None:
    """A page to be read."""
    row(name, "GET", own, foreign)


def post(name: str, own: Collection[str], foreign: Collection[str] | None = None, data: Data = nothing) -> None:
    """A form to be sent, or a button."""
    row(name, "POST", own, foreign, data)


def form(name: str, own: Collection[str], foreign: Collection[str] | None = None, data: Data = nothing) -> None:
    """A page with a form that goes to the same address."""
    get(name, own, foreign)
    post(name, own, foreign, data)


def paper(name: str) -> Data:
    """A signed file to upload."""
    return lambda o: {"paper": SimpleUploadedFile("paper", o.papers[name])}


def captions() -> SimpleUploadedFile:
    """A transcript made elsewhere."""
    return SimpleUploadedFile("words.srt", b"1\n00:00:00,000 --> 00:00:00,500\nBrought.\n")


# --- the site itself
for name in ("home", "manifest", "icon", "service_worker", "offline", "phone"):
    get(name, EVERYBODY)
post("language", EVERYBODY, data=lambda _o: {"language": "ar"})
post("theme", EVERYBODY, data=lambda _o: {"theme": "dark"})
get("api:site_session", SIGNED_IN)

# --- people
form("account_login", EVERYBODY, data=lambda _o: {"login": "nobody-here", "password": "wrong"})
form("account_logout", EVERYBODY)
get("account_inactive", NOBODY)  # a 403 by its nature
form("people_join", EVERYBODY, NOBODY, lambda _o: {"username": "newcomer", "password": "three unrelated words"})
form("people_reset", EVERYBODY, NOBODY, lambda _o: {"password": "three unrelated words"})
form("people_me", SIGNED_IN, data=lambda _o: {"name": "New", "language": ""})
form("people_password", SIGNED_IN, data=lambda _o: {"old": "wrong", "password": "three unrelated words"})
get("people_held", EVERYBODY)  # a stranger reads what the node holds of strangers
get("people", OPENERS)
form("people_invite", KEEPERS, data=lambda _o: {"roles": ["member"], "note": "x"})
post("people_withdraw_link", KEEPERS, NOBODY)
get("people_person", SIGNED_IN, OPENERS)
post("people_person", KEEPERS, data=lambda _o: {"roles": ["member"]})
post("people_issue_reset", KEEPERS)
post("people_switch", KEEPERS, data=lambda _o: {"active": "0"})
post("people_remove", KEEPERS)

# --- tokens. The page that makes one sends everybody to `account_reauthenticate` first
get("tokens", SIGNED_IN)
form("tokens_make", SIGNED_IN, data=lambda _o: {"name": "x", "scopes": ["me"], "days": "7"})
post("tokens_revoke", SIGNED_IN, KEEPERS)
get("tokens_everybodys", KEEPERS)

get("api:tokens_list_scopes", SIGNED_IN)
get("api:tokens_list_mine", SIGNED_IN)
post("api:tokens_make_token", NOBODY, data=lambda _o: {"name": "x", "scopes": ["me"]})  # the password comes first
row("api:tokens_revoke_token", "DELETE", SIGNED_IN, KEEPERS)
get("api:tokens_list_all", KEEPERS)

# --- people, API
for name in ("get_me", "list_held", "list_my_notes", "list_my_sessions", "list_factors"):
    get(f"api:people_{name}", SIGNED_IN)
row("api:people_change_me", "PUT", SIGNED_IN, data=lambda _o: {"name": "New", "language": "ar"})
row("api:people_change_password", "PUT", SIGNED_IN, data=lambda _o: {"old": "wrong", "new": "three unrelated words"})
row("api:people_end_my_sessions", "DELETE", SIGNED_IN)
row("api:people_end_my_session", "DELETE", NOBODY)  # nobody has another one
row("api:people_remove_factor", "DELETE", NOBODY)  # the password comes first
get("api:people_list_accounts", OPENERS)
get("api:people_get_account", SIGNED_IN, OPENERS)
for name in ("list_notes", "list_sessions", "list_sessions_of", "list_open_links"):
    get(f"api:people_{name}", KEEPERS)
row("api:people_change_roles", "PUT", KEEPERS, data=lambda _o: {"roles": ["member"]})
row("api:people_switch_account", "PUT", KEEPERS, data=lambda _o: {"active": False})
row("api:people_remove_account", "DELETE", KEEPERS)
for name in ("issue_reset", "issue_unlock"):
    post(f"api:people_{name}", KEEPERS)
post("api:people_invite", KEEPERS, data=lambda _o: {"roles": ["member"], "note": "x"})
row("api:people_end_sessions", "DELETE", KEEPERS)
row("api:people_end_session", "DELETE", NOBODY)  # no session has this handle
row("api:people_withdraw_link", "DELETE", KEEPERS, NOBODY)

# --- the node itself, API
row("api:web_search", "GET", SIGNED_IN, data=lambda _o: {"q": "words"})
get("api:web_list_steps", SIGNED_IN)
get("api:web_list_warnings", SIGNED_IN)
get("api:web_get_node", KEEPERS)
get("api:web_list_work", KEEPERS)
post("api:web_retry_work", KEEPERS, data=lambda _o: {"key": "no-such-work"})

# --- second factors and sessions. The pages that matter send everybody to `account_reauthenticate` first; who is signed in
# already is sent home from the door, others come back to it; accounts of this test have no factor to take away
for name in ("mfa_authenticate", "mfa_login_webauthn", "account_reauthenticate", "mfa_reauthenticate",
             "mfa_reauthenticate_webauthn", "mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn",
             "mfa_remove_webauthn"):  # fmt: skip
    form(name, SIGNED_IN)
form("mfa_deactivate_totp", NOBODY)
get("mfa_view_recovery_codes", NOBODY)
get("mfa_index", SIGNED_IN)
get("mfa_list_webauthn", SIGNED_IN)
post("people_end_own_sessions", SIGNED_IN)
get("people_sessions", KEEPERS)
post("people_end_sessions", KEEPERS)
post("people_issue_unlock", KEEPERS)


def no_sound() -> SimpleUploadedFile:
    """A file that is no recording."""
    return SimpleUploadedFile("r.ogg", b"no sound", "audio/ogg")


# --- relay, pages
SPOKEN = {"lang": "en", "text": "Words.", "day": "2026-11-20", "command": "matrix", "asked": "on", "purposes": ["pass"]}
ASKED = {"audio": "none", "form": "spoken", "asked_in": "en"}
CIRCLE = {"name": "Day", "place": "", "langs": ["en"]}
UNTIL = "2999-01-01"
for name in ("relay_chains", "relay_circles", "relay_reports"):
    get(name, MEMBERS)
for name in ("relay_chain", "relay_read", "relay_hop", "relay_circle"):
    get(name, MEMBERS)
get("relay_hop_audio", MEMBERS, NOBODY)  # the foreign voice is typed
for name in ("relay_report", "relay_report_audio", "relay_progress"):
    get(name, MEMBERS, NOBODY)
form("relay_open_circle", OPENERS, data=lambda _o: {**CIRCLE, "command": "matrix"})
get("relay_change_circle", OPENERS)
post("relay_change_circle", OPENERS, NOBODY, lambda _o: {**CIRCLE, "command": "matrix"})
form(
    "relay_open_chain",
    OPENERS,
    data=lambda o: {"circle": o.circle, "title": "T", "question": "Q?", "lang": "en", "command": "matrix"},
)
get("relay_change_chain", OPENERS)
post("relay_change_chain", OPENERS, NOBODY, lambda _o: {"title": "T", "question": "Q?"})
form("relay_add_report", MEMBERS, data=lambda o: {**SPOKEN, **ASKED, "circle": o.circle})
form("relay_answer", MEMBERS, data=lambda o: {**SPOKEN, **ASKED, "circle": o.circle, "role": "commentary"})
form(
    "relay_invite",
    OPENERS,
    data=lambda o: {"circle": o.circle, "to_org": o.org, "deadline": UNTIL, "note": "", "command": "matrix"},
)
post("relay_end_invitation", OPENERS, NOBODY)
post("relay_correct", MEMBERS, NOBODY, lambda o: {"base": o.base, "text": "Other words."})
post("relay_type", MEMBERS, NOBODY, lambda _o: {"text": "Typed."})
post("relay_bring", MEMBERS, NOBODY, lambda _o: {"captions": captions()})
post("relay_retry", MEMBERS, NOBODY)
post("relay_pass", OPENERS, NOBODY)
form("relay_consent", MEMBERS, NOBODY, lambda _o: {**ASKED, "asked": "on", "purposes": ["pass"]})
form("relay_withdraw", MEMBERS, NOBODY, lambda _o: {"how": "erase", "sure": "on"})

# --- redaction and voices: whoever may take back may take words out
MARKED = {"base": "0" * 64, "mode": "cut", "do": "mark"}
form("relay_redact", MEMBERS, NOBODY, lambda _o: MARKED)
get("relay_redact_progress", MEMBERS, NOBODY)
get("relay_spoken_answer", NOBODY)  # nobody spoke one
get("relay_redact_audio", NOBODY)  # nothing was cut
form("relay_voice", MEMBERS, NOBODY, lambda _o: {"circles": "own", "public": "none"})
get("relay_voice_audio", MEMBERS, NOBODY)
for name in ("get_redaction", "get_voices", "voice_audio"):
    get(f"api:relay_redaction_{name}", MEMBERS, NOBODY)
get("api:relay_redaction_trial_audio", NOBODY)
row("api:relay_redaction_mark", "PUT", MEMBERS, NOBODY, lambda _o: {"base": "0" * 64})
row("api:relay_redaction_forget", "DELETE", MEMBERS, NOBODY)
post("api:relay_redaction_keep", MEMBERS, NOBODY)
row("api:relay_redaction_choose", "PUT", MEMBERS, NOBODY, lambda _o: {"circles": "own", "public": "none"})
post("api:relay_redaction_disguise", MEMBERS, NOBODY)
post("api:relay_redaction_read_again", MEMBERS, NOBODY, lambda _o: {"agreed": "true", "recording": no_sound()})
row("api:relay_redaction_remove", "DELETE", MEMBERS, NOBODY)

# --- relay, API
for name in ("list_circles", "list_chains", "list_invitations", "list_reports"):
    get(f"api:relay_{name}", MEMBERS)
for name in ("get_circle", "get_chain", "read_chain", "get_hop"):
    get(f"api:relay_{name}", MEMBERS)
get("api:relay_get_hop_audio", MEMBERS, NOBODY)
get("api:relay_get_report", MEMBERS, NOBODY)
get("api:relay_get_spoken_answer", NOBODY)  # nobody spoke one
get("api:relay_get_report_audio", MEMBERS, NOBODY)
TOLD = {"lang": "en", "text": "Words.", "asked": "true", "purposes": ["pass"]}
post("api:relay_open_circle", OPENERS, data=lambda _o: CIRCLE)
row("api:relay_change_circle", "PUT", OPENERS, NOBODY, lambda _o: CIRCLE)
post(
    "api:relay_open_chain",
    OPENERS,
    data=lambda o: {"circle": o.circle, "title": "T", "question": "Q?", "lang": "en"},
)
row("api:relay_change_chain", "PUT", OPENERS, NOBODY, lambda _o: {"title": "T", "question": "Q?"})
post("api:relay_add_report", MEMBERS, data=lambda o: {**TOLD, "circle": o.circle})
post("api:relay_answer", MEMBERS, data=lambda o: {**TOLD, "circle": o.circle, "role": "commentary"})
post("api:relay_invite", OPENERS, data=lambda o: {"circle": o.circle, "to_org": o.org, "deadline": UNTIL})
row("api:relay_end_invitation", "DELETE", OPENERS, NOBODY)
row("api:relay_correct", "PUT", MEMBERS, NOBODY, lambda o: {"base": o.base, "text": "Other words."})
post("api:relay_type_transcript", MEMBERS, NOBODY, lambda _o: {"text": "Typed."})
post("api:relay_bring_transcript", MEMBERS, NOBODY, lambda _o: {"captions": captions()})
post("api:relay_retry", MEMBERS, NOBODY)
post("api:relay_pass_on", OPENERS, NOBODY)
post("api:relay_revise", OPENERS, NOBODY)
row("api:relay_grant_consent", "PUT", MEMBERS, NOBODY, lambda _o: {"purposes": ["pass"], "lang": "en"})
post("api:relay_withdraw", MEMBERS, NOBODY, lambda _o: {"erase": True})

# --- review, pages: the foreign voice may be passed on, and not translated
APPROVERS = frozenset({"keeper", "facilitator", "translator"})
for name in ("review", "review_measures"):
    get(name, MEMBERS)
for name in ("review_audio", "review_bench", "review_next", "review_state", "review_segment"):
    get(name, MEMBERS, NOBODY)
post("review_segment", MEMBERS, NOBODY, lambda o: {"base": o.written, "source": o.base, "text": "Otras.", "do": "save"})
post("review_typing", MEMBERS, NOBODY, lambda o: {"base": o.written, "text": "Otr"})
post("review_start", MEMBERS, NOBODY, lambda _o: {"lang": "fr", "how": "hand"})
post("review_retry", MEMBERS, NOBODY)
post("review_share", OPENERS, NOBODY)
post("review_discard", APPROVERS, NOBODY)

# --- review, API
for name in ("list_texts", "list_measures"):
    get(f"api:relay_review_{name}", MEMBERS)
for name in ("get_text", "get_text_audio", "list_versions"):
    get(f"api:relay_review_{name}", MEMBERS, NOBODY)
get("api:relay_review_read_hop", MEMBERS)
post("api:relay_review_start", MEMBERS, NOBODY, lambda _o: {"lang": "fr", "by_hand": True})
post("api:relay_review_retry", MEMBERS, NOBODY)
post("api:relay_review_share", OPENERS, NOBODY)
row("api:relay_review_discard", "DELETE", APPROVERS, NOBODY)
row("api:relay_review_write", "PUT", MEMBERS, NOBODY, lambda o: {"base": o.written, "text": "Otras."})
post("api:relay_review_approve", APPROVERS, NOBODY, lambda o: {"base": o.written, "source_base": o.base})

# --- networks, pages
get("network", MEMBERS)
get("network_one", MEMBERS, NOBODY)
get("network_state", MEMBERS, NOBODY)
form("network_open", KEEPERS, data=lambda _o: {"name": "Another"})
form("network_join", KEEPERS, data=paper("invitation"))
form("network_admit", KEEPERS, data=paper("request"))
get("network_exchange", OPENERS)
post("network_exchange", OPENERS)
post("network_add_folder", KEEPERS, data=lambda o: {"path": o.folder})
post("network_remove_folder", KEEPERS, data=lambda o: {"path": o.folder})
post("network_confirm", KEEPERS, data=lambda o: {"paper": b64encode(o.papers["request"]).decode(), "compared": "on"})
STATED = {"name": "We", "place": ""}
form("network_profile", KEEPERS, NOBODY, lambda _o: {**STATED, "languages": "en"})
get("network_invite", KEEPERS, NOBODY)
get("network_invitation", KEEPERS, NOBODY)
get("network_request", KEEPERS, NOBODY)
form("network_remove", KEEPERS, NOBODY)
post("network_make_room", KEEPERS, NOBODY)

get("erasures", MEMBERS)
get("devices", KEEPERS)
post("devices_confirm", KEEPERS)

# --- networks, API
get("api:erasures_list_erasures", MEMBERS)
get("api:erasures_get_erasure", MEMBERS, NOBODY)
get("api:network_networks", MEMBERS)
for name in ("holdings", "organisations", "state"):
    get(f"api:network_{name}", MEMBERS, NOBODY)
get("api:network_folders", OPENERS)
for name in ("invitation", "request_file"):
    get(f"api:network_{name}", KEEPERS, NOBODY)
post("api:network_open_network", KEEPERS, data=lambda _o: {"name": "Another"})
row("api:network_profile", "PUT", KEEPERS, NOBODY, lambda _o: {**STATED, "languages": ["en"]})
row("api:network_remove", "DELETE", KEEPERS, NOBODY)
get("api:network_crowded", MEMBERS, NOBODY)
post("api:network_make_room", KEEPERS, NOBODY, data=lambda _o: {"org": ""})
post("api:network_join", KEEPERS, data=paper("invitation"))
post("api:network_admit", KEEPERS, data=lambda o: {**paper("request")(o), "words": o.words})
post("api:network_add_folder", KEEPERS, data=lambda o: {"path": o.folder})
row("api:network_remove_folder", "DELETE", KEEPERS, data=lambda o: {"path": o.folder})
post("api:network_exchange", OPENERS, data=lambda _o: {})

# --- translation memory
TERM = {"term": "strike", "source": "en", "meant": "huelga", "target": "es", "note": ""}


def memory_file(_objects: Objects) -> Mapping[str, Any]:
    """A file to import."""
    return {"file": SimpleUploadedFile("terms.csv", b"sourceLang,targetLang,sourceString,targetString\nen,es,a,b\n")}


for name in ("memory", "memory_tmx", "memory_terms", "api:memory_export_tmx"):
    get(name, MEMBERS)
for name in ("list_origins", "list_entries", "list_terms", "list_engines"):
    get(f"api:memory_{name}", MEMBERS)
row("api:memory_list_matches", "GET", MEMBERS, data=lambda _o: {"text": "Words.", "source": "en", "target": "es"})
get("memory_origin", MEMBERS, NOBODY)
get("api:memory_get_origin", MEMBERS, NOBODY)
form("memory_import", OPENERS, data=memory_file)
post("api:memory_import_file", OPENERS, data=memory_file)
form("memory_remove", OPENERS, NOBODY)
row("api:memory_remove_origin", "DELETE", OPENERS, NOBODY)
post("memory_remove_unit", OPENERS, NOBODY)
row("api:memory_remove_entry", "DELETE", OPENERS, NOBODY)
post("memory_terms", OPENERS, data=lambda _o: TERM)
post("api:memory_add_term", OPENERS, data=lambda _o: TERM)
post("memory_remove_term", OPENERS, NOBODY)
row("api:memory_remove_term", "DELETE", OPENERS, NOBODY)

# --- what lies across rooms
get("search", EVERYBODY)  # who may not see a room finds nothing of it: the crawl looks
get("operate", KEEPERS)
post("operate_retry", KEEPERS, data=lambda _o: {"key": "transcribe:none"})
form("operate_close", KEEPERS)  # without the ticked box nothing ends
get("source", EVERYBODY)

# --- drop links: made by facilitators; a giver needs the link alone, a holder the receipt
for name in ("relay_drops", "relay_drop_links", "api:relay_drops_list_links", "api:relay_drops_list_given"):
    get(name, OPENERS)
LINK = {"lang": "ar", "days": 14, "most": 20, "minutes": 10, "megabytes": 32, "note": ""}
form("relay_drop_make", OPENERS, data=lambda o: {**LINK, "circle": o.circle})
form("relay_drop_make_answer", OPENERS, data=lambda o: {**LINK, "circle": o.circle, "role": "parallel"})
post("relay_drops_seen", OPENERS)
post("relay_drop_revoke", OPENERS, NOBODY)
post("relay_drop_hide", OPENERS, NOBODY, lambda _o: {"hidden": "1"})
post("relay_drop_erase", OPENERS, NOBODY)
GIVEN = {"lang": "en", "text": "Words.", "audio": "none", "command": "0" * 32}
form("relay_drop", EVERYBODY, NOBODY, lambda _o: GIVEN)
form("relay_receipt", EVERYBODY, data=lambda _o: {"receipt": "0" * 16})
form("relay_receipt_new", NOBODY, data=lambda _o: {"receipt": "0" * 16})  # shown to the browser that gave, to no role
get("relay_receipt_mine", EVERYBODY)  # without a receipt the door of receipts is shown
get("relay_receipt_audio", NOBODY)
form("relay_receipt_consent", EVERYBODY, data=lambda _o: {"purposes": ["pass"], "audio": "none"})
form("relay_receipt_withdraw", EVERYBODY, data=lambda _o: {"how": "erase", "sure": "on"})
post("relay_receipt_forget", EVERYBODY)
post("relay_receipt_discard", NOBODY)  # it needs a receipt, which no role has
post("api:relay_drops_make_link", OPENERS, data=lambda o: {**LINK, "chain": o.chain, "circle": o.circle})
row("api:relay_drops_revoke_link", "DELETE", OPENERS, NOBODY)
post("api:relay_drops_mark_seen", OPENERS)
row("api:relay_drops_hide", "PUT", OPENERS, NOBODY, lambda _o: {"hidden": True})
row("api:relay_drops_erase", "DELETE", OPENERS, NOBODY)

# --- uploads: what the matrix sends is no tus, and refused as such; whose an upload is stands in tests/ground/uploads
post("uploads", EVERYBODY)
get("upload", SIGNED_IN, NOBODY)
