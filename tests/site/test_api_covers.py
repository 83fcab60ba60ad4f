"""Every page has its operation, or a reason for having none: what people can do, programs can do."""

from fnmatch import fnmatchcase

from tests.crawl.addresses import operations, patterns

ONE_BROWSER = "belongs to one browser, or to the site itself"
BY_PERSON = "a browser takes part, or a person alone may do it"
NO_ACCOUNT = "for people without an account"
SCRIPT = "for a page's script"
FILES = "an operation takes the whole file; this goes on after a cut"
PUBLIC = "public already, as it is"
NODES = "between nodes, by proofs of their own"
SHEETS = "printed sheets decide, at the machine: `tejido key`, `tejido device`"

# page → operations that do the same, or why there is none
PAGES: dict[str, tuple[str, ...] | str] = {
    "home": ("web_list_steps",),
    "search": ("web_search",),
    "operate": ("web_get_node", "web_list_warnings", "web_list_work"),
    "operate_retry": ("web_retry_work",),
    "operate_close": BY_PERSON,
    "tokens": ("tokens_list_mine", "tokens_list_scopes"),
    "tokens_make": ("tokens_make_token",),
    "tokens_revoke": ("tokens_revoke_token",),
    "tokens_everybodys": ("tokens_list_all",),
    "account_*": BY_PERSON,
    "people_join": NO_ACCOUNT,
    "people_reset": NO_ACCOUNT,
    "people_me": ("people_get_me", "people_change_me"),
    "people_password": ("people_change_password",),
    "people_held": ("people_list_held",),
    "mfa_index": ("people_list_factors", "people_list_my_sessions", "people_list_my_notes"),
    "mfa_list_webauthn": ("people_list_factors",),
    "mfa_remove_webauthn": ("people_remove_factor",),
    "mfa_deactivate_totp": ("people_remove_factor",),
    "mfa_*": BY_PERSON,
    "people_end_own_sessions": ("people_end_my_sessions", "people_end_my_session"),
    "people_sessions": ("people_list_sessions", "people_list_sessions_of"),
    "people_end_sessions": ("people_end_sessions", "people_end_session"),
    "people_issue_unlock": ("people_issue_unlock",),
    "people_issue_reset": ("people_issue_reset",),
    "people": ("people_list_accounts", "people_list_open_links"),
    "people_invite": ("people_invite",),
    "people_withdraw_link": ("people_withdraw_link",),
    "people_person": ("people_get_account", "people_change_roles", "people_list_notes"),
    "people_switch": ("people_switch_account",),
    "people_remove": ("people_remove_account",),
    "network": ("network_networks",),
    "network_open": ("network_open_network",),
    "network_join": ("network_join",),
    "network_admit": ("network_admit",),
    "network_confirm": ("network_admit",),
    "network_exchange": ("network_exchange", "network_folders"),
    "network_add_folder": ("network_add_folder",),
    "network_remove_folder": ("network_remove_folder",),
    "network_one": ("network_holdings", "network_organisations"),
    "network_state": ("network_state",),
    "network_make_room": ("network_make_room", "network_crowded"),
    "network_profile": ("network_profile",),
    "network_invite": ("network_invitation",),
    "network_invitation": ("network_invitation",),
    "network_request": ("network_request_file",),
    "network_remove": ("network_remove",),
    "peers": ("peers_list_partners", "peers_get_partner"),
    "peers_add": ("peers_add_partner",),
    "peers_change": ("peers_change_partner",),
    "peers_exchange": ("peers_exchange_partner",),
    "peers_pause": ("peers_pause_partner",),
    "peers_remove": ("peers_remove_partner",),
    "exchange_*": NODES,
    "devices*": SHEETS,
    "bundles_send": ("bundles_list_members", "bundles_list_made", "bundles_preview", "bundles_make"),
    "bundles_made": ("bundles_get_made",),
    "bundles_part": ("bundles_get_part",),
    "bundles_remove": ("bundles_remove",),
    "bundles_take": ("bundles_bring_part", "bundles_list_arriving", "bundles_list_taken"),
    "bundles_arrived": ("bundles_get_arrived", "bundles_take"),
    "bundles_discard": ("bundles_discard",),
    "charter": ("charter_list_editions", "charter_list_matters"),
    "charter_edition": ("charter_list_editions",),
    "charter_file": ("charter_list_editions",),
    "charter_propose": ("charter_propose",),
    "charter_matters": ("charter_list_matters", "charter_ask"),
    "charter_matter": ("charter_get_matter", "charter_speak"),
    "charter_carry": ("charter_carry",),
    "charter_members": ("charter_list_members", "charter_list_gone"),
    "charter_suspend": ("charter_suspend",),
    "charter_reinstate": ("charter_reinstate",),
    "charter_leave": ("charter_leave",),
    "charter_purge": ("charter_purge",),
    "charter_succeed": ("charter_succeed",),
    "charter_found": ("charter_found", "charter_get_successor"),
    "charter_follow": ("charter_follow",),
    "charter_bring": ("charter_bring",),
    "charter_links": ("charter_list_links", "charter_make_link"),
    "charter_revoke": ("charter_revoke_link",),
    "charter_code": ("network_invitation",),
    "charter_invitation": NO_ACCOUNT,
    "charter_paper": NO_ACCOUNT,
    "erasures": ("erasures_list_erasures", "erasures_get_erasure"),
    "memory": ("memory_list_entries", "memory_list_origins", "memory_list_engines"),
    "memory_import": ("memory_import_file",),
    "memory_tmx": ("memory_export_tmx",),
    "memory_terms": ("memory_list_terms", "memory_add_term"),
    "memory_remove_term": ("memory_remove_term",),
    "memory_remove_unit": ("memory_remove_entry",),
    "memory_origin": ("memory_get_origin",),
    "memory_remove": ("memory_remove_origin",),
    "relay_redact": (
        "relay_redaction_get_redaction", "relay_redaction_mark", "relay_redaction_forget", "relay_redaction_keep",
    ),
    "relay_redact_audio": ("relay_redaction_trial_audio",),
    "relay_redact_progress": ("relay_redaction_get_redaction",),
    "relay_voice": (
        "relay_redaction_get_voices", "relay_redaction_choose", "relay_redaction_disguise", "relay_redaction_read_again",
        "relay_redaction_remove",
    ),
    "relay_voice_audio": ("relay_redaction_voice_audio",),
    "relay_chains": ("relay_list_chains",),
    "relay_open_chain": ("relay_open_chain",),
    "relay_chain": ("relay_get_chain", "relay_list_invitations"),
    "relay_read": ("relay_read_chain", "relay_review_read_hop"),
    "relay_change_chain": ("relay_change_chain",),
    "relay_add_report": ("relay_add_report",),
    "relay_invite": ("relay_invite",),
    "relay_end_invitation": ("relay_end_invitation",),
    "relay_hop": ("relay_get_hop",),
    "relay_hop_audio": ("relay_get_hop_audio",),
    "relay_answer": ("relay_answer",),
    "relay_reports": ("relay_list_reports",),
    "relay_report": ("relay_get_report",),
    "relay_report_audio": ("relay_get_report_audio",),
    "relay_progress": ("relay_get_report",),
    "relay_type": ("relay_type_transcript",),
    "relay_bring": ("relay_bring_transcript",),
    "relay_retry": ("relay_retry",),
    "relay_pass": ("relay_pass_on", "relay_revise"),
    "relay_consent": ("relay_grant_consent",),
    "relay_spoken_answer": ("relay_get_spoken_answer",),
    "relay_withdraw": ("relay_withdraw",),
    "relay_correct": ("relay_correct",),
    "relay_circles": ("relay_list_circles",),
    "relay_open_circle": ("relay_open_circle",),
    "relay_circle": ("relay_get_circle",),
    "relay_change_circle": ("relay_change_circle",),
    "relay_drops": ("relay_drops_list_given",),
    "relay_drops_seen": ("relay_drops_mark_seen",),
    "relay_drop_links": ("relay_drops_list_links",),
    "relay_drop_revoke": ("relay_drops_revoke_link",),
    "relay_drop_hide": ("relay_drops_hide",),
    "relay_drop_erase": ("relay_drops_erase",),
    "relay_drop_make": ("relay_drops_make_link",),
    "relay_drop_make_answer": ("relay_drops_make_link",),
    "relay_drop": NO_ACCOUNT,
    "relay_receipt*": NO_ACCOUNT,
    "review": ("relay_review_list_texts",),
    "review_measures": ("relay_review_list_measures",),
    "review_start": ("relay_review_start",),
    "review_audio": ("relay_review_get_text_audio",),
    "review_bench": ("relay_review_get_text",),
    "review_next": SCRIPT,
    "review_state": SCRIPT,
    "review_typing": SCRIPT,
    "review_retry": ("relay_review_retry",),
    "review_share": ("relay_review_share",),
    "review_discard": ("relay_review_discard",),
    "review_segment": (
        "relay_review_write", "relay_review_approve", "relay_review_list_versions", "memory_list_matches",
    ),
    "uploads": FILES,
    "upload": FILES,
    "press_*": PUBLIC,
    "public_keep": ("public_site_get_site", "public_site_tell_site"),
    "public_*": PUBLIC,
    **dict.fromkeys(
        ("source", "manifest", "icon", "service_worker", "offline", "language", "theme", "phone"), ONE_BROWSER
    ),
}  # fmt: skip


def told(page: str) -> tuple[str, ...] | str | None:
    """What the table says of a page: its own line before a pattern."""
    fitting = [name for name in PAGES if fnmatchcase(page, name)]
    return PAGES[min(fitting, key=lambda name: ("*" in name, -len(name)))] if fitting else None


def test_every_page_has_its_operation_or_a_reason() -> None:
    known = {one.address.name.removeprefix("api:") for one in operations()}
    silent = [one.name for one in patterns() if told(one.name) is None and not one.name.startswith("publishing")]
    assert silent == [], "name its operations in PAGES, or why it has none"
    named = {name for operations in PAGES.values() if isinstance(operations, tuple) for name in operations}
    assert named - known == set()


def test_publishing_has_its_operations() -> None:
    """As many as its pages at least: their names are that room's own."""
    pages = [one.name for one in patterns() if one.name.startswith("publishing")]
    found = [one for one in operations() if one.address.name.startswith("api:relay_publishing_")]
    assert len(found) >= len(pages) > 0
