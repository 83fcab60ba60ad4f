"""Charters, admissions, suspensions, leaving and successors through the API: the same actions as the pages', the same
permissions.
"""

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido.ground.api import Number, listing
from tejido.ground.bodies import BadBody
from tejido.ground.charter import actions, inviting, leaving, policies, reading, selectors, succeeding, successions
from tejido.ground.charter.events import Rules, chapters
from tejido.ground.charter.reading import EditionView, MatterView, MemberView
from tejido.ground.charter.successions import SuccessorView
from tejido.ground.errors import Invalid, NotFound
from tejido.ground.network.papers import MAX_PAPER, BadPaper
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require, viewer_of

router = Router(tags=["charter"])
READS, WRITES = "network.read", "keep"
Texts = dict[str, dict[str, str]]


class RhythmIO(Schema):
    """How often things are to happen; 0 where nothing is asked for."""

    first_chain_days: int = Field(30, ge=0, le=3650)
    labs_a_year: int = Field(4, ge=0, le=365)
    actions_a_year: int = Field(1, ge=0, le=365)


class RulesIO(Schema):
    """By how many members each decision is made: a number such as `2`, or a share such as `50%`."""

    admit: str
    amend: str
    suspend: str
    rhythm: RhythmIO = RhythmIO(first_chain_days=30, labs_a_year=4, actions_a_year=1)


class CharterOut(Schema):
    """A charter that is or was in force. `agreed` of `members` organisations agreed; `need` were needed."""

    number: int
    hash: str
    day: str
    by: str
    agreed: list[str]
    members: int
    need: int
    chapters: Texts
    rules: RulesIO
    note: str


class CharterIn(Schema):
    """A charter to be proposed: texts by chapter (members, rhythm, treasury, archive, publication) and language; rules."""

    chapters: Texts
    rules: RulesIO
    note: str = Field("", max_length=1000)


class SaidOut(Schema):
    """What one organisation said last. `counts`: it has a say."""

    name: str
    yes: bool
    words: str
    day: str
    counts: bool


class MatterOut(Schema):
    """Something that was put to the members: `what` is charter, admit, suspend or successor. `status`: open, refused,
    decided, done, overtaken, void, in-force, replaced. `said`: what we said, null where nothing; `asked`: whether we have a say;
    `back`: a suspended organisation is to be taken back; `sound`: its signed request holds. `chapters` and `rules` of a
    charter that is proposed."""

    key: str
    what: str
    status: str
    name: str
    about: str
    fingerprint: str
    by: str
    day: str
    words: str
    counted: str
    voices: list[SaidOut]
    silent: list[str]
    said: bool | None
    asked: bool
    back: bool
    sound: bool
    chapters: Texts
    rules: RulesIO | None


class CharterMemberOut(Schema):
    """A member, how it came in and when; `within`: within the charter, as worked out again from the events."""

    org: str
    name: str
    fingerprint: str
    own: bool
    founder: bool
    leaving: bool
    since: str
    how: str
    within: bool


class GoneOut(CharterMemberOut):
    """An organisation that is a member no more. `back`: the members can take it back."""

    back: bool


class SaidIn(Schema):
    """Yes or no, with a few words where somebody has them."""

    yes: bool = True
    words: str = Field("", max_length=1000)


class WhyIn(Schema):
    """Why; all members read it."""

    words: str = Field("", max_length=1000)


class InvitationLinkIn(Schema):
    """A link that carries an invitation, for some days and some times."""

    days: int = 14
    most: int = 3
    note: str = Field("", max_length=80)


class InvitationLinkMadeOut(Schema):
    """A link that was just made: `path` on this node is shown once and stored nowhere."""

    id: int
    path: str


class InvitationLinkOut(Schema):
    """An invitation link. `state`: open, expired, used-up or revoked."""

    id: int
    note: str
    made: str
    expires: str
    most: int
    used: int
    state: str


class SuccessorIn(Schema):
    """A network to go on in without the owner of this one, and why."""

    name: str = Field(min_length=1, max_length=200)
    words: str = Field("", max_length=1000)


class ComingOut(Schema):
    """An organisation that asks to come over. `owner`: it owns the old network."""

    org: str
    name: str
    fingerprint: str
    owner: bool


class SuccessorOut(Schema):
    """A network to go on in: `going` of `members` say that they do; `need` were needed. `agreed`: by enough; `ours`: proposed by
    us; `comes`: we were let in at its founding or asked to be; `network`: its key where this node knows it; `joined`: we are in
    it; `coming`: who asks to come over and was not put to its members yet."""

    key: str
    name: str
    by: str
    going: int
    members: int
    need: int
    agreed: bool
    founded: bool
    ours: bool
    comes: bool
    network: str
    joined: bool
    coming: list[ComingOut]


