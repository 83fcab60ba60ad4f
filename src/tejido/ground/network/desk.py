"""What a person may do with networks: the permission first, then the action. Pages and the API call these."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_noop as _

from tejido.ground import work
from tejido.ground.errors import Invalid, NotAllowed, NotFound, Problem
from tejido.ground.network import (
    actions,
    crowds,
    exchanging,
    folders,
    gates,
    glance,
    papers,
    policies,
    selectors,
    tasks,
)
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.ground.store import db
from tejido.ground.ui.errors import words
from tejido.ground.ui.languages import name_of
from tejido.log.words import fingerprint
from tejido.replication.exchanged import Exchanged


class UnknownCode(Invalid):
    """“%(code)s” is the code of no language. Write codes such as es, ar or yo, separated by commas."""

    code = "unknown-language"


class NotAdmitted(Invalid):
    """This organisation has not been admitted to the network yet. Hand the request to whoever invited you, then exchange."""

    status = 409
    code = "not-admitted"


class OtherWords(Invalid):
    """These are not the words of the organisation that signed the request. Do not admit it; ask again by telephone."""

    code = "other-words"


@dataclass(frozen=True)
class Applicant:
    """Who signed a request, and for which network; `member`: was admitted already; `asked`: the members decide."""

    org: str
    words: str
    network: NetworkInfo
    member: bool
    asked: bool = False


@dataclass(frozen=True)
class Told:
    """How an exchange through a folder went: the report, or why there is none; `queued`: the worker is at it now."""

    folder: str
    report: Exchanged | None
    error: str = ""
    queued: bool = False


def open_network(*, viewer: Viewer, name: str) -> NetworkInfo:
    """Open a network with this organisation as its first member."""
    require(viewer, policies.MANAGE)
    return actions.open_network(name=name)


def state_profile(*, viewer: Viewer, network: NetworkInfo, name: str, place: str, languages: Sequence[str]) -> None:
    """Say in a network who we are."""
    require(viewer, policies.MANAGE)
    if not network.admitted:
        raise NotAdmitted
    for code in languages:
        if name_of(code, "en") == code:
            raise UnknownCode(code=code)
    actions.state_profile(network=network.space, name=name, place=place, languages=list(dict.fromkeys(languages)))


def invitation(*, viewer: Viewer, network: NetworkInfo) -> bytes:
    """The invitation file of a network."""
    require(viewer, policies.MANAGE)
    if not network.admitted:
        raise NotAdmitted
    return actions.invitation(network=network.space)


def join(*, viewer: Viewer, invitation: bytes) -> NetworkInfo:
    """Accept an invitation; the network, whose request can be had from now on."""
    require(viewer, policies.MANAGE)
    space = actions.accept(papers.parse(invitation, papers.INVITATION))
    return next(one for one in glance.networks(viewer=viewer) if one.space == space)


def request_file(*, viewer: Viewer, network: NetworkInfo) -> bytes:
    """The file that asks to be admitted to a network."""
    require(viewer, policies.MANAGE)
    return actions.ask(network=network.space)


def examine(*, viewer: Viewer, request: bytes) -> Applicant:
    """Who signed a request; nothing is kept of it."""
    require(viewer, policies.MANAGE)
    paper = papers.parse(request, papers.REQUEST)
    info = actions.asked_for(paper)
    with db.writing():
        papers.learn(paper)
        transaction.set_rollback(True)
    member = paper.org in info.members
    return Applicant(paper.org.hex(), fingerprint(paper.org), info, member, not member and gates.members_decide(info))


def admit(*, viewer: Viewer, request: bytes, words: str | None = None) -> Applicant:
    """Admit whoever signed a request, or put it to the members where a charter says so; with `words`, only if they are the
    ones of its fingerprint."""
    found = examine(viewer=viewer, request=request)
    if words is not None and words.strip().casefold() != found.words:
        raise OtherWords
    actions.admit_paper(papers.parse(request, papers.REQUEST))
    return found


def remove(*, viewer: Viewer, network: NetworkInfo, org: str) -> None:
    """Remove a member from a network that this organisation founded."""
    actions.remove(network=network.space, org=removable(viewer=viewer, network=network, org=org))


def removable(*, viewer: Viewer, network: NetworkInfo, org: str) -> bytes:
    """The id of a member that this organisation may remove; raises `NotFound` or `NotAllowed`."""
    require(viewer, policies.MANAGE)
    found = next((one for one in network.members if one.hex() == org), None)
    if found is None or found == network.owner:
        raise NotFound
    if network.owner != selectors.org_id():
        raise NotAllowed(_("Only the organisation that founded this network can remove others."))
    if gates.members_decide(network):
        raise actions.MembersDecide
    return found


def make_room(*, viewer: Viewer, network: NetworkInfo, org: str) -> bool:
    """Let more logs of an organisation in (`org` empty: of those whom nobody knows); whether any were kept out."""
    require(viewer, policies.MANAGE)
    if not any(one.org == org for one in glance.crowded(viewer=viewer, network=network)):
        return False
    crowds.make_room([one for one in (network.space, network.public_space) if one], bytes.fromhex(org))
    return True


def exchange(*, viewer: Viewer, folder: str = "") -> list[Told]:
    """Exchange now with each configured folder, or with that one of them: by the worker, or here where none is free."""
    require(viewer, policies.EXCHANGE)
    known = folders.configured()
    if folder and folder not in known:
        raise NotFound
    by = _ask_the_worker if work.worker_is_free() else _exchange
    return [by(path) for path in known if not folder or path == folder]


def _ask_the_worker(path: str) -> Told:
    tasks.request(path)
    return Told(path, None, queued=True)


def _exchange(path: str) -> Told:
    try:
        return Told(path, exchanging.exchange_folder(Path(path)))
    except Problem as problem:
        return Told(path, None, words(problem))


def add_folder(*, viewer: Viewer, path: str) -> str:
    """Exchange with a folder from now on."""
    require(viewer, policies.MANAGE)
    return folders.add(path)


def remove_folder(*, viewer: Viewer, path: str) -> None:
    """Exchange with a folder no more."""
    require(viewer, policies.MANAGE)
    folders.remove(path)
