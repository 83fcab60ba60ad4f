"""Second factors as this node has them: secrets sealed in the database, days instead of times, who lacks one.

What an authenticator app or a list of codes is made of is sealed under a key from `node.json`: the database alone opens
no account. A passkey's public half is no secret.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.signals import pre_save
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from nacl.secret import SecretBox

from tejido.ground.ui.qr import svg


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factors in our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right, was used before, or is too old. Wait for the next one and try again."
        ),
        "cannot_generate_recovery_codes": _("First set up an app or a passkey; the codes are for when it is lost."),
        "cannot_delete_authenticator": _("This cannot be removed."),
    }

    def encrypt(self, text: str) -> str:
        """Sealed for the database."""
        return b64encode(_box().encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Opened again."""
        return _box().decrypt(b64decode(encrypted_text)).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR code for an app."""
        return svg(url, gettext("QR code for your app"))

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app calls the account."""
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return settings.NODE.name

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002
        """What a passkey is called until somebody names it."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}


def _box() -> SecretBox:
    return SecretBox(sha256(b"tejido second factors" + settings.SECRET_KEY.encode()).digest())


def by_day(sender: object, instance: Authenticator, **kwargs: object) -> None:  # noqa: ARG001
    """Keep of when a factor was made and used the day."""
    for name in ("created_at", "last_used_at"):
        if (at := getattr(instance, name)) is not None:
            setattr(instance, name, datetime.combine(at.astimezone(UTC).date(), time(), UTC))


pre_save.connect(by_day, sender=Authenticator)


def kinds(account: Any) -> tuple[str, ...]:
    """Which second factors an account has: `totp`, `webauthn`; without looking at any secret."""
    found = {one.type for one in account.authenticator_set.all()}
    return tuple(kind for kind in ("totp", "webauthn") if kind in found)


def has_one(account_id: int) -> bool:
    """Whether an account has a second factor, recovery codes alone not counting."""
    wanted = Authenticator.objects.filter(user_id=account_id)
    return bool(wanted.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


@dataclass(frozen=True)
class Factor:
    """A second factor: of what kind, what its owner calls it, since and last used on which day."""

    id: int
    kind: str
    name: str
    made: date
    used: date | None


def factors_of(account_id: int) -> list[Factor]:
    """An account's second factors, recovery codes among them; without any secret."""
    rows = Authenticator.objects.filter(user_id=account_id).order_by("type", "pk")
    return [
        Factor(row.pk, row.type, str(row), row.created_at.date(), row.last_used_at.date() if row.last_used_at else None)
        for row in rows
    ]


def remove_one(account_id: int, factor_id: int) -> bool:
    """Take a factor away, and recovery codes with the last one; whether there was one."""
    found = Authenticator.objects.filter(user_id=account_id, pk=factor_id).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    gone = bool(found.delete()[0])
    if not has_one(account_id):
        remove_all(account_id)
    return gone


def remove_all(account_id: int) -> None:
    """Take every second factor of an account away, recovery codes too."""
    Authenticator.objects.filter(user_id=account_id).delete()
