"""What was taken back of a report in the network, and which nodes have confirmed it: copies, and what was made of them."""

from collections.abc import Collection, Sequence

import orjson

from tejido.ground.erasures import selectors as erasures
from tejido.ground.erasures.records import Standing
from tejido.ground.network.selectors import org_id
from tejido.ground.people import Viewer
from tejido.ground.store.public import row_key
from tejido.practices.relay.drafts import Trace
from tejido.practices.relay.models import Hop, Report


def note(of: str, copy: str) -> None:
    """Remember, before it is erased, that this copy was made of that report, or of that copy (row keys)."""
    Trace.objects.get_or_create(of=of, copy=copy)


def of(reports: Collection[str]) -> set[str]:
    """Row keys of everything in the network that was made of these reports and is, or was, taken back."""
    keys = set(_traced(reports))
    for passages in Report.objects.filter(key__in=reports).values_list("passages", flat=True):
        keys |= {row_key(bytes.fromhex(one["hop"])) for one in orjson.loads(passages)}
    return keys | set(_traced(keys))


def _traced(keys: Collection[str]) -> Sequence[str]:
    return list(Trace.objects.filter(of__in=keys).values_list("copy", flat=True))


def standing(report: str) -> Standing | None:
    """How far the erasure of a report's copies is; None where none was erased. It names organisations: see `together`."""
    found = of([report])
    return erasures.together(found) if found else None


def of_hop(*, viewer: Viewer, key: str) -> Standing | None:
    """The same for one of our own hops, and for what was made of it."""
    if not Hop.objects.filter(key=key, org=org_id().hex()).exists():
        return None
    return erasures.standing(viewer=viewer, keys={key, *_traced([key])})
