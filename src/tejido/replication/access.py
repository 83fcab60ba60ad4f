"""Who may have anything of a space: membership is the capability, asked each time."""

from collections.abc import Collection
from typing import NamedTuple


class Peer(NamedTuple):
    """Whom we speak with: an organisation, by a device that proved its key."""

    org: bytes
    device: bytes


def may_have(owner: bytes, members: Collection[bytes], devices: Collection[bytes], peer: Peer) -> bool:
    """Whether `peer` may have what lies in a space of `owner` with these folded members, its identity naming `devices`."""
    return (peer.org == owner or peer.org in members) and peer.device in devices


def may_offer(owner: bytes, members: Collection[bytes], devices: Collection[bytes], peer: Peer) -> bool:
    """Whether we tell `peer` what we lack of a space: a newcomer, who knows no members yet, has nothing to give away."""
    return not members or may_have(owner, members, devices, peer)