class CarriedOut(Schema):
    """Organisations that came in or went by what was decided."""

    organisations: list[str]


class PurgedOut(Schema):
    """What was deleted."""

    events: int
    files: int


def _edition(one: EditionView) -> CharterOut:
    return CharterOut(**{**vars(one), "agreed": list(one.agreed)})


def _matter(one: MatterView) -> MatterOut:
    voices = [SaidOut(**vars(voice)) for voice in one.voices]
    said = {name: value for name, value in vars(one).items() if name != "body"}
    text = {"chapters": one.body.get("chapters", {}), "rules": one.body.get("rules")}
    return MatterOut(**{**said, **text, "voices": voices, "silent": list(one.silent)})


def _successor(viewer: Viewer, info: NetworkInfo, key: str) -> SuccessorOut:
    found = successions.successor(viewer=viewer, network=info, key=key)
    if found is None:
        raise NotFound
    return _succession(found)


def _succession(one: SuccessorView) -> SuccessorOut:
    return SuccessorOut(**{**vars(one), "coming": [ComingOut(**vars(other)) for other in one.coming]})


def _member(one: MemberView) -> CharterMemberOut:
    return CharterMemberOut(**vars(one))


def _gone(one: tuple[MemberView, bool]) -> GoneOut:
    return GoneOut(**vars(one[0]), back=one[1])


@listing(router, "/{key}/editions", CharterOut, make=_edition)
def list_editions(request: HttpRequest, key: str) -> Any:
    """Charters that came into force, the first one first; the last is in force."""
    viewer = viewer_of(request)
    return reading.editions(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))


@router.post("/{key}/proposals", response={201: MatterOut})
def propose(request: HttpRequest, key: str, body: CharterIn) -> Status[MatterOut]:
    """Propose a charter in place of the one in force. The founder's first is in force at once; the same again changes nothing."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    require(viewer, policies.SPEAK)
    try:
        texts, rules = chapters(body.chapters), Rules.from_body(body.rules.dict())
    except BadBody as error:
        raise Invalid(str(error)) from error
    made = actions.propose(viewer=viewer, network=info, chapters=texts, rules=rules, note=body.note)
    return Status(201, _matter(reading.matter(viewer=viewer, network=info, key=made)))


@listing(router, "/{key}/matters", MatterOut, make=_matter)
def list_matters(request: HttpRequest, key: str) -> Any:
    """What was put to the members, the latest first."""
    viewer = viewer_of(request)
    return reading.matters(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))


@router.get("/{key}/matters/{matter}", response=MatterOut)
def get_matter(request: HttpRequest, key: str, matter: str) -> MatterOut:
    """One matter with what everybody said."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    return _matter(reading.matter(viewer=viewer, network=info, key=matter))


@router.put("/{key}/matters/{matter}/voice", response=MatterOut)
def speak(request: HttpRequest, key: str, matter: str, body: SaidIn) -> MatterOut:
    """Say yes or no; the last word counts until it is decided."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    actions.speak(viewer=viewer, network=info, matter=matter, yes=body.yes, words=body.words)
    return _matter(reading.matter(viewer=viewer, network=info, key=matter))


@router.post("/{key}/admissions", response={201: MatterOut})
def ask(request: HttpRequest, key: str, paper: File[UploadedFile], words: Form[str] = "") -> Status[MatterOut]:
    """Put an organisation's signed request to the members, with our yes; the same again changes nothing."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    require(viewer, policies.SPEAK)
    if (paper.size or 0) > MAX_PAPER:
        raise BadPaper
    made = actions.ask(viewer=viewer, request=bytes(paper.read()), network=info, words=words)
    return Status(201, _matter(reading.matter(viewer=viewer, network=info, key=made)))


@router.post("/{key}/members/{org}/suspension", response={201: MatterOut})
def suspend(request: HttpRequest, key: str, org: str, body: WhyIn) -> Status[MatterOut]:
    """Put it to the members to suspend one of them."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    made = actions.ask_suspension(viewer=viewer, network=info, org=org, words=body.words)
    return Status(201, _matter(reading.matter(viewer=viewer, network=info, key=made)))


@router.post("/{key}/gone/{gone}/return", response={201: MatterOut})
def reinstate(request: HttpRequest, key: str, gone: str, body: WhyIn) -> Status[MatterOut]:
    """Put it to the members to take back an organisation that was suspended."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    made = actions.ask_back(viewer=viewer, network=info, org=gone, words=body.words)
    return Status(201, _matter(reading.matter(viewer=viewer, network=info, key=made)))


