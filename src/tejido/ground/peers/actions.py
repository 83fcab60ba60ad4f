"""What people decide about partners. Nothing that comes over the line ever writes an address."""

import secrets
from datetime import datetime

from django.utils import timezone

from tejido.ground.errors import NotFound
from tejido.ground.network import selectors
from tejido.ground.peers import addresses, connecting, exchanging
from tejido.ground.peers.addresses import Address
from tejido.ground.peers.connecting import Resolver
from tejido.ground.peers.errors import BadSchedule, NoSuchName, NotOurs, OurOwn, SameAddress
from tejido.ground.peers.models import Peer

MOST_MINUTES = 7 * 24 * 60
PUBLIC, LAN, ONION = "public", "lan", "onion"


def add(*, org: str, address: str, every_min: int = 60, resolver: Resolver = connecting.resolve) -> Peer:
    """Exchange with an organisation's node at an address. Raises what the check of the address says."""
    _check_org(org)
    found = addresses.parse(address)
    if Peer.objects.filter(address=str(found)).exists():
        raise SameAddress
    made = {"org": org, "address": str(found), "every_min": _minutes(every_min), "checked": check(found, resolver)}
    return Peer.objects.create(id=secrets.token_hex(8), **made)


def _check_org(org: str) -> None:
    if org == selectors.org_id().hex():
        raise OurOwn
    if not any(org == one.hex() for info in selectors.networks() for one in (info.owner, *info.members)):
        raise NotOurs


def _minutes(every_min: int) -> int:
    if not 0 <= every_min <= MOST_MINUTES:
        raise BadSchedule
    return every_min


def check(address: Address, resolver: Resolver = connecting.resolve) -> str:
    """What the check says of an address that may be called: `public`, `lan`, `onion`; or that its name is not known now, which
    a node without internet cannot help. Raises any other `PeerProblem`."""
    try:
        found = connecting.checked(address, exchanging.reach(), resolver)
    except NoSuchName as problem:
        return problem.code
    return ONION if address.onion else LAN if addresses.is_local(found) else PUBLIC


def change(*, peer: str, address: str, every_min: int, resolver: Resolver = connecting.resolve) -> Peer:
    """Another address, or more or less often. It is tried soon."""
    row, found = one(peer), addresses.parse(address)
    if Peer.objects.filter(address=str(found)).exclude(id=peer).exists():
        raise SameAddress
    row.address, row.every_min, row.checked = str(found), _minutes(every_min), check(found, resolver)
    row.next_at, row.failures, row.problem = _soon(row.every_min), 0, ""
    row.save()
    return row


def _soon(every_min: int) -> datetime | None:
    return timezone.now() if every_min else None


def remove(*, peer: str) -> None:
    """Call it no more. What was exchanged stays."""
    one(peer).delete()


def pause(*, peer: str, paused: bool) -> Peer:
    """Leave off for now, or go on."""
    row = one(peer)
    row.paused, row.next_at = paused, None if paused else _soon(row.every_min)
    row.save()
    return row


def one(peer: str) -> Peer:
    """A partner's row; raises `NotFound`."""
    row = Peer.objects.filter(id=peer).first()
    if row is None:
        raise NotFound
    return row
