"""Every change about drop links: making and closing them, giving by one, and what a receipt opens."""

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from tejido.ground.consent import public as consent
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, actions
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.drops import domain, errors, guesses, policies
from tejido.practices.relay.drops.models import Drop, DropLink
from tejido.practices.relay.drops.selectors import SALT, by_nonce, held_by, open_link, speaker
from tejido.practices.relay.errors import VoiceGone

GIVER = Viewer(None, frozenset({"member"}), "")  # whoever holds a good link may add a report, through `give` alone


@dataclass(frozen=True)
class Made:
    """A link that was just made: its row and its token, which is shown once and stored nowhere."""

    id: int
    token: str


@dataclass(frozen=True)
class Terms:
    """What a link asks for and takes."""

    lang: str
    days: int = 14
    most: int = 20
    minutes: int = 10
    megabytes: int = 32
    note: str = ""


def make_link(
    *, viewer: Viewer, circle: str, terms: Terms, chain: str = "", hop: str = "", role: str = "commentary"
) -> Made:
    """A link by which anybody gives a report to a chain, or an answer (`role`) to a `hop`, in a circle of our own."""
    require(viewer, policies.MANAGE)
    if not domain.within(terms.days, terms.most, terms.minutes, terms.megabytes):
        raise errors.BadLimits
    answered = access.hop(hop) if hop else None
    if answered and answered.status != "shown":
        raise VoiceGone
    asked = access.chain(answered.chain if answered else chain)
    token = domain.new_token()
    row = DropLink.objects.create(
        digest=domain.digest(token), chain=asked.key, circle=access.own_circle(circle).key, hop=hop,
        role=role if hop else "report", lang=access.language(terms.lang), note=access.clean(terms.note)[:80],
        made=timezone.now().date(), expires=timezone.now() + timedelta(days=terms.days), most=terms.most,
        minutes=terms.minutes, megabytes=terms.megabytes,
    )  # fmt: skip
    return Made(row.pk, token)


def revoke_link(*, viewer: Viewer, link: int) -> None:
    """Let a link take nothing any more. What was given by it stays."""
    require(viewer, policies.MANAGE)
    if not DropLink.objects.filter(pk=link).update(revoked=True):
        raise errors.UnknownLink


def hide(*, viewer: Viewer, report: str, hidden: bool) -> None:
    """Take what was given out of the lists and off the home page, or put it back; nothing is erased."""
    require(viewer, policies.MANAGE)
    if not Drop.objects.filter(report=report).update(hidden=hidden, seen=True):
        raise errors.NotKept


def mark_seen(*, viewer: Viewer) -> None:
    """Say that what came in was looked at."""
    require(viewer, policies.MANAGE)
    Drop.objects.filter(seen=False).update(seen=True)


def erase(*, viewer: Viewer, report: str) -> None:
    """Erase what was given, here and everywhere; its receipt opens nothing but who has confirmed that."""
    require(viewer, policies.MANAGE)
    actions.withdraw(viewer=viewer, report=report)


def give(*, token: str, nonce: str, words: Words, said: Answer) -> str:
    """Keep what somebody gives by a link; the nonce, under which its receipt is shown. Twice the same nonce, once kept.

    Raises `UnknownLink`, `LinkClosed`, and whatever a report can fail by, having counted nothing.
    """
    return give_by(open_link(token).pk, nonce, words, said)


def give_by(link_id: int, nonce: str, words: Words, said: Answer) -> str:
    """As `give`, for a link whose token was checked before the upload began."""
    if Drop.objects.filter(nonce=nonce).exists():
        return nonce
    link = _reserve(link_id)
    try:
        _fits(link, words)
        report = _add(link, nonce, replace(words, longest_s=link.minutes * 60), said)
        if not _noted(link, nonce, report):
            _release(link)
    except BaseException:
        _release(link)
        raise
    return nonce


def _noted(link: DropLink, nonce: str, report: str) -> bool:
    """Whether this was the first to note it: the same form may be sent twice at once."""
    try:
        with transaction.atomic():
            Drop.objects.create(nonce=nonce, link=link, report=report, day=timezone.now().date())
    except IntegrityError:
        return False
    return True


def _reserve(link_id: int) -> DropLink:
    good = DropLink.objects.filter(pk=link_id, revoked=False, used__lt=F("most"), expires__gt=timezone.now())
    if not good.update(used=F("used") + 1):
        raise errors.LinkClosed
    return DropLink.objects.get(pk=link_id)


def _release(link: DropLink) -> None:
    DropLink.objects.filter(pk=link.pk).update(used=F("used") - 1)


def _fits(link: DropLink, words: Words) -> None:
    if words.audio and words.audio.stat().st_size > link.megabytes * 2**20:
        raise errors.TooLarge(megabytes=link.megabytes)


