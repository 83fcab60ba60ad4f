"""Every write: proposing and agreeing to a charter, having a say, carrying out what was decided, leaving, going on in a
network without whoever owns this one.

Each may be repeated: what was said already is not said again. The permission is asked for first, as a keeper speaks for
the organisation; what a network's members may do is told by the course.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from tejido.ground.charter import policies, selectors
from tejido.ground.charter.domain import DECIDED, OPEN, REFUSED, SUCCESSOR, Course, Standing
from tejido.ground.charter.events import ASKED, CREATING, LEFT, PROPOSED, SUSPENSION, Rules, voice_kind
from tejido.ground.errors import Conflict, Invalid, NotAllowed, NotFound
from tejido.ground.network import papers
from tejido.ground.network import selectors as networks
from tejido.ground.network.actions import asked_for
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.ground.store import db
from tejido.ground.store.models import Org
from tejido.ground.store.public import Fact, append
from tejido.ground.store.spaces import set_members
from tejido.log.words import fingerprint


class NotAMember(Conflict):
    """This organisation is not a member of that network, or not yet. What its members decide is for them alone."""

    code = "not-a-member"


class Overtaken(Conflict):
    """This is decided already, or another charter is in force by now. Read how it stands, and put it anew if it must be."""

    code = "overtaken"


class NoSay(NotAllowed):
    """This organisation has no say in this: it was let in later, or the matter is about itself."""

    code = "no-say"


class FounderStays(Conflict):
    """The organisation that founded a network keeps its member list. It can neither leave nor be suspended: those who want to go
    on without it propose a successor."""

    code = "founder-stays"


class NotOneOfThem(Invalid):
    """That organisation is not another member of this network."""

    code = "no-such-member"


def course_for(viewer: Viewer, network: NetworkInfo) -> Course:
    """What a network has come to, for whoever speaks in it; raises `NotAMember`."""
    require(viewer, policies.SPEAK)
    made = selectors.course_of(network)
    if networks.org_id().hex() not in made.members:
        raise NotAMember
    return made


def relies_on(made: Course) -> tuple[str, tuple[bytes, ...]]:
    """The charter in force as the event names it, and as what it depends on."""
    edition = made.in_force
    return (edition.hash, (bytes.fromhex(edition.hash),)) if edition else ("", ())


def propose(
    *, viewer: Viewer, network: NetworkInfo, chapters: Mapping[str, Mapping[str, str]], rules: Rules, note: str = ""
) -> str:
    """Propose a charter in place of the one in force; its key. The founder's first is in force at once.

    Proposing the same again while it is open changes nothing."""
    made = course_for(viewer, network)
    replaces, deps = relies_on(made)
    body: dict[str, Any] = {
        "chapters": {name: dict(texts) for name, texts in chapters.items() if texts},
        "note": note, "replaces": replaces, "rules": rules.body(),
    }  # fmt: skip
    own = networks.org_id().hex()
    for one in selectors.proposals(made):
        same = one.matter.body["chapters"] == body["chapters"] and one.matter.body["rules"] == body["rules"]
        if same and one.matter.hash == replaces:
            return selectors.key_of(one.matter)
        if same and one.status == OPEN and one.matter.org == own and one.matter.body["note"] == note:
            return selectors.key_of(one.matter)
    return append(network.space, Fact(PROPOSED, body, deps=deps))[0].key


def speak(*, viewer: Viewer, network: NetworkInfo, matter: str, yes: bool = True, words: str = "") -> Standing:
    """Say yes or no about a matter, by its key; the last word counts until it is decided.

    Saying the same again changes nothing."""
    made = course_for(viewer, network)
    one = selectors.standing_by_key(made, matter)
    own = networks.org_id().hex()
    said = dict.fromkeys(one.yes, True) | dict.fromkeys(one.no, False)
    if said.get(own) is yes and (not words or words == _words(one, own)):
        return one
    if one.status not in (OPEN, REFUSED, *([DECIDED] if one.matter.what == SUCCESSOR else [])):
        raise Overtaken
    if own not in one.electorate:
        raise NoSay
    if one.matter.what == "charter" and not yes:
        raise Invalid(
            _("A charter that you do not want needs no voice against it: it is in force only once enough agree.")
        )
    kind, target = voice_kind(one.matter.what, yes=yes), bytes.fromhex(one.matter.hash)
    append(network.space, Fact(kind, {"words": words}, target, deps=(target,)))
    carry_out(network=network)
    return selectors.standing_by_key(selectors.course_of(network), matter)


def _words(one: Standing, org: str) -> str:
    return next((voice.words for voice in reversed(one.matter.voices) if voice.org == org), "")


def ask(*, viewer: Viewer, request: bytes, network: NetworkInfo | None = None, words: str = "") -> str:
    """Put an organisation's signed request to the members of the network that it names; the matter's key.

    Again changes nothing. With `network`, a request for another one is refused."""
    require(viewer, policies.SPEAK)
    paper = papers.parse(request, papers.REQUEST)
    info = asked_for(paper, anybody=True)
    if network is not None and info.space != network.space:
        raise papers.BadPaper(_("This request is for another network."))
    return put_paper(viewer=viewer, network=info, paper=paper, words=words)


def put_paper(*, viewer: Viewer, network: NetworkInfo, paper: papers.Paper, words: str = "") -> str:
    """As `ask`, for a request that was read."""
    made, org = course_for(viewer, network), paper.org.hex()
    for one in selectors.decisions(made, what="admit"):
        if one.matter.about == org and one.status in (OPEN, REFUSED, DECIDED):
            if one.status != DECIDED and networks.org_id().hex() in one.electorate - set(one.yes):
                speak(viewer=viewer, network=network, matter=selectors.key_of(one.matter), words=words)
            return selectors.key_of(one.matter)
    if org in made.members:
        raise Overtaken(_("That organisation is a member already."))
    papers.learn(paper)
    named = paper.body.get("name", "")
    name = named[:200] if isinstance(named, str) else ""
    charter, deps = relies_on(made)
    body = {"charter": charter, "name": name, "org": org, "paper": paper.data.decode(), "words": words}
    key = append(network.space, Fact(ASKED, body, deps=deps))[0].key
    carry_out(network=network)
    return key


def ask_back(*, viewer: Viewer, network: NetworkInfo, org: str, words: str = "") -> str:
    """Put it to the members to reinstate an organisation that was suspended; the matter's key."""
    made = course_for(viewer, network)
    if org not in made.suspended:
        raise NotFound
    return _put(network, made, ASKED, {"name": "", "org": org, "paper": "", "words": words})


