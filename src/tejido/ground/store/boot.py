"""Whether this is still the machine and the database that wrote our logs; if not, a new epoch before anything else.

A restored backup, a cloned disk or a second copy that went on writing an old log would fork it: the failure that other
systems report most. A random nonce is kept in the database and in a file beside it and changes at each start; the file
also remembers the machine and its own place on the disk. Since a database may be restored within one run of the program, a
second file counts the events: a database that holds fewer has lost some that others may have.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import orjson
from django.db import connection, transaction
from django.utils import timezone

from tejido.ground.store import db, keyring, logs
from tejido.ground.store.models import Own

FILE = "boot.json"
COUNT = "written"
NONCE = 32  # hex digits; the database also keeps the nonce before, for a crash between its commit and the file
_ensured: set[str] = set()
_opened: dict[str, bytes] = {}  # epochs opened within a transaction that may not be committed yet


def ensure() -> str:
    """Compare nonce and place once a process, open a new epoch where they differ; the reason, or "" if all is well."""
    folder = str(keyring.folder())
    if folder in _ensured:
        return ""
    with _locked():
        own = Own.objects.first()
        if own is None:
            return ""
        reason = "" if _opened.get(folder) == bytes(own.epoch) else _difference(own)
        if reason:
            _opened[folder] = new_epoch(reason)
        if not connection.in_atomic_block:
            renew()
            _ensured.add(folder)
    if connection.in_atomic_block:  # it may be rolled back, and the new epoch with it: ask again until it is committed
        transaction.on_commit(lambda: _settle(folder))
    return reason


def _settle(folder: str) -> None:
    if folder not in _ensured and folder == str(keyring.folder()):
        with _locked():
            renew()
        _ensured.add(folder)


def difference() -> str:
    """What `ensure` would open a new epoch for, or ""; changes nothing."""
    with _locked():
        own = Own.objects.first()
        return "" if own is None else _difference(own)


def forget() -> None:
    """As if the process had just started (tests, restore)."""
    _ensured.clear()
    _opened.clear()


@contextmanager
def _locked() -> Iterator[None]:
    keyring.folder().mkdir(parents=True, exist_ok=True)
    with (keyring.folder() / "boot.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _difference(own: Own) -> str:
    path = keyring.folder() / FILE
    if not path.exists():
        return "the boot file is missing: the data folder was restored or moved"
    try:
        stored = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return "the boot file is damaged"
    if not isinstance(stored, dict) or not isinstance(stored.get("nonce"), str):
        return "the boot file is damaged"
    if stored["nonce"] not in (own.boot_nonce[:NONCE], own.boot_nonce[NONCE:]) or not stored["nonce"]:
        return "database and data folder are of different ages: one of them was restored"
    if stored.get("place") != place(path):
        return "the data folder lies on another disk or machine than before: it was copied"
    written = count()  # before the database is asked: another process may write between the two
    if logs.last_event_id() < written:
        return "the database holds fewer events than this node has written: it was restored"
    return ""


def count() -> int:
    """The greatest event id that this node's own events had; 0 where that is not known."""
    try:
        return int((keyring.folder() / COUNT).read_text())
    except (FileNotFoundError, ValueError):
        return 0


def note(event_id: int) -> None:
    """Our own events up to this one are committed."""
    path = keyring.folder() / COUNT
    if not path.exists():
        path.touch(mode=0o600)
    with path.open("r+b") as handle:
        handle.write(b"%020d" % event_id)


def ensure_not_behind(last_id: int) -> str:
    """Before each append and before anything is taken in, which would hide it, under the write lock: a database that was
    replaced while the program runs."""
    if last_id >= count() or not Own.objects.exists():
        return ""
    reason = "the database was replaced by an older one while the node ran"
    if bytes(Own.objects.get().epoch) != _opened.get(str(keyring.folder())):
        _opened[str(keyring.folder())] = new_epoch(reason)
    return reason


def place(path: Path) -> str:
    """A digest of the machine and of the file's own place on its disk."""
    machine = Path("/etc/machine-id")
    name = machine.read_text().strip() if machine.exists() else ""
    return sha256(f"{name} {path.stat().st_ino}".encode()).hexdigest()


def renew() -> None:
    """A new nonce, in the file and in the database."""
    path, nonce = keyring.folder() / FILE, secrets.token_hex(NONCE // 2)
    with db.writing():
        before = Own.objects.values_list("boot_nonce", flat=True).get()
        Own.objects.update(boot_nonce=nonce + before[:NONCE])
        last = logs.last_event_id()
    if not path.exists():
        path.touch(mode=0o600)
    path.write_bytes(orjson.dumps({"nonce": nonce, "place": place(path)}))
    note(last)


def new_epoch(reason: str) -> bytes:
    """From now on events go into new logs; the old ones are never resumed."""
    epoch = secrets.token_bytes(16)
    with db.writing():
        Own.objects.update(epoch=epoch, epoch_reason=reason[:200], epoch_since=timezone.now())
    return epoch