def _add(link: DropLink, nonce: str, words: Words, said: Answer) -> str:
    command = f"drop-{nonce}"
    if link.hop:
        return actions.answer(
            viewer=GIVER, hop=link.hop, role=link.role, circle=link.circle, words=words, said=said, command=command
        )
    return actions.add_report(
        viewer=GIVER, chain=link.chain, circle=link.circle, words=words, said=said, command=command
    )


# --- receipts


def pepper() -> bytes:
    """The node's own ingredient of every receipt: from `node.json`, never in the database."""
    return hmac.new(settings.SECRET_KEY.encode(), b"tejido relay drops: receipts", "sha256").digest()


def new_browser() -> str:
    """What the giver's browser keeps for two weeks, so that its receipt can be computed again: 192 random bits."""
    return secrets.token_urlsafe(24)


def show_receipt(*, browser: str, nonce: str) -> str:
    """The sixteen digits of what this browser gave; they are hashed when first shown. Raises `NotKept`."""
    drop, digits = by_nonce(nonce), domain.receipt(browser, nonce, pepper())
    if not drop.secret:
        hashed = domain.hashed(digits, pepper())  # takes a while: no lock is held meanwhile
        shown = {"locator": domain.locator(digits), "secret": hashed, "until": timezone.now() + domain.SHOWN_FOR}
        if Drop.objects.filter(pk=drop.pk, secret="").update(**shown):
            return digits
        drop = by_nonce(nonce)
    if not domain.belongs(digits, drop.secret, pepper()):
        raise errors.NotKept
    return digits


def type_back(*, browser: str, nonce: str, text: str) -> None:
    """The giver proves that they have the receipt; from then on no page shows it. Raises `Mistyped`, `NotSixteen`."""
    digits, entered = show_receipt(browser=browser, nonce=nonce), domain.typed(text)
    if entered is None:
        raise errors.NotSixteen
    if not hmac.compare_digest(digits, entered):
        raise errors.Mistyped
    Drop.objects.filter(nonce=nonce).update(kept=True, until=None)


def open_receipt(*, text: str, browser: str = "") -> str:
    """A signed pass for what belongs to these digits, good for half an hour. Wrong ones count, right ones do not.

    `browser`: what the giver's browser keeps. Where the digits are those that it was given, nobody's guesses lock it out."""
    digits = domain.typed(text)
    if digits is None:
        raise errors.NotSixteen
    there = list(Drop.objects.filter(locator=domain.locator(digits)))
    found = _given_to(browser, digits, there) or _found(digits, there)
    Drop.objects.filter(pk=found.pk).update(kept=True, until=None)
    return signing.dumps({"drop": found.pk, "secret": found.secret[-12:]}, salt=SALT)


def _given_to(browser: str, digits: str, there: Sequence[Drop]) -> Drop | None:
    """What this browser gave with this receipt; to compute that costs nothing."""
    for drop in there if browser else ():
        if hmac.compare_digest(domain.receipt(browser, drop.nonce, pepper()), digits):
            return drop
    return None


def _found(digits: str, there: Sequence[Drop]) -> Drop:
    place = domain.locator(digits)
    with guesses.turn():
        guesses.spend(place)
        found = [drop for drop in there if domain.belongs(digits, drop.secret, pepper())]
        if not there:
            domain.belongs(digits, domain.nobodys(), pepper())
    if not found:
        raise errors.WrongReceipt
    guesses.give_back(place)
    return found[0]


def change_consent(*, held: str, said: Answer) -> None:
    """The speaker's whole answer anew, by receipt."""
    drop = held_by(held)
    actions.grant_consent(viewer=speaker(drop), report=drop.report, said=said)


def take_back(*, held: str, erase_too: bool) -> None:
    """The speaker takes their words back from others, or has them erased everywhere, receipt and all."""
    drop = held_by(held)
    purposes: Collection[str] = consent.PURPOSES if erase_too else (consent.PASS, consent.TRANSCRIPT, consent.AUDIO)
    actions.withdraw(viewer=speaker(drop), report=drop.report, purposes=purposes, erase_too=erase_too)
    if erase_too:
        Drop.objects.filter(pk=drop.pk).update(taken=True)


def discard(*, held: str) -> None:
    """The holder of a receipt of something erased has the receipt forgotten too; raises `ReceiptClosed`."""
    Drop.objects.filter(pk=held_by(held).pk, erased__isnull=False).delete()


def follow(report: str) -> None:
    """Whatever way a report was erased, its receipt says so. Within the transaction that erases it."""
    if not access.exists(report):
        gone = {"erased": timezone.now().date(), "link": None, "seen": True, "hidden": False}
        Drop.objects.filter(report=report, erased=None).update(**gone)


def forget_old() -> None:
    """Forget receipts of what was erased long ago. For the sweeper."""
    Drop.objects.filter(erased__lt=timezone.now().date() - domain.ERASED_FOR).delete()
