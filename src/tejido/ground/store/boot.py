"""Whether this is still the machine and the database that wrote our logs; if not, a new epoch before anything else.

A restored backup, a cloned disk or a second copy that went on writing an old log would fork it: the failure that other
systems report most. A random nonce is kept in the database and in a file beside it and changes at each start; the file
also remembers the machine and its own place on the disk.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import orjson
from django.utils import timezone

from tejido.ground.store import db, keyring
from tejido.ground.store.models import Own

FILE = "boot.json"
_ensured: set[str] = set()


def ensure() -> str:
    """Compare nonce and place once a process, open a new epoch where they differ; the reason, or "" if all is well."""
    if str(keyring.folder()) in _ensured:
        return ""
    with _locked():
        own = Own.objects.first()
        if own is None:
            return ""
        reason = _difference(own)
        if reason:
            new_epoch(reason)
        renew()
    _ensured.add(str(keyring.folder()))
    return reason


def difference() -> str:
    """What `ensure` would open a new epoch for, or ""; changes nothing."""
    with _locked():
        own = Own.objects.first()
        return "" if own is None else _difference(own)


def forget() -> None:
    """As if the process had just started (tests, restore)."""
    _ensured.clear()


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
    if stored.get("nonce") != own.boot_nonce:
        return "database and data folder are of different ages: one of them was restored"
    if stored.get("place") != place(path):
        return "the data folder lies on another disk or machine than before: it was copied"
    return ""


def place(path: Path) -> str:
    """A digest of the machine and of the file's own place on its disk."""
    machine = Path("/etc/machine-id")
    name = machine.read_text().strip() if machine.exists() else ""
    return sha256(f"{name} {path.stat().st_ino}".encode()).hexdigest()


def renew() -> None:
    """A new nonce, in the file and in the database."""
    path, nonce = keyring.folder() / FILE, secrets.token_hex(16)
    with db.writing():
        Own.objects.update(boot_nonce=nonce)
        if not path.exists():
            path.touch(mode=0o600)
        path.write_bytes(orjson.dumps({"nonce": nonce, "place": place(path)}))


def new_epoch(reason: str) -> bytes:
    """From now on events go into new logs; the old ones are never resumed."""
    epoch = secrets.token_bytes(16)
    with db.writing():
        Own.objects.update(epoch=epoch, epoch_reason=reason[:200], epoch_since=timezone.now())
    return epoch
