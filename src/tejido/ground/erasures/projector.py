"""Folded receipts → rows."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from tejido.ground.erasures.domain import ReceiptState, fold
from tejido.ground.erasures.events import CATALOGUE, CONFIRMED
from tejido.ground.erasures.events import FAMILY as NAME
from tejido.ground.erasures.models import Receipt
from tejido.ground.store.public import Family, Folded, Kind, row_key


def receipts(folded: Sequence[Folded]) -> Iterator[Receipt]:
    """One row a redact."""
    for one in folded:
        state: ReceiptState = one.state
        for redact in state.redacts:
            name = bytes.fromhex(redact)
            key = row_key(sha256(one.aggregate + name).digest())
            org = bytes.fromhex(state.org)
            yield Receipt(key=key, source=one.key, space=one.space, redact=name, org=org, how=state.how)


FAMILY = Family(NAME, (Kind(CONFIRMED, creates=True, check=CATALOGUE.check(CONFIRMED)),), fold, receipts, (Receipt,))
