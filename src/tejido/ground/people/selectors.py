"""Every question about accounts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tejido.ground.errors import NotAllowed
from tejido.ground.people import factors, sessions
from tejido.ground.people.domain import digest, session_handle
from tejido.ground.people.errors import LinkUsed, NoAccount
from tejido.ground.people.models import NOTES, ROLE_NAMES, Account, BrowserSession, Link, Note
from tejido.ground.people.policies import require
from tejido.ground.people.viewer import Viewer
from tejido.ground.ui.languages import listed

NOTES_SHOWN = 20


@dataclass(frozen=True)
class Person:
    """An account as a list shows it. `factors`: kinds of second factors, of which nothing else is known."""

    id: int
    username: str
    name: str
    roles: tuple[str, ...]
    language: str
    joined: date
    active: bool
    factors: tuple[str, ...]


@dataclass(frozen=True)
class SignedIn:
    """A browser in which somebody is signed in; `handle` names it in a form, `current`: the one that asks."""

    handle: str
    account_id: int
    name: str
    browser: str
    started: date
    used: date
    current: bool


@dataclass(frozen=True)
class Noted:
    """What a keeper did to an account."""

    day: date
    by: str
    what: str | Promise


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
    found = Account.objects.prefetch_related("roles", "authenticator_set").order_by("name", "username")
    if query:
        found = found.filter(Q(username__icontains=query) | Q(name__icontains=query))
    return found


def person_of(account: Account) -> Person:
    """An account as a list shows it; its roles and factors should be prefetched."""
    roles = {row.role for row in account.roles.all()}
    ordered = tuple(role for role in ROLE_NAMES if role in roles)
    name = account.name or account.username
    return Person(
        account.pk, account.username, name, ordered, account.language, account.joined, account.is_active,
        factors.kinds(account),
    )  # fmt: skip


def person(*, viewer: Viewer, account_id: int) -> Person:
    """One account; people see themselves, keepers and facilitators everybody."""
    if viewer.user_id != account_id:
        require(viewer, "people.see")
    account = Account.objects.prefetch_related("roles").filter(pk=account_id).first()
    if account is None:
        raise NoAccount
    return person_of(account)


def account_named(*, viewer: Viewer, username: str) -> int:
    """The id of the account with this user name; raises `NoAccount`."""
    require(viewer, "people.manage")
    found: int | None = Account.objects.filter(username=username.lower()).values_list("pk", flat=True).first()
    if found is None:
        raise NoAccount
    return found


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
            ("unlock" if link.factors else "reset") if link.user else "invitation",
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


def sessions_of(*, viewer: Viewer, account_id: int | None = None) -> list[SignedIn]:
    """Where somebody is signed in, or everybody; for keepers."""
    require(viewer, "people.manage")
    return _signed_in(sessions.live(account_id), "")


def own_sessions(*, viewer: Viewer, current: str) -> list[SignedIn]:
    """Where the viewer is signed in; `current` is the key of the session that asks."""
    own(viewer=viewer)
    return _signed_in(sessions.live(viewer.user_id), current)


def _signed_in(rows: "QuerySet[BrowserSession]", current: str) -> list[SignedIn]:
    found = rows.select_related("account").defer("session_data").order_by("-used", "-started", "session_key")
    return [
        SignedIn(session_handle(row.session_key), row.account_id or 0, str(row.account), row.browser, row.started,
                 row.used, row.session_key == current)
        for row in found
    ]  # fmt: skip


def notes_about(*, viewer: Viewer, account_id: int) -> list[Noted]:
    """What keepers did to an account, the latest first; for keepers."""
    require(viewer, "people.manage")
    return _notes(account_id)


def own_notes(*, viewer: Viewer) -> list[Noted]:
    """What keepers did to the viewer's account."""
    return _notes(own(viewer=viewer).id)


def _notes(account_id: int) -> list[Noted]:
    found = Note.objects.filter(account_id=account_id)[:NOTES_SHOWN]
    return [Noted(note.day, note.by, NOTES.get(note.what, note.what)) for note in found]


def own_factors(*, viewer: Viewer) -> list[factors.Factor]:
    """The viewer's second factors."""
    return factors.factors_of(own(viewer=viewer).id)


def has_factor(account_id: int) -> bool:
    """Whether an account has a second factor."""
    return factors.has_one(account_id)


def lacks_factor(viewer: Viewer) -> bool:
    """Whether this is a keeper by account, of whom a second factor is asked and who has none."""
    if settings.NODE.keeper_factor not in {"warn", "require"} or viewer.user_id is None:
        return False
    keeper = Account.objects.filter(pk=viewer.user_id, roles__role="keeper").exists()
    return keeper and not factors.has_one(viewer.user_id)


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
        (settings.GIVER_COOKIE_NAME, _("A random number from which your receipt can be shown again"), False,
         _("two weeks, in your browser alone")),
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
    yield Held(_("Roles"), listed(ROLE_NAMES[role] for role in person_of(account).roles), while_open)
    yield Held(_("Password"), "Argon2", _("only a fingerprint from which it cannot be read"))
    yield Held(_("Failed sign-ins"), "", _("counted under a fingerprint of the user name, for a day at most"))
    yield Held(_("Signed-in browsers"), _browsers(account.pk), _("two weeks, or until you sign out"))
    for kind in factors.kinds(account):
        yield Held(FACTORS[kind], "•••", _("sealed; until you take it away"))
    for note in _notes(account.pk):
        yield Held(_("What a keeper did"), f"{note.day.isoformat()} {note.by}: {note.what}", while_open)


FACTORS = {"totp": _("Authenticator app"), "webauthn": _("Passkey")}


def _browsers(user_id: int) -> str:
    found = [one.browser or "?" for one in sessions.live(user_id)]
    return f"{len(found)} ({'; '.join(found)})"
