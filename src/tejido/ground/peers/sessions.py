"""Whoever is called: the challenge from its side, and the sessions that follow from it.

A stranger is told the same whatever it asks for. Who may have what is asked again at each message, so that a device or a
membership that was revoked ends with it.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from tejido.ground.network.replica import NodeStore
from tejido.ground.peers import addresses, challenge, identities
from tejido.ground.peers.challenge import CALLED, CALLER, Hello
from tejido.ground.peers.errors import BadAddress
from tejido.ground.peers.models import Session
from tejido.ground.store import keyring
from tejido.ground.store.models import Own
from tejido.log.admit import Incoming
from tejido.log.errors import Malformed
from tejido.replication.access import Peer
from tejido.replication.serving import common

LASTS, BUSY, NOTED = timedelta(minutes=30), timedelta(seconds=30), timedelta(seconds=10)
MOST = 8


class NotLetIn(Exception):
    """Somebody who may have nothing here; they are not told why."""


class AllBusy(Exception):
    """As many exchanges as this node takes on at once are under way."""


def _secret() -> bytes:
    return sha256(b"tejido/exchange/1\n" + settings.SECRET_KEY.encode()).digest()


def _is_here(hello: Hello, host: str) -> bool:
    """Whether the address that the caller means is the one at which it was heard."""
    try:
        return addresses.parse(hello.address).netloc == host
    except BadAddress:
        return False


def hello(said: Hello, host: str) -> Hello:
    """The answer to a hello; of the same form for everybody. Our device is named to organisations that we share a space with."""
    secret = _secret()
    device = challenge.decoy(secret, said.called_org)
    own, partner = Own.objects.first(), identities.is_partner(said.caller_org)  # always asked: its time would tell
    if own and bytes(own.org) == said.called_org and _is_here(said, host) and partner:
        device = bytes(own.device)
    nonce = challenge.nonce_for(said, secret, int(timezone.now().timestamp()), secrets.token_bytes(challenge.RANDOM))
    return said.answered(device, nonce)


def prove(said: Hello, host: str, signature: bytes, identity: list[Incoming]) -> tuple[str, bytes]:
    """The token of a new session and our signature; raises `NotLetIn` or `AllBusy`."""
    now = timezone.now()
    _check(said, host, signature, now)
    identities.learn(said.caller_org, said.caller_device, identity)
    if not common(NodeStore(), Peer(said.caller_org, said.caller_device)):
        raise NotLetIn
    token = secrets.token_hex(32)
    _open(said, token, now)
    return token, challenge.prove(said, CALLED, keyring.device_key())


def _check(said: Hello, host: str, signature: bytes, now: datetime) -> None:
    own = Own.objects.first()
    if own is None or (bytes(own.org), bytes(own.device)) != (said.called_org, said.called_device):
        raise NotLetIn
    if not _is_here(said, host) or not challenge.is_fresh(said, _secret(), int(now.timestamp())):
        raise NotLetIn
    try:
        challenge.verify(said, CALLER, signature)
    except Malformed as error:
        raise NotLetIn from error


def _open(said: Hello, token: str, now: datetime) -> None:
    """One session a device; its earlier ones are over."""
    with transaction.atomic():
        Session.objects.filter(until__lt=now).delete()
        mine = Session.objects.filter(device=said.caller_device.hex())
        lately = {
            "used_at__gt": now - BUSY,
            "used_at__lte": now + BUSY,
        }  # not in the future of a clock that was set back
        others = Session.objects.filter(over=False, **lately).exclude(device=said.caller_device.hex())
        if others.count() >= MOST or others.filter(org=said.caller_org.hex()).count() >= max(1, MOST // 2):
            raise AllBusy  # also where one organisation has half of the places already
        mine.update(over=True)
        try:
            with transaction.atomic():
                Session.objects.create(
                    token=_hash(token), nonce=said.called_nonce.hex(), org=said.caller_org.hex(),
                    device=said.caller_device.hex(), until=now + LASTS, used_at=now,
                )  # fmt: skip
        except IntegrityError as error:
            raise NotLetIn from error  # a challenge serves once


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def asking(token: str) -> Peer:
    """Who asks by this token; raises `NotLetIn` where it is over, or where that device may have nothing any more."""
    now = timezone.now()
    row = Session.objects.filter(token=_hash(token), until__gt=now, over=False).first()
    if row is None:
        raise NotLetIn
    peer = Peer(bytes.fromhex(row.org), bytes.fromhex(row.device))
    if not common(NodeStore(), peer):
        raise NotLetIn
    if row.used_at < now - NOTED:
        Session.objects.filter(token=row.token).update(used_at=now)
    return peer


def goes_on(token: str) -> bool:
    """Whether there is a session with this token now."""
    return Session.objects.filter(token=_hash(token), until__gt=timezone.now(), over=False).exists()


def was_one(token: str) -> bool:
    """Whether there was a session with this token lately, over or not."""
    return Session.objects.filter(token=_hash(token)).exists()


def end(token: str) -> None:
    """The caller hangs up; its nonce is kept until nobody could use it again."""
    Session.objects.filter(token=_hash(token)).update(over=True)
