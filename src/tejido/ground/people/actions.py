"""Every change to accounts, roles and one-time links."""

from collections.abc import Callable, Collection, Iterable

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tejido.ground.people import factors
from tejido.ground.people.domain import (
    INVITATION_LASTS,
    RESET_LASTS,
    ROLES,
    digest,
    is_username,
    new_token,
    session_handle,
)
from tejido.ground.people.errors import (
    BadUsername,
    LastKeeper,
    LinkUsed,
    NameTaken,
    NoAccount,
    NoFactor,
    UnknownLanguage,
    UnknownRole,
    WeakPassword,
    WrongPassword,
)
from tejido.ground.people.models import Account, BrowserSession, Link, Note, Role
from tejido.ground.people.policies import require
from tejido.ground.people.viewer import Viewer


def create_account(
    *,
    viewer: Viewer,
    username: str,
    password: str | None = None,
    name: str = "",
    language: str = "",
    roles: Collection[str] = ("member",),
) -> Account:
    """An account with its roles. Without a password, `issue_reset` gives a link that sets one."""
    require(viewer, "people.manage")
    return _create(username, password, name, language, roles)


def invite(*, viewer: Viewer, roles: Collection[str] = ("member",), note: str = "") -> str:
    """A one-time invitation; returns the token for its link, which is shown once and not stored. `note`: for whom."""
    require(viewer, "people.manage")
    return _link(None, ",".join(_checked(roles)), note)


def accept_invitation(*, token: str, username: str, password: str, name: str = "", language: str = "") -> Account:
    """Use an invitation up and make the account it grants."""
    with transaction.atomic():
        link = _take(token, invitation=True)
        account = _create(username, password, name, language, [r for r in link.roles.split(",") if r])
        link.delete()
    return account


def issue_reset(*, viewer: Viewer, account_id: int) -> str:
    """A one-time link that sets a new password; earlier ones for this account end. Returns its token."""
    require(viewer, "people.manage")
    with transaction.atomic():
        account = _account(account_id)
        account.links.all().delete()
        return _link(account, "", "")


def use_reset(*, token: str, password: str) -> Account:
    """Use a link up and set the password; whoever is signed in to the account is signed out."""
    with transaction.atomic():
        link = _take(token, invitation=False)
        account = link.user
        if account is None:
            raise LinkUsed
        _set_password(account, password)
        if link.factors:
            factors.remove_all(account.pk)
            Note.objects.create(account=account, by=str(account), what="factors-gone")
        link.delete()
    return account


def issue_unlock(*, viewer: Viewer, account_id: int) -> str:
    """As `issue_reset`, for somebody who has lost their second factor: the link takes it away as well. It is noted."""
    require(viewer, "people.manage")
    with transaction.atomic():
        account = _account(account_id)
        account.links.all().delete()
        _note(account, viewer, "factor-link")
        return _link(account, "", "", factors=True)


def end_sessions(*, viewer: Viewer, account_id: int, handle: str = "") -> int:
    """End the session of that handle, or all of an account's, for a keeper; how many ended. It is noted."""
    require(viewer, "people.manage")
    with transaction.atomic():
        account = _account(account_id)
        ended = _end(account.pk, lambda row: not handle or session_handle(row.session_key) == handle)
        if ended and account.pk != viewer.user_id:
            _note(account, viewer, "sessions-ended")
    return ended


def end_own_sessions(*, viewer: Viewer, current: str, handle: str = "") -> int:
    """End one of one's own sessions, or all but the `current` one; how many ended."""
    account = _own(viewer)
    chosen = lambda row: session_handle(row.session_key) == handle if handle else row.session_key != current  # noqa: E731
    return _end(account.pk, chosen)


def remove_own_factor(*, viewer: Viewer, factor_id: int) -> None:
    """Take one of one's own second factors away."""
    if not factors.remove_one(_own(viewer).pk, factor_id):
        raise NoFactor


def _end(account_id: int, chosen: Callable[[BrowserSession], bool]) -> int:
    rows = BrowserSession.objects.filter(account_id=account_id).defer("session_data")
    keys = [row.session_key for row in rows if chosen(row)]
    BrowserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def _note(account: Account, viewer: Viewer, what: str) -> None:
    Note.objects.create(account=account, by=viewer.name, what=what)


