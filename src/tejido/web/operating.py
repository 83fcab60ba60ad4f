"""How this node stands: what a keeper has to know, and the warnings that last until somebody acts."""

import platform
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tejido import __version__
from tejido.engines.speech import model
from tejido.ground import originals, work
from tejido.ground.keeping import closing
from tejido.ground.keeping.records import Backup, backups
from tejido.ground.people import Viewer, may, require
from tejido.ground.slots import Panel
from tejido.ground.store import db, erasing
from tejido.ground.store.batch import HANDLED
from tejido.ground.store.models import Own, ReadTable, Rebuild
from tejido.ground.work.overview import Piece, Queue, pieces, queue

OPERATE = "node.operate"
LITTLE = 1 << 30
OLD = timedelta(days=14)
SHEETS = "sheets"


# What `store.boot` and founding write down, so that a catalogue can gather it.
REASONS = (
    gettext_noop("the node was created"),
    gettext_noop("the boot file is missing: the data folder was restored or moved"),
    gettext_noop("the boot file is damaged"),
    gettext_noop("database and data folder are of different ages: one of them was restored"),
    gettext_noop("the data folder lies on another disk or machine than before: it was copied"),
    gettext_noop("the database holds fewer events than this node has written: it was restored"),
    gettext_noop("the database was replaced by an older one while the node ran"),
    gettext_noop("events of our own log came from elsewhere: this node was restored, or is there twice"),
    gettext_noop(
        "a partner keeps a statement of this node about events that it does not hold: it was restored or copied"
    ),
)


@dataclass(frozen=True)
class Under:
    """A rebuild under way: events done, of how many."""

    done: int
    total: int


@dataclass(frozen=True)
class Standing:
    """Everything on the keeper's page but the list of work. Sizes in bytes; `database_size` None where nobody knows."""

    version: str
    python: str
    database: str
    database_size: int | None
    disk_free: int
    disk_total: int
    worker: bool
    queue: Queue
    stuck: int
    speech: bool
    sheets: tuple[str, ...]
    sealing: bool
    hosted_by: str
    epoch_reason: str
    epoch_since: datetime | None
    unknown: tuple[tuple[str, int], ...]
    rebuild: Under | None
    stale: bool
    erasing: int
    backup: Backup | None


@dataclass(frozen=True)
class Warned:
    """A warning that lasts until somebody acts, and where to act."""

    text: str | Promise
    url: str


def standing(*, viewer: Viewer) -> Standing:
    """How the node stands now."""
    require(viewer, OPERATE)
    disk, own = shutil.disk_usage(settings.NODE_DIR), Own.objects.first()
    return Standing(
        version=__version__,
        python=platform.python_version(),
        database=_database(),
        database_size=_database_size(),
        disk_free=disk.free,
        disk_total=disk.total,
        worker=work.worker_is_running(),
        queue=queue(),
        stuck=len(work.stuck()),
        speech=model.available(_places()),
        sheets=_sheets(),
        sealing=own is None or bool(originals.known()),
        hosted_by=settings.NODE.hosted_by,
        epoch_reason=_(own.epoch_reason) if own and own.epoch_reason else "",
        epoch_since=own.epoch_since if own else None,
        unknown=_unknown(),
        rebuild=_rebuild(),
        stale=ReadTable.objects.filter(stale=True).exists(),
        erasing=erasing.unscrubbed(),
        backup=max(backups(), key=lambda one: one.created, default=None),
    )


def processes(*, viewer: Viewer) -> list[closing.Running]:
    """This node's processes on this machine."""
    require(viewer, OPERATE)
    return closing.running(Path(settings.NODE_DIR))


def close(*, viewer: Viewer) -> None:
    """Stop them all, this one too, once the answer is on its way."""
    require(viewer, OPERATE)
    closing.close_from_within(Path(settings.NODE_DIR))


def _database() -> str:
    return f"{connection.display_name} {'.'.join(str(part) for part in connection.get_database_version())}"


def _database_size() -> int | None:
    if connection.vendor == "postgresql":
        return int(db.value("SELECT pg_database_size(current_database())"))
    file = Path(str(connection.settings_dict["NAME"]))
    parts = [file, file.with_name(file.name + "-wal")]
    return sum(part.stat().st_size for part in parts if part.exists()) or None


def _places() -> model.Places:
    folder = settings.NODE.speech_model
    return model.Places(cache=Path(settings.NODE_DIR) / "models", folder=Path(folder) if folder else None)


def _sheets() -> tuple[str, ...]:
    folder = Path(settings.NODE_DIR) / SHEETS
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file())) if folder.is_dir() else ()


def _unknown() -> tuple[tuple[str, int], ...]:
    sql = "SELECT kind, COUNT(*) FROM store_eventindex WHERE family = '' GROUP BY kind ORDER BY kind"
    return tuple((kind, count) for kind, count in db.rows(sql) if kind not in HANDLED)


def _rebuild() -> Under | None:
    row = Rebuild.objects.first()
    return Under(row.done, row.total) if row and row.phase != "idle" else None


def unfinished(*, viewer: Viewer) -> list[Piece]:
    """Work under way, waiting or stuck."""
    require(viewer, OPERATE)
    return pieces()


def retry(*, viewer: Viewer, key: str) -> None:
    """Let stuck work be tried again at once."""
    require(viewer, OPERATE)
    work.retry(key)


def warnings(*, viewer: Viewer) -> list[Warned]:
    """What a keeper should act upon, the most pressing first; nothing for others."""
    if not may(viewer, OPERATE):
        return []
    return [Warned(text, reverse("operate")) for text in _said(standing(viewer=viewer))]


def _said(found: Standing) -> Iterable[str]:
    if found.disk_free < LITTLE:
        yield _("The disk is almost full. Make room soon; nothing is written when it is full.")
    if found.sheets:
        yield _(
            "The admin and recovery sheets still lie on this node. Print them, keep them in different places, and "
            "delete the files: whoever takes this machine has them."
        )
    if not found.sealing:
        yield _(
            "This node does not know the recovery sheets, so original recordings are erased even where their speakers "
            "left them to the archive. Have a sheet read once: “tejido key recipients FILE”."
        )
    if not found.worker:
        yield _("No worker is running: nothing is transcribed or exchanged. Start “tejido worker”.")
    if found.stuck:
        text = ngettext("%(number)s piece of work is stuck.", "%(number)s pieces of work are stuck.", found.stuck)
        yield text % {"number": found.stuck}
    if found.backup is None:
        yield _("There is no backup of this node. Make one with “tejido backup” and keep it elsewhere.")
    elif timezone.now() - found.backup.created > OLD:
        yield _("The last backup of this node is older than two weeks. Make a new one with “tejido backup”.")
    if found.stale:
        yield _("Pages show an older state until everything is built anew. Run “tejido rebuild”.")
    if found.unknown:
        yield _("Others write events that this version does not know. Install the newest version.")


def notices(viewer: Viewer, _subject: str) -> Panel | None:
    """The lasting warnings on a keeper's home page."""
    found = warnings(viewer=viewer)
    return Panel(_("For the keepers of this node"), "web/warnings.html", {"warnings": found}) if found else None
