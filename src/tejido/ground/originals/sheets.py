"""Which recovery sheets originals are sealed to: a local table of public recipients, filled when the node is founded."""

import re
from collections.abc import Iterable

from tejido.ground.originals.derive import recipient
from tejido.ground.originals.errors import NotASheet, NotOurSheet
from tejido.log.keys import SigningKey

_KEY = re.compile(r"^key\s+([0-9a-f]{64})\s*$", re.MULTILINE)
_SEED = re.compile(r"[0-9a-f]{64}")


def known() -> list[str]:
    """The age recipients that originals are sealed to; none before a sheet is known."""
    from tejido.ground.originals.models import Recipient  # opening an original needs no node, so no Django either

    return list(Recipient.objects.order_by("recipient").values_list("recipient", flat=True))


def remember(seeds: Iterable[bytes]) -> int:
    """Keep the recipients of these sheets' keys, never the keys; how many are new."""
    from tejido.ground.originals.models import Recipient

    rows = [Recipient(recipient=recipient(seed)) for seed in seeds]
    before = Recipient.objects.count()
    Recipient.objects.bulk_create(rows, ignore_conflicts=True)
    return Recipient.objects.count() - before


def add(seeds: Iterable[bytes]) -> int:
    """`remember`, for sheets given later: raises NotOurSheet where one is not a recovery sheet of this organisation."""
    found = list(seeds)
    ours = recovery_keys()
    if any(SigningKey(seed).public not in ours for seed in found):
        raise NotOurSheet
    return remember(found)


def recovery_keys() -> tuple[bytes, ...]:
    """The public recovery keys that this organisation's genesis names."""
    from tejido.ground.store import control
    from tejido.ground.store.public import own_row

    found = control.folded_identity(bytes(own_row().org))
    return found.recovery.keys if found else ()


def key_on(text: str) -> bytes:
    """The seed on a sheet, given as its whole text or as its 64 digits alone; raises NotASheet."""
    stripped = "".join(text.split()).lower()
    if _SEED.fullmatch(stripped):
        return bytes.fromhex(stripped)
    found = _KEY.search(text)
    if found is None or "RECOVERY" not in text:
        raise NotASheet
    return bytes.fromhex(found[1])
