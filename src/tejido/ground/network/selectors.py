"""What this node knows of itself, its networks and the organisations in them."""

from dataclasses import dataclass

from tejido.ground.network.models import Exchange, NetworkRow, ProfileRow
from tejido.ground.store.db import row_key
from tejido.ground.store.models import Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import known_own
from tejido.log.words import fingerprint


@dataclass(frozen=True)
class NetworkInfo:
    """A network that this node is in, or waits to be admitted to (`admitted`)."""

    name: str
    space: bytes
    public_space: bytes | None
    key: str
    owner: bytes
    admitted: bool
    members: tuple[bytes, ...]


@dataclass(frozen=True)
class OrgInfo:
    """An organisation: its name where its profile is held, else words of its fingerprint."""

    org: bytes
    name: str
    place: str
    languages: tuple[str, ...]
    own: bool


def org_id() -> bytes:
    """This node's organisation; raises `NotReady` before there is one."""
    return bytes(known_own().org)


def own_space() -> bytes:
    """The space whose only member is this organisation."""
    return bytes(SpaceRow.objects.get(id=known_own().own_space).hash)


def own_space_key() -> str:
    """Its row key."""
    return row_key(own_space())


def networks() -> list[NetworkInfo]:
    """Networks by name; those to which admission has not arrived yet come too."""
    rows = {row.space: row for row in NetworkRow.objects.all()}
    own = Own.objects.first()
    spaces = SpaceRow.objects.filter(purpose="network").order_by("name", "id")
    return [_network(space, rows.get(row_key(bytes(space.hash))), own) for space in spaces]


def _network(space: SpaceRow, row: NetworkRow | None, own: Own | None) -> NetworkInfo:
    members = tuple(bytes.fromhex(org) for org in space.members.get("orgs", ()))
    public = bytes.fromhex(row.public_space) if row else None
    name = row.name if row else space.name
    digest = bytes(space.hash)
    admitted = own is not None and bytes(own.org) in members and row is not None
    return NetworkInfo(name, digest, public, row_key(digest), bytes(space.owner), admitted, members)


def network(key: str) -> NetworkInfo | None:
    """One network by the row key of its space."""
    return next((one for one in networks() if one.key == key), None)


def organisations() -> dict[str, OrgInfo]:
    """Every organisation with a profile, by its id in hex, and our own always: the statement last in order counts."""
    own = Own.objects.first()
    mine = bytes(own.org).hex() if own else ""
    found = {mine: OrgInfo(bytes(own.org), fingerprint(bytes(own.org)), "", (), own=True)} if own else {}
    for row in ProfileRow.objects.order_by("lam", "key"):
        info = OrgInfo(bytes.fromhex(row.org), row.name, row.place, tuple(row.languages), row.org == mine)
        found[row.org] = info
    return found


def org_name(org: bytes | str) -> str:
    """An organisation's name, or words of its fingerprint."""
    name = org if isinstance(org, str) else org.hex()
    row = ProfileRow.objects.filter(org=name).order_by("-lam", "-key").first()
    return row.name if row else fingerprint(bytes.fromhex(name))


def exchanges() -> list[Exchange]:
    """The last exchange of each folder."""
    return list(Exchange.objects.order_by("folder"))
