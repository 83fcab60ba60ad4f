"""The way back of an organisation that lost a device, or all of them: a paper that a partner, or another of its nodes, writes.

It holds the lost organisation's identity and the spaces that both share; no key and nothing that was said. With enough
sheets a new node becomes a device of the organisation, exchanges, and is given the spaces' keys by whoever holds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tejido.ground.devices import actions, deciding
from tejido.ground.devices.deciding import Keep
from tejido.ground.devices.errors import NotThisWay
from tejido.ground.devices.sheets import Sheet, Signers, signers
from tejido.ground.errors import Conflict, NotFound
from tejido.ground.network import papers
from tejido.ground.network.papers import Paper
from tejido.ground.store import boot, db, keyring, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Org, Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import own_row
from tejido.ground.store.spaces import open_space
from tejido.log import descriptors
from tejido.log.admit import Incoming
from tejido.log.errors import Malformed

FORM = "tejido-return/1"
PURPOSES = ("network", "public")


@dataclass(frozen=True)
class Way:
    """What such a paper says."""

    org: bytes
    identity: tuple[Incoming, ...]
    spaces: tuple[tuple[descriptors.Space, dict[str, Any]], ...]
    paper: Paper


def paper_for(org: bytes) -> bytes:
    """A paper for `org`, signed by this node's device; raises `NotFound` where nothing is shared with it."""
    own = bytes(own_row().org)
    if not Org.objects.filter(hash=org).exists():
        raise NotFound("This node does not know that organisation.")
    shared = [_space(row) for row in SpaceRow.objects.exclude(purpose="own").order_by("id") if _both(row, own, org)]
    if not shared:
        raise NotFound("That organisation and yours are in no space together.")
    listed = [papers._packed(one) for one in papers.identity_log(org)]
    return papers.signed(FORM, {"identity": listed, "org": org.hex(), "spaces": shared})


def _both(row: SpaceRow, own: bytes, org: bytes) -> bool:
    inside = {bytes.fromhex(one) for one in row.members.get("orgs", ())} | {bytes(row.owner)}
    return bool(row.folder) and {own, org} <= inside


def _space(row: SpaceRow) -> dict[str, str]:
    descriptor = bytes(row.descriptor).decode()
    return {"folder": row.folder, "name": row.name, "purpose": row.purpose, "space": descriptor}


def way(paper: Paper) -> Way:
    """Read the body; raises `NotThisWay`."""
    try:
        org = bytes.fromhex(paper.body["org"])
        listed = tuple(papers._unpacked(org, one) for one in paper.body["identity"])
        spaces = tuple((_described(one), one) for one in paper.body["spaces"])
    except (Malformed, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotThisWay from error
    return Way(org, listed, spaces, paper)


def _described(one: dict[str, Any]) -> descriptors.Space:
    named = isinstance(one["name"], str) and one["purpose"] in PURPOSES
    if not named or not descriptors.is_hex(one["folder"], 32):
        raise NotThisWay
    return descriptors.Space.parse(one["space"].encode())


def recover(found: Way, sheets: list[Sheet], keep: Keep, *, renew: bool = False) -> bytes:
    """Make this empty node the organisation's, by recovery sheets: new admin keys first, then this device. Its key."""
    return _come_back(found, lambda: _recovered(found.org, sheets, keep, renew=renew))


def _recovered(org: bytes, sheets: list[Sheet], keep: Keep, *, renew: bool) -> Signers:
    made = actions.recover(org, sheets, keep, renew=renew)[1]
    return list(enumerate(made.admin))[: deciding.identity_of(org).admin.k]


def join(found: Way, sheets: list[Sheet]) -> bytes:
    """Make this empty node a further device of the organisation, by admin sheets. Its key."""
    return _come_back(found, lambda: signers(deciding.identity_of(found.org).admin, sheets, "admin"))


def _come_back(found: Way, sign: Callable[[], Signers]) -> bytes:
    if Own.objects.exists():
        raise Conflict("This node has an organisation already; make a new one: choose an empty folder.")
    with db.writing():
        papers.learn(found.paper)
        ingest(list(found.identity))
        by = sign()
        key, age = keyring.create()
        actions.name_device(found.org, key.public, age, by)
        Own.objects.create(id=1, org=found.org, device=key.public, epoch=b"", own_space=0)
        boot.new_epoch("the node was made in place of a lost one")
        boot.renew()
        Own.objects.update(own_space=logs.space_row(open_space("own", public=False)).id)
        for space, said in found.spaces:
            row = logs.learn_space(space, name=said["name"][:200])
            SpaceRow.objects.filter(id=row.id).update(folder=said["folder"], purpose=said["purpose"])
    return key.public
