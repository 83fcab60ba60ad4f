"""Every read about charters: the course of a network, its editions, who asks, who is in and by what decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from tejido.ground.charter import policies
from tejido.ground.charter.domain import (
    BEGAN,
    SUCCESSOR,
    Change,
    Course,
    Edition,
    Listed,
    Matter,
    Standing,
    course,
    place_of,
)
from tejido.ground.charter.models import MatterRow
from tejido.ground.charter.projector import matter
from tejido.ground.errors import NotFound
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.ground.store import db
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import list_entries
from tejido.log.words import fingerprint

LISTS = "SELECT COUNT(*), MAX(event_id), SUM(event_id) FROM store_eventindex WHERE akey = %s"
_known: dict[bytes, tuple[bytes, Course]] = {}
_lock = Lock()


@dataclass(frozen=True)
class Names:
    """What organisations are called: their profile's name, a name that came with a request, or words of the fingerprint."""

    said: Mapping[str, str]
    own: str

    def __call__(self, org: str) -> str:
        """One organisation's name."""
        return self.said.get(org) or fingerprint(bytes.fromhex(org))


@dataclass(frozen=True)
class Member:
    """A member, with the change that made it one. `leaving`: it said that it leaves."""

    org: str
    name: str
    words: str
    own: bool
    founder: bool
    since: Change | None
    leaving: bool


def network_of(*, viewer: Viewer, key: str) -> NetworkInfo:
    """A network by its key; raises `NotFound`."""
    require(viewer, policies.SEE)
    found = networks.network(key)
    if found is None:
        raise NotFound
    return found


def course_of(info: NetworkInfo) -> Course:
    """What a network has come to, computed from what is held; remembered until that changes."""
    space = SpaceRow.objects.filter(hash=info.space).first()
    if space is None:
        return Course()
    rows = list(MatterRow.objects.filter(space=info.key).order_by("key"))
    stamp = _stamp(space, rows)
    with _lock:
        known = _known.get(info.space)
    if known is not None and known[0] == stamp:
        return known[1]
    made = course((matter(row) for row in rows), _lists(space), info.owner.hex())
    with _lock:
        _known[info.space] = (stamp, made)
    return made


def _stamp(space: SpaceRow, rows: Iterable[MatterRow]) -> bytes:
    digest = sha256(repr((db.rows(LISTS, [bytes(space.opened)[:16]]), space.members)).encode())
    for row in rows:
        digest.update(row.key.encode() + row.state.encode())
    return digest.digest()


def _lists(space: SpaceRow) -> list[Listed]:
    found = []
    for entry in list_entries(space):
        relied = entry.body.get("relied", [])
        named = tuple(one for one in relied if isinstance(one, str)) if isinstance(relied, list) else ()
        found.append(Listed(place_of(entry), frozenset(entry.body["members"]), entry.day, named))
    return found


def names(made: Course) -> Names:
    """Names for everybody that a course speaks of."""
    asked = {one.matter.about: str(one.matter.body.get("name", "")) for one in made.standings if one.matter.about}
    known = networks.organisations().items()
    stated = {org: info.name for org, info in known if info.name not in ("", fingerprint(info.org))}
    own = networks.org_id().hex()
    return Names({**{org: name for org, name in asked.items() if name}, **stated}, own)


def key_of(one: Matter) -> str:
    """The row key of a matter."""
    return db.row_key(bytes.fromhex(one.hash))


def standing_by_key(made: Course, key: str) -> Standing:
    """How the matter with that row key stands; raises `NotFound`."""
    found = next((one for one in made.standings if key_of(one.matter) == key), None)
    if found is None:
        raise NotFound
    return found


def proposals(made: Course) -> list[Standing]:
    """Charters that were proposed, the latest first."""
    return [one for one in reversed(made.standings) if one.matter.what == "charter"]


def decisions(made: Course, *, what: str = "") -> list[Standing]:
    """Requests to join and suspensions, the latest first."""
    wanted = (what,) if what else ("admit", "suspend")
    return [one for one in reversed(made.standings) if one.matter.what in wanted]


def members(info: NetworkInfo, made: Course) -> list[Member]:
    """Members of a network, this organisation first, then by name."""
    called, founder = names(made), info.owner.hex()
    found = [
        Member(
            org, called(org), fingerprint(bytes.fromhex(org)), org == called.own, org == founder, made.since(org),
            org in made.leaving,
        )
        for org in made.members
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.own, one.name.casefold(), one.org))


def edition(made: Course, number: int) -> Edition:
    """A charter by its number; raises `NotFound`."""
    if not 1 <= number <= len(made.editions):
        raise NotFound
    return made.editions[number - 1]


def has_say(one: Standing) -> bool | None:
    """Whether this organisation has said something (None: it has no say in this matter)."""
    own = networks.org_id().hex()
    if own not in one.electorate:
        return None
    return own in one.yes or own in one.no


def successors(info: NetworkInfo) -> list[Standing]:
    """Networks that members of this one founded to go on in."""
    return list(course_of(info).successors()) if successors_put(info) else []


def successors_put(info: NetworkInfo) -> bool:
    """Whether any was ever proposed: spares a look at the whole course, as almost always none was."""
    return MatterRow.objects.filter(space=info.key, what=SUCCESSOR).exists()


def onward(info: NetworkInfo) -> NetworkInfo | None:
    """The network in which this organisation goes on instead of that one, or None."""
    known = {one.space.hex(): one for one in networks.networks() if one.admitted}
    found = (known.get(str(one.founded["space"])) for one in successors(info) if one.founded)
    return next((one for one in found if one), None)


def expected(info: NetworkInfo) -> bool:
    """Whether the founder of a network heard from us, in the one that it goes on from, that we come."""
    own = networks.org_id().hex()
    of_all = (one for other in networks.networks() if other.admitted for one in successors(other))
    return any(one.founded and one.founded["space"] == info.space.hex() and comes(one, own) for one in of_all)


def comes(one: Standing, org: str) -> bool:
    """Whether an organisation was let into a successor when it was founded, or has asked to be."""
    listed = (one.matter.org, *one.founded["members"]) if one.founded else ()
    return org in listed or org in one.matter.body["coming"]


def begun(one: Standing) -> NetworkInfo | None:
    """The network that this organisation has opened as the successor that a matter is about, or None."""
    keys = MatterRow.objects.filter(what=BEGAN, about=one.matter.hash).order_by("key").values_list("space", flat=True)
    found = [networks.network(key) for key in keys]
    return next((info for info in found if info and info.owner == networks.org_id()), None)


def network_of_successor(one: Standing) -> NetworkInfo | None:
    """The founded network as this node knows it, or None where it has not been joined here."""
    space = str(one.founded["space"]) if one.founded else ""
    return next((info for info in networks.networks() if info.space.hex() == space), None)


def with_charter() -> list[NetworkInfo]:
    """Networks that this organisation is in."""
    return [one for one in networks.networks() if one.admitted]
