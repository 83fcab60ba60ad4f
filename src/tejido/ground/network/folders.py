"""Folders that this node exchanges with: those of node.json to begin with, then what a keeper adds and removes."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop as _

from tejido.ground.errors import Invalid, NotFound
from tejido.ground.network.models import Exchange, Folder

MOST_PATH = 500


class NoSuchFolder(Invalid):
    """There is no such folder on the node's machine. Create it, or plug the stick in, and give its whole path."""

    code = "no-folder"


class FolderOfOurs(Invalid):
    """This folder lies inside the node's own data folder, or holds it. Choose another: what is exchanged is for others."""

    code = "own-folder"


def configured(defaults: Sequence[str] | None = None) -> list[str]:
    """Paths in the order of their names. `defaults` are those of node.json (None: as it was when this process began)."""
    first = settings.NODE.exchange_folders if defaults is None else defaults
    known = dict(Folder.objects.values_list("path", "active"))
    return sorted({path for path in first if path not in known} | {path for path, active in known.items() if active})


def add(path: str) -> str:
    """Exchange with this folder from now on; its path as it is kept. Adding it again changes nothing."""
    folder = Path(path.strip()).expanduser()
    if not folder.is_absolute() or len(str(folder)) > MOST_PATH or not folder.is_dir():
        raise NoSuchFolder
    found, ours = folder.resolve(), Path(settings.NODE_DIR).resolve()
    if found == ours or ours in found.parents or found in ours.parents:
        raise FolderOfOurs
    if not os.access(found, os.R_OK | os.W_OK | os.X_OK):
        raise NoSuchFolder(_("This node may not read and write there. Change the folder's rights, or choose another."))
    Folder.objects.update_or_create(path=str(found), defaults={"active": True})
    return str(found)


def remove(path: str) -> None:
    """Exchange with it no more. What lies in it stays."""
    if path not in configured():
        raise NotFound
    Folder.objects.update_or_create(path=path, defaults={"active": False})
    Exchange.objects.filter(folder=path).delete()
