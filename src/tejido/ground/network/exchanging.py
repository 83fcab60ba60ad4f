"""Running an exchange, and remembering how it went."""

from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from tejido.ground.errors import Problem
from tejido.ground.network.models import Exchange
from tejido.ground.network.replica import NodeStore
from tejido.ground.store import erasing
from tejido.ground.store.public import own_row
from tejido.replication.exchanged import Exchanged, NoFolder, Tell, quiet
from tejido.replication.folder import exchange


class FolderMissing(Problem):
    """There is no such folder. Create it, or plug the stick in, and try again."""

    status = 422
    code = "no-folder"


class FolderUnusable(Problem):
    """This folder cannot be read or written. Look at its rights, and at the space that is left there."""

    status = 422
    code = "folder-unusable"


def exchange_folder(path: Path, tell: Tell = quiet) -> Exchanged:
    """Exchange with a folder; raises `FolderMissing` or `FolderUnusable`. Repeating it changes nothing.

    `tell` hears how far it is, in thousandths."""
    own_row()
    now = timezone.now()
    try:
        report = exchange(path, NodeStore(), tell)
    except NoFolder as error:
        Exchange.objects.update_or_create(folder=str(path), defaults={"at": now, "report": {}, "error": str(error)})
        raise FolderMissing from error
    except OSError as error:
        said = f"{type(error).__name__}: {error.strerror or error}"[:500]
        Exchange.objects.update_or_create(folder=str(path), defaults={"at": now, "report": {}, "error": said})
        raise FolderUnusable from error
    if erasing.unscrubbed():
        erasing.scrub()
    values = {"at": now, "report": {**asdict(report), "problems": report.problems[:50]}, "error": ""}
    if report.changed:
        values["changed_at"] = now
    Exchange.objects.update_or_create(folder=str(path), defaults=values)
    return report