@listing(router, "/{key}/members", CharterMemberOut, make=_member)
def list_members(request: HttpRequest, key: str) -> Any:
    """Members, since when and by what decision."""
    viewer = viewer_of(request)
    return reading.members(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))


@listing(router, "/{key}/gone", GoneOut, make=_gone)
def list_gone(request: HttpRequest, key: str) -> Any:
    """Organisations that were members, and how they went."""
    viewer = viewer_of(request)
    return reading.gone(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))


@router.post("/{key}/carry", response=CarriedOut)
def carry(request: HttpRequest, key: str) -> CarriedOut:
    """As the founder: carry out what was decided. The worker does it, too; where nothing is due, nothing changes."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    require(viewer, policies.SPEAK)
    return CarriedOut(organisations=list(actions.carry_out(network=info)))


@router.post("/{key}/leave", response={204: None})
def leave(request: HttpRequest, key: str) -> Status[None]:
    """Leave a network; what is held of it stays until it is purged."""
    viewer = viewer_of(request)
    actions.leave(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))
    return Status(204, None)


@router.post("/{key}/purge", response=PurgedOut)
def purge(request: HttpRequest, key: str) -> PurgedOut:
    """Delete what this node holds of a network that it has left."""
    viewer = viewer_of(request)
    gone = leaving.purge(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))
    return PurgedOut(events=gone.events, files=gone.blobs)


@listing(router, "/{key}/links", InvitationLinkOut)
def list_links(request: HttpRequest, key: str) -> Any:
    """Invitation links."""
    viewer = viewer_of(request)
    return inviting.links(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key))


@router.post("/{key}/links", response={201: InvitationLinkMadeOut})
def make_link(request: HttpRequest, key: str, body: InvitationLinkIn) -> Status[InvitationLinkMadeOut]:
    """Make a link that carries the invitation; whoever holds it can take the invitation."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    number, token = inviting.make(viewer=viewer, network=info, days=body.days, most=body.most, note=body.note)
    return Status(201, InvitationLinkMadeOut(id=number, path=inviting.path(token)))


@router.delete("/{key}/links/{link_id}", response={204: None})
def revoke_link(request: HttpRequest, key: str, link_id: Number) -> Status[None]:
    """Take a link back."""
    viewer = viewer_of(request)
    inviting.revoke(viewer=viewer, network=selectors.network_of(viewer=viewer, key=key), link=link_id)
    return Status(204, None)


@router.post("/{key}/successors", response={201: MatterOut})
def succeed(request: HttpRequest, key: str, body: SuccessorIn) -> Status[MatterOut]:
    """Propose to go on, without the owner, in a network that we found; the same again changes nothing."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    made = succeeding.propose(viewer=viewer, network=info, name=body.name, words=body.words)
    return Status(201, _matter(reading.matter(viewer=viewer, network=info, key=made)))


@router.get("/{key}/successors/{successor}", response=SuccessorOut)
def get_successor(request: HttpRequest, key: str, successor: str) -> SuccessorOut:
    """A network to go on in: who goes, what is left to do, who asks to come over."""
    viewer = viewer_of(request)
    return _successor(viewer, selectors.network_of(viewer=viewer, key=key), successor)


@router.post("/{key}/successors/{successor}/found", response=SuccessorOut)
def found(request: HttpRequest, key: str, successor: str) -> SuccessorOut:
    """As the one who proposed it: found the network, once enough members agree. Again changes nothing."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    succeeding.found(viewer=viewer, network=info, matter=successor)
    return _successor(viewer, info, successor)


@router.post("/{key}/successors/{successor}/join", response=SuccessorOut)
def follow(request: HttpRequest, key: str, successor: str) -> SuccessorOut:
    """Go on in a network that was founded: in it already, or with a request that travels in the old one."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    succeeding.follow(viewer=viewer, network=info, matter=successor)
    return _successor(viewer, info, successor)


@router.post("/{key}/successors/{successor}/bring/{org}", response=SuccessorOut)
def bring(request: HttpRequest, key: str, successor: str, org: str) -> SuccessorOut:
    """Put it to the members of the new network, with our yes, that an organisation of the old one asks to come over."""
    viewer = viewer_of(request)
    info = selectors.network_of(viewer=viewer, key=key)
    succeeding.bring(viewer=viewer, network=info, matter=successor, org=org)
    return _successor(viewer, info, successor)
