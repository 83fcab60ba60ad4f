"""Folded matters → rows."""

from collections.abc import Iterator, Sequence

import orjson

from tejido.ground.charter.domain import Matter, Voice, fold
from tejido.ground.charter.events import CATALOGUE, CREATING, FAMILY
from tejido.ground.charter.models import MatterRow
from tejido.ground.store.public import Family, Folded, Kind


def project(folded: Sequence[Folded]) -> Iterator[MatterRow]:
    """One row a matter."""
    for one in folded:
        state: Matter = one.state
        yield MatterRow(**one.row, what=state.what, about=state.about, state=orjson.dumps(state).decode())


def matter(row: MatterRow) -> Matter:
    """The matter that a row holds."""
    value = orjson.loads(row.state)
    voices = tuple(Voice(**{**one, "place": tuple(one["place"])}) for one in value["voices"])
    return Matter(**{**value, "voices": voices, "place": tuple(value["place"])})


MATTERS = Family(
    FAMILY,
    tuple(Kind.of(CATALOGUE, kind, creates=kind in CREATING) for kind in CATALOGUE.payloads),
    fold,
    project,
    (MatterRow,),
)