def ask_suspension(*, viewer: Viewer, network: NetworkInfo, org: str, words: str = "") -> str:
    """Put it to the members to suspend one of them; the matter's key."""
    made = course_for(viewer, network)
    suspendable(network=network, org=org)
    return _put(network, made, SUSPENSION, {"org": org, "words": words})


def suspendable(*, network: NetworkInfo, org: str) -> None:
    """Raise unless that organisation is a member that can be suspended by us."""
    if org == network.owner.hex():
        raise FounderStays
    if org == networks.org_id().hex() or org not in selectors.course_of(network).members:
        raise NotOneOfThem


def _put(network: NetworkInfo, made: Course, kind: str, body: dict[str, Any]) -> str:
    for one in selectors.decisions(made, what=CREATING[kind]):
        if one.matter.about == body["org"] and one.status in (OPEN, REFUSED, DECIDED):
            return selectors.key_of(one.matter)
    charter, deps = relies_on(made)
    key = append(network.space, Fact(kind, {**body, "charter": charter}, deps=deps))[0].key
    carry_out(network=network)
    return key


def leave(*, viewer: Viewer, network: NetworkInfo) -> None:
    """Say that this organisation leaves; its founder takes it off the list at the next exchange. Again changes nothing."""
    made = course_for(viewer, network)
    own = networks.org_id()
    if own == network.owner:
        raise FounderStays
    if own.hex() not in made.leaving:
        append(network.space, Fact(LEFT, {}))


def owed(network: NetworkInfo) -> bool:
    """Whether the members decided something that this organisation, as the owner, is to carry out."""
    if network.owner != networks.org_id():
        return False
    made = selectors.course_of(network)
    return bool(made.leaving or any(_can(network, one) for one in made.due()))


def carry_out(*, network: NetworkInfo) -> tuple[str, ...]:
    """As the owner: write the member list that the members decided on, naming their decisions. The organisations concerned.

    Does nothing where we are not the owner, or nothing is due; so it can be called at any time, by anybody here."""
    if network.owner != networks.org_id():
        return ()
    with db.writing():
        made = selectors.course_of(network)
        coming = [one for one in made.due() if one.matter.what == "admit" and _can(network, one)]
        going = {one.matter.about: one.matter.hash for one in made.due() if one.matter.what == "suspend"}
        going |= made.leaving
        if not coming and not going:
            return ()
        added = [one.matter.about for one in coming]
        wanted = sorted((made.members | set(added)) - set(going))
        listed = [bytes.fromhex(org) for org in wanted]
        relied = [bytes.fromhex(one) for one in [*(one.matter.hash for one in coming), *going.values()]]
        set_members(network.space, listed, relied=relied)
        if network.public_space:
            set_members(network.public_space, listed)
    return (*added, *going)


def _paper(one: Standing) -> papers.Paper:
    return papers.parse(one.matter.body["paper"].encode(), papers.REQUEST)


def _can(network: NetworkInfo, one: Standing) -> bool:
    """Whether an admission can be carried out: its request is signed by whom it names, and its identity can be taken in."""
    if one.matter.what != "admit":
        return True
    if not one.matter.body["paper"]:
        return Org.objects.filter(hash=bytes.fromhex(one.matter.about)).exists()
    try:
        paper = _paper(one)
        papers.learn(paper)
    except papers.BadPaper:
        return False
    return paper.org.hex() == one.matter.about and paper.body.get("network") == network.space.hex()


def words_of(one: Standing) -> str:
    """The words of the fingerprint of whom a matter is about."""
    return fingerprint(bytes.fromhex(one.matter.about)) if one.matter.about else ""
