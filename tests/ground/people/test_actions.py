"""What may be done to accounts, by whom, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tejido.ground.errors import NotAllowed
from tejido.ground.people import GUEST, OPERATOR, Viewer, errors, selectors
from tejido.ground.people import actions as do
from tejido.ground.people.models import Account, Link
from tejido.ground.people.viewer import viewer_for
from tests.ground.people.builders import PASSWORD, a_viewer, an_account

pytestmark = pytest.mark.django_db


def test_an_invitation_makes_one_account_with_its_roles() -> None:
    keeper = a_viewer("keeper", "keeper")
    token = do.invite(viewer=keeper, roles=["translator"], note="the tall one")
    account = do.accept_invitation(token=token, username="Layla", password=PASSWORD, name="ليلى")
    assert account.username == "layla"
    assert viewer_for(account).roles == {"translator", "member"}
    with pytest.raises(errors.LinkUsed):
        do.accept_invitation(token=token, username="other", password=PASSWORD)


def test_a_failed_join_leaves_the_invitation_good() -> None:
    token = do.invite(viewer=OPERATOR)
    an_account("amina")
    with pytest.raises(errors.NameTaken):
        do.accept_invitation(token=token, username="amina", password=PASSWORD)
    with pytest.raises(errors.WeakPassword):
        do.accept_invitation(token=token, username="bola", password="short")
    assert do.accept_invitation(token=token, username="bola", password=PASSWORD).username == "bola"


def test_the_table_of_links_opens_no_account() -> None:
    token = do.invite(viewer=OPERATOR)
    stored = Link.objects.get()
    assert token not in str(vars(stored))


def test_links_expire() -> None:
    token = do.issue_reset(viewer=OPERATOR, account_id=an_account().pk)
    Link.objects.update(expires=timezone.now() - timedelta(seconds=1))
    with pytest.raises(errors.LinkUsed):
        do.use_reset(token=token, password=PASSWORD)


def test_an_invitation_is_no_reset_link_nor_the_reverse() -> None:
    invitation, reset = do.invite(viewer=OPERATOR), do.issue_reset(viewer=OPERATOR, account_id=an_account().pk)
    with pytest.raises(errors.LinkUsed):
        do.use_reset(token=invitation, password=PASSWORD)
    with pytest.raises(errors.LinkUsed):
        do.accept_invitation(token=reset, username="bola", password=PASSWORD)


def test_a_reset_link_sets_the_password_once_and_replaces_earlier_ones() -> None:
    account = an_account()
    first = do.issue_reset(viewer=OPERATOR, account_id=account.pk)
    second = do.issue_reset(viewer=OPERATOR, account_id=account.pk)
    with pytest.raises(errors.LinkUsed):
        do.use_reset(token=first, password="another good password")
    assert do.use_reset(token=second, password="another good password").check_password("another good password")
    with pytest.raises(errors.LinkUsed):
        do.use_reset(token=second, password=PASSWORD)


def everything_a_keeper_does(viewer: Viewer, account_id: int) -> list[Callable[[], object]]:
    """Each action that needs `people.manage`."""
    return [
        lambda: do.invite(viewer=viewer),
        lambda: do.create_account(viewer=viewer, username="xyz"),
        lambda: do.issue_reset(viewer=viewer, account_id=account_id),
        lambda: do.change_roles(viewer=viewer, account_id=account_id, roles=["keeper"]),
        lambda: do.switch_account(viewer=viewer, account_id=account_id, active=False),
        lambda: do.remove_account(viewer=viewer, account_id=account_id),
        lambda: do.withdraw_link(viewer=viewer, link_id=1),
    ]


def test_only_keepers_change_accounts() -> None:
    other = an_account("other")
    for viewer in (GUEST, a_viewer("member-1"), a_viewer("fac", "facilitator")):
        for act in everything_a_keeper_does(viewer, other.pk):
            with pytest.raises(NotAllowed):
                act()
    assert viewer_for(other).roles == {"member"}
    assert not Link.objects.exists()


@pytest.mark.parametrize("username", ["", "ab", "-abc", "a b c", "abc.", "x" * 41, "a@b.c"])
def test_bad_user_names_are_refused(username: str) -> None:
    with pytest.raises(errors.BadUsername):
        do.create_account(viewer=OPERATOR, username=username)
    assert not Account.objects.exists()


def test_user_names_of_any_script_are_welcome() -> None:
    assert do.create_account(viewer=OPERATOR, username="أمينة").username == "أمينة"


def test_unknown_roles_and_languages_are_refused() -> None:
    with pytest.raises(errors.UnknownRole):
        do.create_account(viewer=OPERATOR, username="amina", roles=["king"])
    with pytest.raises(errors.UnknownLanguage):
        do.create_account(viewer=OPERATOR, username="amina", language="xx")
    assert not Account.objects.exists()


def test_the_last_keeper_stays() -> None:
    only = an_account("keeper", "keeper")
    viewer = viewer_for(only)
    removals: list[Callable[[], object]] = [
        lambda: do.change_roles(viewer=viewer, account_id=only.pk, roles=["member"]),
        lambda: do.switch_account(viewer=viewer, account_id=only.pk, active=False),
        lambda: do.remove_account(viewer=viewer, account_id=only.pk),
    ]
    for act in removals:
        with pytest.raises(errors.LastKeeper):
            act()
    an_account("second", "keeper")
    do.change_roles(viewer=viewer, account_id=only.pk, roles=["member"])
    assert viewer_for(only).roles == {"member"}


def test_an_account_that_is_off_is_a_guest() -> None:
    account = an_account("amina", "facilitator")
    do.switch_account(viewer=OPERATOR, account_id=account.pk, active=False)
    account.refresh_from_db()
    assert viewer_for(account).roles == {"guest"}


def test_changing_the_password_needs_the_present_one() -> None:
    account = an_account()
    viewer = viewer_for(account)
    with pytest.raises(errors.WrongPassword):
        do.change_password(viewer=viewer, old="wrong", new="another good password")
    with pytest.raises(errors.WeakPassword):
        do.change_password(viewer=viewer, old=PASSWORD, new="amina")
    do.change_password(viewer=viewer, old=PASSWORD, new="another good password")
    account.refresh_from_db()
    assert account.check_password("another good password")


def test_what_is_held_names_everything_that_the_account_says() -> None:
    account = an_account("amina", name="Amina B")
    held = selectors.held_about(viewer=viewer_for(account))
    values = " ".join(item.value for item in held)
    assert all(value in values for value in ("amina", "Amina B", account.joined.isoformat(), "member"))


def test_passwords_are_hashed_by_argon2() -> None:
    assert an_account().password.startswith("argon2$argon2id$")
