"""What pages, API and commands show of successors: who goes on where, what is left to do, who asks to come over."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tejido.ground.charter import policies, selectors
from tejido.ground.charter.domain import DECIDED, DONE, OPEN, REFUSED, SUCCESSOR, Standing
from tejido.ground.charter.selectors import Names, key_of
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.log.words import fingerprint


@dataclass(frozen=True)
class Coming:
    """An organisation of the old network that asks to come over and was not put to the members of the new one yet."""

    org: str
    name: str
    fingerprint: str
    owner: bool


@dataclass(frozen=True)
class SuccessorView:
    """A network to go on in. `going` of `members` say that they go on in it; `network`: its key, where this node knows it.

    `agreed`: enough are for it; `ours`: we proposed it; `comes`: we were let in when it was founded, or asked to be; `joined`:
    we are in it."""

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
    coming: tuple[Coming, ...] = ()

    @property
    def counted(self) -> str:
        """3 of 5 members go on in it."""
        said = {"going": self.going, "all": self.members, "name": self.name}
        return _("%(going)s of %(all)s members go on in “%(name)s”") % said


def successors(*, viewer: Viewer, network: NetworkInfo) -> list[SuccessorView]:
    """Founded ones, the one with the most members first; then those that were agreed on and are to be founded."""
    require(viewer, policies.SEE)
    if not selectors.successors_put(network):
        return []
    made = selectors.course_of(network)
    waiting = [one for one in made.standings if one.matter.what == SUCCESSOR and one.status == DECIDED]
    called = selectors.names(made)
    return [_view(network, one, called) for one in (*made.successors(), *waiting)]


def successor(*, viewer: Viewer, network: NetworkInfo, key: str) -> SuccessorView | None:
    """The successor that a matter is about; None where it is about something else. Raises `NotFound`."""
    require(viewer, policies.SEE)
    made = selectors.course_of(network)
    one = selectors.standing_by_key(made, key)
    return _view(network, one, selectors.names(made)) if one.matter.what == SUCCESSOR else None


def came_from(*, viewer: Viewer, network: NetworkInfo) -> tuple[str, str] | None:
    """The name of the network that this one goes on from, and its key where this node knows it."""
    require(viewer, policies.SEE)
    began = selectors.course_of(network).began
    if began is None:
        return None
    old = next((one for one in networks.networks() if one.space.hex() == began.body["network"]), None)
    return began.body["name"], old.key if old else ""


def _view(network: NetworkInfo, one: Standing, called: Names) -> SuccessorView:
    known = selectors.network_of_successor(one)
    joined = known is not None and known.admitted
    return SuccessorView(
        key_of(one.matter), one.matter.body["name"], called(one.matter.org), len(one.yes), len(one.electorate), one.need,
        one.status in (DECIDED, DONE), bool(one.founded), one.matter.org == called.own, selectors.comes(one, called.own),
        known.key if known else "", joined, tuple(_coming(network, known, one, called)) if known and joined else (),
    )  # fmt: skip


def _coming(network: NetworkInfo, new: NetworkInfo, one: Standing, called: Names) -> Iterable[Coming]:
    made = selectors.course_of(new)
    put = {asked.matter.about for asked in selectors.decisions(made, what="admit")
           if asked.status in (OPEN, REFUSED, DECIDED)}  # fmt: skip
    for org in sorted(one.matter.body["coming"]):
        if org not in made.members | put:
            yield Coming(org, called(org), fingerprint(bytes.fromhex(org)), org == network.owner.hex())
