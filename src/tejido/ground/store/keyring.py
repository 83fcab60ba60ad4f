"""The node's own keys: a device's signing key and its age identity, in two files beside the database.

Recovery and admin keys never lie here; they are printed on sheets (see `tejido.ground.network.sheets`).
"""

import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings

from tejido.ground.store import db
from tejido.ground.store.models import EpochKey
from tejido.log.keys import SigningKey
from tejido.log.payload import epoch_key_id

DEVICE, AGE = "device.key", "age.key"
MOST_BOX = 48 * 1024  # of base64: more than the devices of one organisation need (`identity.MAX_DEVICES`)
MOST_TRIED = 50_000
_tried: dict[tuple[Path, bytes], bytes | None] = {}
"""What came of boxes, by the hash of each: whoever may write in a space could have many opened in vain at each later event."""


def folder() -> Path:
    """Where the keys lie."""
    return Path(settings.NODE_DIR) / "keys"


def create() -> tuple[SigningKey, str]:
    """Make a device key and an age identity; (key, age recipient). Keys of a founding that was cut short are put aside."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (DEVICE, AGE):
        if (folder() / name).exists():
            (folder() / name).rename(folder() / f"{name}.unused-{secrets.token_hex(4)}")
    key, age = SigningKey.generate(), pyrage.x25519.Identity.generate()
    _write(folder() / DEVICE, key.seed.hex())
    _write(folder() / AGE, str(age))
    device.cache_clear()
    age_identity.cache_clear()
    _tried.clear()
    return key, str(age.to_public())


@contextmanager
def exchanged() -> Iterator[tuple[SigningKey, str]]:
    """New keys in the place of this node's; the ones before come back where what needs them fails, and are destroyed where
    it succeeds: with the old age key, boxes that somebody copied long ago would open."""
    before = {name: (folder() / name).read_text().strip() for name in (DEVICE, AGE)}
    try:
        yield create()
    except BaseException:
        for name, text in before.items():
            (folder() / name).unlink(missing_ok=True)
            _write(folder() / name, text)
        device.cache_clear()
        age_identity.cache_clear()
        _tried.clear()
        raise
    for path in [*folder().glob(f"{DEVICE}.unused-*"), *folder().glob(f"{AGE}.unused-*")]:
        _destroy(path)


def forget_opened() -> None:
    """What boxes held is in memory no longer."""
    _tried.clear()


def _destroy(path: Path) -> None:
    """Overwritten before it goes; a flash disk may keep the old block for some time all the same."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text + "\n")


def device_key() -> SigningKey:
    """The device's signing key."""
    return device(folder() / DEVICE)


@lru_cache(maxsize=8)
def device(path: Path) -> SigningKey:
    """The signing key in a file."""
    return SigningKey(bytes.fromhex(path.read_text().strip()))


@lru_cache(maxsize=8)
def age_identity(path: Path) -> Any:
    """The age identity in a file, or None where there is none."""
    return pyrage.x25519.Identity.from_str(path.read_text().strip()) if path.exists() else None


def wrap(key: bytes, recipients: Iterable[str]) -> str:
    """An epoch key for the devices of one member: one age box, base64; "" where none of them has a usable recipient."""
    parsed = [found for recipient in recipients if (found := _recipient(recipient)) is not None]
    return b64encode(pyrage.encrypt(key, parsed)).decode() if parsed else ""


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return None  # another organisation wrote it into its identity; it must not stop everybody's admissions


def open_boxes(body: Mapping[str, Any]) -> list[bytes]:
    """Epoch keys in a `space.key` body that this device can open and that are what they claim to be."""
    boxes = body.get("boxes")
    if not isinstance(boxes, list) or age_identity(folder() / AGE) is None:
        return []
    return [key for one in boxes if (key := _open_box(one)) is not None]


def _open_box(one: Any) -> bytes | None:
    try:
        key, named = _opened(one["age"]), bytes.fromhex(one["key_id"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return key if key is not None and len(key) == 32 and epoch_key_id(key) == named else None


def _opened(box: str) -> bytes | None:
    """What is in a box; None in somebody else's, or in one that is larger than any need be."""
    if len(box) > MOST_BOX:
        return None
    path = folder() / AGE
    place = (path, sha256(box.encode()).digest())
    if place not in _tried:
        if len(_tried) >= MOST_TRIED:
            _tried.clear()
        _tried[place] = _decrypted(b64decode(box, validate=True), age_identity(path))
    return _tried[place]


def _decrypted(box: bytes, identity: Any) -> bytes | None:
    plain = BytesIO()
    try:
        pyrage.decrypt_io(BytesIO(box), plain, [identity])  # `decrypt` takes the square of the number of recipients
    except (pyrage.DecryptError, OSError):
        return None
    return plain.getvalue()


def learn_epoch_key(space_id: int, key: bytes, lam: int) -> bytes:
    """Keep an epoch key; its id. `lam`: of an event that makes it the space's current key, 0 where it is another one."""
    key_id = epoch_key_id(key)
    fields = {"key": key, "lam": lam}
    row, made = EpochKey.objects.get_or_create(space_id=space_id, key_id=key_id, defaults=fields)
    if not made and lam > row.lam:
        EpochKey.objects.filter(id=row.id).update(lam=lam)
    return key_id


def make_current(space_id: int, key_id: bytes, lam: int) -> None:
    """An event of the space's owner with this `lam` names a key as the current one; the greatest `lam` counts."""
    sql = "UPDATE store_epochkey SET lam = %s WHERE space_id = %s AND key_id = %s AND lam < %s"
    db.execute(sql, [lam, space_id, key_id, lam])


def current_epoch_key(space_id: int) -> bytes | None:
    """The key that new payloads of a space are wrapped with."""
    sql = "SELECT key FROM store_epochkey WHERE space_id = %s AND lam > 0 ORDER BY lam DESC, key_id LIMIT 1"
    found = db.value(sql, [space_id])
    return None if found is None else bytes(found)
