"""Checks of what lies around the log: database file, keys, blobs, erasure, exchange, work, disk."""

import importlib.util
import shutil
import stat
from pathlib import Path

import pyrage
from django.conf import settings
from django.db import connection

from tejido.ground import blobs, originals
from tejido.ground.blobs.models import ErasedBlob
from tejido.ground.keeping.faults import Fault, Findings, warning
from tejido.ground.network.models import Exchange
from tejido.ground.store import boot, db, erasing, keyring
from tejido.ground.store.derived import BlobUse
from tejido.ground.store.models import Org, Own, Redaction

LITTLE, NONE_LEFT = 1 << 30, 100 << 20
PRIVATE = 0o077


def database() -> Findings:
    """The database's own check of its pages (SQLite)."""
    if connection.vendor != "sqlite":
        return f"{connection.vendor}"
    for (message,) in db.rows("PRAGMA quick_check"):
        if message != "ok":
            yield Fault("database", "db.sqlite3", f"{message}. Restore the last backup")
    return "every page of the file is sound"


def epoch() -> Findings:
    """Whether the folder and the database are still those that wrote our logs."""
    difference = boot.difference()
    own = Own.objects.first()
    if difference:
        yield warning("epoch", "", f"{difference}; the next start opens a new epoch")
    return f"since {own.epoch_since:%Y-%m-%d}: {own.epoch_reason}" if own and own.epoch_since else "none yet"


def keys() -> Findings:
    """Device and age key: present, readable by this user alone, and the ones that our identity names."""
    own = Own.objects.first()
    if own is None:
        yield warning("keys", "", "this node has no organisation yet: `tejido node create`")
        return "none"
    for name in (keyring.DEVICE, keyring.AGE):
        path = keyring.folder() / name
        if not path.exists():
            yield Fault("keys", name, "is missing. Restore it from a backup; without it this node cannot go on")
            return ""
        if path.stat().st_mode & PRIVATE:
            mode = stat.filemode(path.stat().st_mode)
            yield warning("keys", name, f"other users of this machine can read it ({mode}): chmod 600")
    # this column alone: a backup of an earlier version is looked at before it is brought to this one
    devices = Org.objects.filter(hash=bytes(own.org)).values_list("devices", flat=True).first()
    named = (devices or {}).get(bytes(own.device).hex())
    held = keyring.device_key().public == bytes(own.device)
    if not held or named != _recipient():
        yield Fault("keys", "", "the keys in the folder are not those that the organisation's identity names")
    return f"organisation {bytes(own.org).hex()[:12]}, device {bytes(own.device).hex()[:12]}"


def _recipient() -> str:
    text = (keyring.folder() / keyring.AGE).read_text().strip()
    return str(pyrage.x25519.Identity.from_str(text).to_public())


def sheets() -> Findings:
    """Admin and recovery sheets are to be printed, not kept here."""
    folder = Path(settings.NODE_DIR) / "sheets"
    found = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if found:
        yield warning("sheets", str(folder), f"{len(found)} sheets still lie on the node: print them, then delete them")
    return "none on the node"


def sealing() -> Findings:
    """Original recordings are kept only where a recovery sheet is known to seal them to."""
    found = len(originals.known())
    if not found:
        yield warning(
            "originals", "", "no recovery sheet is known, so original recordings are erased: tejido key recipients"
        )
    return f"sealed to {found} recovery sheets"


def files() -> Findings:
    """Every stored byte of every blob against its hash; blobs that an event names and that are not here."""
    for one in blobs.check():
        yield Fault("blobs", one.blob[:12], one.what)
    named = set(BlobUse.objects.values_list("blob", flat=True).distinct())
    held = set(blobs.ids())
    erased = set(ErasedBlob.objects.values_list("id", flat=True))
    for blob in sorted(named - held - erased):
        yield warning("blobs", blob[:12], "is named by an event and not here yet. Exchange again")
    return f"{len(held)} files, every byte as its name says"


def erasure() -> Findings:
    """Redactions that wait for their target, and erased bytes that may still lie in the database's files."""
    left, gone = erasing.unscrubbed(), ErasedBlob.objects.filter(gone=False).count()
    if left or gone:
        message = f"erasing: {left} events and {gone} files are deleted, their bytes may still lie on the disk"
        yield warning("erasure", "", f"{message}. The worker goes on with it; `tejido exchange` does so too")
    early = Redaction.objects.filter(applied=False).count()
    done = Redaction.objects.filter(applied=True).count()
    return f"{done} events erased" + (f", {early} noted before their event came" if early else "")


def exchanges() -> Findings:
    """The last exchange through each folder."""
    rows = list(Exchange.objects.order_by("folder"))
    for row in rows:
        problems = row.report.get("problems", [])
        if row.error or problems:
            first = row.error or f"{len(problems)} things were passed over, first {problems[0]}"
            yield warning("exchange", row.folder, f"{row.at:%Y-%m-%d %H:%M}: {first}")
    return ", ".join(f"{row.folder} at {row.at:%Y-%m-%d %H:%M}" for row in rows) or "none yet"


def work() -> Findings:
    """Work that was given up."""
    if importlib.util.find_spec("tejido.ground.work") is None:
        return "no background work in this version"
    stuck = importlib.import_module("tejido.ground.work").stuck()
    for key, error in stuck:
        yield warning("work", key, f"was given up after several attempts: {error}")
    return "nothing is stuck"


def disk() -> Findings:
    """Free space where the node lies."""
    free = shutil.disk_usage(settings.NODE_DIR).free
    shown = f"{free / 2**30:.1f} GiB free"
    if free < NONE_LEFT:
        yield Fault("disk", str(settings.NODE_DIR), f"{shown}: the node will stop. Make room")
    elif free < LITTLE:
        yield warning("disk", str(settings.NODE_DIR), f"{shown}: make room soon")
    return shown
