"""Links that carry an invitation: made by a keeper, good for some days and some times, unguessable, taken back at any time.

Whoever holds one reads who invites and to which network, and takes the invitation, which opens nothing by itself.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from tejido.ground.charter import policies
from tejido.ground.charter.models import InvitationLink
from tejido.ground.errors import Invalid, NotFound
from tejido.ground.network import actions
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.log.words import fingerprint

DAYS, TIMES = (1, 90), (1, 50)


class LinkGone(NotFound):
    """This invitation cannot be had here: it has expired, was used or was taken back. Ask whoever sent it for a new one."""

    code = "invitation-gone"


class BadTerms(Invalid):
    """A link is good for 1 to 90 days and can be used 1 to 50 times."""

    code = "bad-terms"


@dataclass(frozen=True)
class Link:
    """A link as its list shows it. `state`: open, expired, used-up or revoked."""

    id: int
    note: str
    made: str
    expires: str
    most: int
    used: int
    state: str


@dataclass(frozen=True)
class Offer:
    """What a link shows to a stranger: which network, who invites, and the words of its fingerprint."""

    network: NetworkInfo
    inviter: str
    words: str
    expires: datetime


def make(*, viewer: Viewer, network: NetworkInfo, days: int = 14, most: int = 3, note: str = "") -> tuple[int, str]:
    """Make a link; its number and its token, which is shown once and stored nowhere (192 random bits)."""
    require(viewer, policies.SPEAK)
    if not (DAYS[0] <= days <= DAYS[1] and TIMES[0] <= most <= TIMES[1]):
        raise BadTerms
    actions.invitation(network=network.space)  # raises where this organisation cannot invite
    token, now = secrets.token_urlsafe(24), timezone.now()
    row = InvitationLink.objects.create(
        digest=_digest(token), network=network.key, note=note.strip()[:80], made=now.date(),
        expires=now + timedelta(days=days), most=most,
    )  # fmt: skip
    return row.pk, token


def path(token: str) -> str:
    """A link's address on this node."""
    return reverse("charter_invitation", args=[token])


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def revoke(*, viewer: Viewer, network: NetworkInfo, link: int) -> None:
    """Take a link back; what was taken with it stays with whoever took it. Again changes nothing."""
    require(viewer, policies.SPEAK)
    if not InvitationLink.objects.filter(pk=link, network=network.key).update(revoked=True):
        raise NotFound


def links(*, viewer: Viewer, network: NetworkInfo) -> list[Link]:
    """Links of a network, the latest first."""
    require(viewer, policies.SPEAK)
    return [_link(row) for row in InvitationLink.objects.filter(network=network.key)]


def _link(row: InvitationLink) -> Link:
    return Link(row.pk, row.note, row.made.isoformat(), row.expires.isoformat(), row.most, row.used, _state(row))


def _state(row: InvitationLink) -> str:
    if row.revoked:
        return "revoked"
    if row.expires <= timezone.now():
        return "expired"
    return "used-up" if row.used >= row.most else "open"


def _open(token: str) -> tuple[InvitationLink, NetworkInfo]:
    row = InvitationLink.objects.filter(digest=_digest(token)).first()
    found = networks.network(row.network) if row is not None else None
    if row is None or found is None or not found.admitted or _state(row) != "open":
        raise LinkGone
    return row, found


def offer(*, token: str) -> Offer:
    """What a link shows to whoever holds it; raises `LinkGone`. Looking uses nothing up."""
    row, found = _open(token)
    own = networks.org_id()
    return Offer(found, networks.org_name(own), fingerprint(own), row.expires)


def take(*, token: str) -> bytes:
    """The invitation; this uses the link once. Raises `LinkGone`."""
    row, found = _open(token)
    free = InvitationLink.objects.filter(pk=row.pk, revoked=False, used__lt=F("most"), expires__gt=timezone.now())
    if not free.update(used=F("used") + 1):
        raise LinkGone
    return actions.invitation(network=found.space)
