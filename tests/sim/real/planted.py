"""Faults of real nodes, each planted by swapping one function: the play must turn red."""

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from unittest.mock import patch

from tejido.ground.charter import leaving
from tejido.ground.network import reach
from tejido.ground.store import boot, erasing
from tejido.ground.store.models import Org
from tejido.replication.store import SharedSpace


def everybody(_self: reach.Reach, _space: SharedSpace) -> Collection[bytes]:
    """Every organisation that this node ever heard of."""
    return {bytes(org) for org in Org.objects.values_list("hash", flat=True)}


def revoked_too(_self: reach.Reach, org: bytes) -> Collection[bytes]:
    """Devices that were revoked are still served."""
    found = Org.objects.filter(hash=org).first()
    return {bytes.fromhex(key) for key in (*found.devices, *found.ended)} if found else ()


def one_branch(row: Any) -> Any:
    """Of a forked log one end alone is told."""
    return _tips(row)[:1]


_tips = reach._tips


class _Idle:
    """In the place of `boot` where a purge is made: no new epoch begins."""

    @staticmethod
    def new_epoch(_reason: str) -> None:
        """Nothing."""

    @staticmethod
    def note(event_id: int) -> None:
        """As it is."""
        boot.note(event_id)


FAULTS: dict[str, Any] = {
    "serves-removed": lambda: patch.object(reach.Reach, "members", everybody),
    "serves-revoked": lambda: patch.object(reach.Reach, "devices", revoked_too),
    "one-branch": lambda: patch.object(reach, "_tips", one_branch),
    "purge-keeps-epoch": lambda: patch.object(leaving, "boot", _Idle),
    "copied-unnoticed": lambda: patch.object(boot, "place", return_value="here"),
    "purge-keeps-files": lambda: patch.object(erasing, "overwrite", return_value=True),
}


def fault(name: str) -> AbstractContextManager[Any]:
    """Planted while the block runs; nothing for an empty name."""
    return FAULTS[name]() if name else nullcontext()
