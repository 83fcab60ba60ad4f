"""Permissions are named once and asked by name."""

import pytest

from tejido.ground.errors import NotAllowed
from tejido.ground.people import GUEST, OPERATOR, Viewer, may, permission, permissions, require
from tejido.ground.people.domain import implied

MEMBER = Viewer(1, frozenset({"member"}), "m")


def test_a_role_of_the_permission_suffices() -> None:
    permission("test.weave", roles=("member", "keeper"))
    assert may(MEMBER, "test.weave")
    assert not may(GUEST, "test.weave")


def test_require_raises_for_whoever_may_not() -> None:
    require(OPERATOR, "people.manage")
    with pytest.raises(NotAllowed):
        require(MEMBER, "people.manage")


def test_an_unknown_permission_is_a_mistake_never_a_no() -> None:
    with pytest.raises(LookupError):
        may(OPERATOR, "test.unheard-of")


def test_naming_a_permission_twice_differently_is_a_mistake() -> None:
    permission("test.twice", roles=("member",))
    permission("test.twice", roles=("member",))
    with pytest.raises(ValueError, match="twice"):
        permission("test.twice", roles=("keeper",))


def test_a_permission_names_known_roles() -> None:
    with pytest.raises(ValueError, match="no such role: king"):
        permission("test.king", roles=("king",))


def test_all_permissions_are_listed_by_name() -> None:
    names = [known.name for known in permissions()]
    assert names == sorted(names)
    assert {"people.manage", "node.operate", "network.exchange"} <= set(names)


def test_every_role_but_guest_makes_a_member() -> None:
    assert implied({"translator"}) == {"translator", "member"}
    assert implied({"guest"}) == {"guest"}
    assert implied(()) == {"guest"}
