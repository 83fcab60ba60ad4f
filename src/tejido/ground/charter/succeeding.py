"""Going on without the owner of a network: a successor proposed, founded once enough have agreed, and joined.

Each may be repeated. What was proposed is agreed to like any other matter (`actions.speak`); only its proposer founds it.
Nothing of the old network is copied but the charter in force.
"""

from typing import Any

from tejido.ground.charter import actions, selectors
from tejido.ground.charter.domain import DECIDED, OPEN, OUTSIDE, SUCCESSOR, Course, Standing
from tejido.ground.charter.events import BEGAN, FOUNDED, GO_ON, PROPOSED
from tejido.ground.charter.events import SUCCESSOR as PUT
from tejido.ground.errors import Conflict, NotFound
from tejido.ground.network import actions as network_actions
from tejido.ground.network import papers
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer
from tejido.ground.store import db
from tejido.ground.store.public import Fact, append
from tejido.ground.store.spaces import set_members


class OwnNetwork(Conflict):
    """This organisation keeps the member list of this network itself. A successor is for members that go on without it."""

    code = "own-network"


class NotAgreed(Conflict):
    """Not enough members have agreed to go on in that network, so nothing is founded and nothing can be joined."""

    code = "not-agreed"


class NotFoundedYet(Conflict):
    """The members have agreed, but the organisation that proposed this network has not founded it yet."""

    code = "not-founded"


class NotComing(Conflict):
    """That organisation has not asked to come over, or yours is not in the new network, whose members are to be asked."""

    code = "not-coming"


class OnlyProposer(Conflict):
    """Only the organisation that proposed this network founds it: the members agreed that it keeps the member list."""

    code = "only-proposer"


def propose(*, viewer: Viewer, network: NetworkInfo, name: str, words: str = "") -> str:
    """Propose to go on, without the owner, in a network of that name which we found; the matter's key.

    The same again while it is open changes nothing."""
    made, name = actions.course_for(viewer, network), name.strip()
    if network.owner == networks.org_id():
        raise OwnNetwork
    own = networks.org_id().hex()
    for one in made.standings:
        same = one.matter.what == SUCCESSOR and one.matter.org == own and one.matter.body["name"] == name
        if same and one.status in (OPEN, DECIDED):
            return selectors.key_of(one.matter)
    if any(info.name == name for info in networks.networks()):
        raise network_actions.NameTaken(name=name)
    charter, deps = actions.relies_on(made)
    return append(network.space, Fact(PUT, {"charter": charter, "name": name, "words": words}, deps=deps))[0].key


def found(*, viewer: Viewer, network: NetworkInfo, matter: str) -> NetworkInfo:
    """Open the network that the members agreed on: with all who said that they go on in it, and with the charter in force.

    Again changes nothing."""
    made = actions.course_for(viewer, network)
    one = _standing(made, matter)
    if one.matter.org != networks.org_id().hex():
        raise OnlyProposer
    known = selectors.begun(one)
    if one.founded and known:
        return known
    if one.status != DECIDED:
        raise NotAgreed
    with db.writing():
        new = known or _open(network, made, one)
        said = {"members": sorted(_going(made, one)), "spaces": network_actions.describe_spaces(new)}
        _append(network, one, FOUNDED, said)
    return new


def _going(made: Course, one: Standing) -> set[str]:
    """Who said yes and is a member still, or was put out against the charter."""
    last = {org: made.since(org) for org in one.yes}
    return {org for org, change in last.items() if change and (change.came or change.how == OUTSIDE)}


def _open(network: NetworkInfo, made: Course, one: Standing) -> NetworkInfo:
    new = network_actions.open_network(name=one.matter.body["name"])
    append(new.space, Fact(BEGAN, {"matter": one.matter.hash, "name": network.name, "network": network.space.hex()}))
    members = [bytes.fromhex(org) for org in sorted(_going(made, one))]
    for space in (new.space, new.public_space):
        if space:
            set_members(space, members)
    if made.in_force:
        body = made.in_force.matter.body
        append(new.space, Fact(PROPOSED, {**body, "note": "", "replaces": ""}))
    return next(info for info in networks.networks() if info.space == new.space)


def follow(*, viewer: Viewer, network: NetworkInfo, matter: str) -> NetworkInfo:
    """Go on in a network that was founded: know its spaces, and ask to be let in where we were not at its founding.

    The request travels in the network that both are in. Again changes nothing."""
    one = _standing(actions.course_for(viewer, network), matter)
    if not one.founded:
        raise NotFoundedYet if one.status == DECIDED else NotAgreed
    name, spaces, owner = one.matter.body["name"], one.founded["spaces"], bytes.fromhex(one.matter.org)
    with db.writing():
        space = network_actions.learn_spaces(name=name, spaces=spaces, owner=owner)
        if not selectors.comes(one, networks.org_id().hex()):
            paper = network_actions.ask(network=space).decode()
            _append(network, one, GO_ON, {"paper": paper, "words": ""})
    return next(info for info in networks.networks() if info.space == space)


def bring(*, viewer: Viewer, network: NetworkInfo, matter: str, org: str) -> str:
    """Put it to the members of the successor that an organisation of the old network asks to come over; that matter's key."""
    one = _standing(actions.course_for(viewer, network), matter)
    paper, new = one.matter.body["coming"].get(org), selectors.network_of_successor(one)
    if paper is None or new is None or not new.admitted:
        raise NotComing
    read = papers.parse(paper.encode(), papers.REQUEST)
    if read.org.hex() != org or read.body.get("network") != new.space.hex():
        raise papers.BadPaper
    return actions.ask(viewer=viewer, request=paper.encode(), network=new)


def _standing(made: Course, matter: str) -> Standing:
    one = selectors.standing_by_key(made, matter)
    if one.matter.what != SUCCESSOR:
        raise NotFound
    return one


def _append(network: NetworkInfo, one: Standing, kind: str, body: dict[str, Any]) -> None:
    target = bytes.fromhex(one.matter.hash)
    append(network.space, Fact(kind, body, target, deps=(target,)))
