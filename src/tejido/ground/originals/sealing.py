"""Closing an original to the recovery sheets, and opening it with one of them. Both stream; neither keeps the plain file."""

from contextlib import suppress
from pathlib import Path

import pyrage

from tejido.ground.originals.derive import identity
from tejido.ground.originals.errors import NoRecipients, NotOpened
from tejido.ground.originals.sheets import known

TYPE = "application/age"


def seal(source: Path, target: Path) -> None:
    """Write `source` to `target`, closed to every recovery sheet known here; raises NoRecipients. Nothing here opens it."""
    found = known()
    if not found:
        raise NoRecipients
    recipients = [pyrage.x25519.Recipient.from_str(one) for one in found]
    with source.open("rb") as plain, target.open("wb") as closed:
        pyrage.encrypt_io(plain, closed, recipients)


def open_sealed(sealed: Path, target: Path, seed: bytes) -> None:
    """Write what is in `sealed` to `target`, a new file that only its owner reads; raises NotOpened, leaving nothing."""
    target.touch(mode=0o600, exist_ok=False)
    try:
        with sealed.open("rb") as closed, target.open("wb") as plain:
            pyrage.decrypt_io(closed, plain, [identity(seed)])
    except (pyrage.DecryptError, OSError, ValueError) as error:
        with suppress(FileNotFoundError):
            target.unlink()
        raise NotOpened from error
