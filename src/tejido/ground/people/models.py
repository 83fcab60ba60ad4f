"""Accounts, their roles, one-time links. No mail address, no IP address, no time of last login."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tejido.ground.people.domain import ROLES

if TYPE_CHECKING:
    from tejido.ground.people.sessions import SessionStore


def today() -> date:
    """The day in UTC."""
    return timezone.now().date()


class Accounts(BaseUserManager["Account"]):
    """Makes accounts; rules and permissions stand in `actions.create_account`."""

    def create_user(self, username: str, password: str | None = None, **fields: str) -> "Account":
        """A new account without roles. Without a password nobody can sign in to it until a link sets one."""
        account = self.model(username=self.model.normalize_username(username).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Somebody who signs in here."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, blank=True)
    is_active = models.BooleanField(default=True)
    joined = models.DateField(default=today)
    last_login = None

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name or self.username


class Role(models.Model):
    """One role of one account."""

    user = models.ForeignKey(Account, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=16, choices=[(role, role) for role in ROLES])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="one_role_once")]


class Link(models.Model):
    """A one-time link that a keeper hands over: an invitation (without `user`) or a new password (with one).

    `factors`: it also takes away the second factors of whoever has lost them.
    """

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(Account, models.CASCADE, null=True, related_name="links")
    roles = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=80, blank=True)
    factors = models.BooleanField(default=False)
    expires = models.DateTimeField()

    class Meta:
        ordering = ["expires", "pk"]


class BrowserSession(AbstractBaseSession):
    """A browser that is signed in, or that was told something between two pages. No address; of the browser its family."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="browser_sessions")
    browser = models.CharField(max_length=24, blank=True)
    started = models.DateField(default=today)
    used = models.DateField(default=today)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        db_table = "people_session"

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        """The store that keeps these rows."""
        from tejido.ground.people.sessions import SessionStore

        return SessionStore


class Note(models.Model):
    """What a keeper did to somebody's account, for that person and all keepers to see."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="notes")
    day = models.DateField(default=today)
    by = models.CharField(max_length=80)
    what = models.CharField(max_length=24)

    class Meta:
        ordering = ["-day", "-pk"]


ROLE_NAMES = {
    "keeper": _("keeper"),
    "facilitator": _("facilitator"),
    "translator": _("translator"),
    "treasurer": _("treasurer"),
    "researcher": _("researcher"),
    "member": _("member"),
    "guest": _("guest"),
}

NOTES = {
    "factor-link": _("made a link that takes away the second factor"),
    "factors-gone": _("used the link: the second factor is gone"),
    "sessions-ended": _("ended sessions"),
}
