"""The charter's kinds of event: proposals, voices, requests to join, suspensions, leaving, networks in which members go on
without whoever owns this one. All lie in a network's space.

A rule is a number of members ("2") or a share of them ("50%"). Whoever proposes or asks has thereby said yes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from tejido.ground.bodies import (
    BadBody,
    Catalogue,
    Hash,
    Payload,
    choice,
    each,
    hash_text,
    lang_tag,
    nested,
    number,
    pattern,
    text,
)
from tejido.log.canon import encode

PROPOSED, AGREED = "charter.proposed", "charter.agreed"
ASKED, SUPPORTED, OPPOSED = "admission.asked", "admission.supported", "admission.opposed"
SUSPENSION, SUSPEND_YES, SUSPEND_NO = "suspension.asked", "suspension.supported", "suspension.opposed"
LEFT = "member.left"
SUCCESSOR, GO_ON, STAY = "successor.proposed", "successor.agreed", "successor.declined"
FOUNDED, BEGAN = "successor.founded", "successor.began"

FAMILY = "charter.matter"
CHAPTERS = ("members", "rhythm", "treasury", "archive", "publication")
MOST_CHAPTER, MOST_LANGS, MOST_BYTES = 6000, 20, 128 * 1024
MOST_NAME, MOST_WORDS, MOST_PAPER = 200, 1000, 128 * 1024
MOST_MEMBERS, MOST_DESCRIBED = 500, 400
FOLDER = re.compile(r"[0-9a-f]{32}")
RULE = re.compile(r"[1-9]\d{0,2}|(100|[1-9]\d?)%")

rule = pattern(RULE, "a number of members such as 2, or a share of them such as 50%")


def _hash_or_none(value: object) -> str:
    return "" if value == "" else str(hash_text(value))


def chapters(value: object) -> dict[str, dict[str, str]]:
    """Each chapter's text by language; a chapter that is not written yet may be absent."""
    if not isinstance(value, Mapping) or not set(value) <= set(CHAPTERS):
        raise BadBody(f"must name chapters of {', '.join(CHAPTERS)}")
    return {name: _texts(name, value[name]) for name in CHAPTERS if name in value}


