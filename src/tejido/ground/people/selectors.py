"""Every question about accounts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tejido.ground.errors import NotAllowed
from tejido.ground.people.domain import digest
from tejido.ground.people.errors import LinkUsed, NoAccount
from tejido.ground.people.models import ROLE_NAMES, Account, Link
from tejido.ground.people.policies import require
from tejido.ground.people.viewer import Viewer


@dataclass(frozen=True)
class Person:
    """An account as a list shows it."""

    id: int
    username: str
    name: str
    roles: tuple[str, ...]
    language: str
    joined: date
    active: bool


@dataclass(frozen=True)
class OpenLink:
    """A one-time link that nobody has used yet."""

    id: int
    kind: str
    subject: str
    roles: tuple[str, ...]
    expires: datetime


@dataclass(frozen=True)
class Held:
    """One thing this node holds about somebody: what it is, its value, how long it stays."""

    what: str | Promise
    value: str
    until: str | Promise


def people(*, viewer: Viewer, query: str = "") -> QuerySet[Account]:
    """Accounts by name, narrowed to those whose name or user name contains `query`. Roles come with them."""
    require(viewer, "people.see")
    found = Account.objects.prefetch_related("roles").order_by("name", "username")
    if query:
        found = found.filter(Q(username__icontains=query) | Q(name__icontains=query))
    return found


def person_of(account: Account) -> Person:
    """An account as a list shows it; its roles should be prefetched."""
    roles = {row.role for row in account.roles.all()}
    ordered = tuple(role for role in ROLE_NAMES if role in roles)
    name = account.name or account.username
    return Person(account.pk, account.username, name, ordered, account.language, account.joined, account.is_active)


def person(*, viewer: Viewer, account_id: int) -> Person:
    """One account; people see themselves, keepers and facilitators everybody."""
    if viewer.user_id != account_id:
        require(viewer, "people.see")
    account = Account.objects.prefetch_related("roles").filter(pk=account_id).first()
    if account is None:
        raise NoAccount
    return person_of(account)


def own(*, viewer: Viewer) -> Person:
    """The viewer's own account."""
    require(viewer, "people.self")
    if viewer.user_id is None:
        raise NotAllowed
    return person(viewer=viewer, account_id=viewer.user_id)


def open_links(*, viewer: Viewer) -> list[OpenLink]:
    """One-time links that are still good."""
    require(viewer, "people.manage")
    found = Link.objects.filter(expires__gt=timezone.now()).select_related("user")
    return [
        OpenLink(
            link.pk,
            "reset" if link.user else "invitation",
            str(link.user) if link.user else link.note,
            tuple(r for r in link.roles.split(",") if r),
            link.expires,
        )
        for link in found
    ]


def invitation(token: str) -> OpenLink:
    """What an invitation grants, for whoever holds its link; LinkUsed where it is no longer good."""
    link = Link.objects.filter(digest=digest(token), user=None, expires__gt=timezone.now()).first()
    if link is None:
        raise LinkUsed
    return OpenLink(link.pk, "invitation", link.note, tuple(link.roles.split(",")), link.expires)


def reset_name(token: str) -> str:
    """The user name for which a reset link is good; LinkUsed where it is not."""
    link = Link.objects.filter(digest=digest(token), expires__gt=timezone.now()).select_related("user").first()
    if link is None or link.user is None:
        raise LinkUsed
    return link.user.username


_holders: list[Callable[[Viewer], Iterable[Held]]] = []


def holder(fn: Callable[[Viewer], Iterable[Held]]) -> Callable[[Viewer], Iterable[Held]]:
    """Register what a room holds about an account; shown on "What this node holds about you"."""
    if fn not in _holders:
        _holders.append(fn)
    return fn


def held_about(*, viewer: Viewer) -> list[Held]:
    """Everything this node holds about the viewer's account, room by room."""
    own(viewer=viewer)
    return [item for fn in _holders for item in fn(viewer)]


def held_about_guest(*, cookies: Mapping[str, str]) -> list[Held]:
    """What there is about somebody without an account: nothing on the node but a session, the rest in their own browser."""
    chosen = _("a year, in your browser alone")
    known = (
        (settings.LANGUAGE_COOKIE_NAME, _("Language of the pages"), True, chosen),
        (settings.THEME_COOKIE_NAME, _("Light or dark"), True, chosen),
        (settings.CSRF_COOKIE_NAME, _("A random number that keeps other pages from sending forms in your name"), False,
         _("a year, in your browser alone")),
        (settings.SESSION_COOKIE_NAME, _("A session, for messages between two pages"), False,
         _("two weeks, in your browser and on this node")),
    )  # fmt: skip
    return [
        Held(what, cookies[name] if shown else "•••", until) for name, what, shown, until in known if name in cookies
    ]


@holder
def held_by_people(viewer: Viewer) -> Iterable[Held]:
    """What this room holds: the account, its roles, its sessions."""
    if viewer.user_id is None:
        return
    account = Account.objects.prefetch_related("roles").get(pk=viewer.user_id)
    while_open = _("as long as the account exists")
    yield Held(_("User name"), account.username, while_open)
    yield Held(_("Name that others see"), account.name, while_open)
    yield Held(_("Language of the pages"), account.language, while_open)
    yield Held(_("Day on which the account was made"), account.joined.isoformat(), while_open)
    yield Held(_("Roles"), ", ".join(str(ROLE_NAMES[role]) for role in person_of(account).roles), while_open)
    yield Held(_("Password"), "Argon2", _("only a fingerprint from which it cannot be read"))
    yield Held(_("Failed sign-ins"), "", _("counted under a fingerprint of the user name, for a day at most"))
    yield Held(_("Signed-in browsers"), str(_sessions_of(account.pk)), _("two weeks, or until you sign out"))


def _sessions_of(user_id: int) -> int:
    live = Session.objects.filter(expire_date__gt=timezone.now()).iterator()
    return sum(str(session.get_decoded().get("_auth_user_id")) == str(user_id) for session in live)
