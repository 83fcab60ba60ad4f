"""Running an exchange, and remembering how it went."""

from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from tejido.ground.errors import Problem
from tejido.ground.network.models import Exchange
from tejido.ground.network.replica import NodeStore
from tejido.ground.store import erasing
from tejido.ground.store.public import own_row
from tejido.replication.folder import Exchanged, NoFolder, exchange


class FolderMissing(Problem):
    """There is no such folder. Create it, or plug the stick in, and try again."""

    status = 422
    code = "no-folder"


def exchange_folder(path: Path) -> Exchanged:
    """Exchange with a folder; raises `FolderMissing`. Repeating it changes nothing."""
    own_row()
    now = timezone.now()
    try:
        report = exchange(path, NodeStore())
    except NoFolder as error:
        Exchange.objects.update_or_create(folder=str(path), defaults={"at": now, "report": {}, "error": str(error)})
        raise FolderMissing(str(error)) from error
    if erasing.unscrubbed():
        erasing.scrub()
    values = {"at": now, "report": {**asdict(report), "problems": report.problems[:50]}, "error": ""}
    if report.changed:
        values["changed_at"] = now
    Exchange.objects.update_or_create(folder=str(path), defaults=values)
    return report
