"""The table of canaries: one made-up word for each audience × purpose × state, and who may meet it where.

A later issue registers its own with `canary(…)` and plants the word in a seed (`tests/crawl/seed.py`). The crawl fails on
a word met by somebody, or at a place, that the table does not name, and on a word that nobody meets although it should be.

`met_by` names roles and other readers: those in ROLES, `stranger` (not signed in), `member-node` (another member of the
network who opens what lies in the exchange folder with its own keys), `carrier` (whoever holds the folder, or finds the
stick, without a key), `tasks`, `logs`, `check`, `static`, `papers` (invitation files). `at` names pages and API
operations by their URL names; other readers have no places.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256

from tejido.ground.people.domain import ROLES

STRANGER = "stranger"
NODE = "member-node"
CARRIER = "carrier"
READERS = (*ROLES, STRANGER, NODE, CARRIER, "tasks", "logs", "check", "static", "papers")

PEOPLE = frozenset(ROLES) - {"guest"}
PEOPLE_AND_NODES = PEOPLE | {NODE}
NOBODY: frozenset[str] = frozenset()

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


@dataclass(frozen=True)
class Canary:
    """One word, where it was hidden, and who may meet it. `hook` stands beside it, to find it by search."""

    name: str
    audience: str
    purpose: str
    state: str
    met_by: frozenset[str]
    at: tuple[str, ...] = ("*",)

    @property
    def word(self) -> str:
        return _word(self.name)

    @property
    def hook(self) -> str:
        return _word(f"{self.name}, its hook")

    @property
    def text(self) -> str:
        """What to plant: the hook and the word."""
        return f"{self.hook} {self.word}"

    def may_meet(self, who: str, where: str) -> bool:
        return who in self.met_by and (who not in (*ROLES, STRANGER) or any(fnmatchcase(where, one) for one in self.at))


@cache
def _word(seed: str) -> str:
    """Six syllables from a name."""
    digest = sha256(seed.encode()).digest()
    pairs = zip(digest[:12:2], digest[1:12:2], strict=True)
    return "".join(CONSONANTS[a % len(CONSONANTS)] + VOWELS[b % len(VOWELS)] for a, b in pairs)


@dataclass
class Table:
    """All canaries by name."""

    rows: dict[str, Canary] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Canary]:
        return iter(self.rows.values())

    def __getitem__(self, name: str) -> Canary:
        return self.rows[name]

    def add(self, one: Canary) -> Canary:
        unknown = one.met_by - set(READERS)
        if unknown or one.name in self.rows:
            raise ValueError(f"canary {one.name}: named twice, or nobody is called {sorted(unknown)}")
        self.rows[one.name] = one
        return one


TABLE = Table()


def canary(
    name: str, audience: str, purpose: str, state: str, *, met_by: Collection[str], at: Collection[str] = ("*",)
) -> Canary:
    """Register a canary: `audience` own, network, public, account or nobody; `purpose` of consent; `state` of the words."""
    return TABLE.add(Canary(name, audience, purpose, state, frozenset(met_by), tuple(at)))


# What belongs to this organisation alone: its reports' pages, its reports in the API, its members' search; nowhere else.
REVIEW = ("search", "api:search", "review*", "api:list_texts", "api:get_text", "api:list_versions", "api:read_hop")
OWN = (
    *REVIEW, "relay_report*", "relay_consent", "relay_withdraw", "relay_progress", "relay_redact", "relay_voice",
    "api:*report*", "api:relay_redaction_get_redaction",
)  # fmt: skip
EARLIER = ("review_segment", "api:list_versions")  # every version is kept, and shown to those who review

# --- own space, by purpose: consent to one purpose only, and not to passing
for purpose in ("translate", "audio", "transcript", "archive", "contact"):
    canary(f"own-{purpose}", "own", purpose, "unapproved", met_by=PEOPLE, at=OWN)
canary("own-unasked", "own", "none", "unapproved", met_by=PEOPLE, at=OWN)
canary("own-pseudonym", "own", "none", "unapproved", met_by=PEOPLE, at=OWN)
canary("own-waiting", "own", "pass", "unapproved", met_by=PEOPLE, at=OWN)  # agreed to, and not passed on yet
canary("own-superseded", "own", "pass", "superseded before passing", met_by=PEOPLE, at=EARLIER)
canary("own-half-heard", "own", "none", "being transcribed", met_by=PEOPLE, at=OWN)
canary("own-withdrawn", "own", "pass", "withdrawn", met_by=NOBODY)
canary("own-taken-back", "own", "pass", "withdrawn, kept here", met_by=PEOPLE, at=OWN)
canary("own-narrowed", "own", "pass", "asked again, passing refused", met_by=PEOPLE, at=OWN)

canary("own-redacted", "own", "pass", "redacted", met_by=NOBODY)
canary("own-marked", "own", "pass", "marked to be taken out", met_by=PEOPLE, at=OWN)

# --- network space
canary("passed-redacted", "network", "pass", "redacted after passing", met_by=NOBODY)
canary("passed", "network", "pass", "passed", met_by=PEOPLE_AND_NODES)
canary("passed-pseudonym", "network", "pass", "passed", met_by=PEOPLE_AND_NODES)
canary("passed-renewed", "network", "translate", "withdrawn for one purpose", met_by=PEOPLE_AND_NODES)
# A correction is a new edition; the first one is erased with every member, and stays among the versions here.
canary("passed-superseded", "network", "pass", "superseded after passing", met_by=PEOPLE, at=EARLIER)
canary("passed-corrected", "network", "pass", "superseding", met_by=PEOPLE_AND_NODES)
canary("question", "network", "none", "open", met_by=PEOPLE_AND_NODES)
canary("title", "network", "none", "open", met_by=PEOPLE_AND_NODES)
canary("circle", "network", "none", "open", met_by=PEOPLE_AND_NODES)
canary("place", "network", "none", "open", met_by=PEOPLE_AND_NODES)
canary("asked", "network", "none", "open invitation", met_by=PEOPLE_AND_NODES)
canary("asked-ended", "network", "none", "invitation taken back", met_by={NODE})

# --- translations: of our own report that was not passed, of one that was, of another organisation's hop
SHOWN = (*REVIEW, "relay_read", "relay_hop", "relay_chain", "relay_answer")
canary("translation-own", "own", "translate", "in review", met_by=PEOPLE, at=REVIEW)
canary("translation-making", "own", "translate", "drafted by the worker", met_by=PEOPLE, at=REVIEW)
canary("translation-heard", "own", "translate", "being drafted, heard", met_by=NOBODY)
canary("translation-typed", "own", "translate", "typed by one person, not saved", met_by=NOBODY)
canary("translation-replaced", "network", "translate", "superseded after passing", met_by=PEOPLE, at=EARLIER)
canary("translation-passed", "network", "translate", "passed", met_by=PEOPLE_AND_NODES, at=SHOWN)
canary("translation-withdrawn", "network", "translate", "its report withdrawn", met_by=NOBODY)
canary("translation-narrowed", "network", "translate", "translation refused later", met_by=NOBODY)
canary("translation-discarded", "network", "translate", "thrown away", met_by=NOBODY)
canary("translation-of-foreign", "own", "translate", "of a foreign hop", met_by=PEOPLE, at=SHOWN)
canary(
    "translation-of-foreign-given",
    "network",
    "translate",
    "of a foreign hop, approved, passed on",
    met_by=PEOPLE_AND_NODES,
    at=(*SHOWN, "memory", "api:list_entries"),
)
canary(
    "translation-of-withdrawn-given", "network", "translate", "of a foreign hop, passed on, withdrawn", met_by=NOBODY
)
canary("translation-of-redacted", "own", "translate", "of a foreign hop, redacted", met_by=NOBODY)
canary("foreign-translation", "network", "translate", "passed", met_by=PEOPLE_AND_NODES, at=SHOWN)
canary("foreign-translation-unconsented", "network", "none", "passed without consent", met_by={NODE})

# --- translation memory: what was imported may leave again as a file; approved words of people only by their consent
MEMORY = ("memory", "memory_terms", "memory_tmx", "api:list_entries", "api:list_terms", "api:export_tmx")
canary("memory-imported", "own", "none", "imported", met_by=PEOPLE, at=MEMORY)
canary("memory-term", "own", "none", "typed", met_by=PEOPLE, at=MEMORY)
canary("memory-approved", "own", "translate", "approved", met_by=PEOPLE, at=("memory", "api:list_entries"))
canary("memory-forgotten", "own", "translate", "withdrawn", met_by=NOBODY)

# --- network space, from another organisation
canary("foreign", "network", "pass", "passed", met_by=PEOPLE_AND_NODES)
canary("foreign-place", "network", "none", "open", met_by=PEOPLE_AND_NODES)
canary("foreign-expired", "network", "none", "expired invitation", met_by=PEOPLE_AND_NODES)
canary("foreign-unconsented", "network", "none", "passed without consent", met_by={NODE})
canary("foreign-withheld", "network", "pass", "consent narrowed", met_by={NODE})
canary("foreign-redacted", "network", "pass", "redacted", met_by=NOBODY)
canary("foreign-sealed", "network", "pass", "sealed under a key not held", met_by=NOBODY)
canary("foreign-lab", "other space", "none", "a space we are not in", met_by=NOBODY)

# --- public space: plain in the folder
canary("public-profile", "public", "none", "published", met_by=PEOPLE_AND_NODES | {CARRIER})

# --- sound: what a phone wrote into the file, and the file's own name; which fields stood in it is said to those who see
# the report (`Removed`), what stood in them to nobody
canary("audio-field", "own", "archive", "the name of a field in a recording", met_by=PEOPLE, at=OWN)
canary("audio-field-erased", "own", "archive", "the name of a field, its report erased", met_by=NOBODY)
canary("audio-tag", "own", "archive", "hidden in a recording", met_by=NOBODY)
canary("audio-name", "own", "archive", "hidden in a recording", met_by=NOBODY)

# --- accounts and one-time links
ACCOUNTS = ("people*", "api:list_accounts", "api:get_account")
canary("account-name", "account", "none", "open", met_by={"keeper", "facilitator"}, at=ACCOUNTS)
canary("account-username", "account", "none", "open", met_by={"keeper", "facilitator"}, at=ACCOUNTS)
canary("link-note", "account", "none", "open", met_by={"keeper"}, at=("people", "api:list_open_links"))
canary("link-note-expired", "account", "none", "expired", met_by=NOBODY)

# --- what a failure carries
canary("task-failure", "nobody", "none", "in an exception of a task", met_by=NOBODY)
canary("page-failure", "nobody", "none", "in an exception of a page", met_by=NOBODY)

# --- given by link, without an account: an own report like any other; the link's page shows its question to whoever has it
GIVEN = (*OWN, "relay_drops", "api:list_given")
canary("drop-given", "own", "pass", "given by link, unapproved", met_by=PEOPLE, at=GIVEN)
canary("drop-pseudonym", "own", "none", "given by link, unapproved", met_by=PEOPLE, at=GIVEN)
canary(
    "drop-hidden", "own", "pass", "given by link, hidden", met_by=PEOPLE, at=[one for one in GIVEN if one != "search"]
)
canary("drop-withdrawn", "own", "pass", "given by link, withdrawn by receipt", met_by=NOBODY)
canary(
    "drop-note",
    "account",
    "none",
    "open",
    met_by={"keeper", "facilitator"},
    at=("relay_drop*", "relay_report", "api:list_given", "api:list_links"),
)
canary("drop-question", "network", "none", "asked by a drop link", met_by=PEOPLE_AND_NODES | {"guest", STRANGER})

# --- an upload under way: its form lies on the disk until the sound is whole, and only whoever sends it can ask for it
canary("upload-form", "account", "none", "being uploaded", met_by=NOBODY)
canary("upload-ended", "account", "none", "upload given up", met_by=NOBODY)

# --- the public site: what a keeper says of the organisation, and what was published, for everybody; and what was taken back
EVERYBODY = frozenset({*ROLES, STRANGER})
READ = EVERYBODY | {NODE, CARRIER}
RELAY = ("relay*", "search", "review*", "api:*", "home")
canary("site-about", "public", "none", "told by a keeper", met_by=EVERYBODY, at=("public_*", "api:get_site"))
canary("site-title", "public", "transcript", "published", met_by=READ)
canary("site-question", "public", "transcript", "published", met_by=READ)
canary("site-circle", "public", "transcript", "published", met_by=READ)
canary(
    "cover-alt",
    "public",
    "none",
    "said of a given cover",
    met_by=EVERYBODY,
    at=("public_*", "press_*", "publishing_one", "api:relay_press_get_cover", "api:get_cover"),
)
canary("site-voice", "public", "transcript", "published", met_by=READ)
canary("site-withheld", "network", "pass", "in a published chain, not for publication", met_by=PEOPLE_AND_NODES)
canary("site-unpublished", "network", "transcript", "published, and taken back", met_by=PEOPLE_AND_NODES)

# --- the press: what was published with sound stands in feeds, transcripts and chapters, and goes from all of them
canary("press-voice", "public", "audio", "published, made into files", met_by=READ)
canary("press-taken-back", "public", "audio", "made into files, and taken back", met_by=NOBODY)
# --- publications: corrected and kept, corrected and erased, unapproved, withdrawn by whoever spoke, cut, translated
canary(
    "proof-summary",
    "own",
    "none",
    "in a proof, not published",
    met_by={"keeper"},
    at=("publishing_proof", "public_proof*", "publishing_new"),
)
canary("edition-summary", "public", "none", "published", met_by=READ)
canary("edition-earlier", "public", "transcript", "in an earlier edition, which stays", met_by=READ)
canary("edition-corrected", "public", "transcript", "superseding", met_by=READ)
canary(
    "edition-erased",
    "network",
    "transcript",
    "in an earlier edition, erased by the correction",
    met_by=PEOPLE,
    at=EARLIER,
)
canary("edition-translated", "public", "translate", "published in another language", met_by=READ)
canary(
    "edition-drafted", "own", "translate", "a translation that nobody approved", met_by=PEOPLE, at=(*REVIEW, "relay_*")
)
canary("edition-unapproved", "network", "transcript", "in a published chain, not approved", met_by=PEOPLE_AND_NODES)
canary("edition-withdrawn", "public", "transcript", "published, then erased by whoever spoke", met_by=NOBODY)
canary("edition-narrowed", "network", "transcript", "published, then only for the circles", met_by=PEOPLE_AND_NODES)
canary("edition-cut", "public", "transcript", "published, then taken out of the recording", met_by=NOBODY)
