"""Folded consent → rows."""

from collections.abc import Iterator, Sequence

import orjson

from tejido.ground.consent.domain import ConsentState, fold
from tejido.ground.consent.events import CATALOGUE, GRANTED, WITHDRAWN
from tejido.ground.consent.models import Consent
from tejido.ground.store.public import Family, Folded, Kind, row_key


def project(folded: Sequence[Folded]) -> Iterator[Consent]:
    """One row a record."""
    for one in folded:
        state: ConsentState = one.state
        yield Consent(
            **one.row,
            aggregate=one.aggregate.hex(),
            subject=row_key(bytes.fromhex(state.subject)),
            purposes=" ".join(state.terms.purposes),
            audio=state.terms.audio,
            since=state.terms.since,
            heads=orjson.dumps(state.heads).decode(),
            history=orjson.dumps(state.history).decode(),
        )


FAMILY = Family(
    name="consent",
    kinds=(
        Kind.of(CATALOGUE, GRANTED, creates=True),
        Kind.of(CATALOGUE, WITHDRAWN),
    ),
    fold=fold,
    project=project,
    models=(Consent,),
)