def withdraw_link(*, viewer: Viewer, link_id: int) -> None:
    """Take an invitation or reset link back."""
    require(viewer, "people.manage")
    if not Link.objects.filter(pk=link_id).delete()[0]:
        raise LinkUsed


def change_roles(*, viewer: Viewer, account_id: int, roles: Collection[str]) -> None:
    """Give an account exactly these roles."""
    require(viewer, "people.manage")
    wanted = _checked(roles)
    with transaction.atomic():
        account = _account(account_id)
        if "keeper" not in wanted:
            _keep_a_keeper(account)
        account.roles.exclude(role__in=wanted).delete()
        Role.objects.bulk_create([Role(user=account, role=role) for role in wanted], ignore_conflicts=True)


def switch_account(*, viewer: Viewer, account_id: int, active: bool) -> None:
    """Switch an account off (its sessions and tokens end at once) or on again."""
    require(viewer, "people.manage")
    with transaction.atomic():
        account = _account(account_id)
        if not active:
            _keep_a_keeper(account)
        account.is_active = active
        account.save(update_fields=["is_active"])
        if not active:
            _shut_out(account)


def remove_account(*, viewer: Viewer, account_id: int) -> None:
    """Delete an account, its roles and links for good. What its owner recorded belongs to the organisation and
    stays.
    """
    require(viewer, "people.manage")
    with transaction.atomic():
        account = _account(account_id)
        _keep_a_keeper(account)
        account.delete()


def change_password(*, viewer: Viewer, old: str, new: str) -> Account:
    """Change one's own password."""
    account = _own(viewer)
    if not account.check_password(old):
        raise WrongPassword
    _set_password(account, new)
    return account


def change_profile(*, viewer: Viewer, name: str, language: str) -> Account:
    """Change one's own name as others see it, and the language of one's pages ("" follows the browser)."""
    account = _own(viewer)
    account.name, account.language = name.strip(), _language(language)
    account.save(update_fields=["name", "language"])
    return account


def _create(username: str, password: str | None, name: str, language: str, roles: Iterable[str]) -> Account:
    wanted, username = _checked(roles), username.strip().lower()
    if not is_username(username):
        raise BadUsername
    fields = {"name": name.strip(), "language": _language(language)}
    if password is not None:
        _strong(password, Account(username=username, name=fields["name"]))
    try:
        with transaction.atomic():
            account = Account.objects.create_user(username, password, **fields)
            Role.objects.bulk_create([Role(user=account, role=role) for role in wanted])
    except IntegrityError as error:
        raise NameTaken from error
    return account


def _link(account: Account | None, roles: str, note: str, *, factors: bool = False) -> str:
    token = new_token()
    lasts = INVITATION_LASTS if account is None else RESET_LASTS
    Link.objects.filter(expires__lt=timezone.now()).delete()
    Link.objects.create(
        digest=digest(token), user=account, roles=roles, note=note.strip()[:80], factors=factors,
        expires=timezone.now() + lasts,
    )  # fmt: skip
    return token


def _take(token: str, *, invitation: bool) -> Link:
    link = (
        Link.objects.select_for_update()
        .filter(digest=digest(token), user__isnull=invitation, expires__gt=timezone.now())
        .first()
    )
    if link is None:
        raise LinkUsed
    return link


def _account(account_id: int) -> Account:
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NoAccount
    return account


def _own(viewer: Viewer) -> Account:
    require(viewer, "people.self")
    account = Account.objects.filter(pk=viewer.user_id).first() if viewer.user_id is not None else None
    if account is None:
        raise NoAccount
    return account


def _keep_a_keeper(account: Account) -> None:
    others = Account.objects.select_for_update().filter(roles__role="keeper", is_active=True).exclude(pk=account.pk)
    if account.roles.filter(role="keeper").exists() and not others.exists():
        raise LastKeeper


def _checked(roles: Iterable[str]) -> tuple[str, ...]:
    wanted = set(roles)
    if not wanted or wanted - set(ROLES):
        raise UnknownRole
    return tuple(role for role in ROLES if role in wanted)


def _language(language: str) -> str:
    if language and language not in dict(settings.LANGUAGES):
        raise UnknownLanguage
    return language


def _strong(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error


def _set_password(account: Account, password: str) -> None:
    _strong(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    _shut_out(account)


def _shut_out(account: Account) -> None:
    """End sessions, and what programs show instead of one."""
    account.browser_sessions.all().delete()
    account.api_tokens.all().delete()
