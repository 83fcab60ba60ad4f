"""Writing receipts: once nothing is left here, one event names all that was erased since the last."""

import time
from collections.abc import Sequence

from django.db import connection

from tejido.ground import blobs
from tejido.ground.erasures import domain, leftovers, selectors
from tejido.ground.erasures.events import CONFIRMED, KEYS_DESTROYED, MOST, OVERWRITTEN, Confirmed
from tejido.ground.erasures.models import NotAsked
from tejido.ground.erasures.selectors import Debt
from tejido.ground.network.selectors import org_id
from tejido.ground.store import erasing
from tejido.ground.store.db import row_key
from tejido.ground.store.models import ReadTable, Space
from tejido.ground.store.public import Fact, append, member_lists

PATIENCE_S = 3600
"""How long receipts for replaced editions wait for company since the last receipt in that space."""


def due() -> list[Space]:
    """Spaces in which this node owes a receipt now; none while rows of receipts wait to be made anew."""
    if ReadTable.objects.filter(stale=True).exists():
        return []
    org = org_id()
    return [space for space in selectors.shared_spaces(org) if _due(org, space)]


def _due(org: bytes, space: Space) -> list[Debt]:
    until = leftovers.receipts_until()  # what lies here that nobody has looked into may hold what was erased since
    owed = [one for one in selectors.owed(org, space) if until is None or one.redaction <= until]
    debts = _asked_of_us(org, space, owed) if owed else []
    if debts and domain.may_wait(selectors.reasons(debts)):
        waited = time.time() - selectors.last_receipt(org, space)
        return [] if 0 <= waited < PATIENCE_S else debts
    return debts


def _asked_of_us(org: bytes, space: Space, owed: Sequence[Debt]) -> list[Debt]:
    """Redacts from before this organisation was a member ask nothing of it; that is noted, so as not to be looked up again."""
    lists = member_lists([space])[space.id]
    ours = [one for one in owed if org in domain.asked(lists, one.order, one.order[1])]
    count = selectors.lists_so_far(space)
    for one in set(owed) - set(ours):
        NotAsked.objects.update_or_create(redact=one.redact, defaults={"lists": count})
    return ours


def confirm(space: Space) -> int:
    """Erase what is left of what others took back in a space, then say so there; how many redacts were confirmed.

    0 also where a byte is left after all: somebody reads the database, say. It is tried again."""
    org = org_id()
    debts = _due(org, space)
    if not debts:
        return 0
    leftovers.finish(sorted({row_key(one.akey) for one in debts}))
    blobs.finish_drops()
    if not erasing.scrub():
        return 0
    how = OVERWRITTEN if connection.vendor == "sqlite" else KEYS_DESTROYED
    names = [one.redact.hex() for one in debts]
    for start in range(0, len(names), MOST):
        body = Confirmed(tuple(names[start : start + MOST]), how).body()
        append(bytes(space.hash), Fact(CONFIRMED, body))
    return len(names)