def _texts(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > MOST_LANGS:
        raise BadBody(f"{name}: must be texts by language, at most {MOST_LANGS}")
    read = text(MOST_CHAPTER, lines=True)
    try:
        return {str(lang_tag(lang)): str(read(said)) for lang, said in sorted(value.items())}
    except BadBody as problem:
        raise BadBody(f"{name}: {problem}") from None


@dataclass(frozen=True)
class Rhythm(Payload):
    """How often things are to happen; 0 where the charter asks nothing."""

    first_chain_days: Annotated[int, number(0, 3650)] = 30
    labs_a_year: Annotated[int, number(0, 365)] = 4
    actions_a_year: Annotated[int, number(0, 365)] = 1


@dataclass(frozen=True)
class Rules(Payload):
    """By how many members each decision is made."""

    admit: Annotated[str, rule]
    amend: Annotated[str, rule]
    suspend: Annotated[str, rule]
    rhythm: Annotated[Rhythm, nested(Rhythm)] = Rhythm()


@dataclass(frozen=True)
class Proposed(Payload):
    """A charter as somebody would have it. `replaces` names the one in force that it was written from, or nothing."""

    chapters: Annotated[dict[str, dict[str, str]], chapters]
    rules: Annotated[Rules, nested(Rules)]
    replaces: Annotated[str, _hash_or_none] = ""
    note: Annotated[str, text(MOST_WORDS, least=0, lines=True)] = ""

    def verify(self) -> None:
        if not any(self.chapters.values()):
            raise BadBody("chapters: not one is written")
        if len(encode(self.body())) > MOST_BYTES:
            raise BadBody(f"is longer than {MOST_BYTES // 1024} KiB in all")


@dataclass(frozen=True)
class Said(Payload):
    """A voice for or against, with a few words where somebody has them."""

    words: Annotated[str, text(MOST_WORDS, least=0, lines=True)] = ""


@dataclass(frozen=True)
class Asked(Payload):
    """An organisation asks to come in. `paper`: its signed request; empty where a suspended one is to come back.

    `charter`: the edition in force that this relies on, or nothing where there is none."""

    org: Hash
    name: Annotated[str, text(MOST_NAME, least=0)] = ""
    paper: Annotated[str, text(MOST_PAPER, least=0, lines=True)] = ""
    charter: Annotated[str, _hash_or_none] = ""
    words: Annotated[str, text(MOST_WORDS, least=0, lines=True)] = ""


@dataclass(frozen=True)
class Suspension(Payload):
    """A member is to be suspended, for the reason that `words` give."""

    org: Hash
    charter: Annotated[str, _hash_or_none] = ""
    words: Annotated[str, text(MOST_WORDS, least=0, lines=True)] = ""


@dataclass(frozen=True)
class Left(Payload):
    """The writing organisation leaves."""


@dataclass(frozen=True)
class Successor(Payload):
    """Members are to go on in a new network without the owner of this one; whoever proposes it will keep the member list.

    `charter`: the edition in force that this relies on, or nothing where there is none."""

    name: Annotated[str, text(MOST_NAME)]
    charter: Annotated[str, _hash_or_none] = ""
    words: Annotated[str, text(MOST_WORDS, least=0, lines=True)] = ""


@dataclass(frozen=True)
class GoOn(Payload):
    """The writing organisation goes on in it. `paper`: once it is founded, its signed request to be let in."""

    words: Annotated[str, text(MOST_WORDS, least=0, lines=True)] = ""
    paper: Annotated[str, text(MOST_PAPER, least=0, lines=True)] = ""


@dataclass(frozen=True)
class Described(Payload):
    """A space: its folder, its purpose, its descriptor."""

    folder: Annotated[str, pattern(FOLDER, "32 hexadecimal digits")]
    purpose: Annotated[str, choice("network", "public")]
    space: Annotated[str, text(MOST_DESCRIBED)]


@dataclass(frozen=True)
class Founded(Payload):
    """The proposer has opened the network that was agreed on: its two spaces, and who was let in with it."""

    spaces: Annotated[tuple[Described, ...], each(nested(Described), least=2, most=2)]
    members: Annotated[tuple[str, ...], each(hash_text, most=MOST_MEMBERS)] = ()

    def verify(self) -> None:
        if [one.purpose for one in self.spaces] != ["network", "public"]:
            raise BadBody("spaces: must be that of the members and then the public one")


@dataclass(frozen=True)
class Began(Payload):
    """In the new network: which one it goes on from, and by which decision. `name`: what that one is called."""

    network: Hash
    matter: Hash
    name: Annotated[str, text(MOST_NAME)]


CATALOGUE = Catalogue(
    {
        PROPOSED: Proposed, AGREED: Said, ASKED: Asked, SUPPORTED: Said, OPPOSED: Said,
        SUSPENSION: Suspension, SUSPEND_YES: Said, SUSPEND_NO: Said, LEFT: Left,
        SUCCESSOR: Successor, GO_ON: GoOn, STAY: Said, FOUNDED: Founded, BEGAN: Began,
    }
)  # fmt: skip
CREATING: Mapping[str, str] = {
    PROPOSED: "charter", ASKED: "admit", SUSPENSION: "suspend", LEFT: "left", SUCCESSOR: "successor", BEGAN: "began",
}  # fmt: skip
VOICES: Mapping[str, tuple[str, bool]] = {
    AGREED: ("charter", True), SUPPORTED: ("admit", True), OPPOSED: ("admit", False),
    SUSPEND_YES: ("suspend", True), SUSPEND_NO: ("suspend", False),
    GO_ON: ("successor", True), STAY: ("successor", False),
}  # fmt: skip


def voice_kind(what: str, *, yes: bool) -> str:
    """The kind of a voice on such a matter."""
    return next(kind for kind, said in VOICES.items() if said == (what, yes))


def about(payload: Any) -> str:
    """The organisation that a matter is about, in hex; of a network that goes on from another, the decision to do so."""
    return payload.matter if isinstance(payload, Began) else str(getattr(payload, "org", ""))
