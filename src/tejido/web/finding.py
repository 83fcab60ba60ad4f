"""Finding things in everything that a viewer may see.

Bounded twice: the query looks only into spaces that are open to the viewer, and each find is resolved by the room it belongs to,
which gives no link to what is gone or not for this viewer. What has no link is left out, and not counted either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tejido.ground import search, slots
from tejido.ground.errors import Invalid
from tejido.ground.people import Viewer, may
from tejido.ground.store.models import Space
from tejido.ground.store.public import row_key

BATCH, MOST = 50, 2000
NAMES: Mapping[str, str | Promise] = {
    "relay.chain": _("Chains"),
    "relay.hop": _("Voices"),
    "relay.report": _("Our reports"),
    "relay.circle": _("Circles"),
    "relay.translation": _("Our translations"),
    "relay.passed": _("Translations"),
    "relay.edition": _("Publications"),
}


class UnknownKind(Invalid):
    """There is nothing of this kind to be found. Choose one from the list."""

    code = "unknown-kind"


@dataclass(frozen=True)
class Found:
    """A find with the link that its room gives this viewer."""

    hit: search.Hit
    link: slots.Link

    @property
    def kind(self) -> str | Promise:
        """What kind of thing it is, for people."""
        return name_of(self.hit.kind)


def name_of(kind: str) -> str | Promise:
    """A kind's name for people."""
    return NAMES.get(kind, kind)


def kinds() -> list[tuple[str, str | Promise]]:
    """Kinds that can be found, with their names."""
    return [(kind, name_of(kind)) for kind in slots.kinds()]


def spaces(viewer: Viewer) -> list[str]:
    """Row keys of the spaces that are open to this viewer: public ones to everybody, the others to members."""
    rows = Q(public=True)
    if may(viewer, "network.see"):
        rows |= Q(purpose__in=("own", "network"))
    return [row_key(bytes(space)) for space in Space.objects.filter(rows).values_list("hash", flat=True)]


def finds(*, viewer: Viewer, query: str, kind: str = "") -> Iterator[Found]:
    """Finds in the order of the index; three queries and one a kind for every fifty. At most `MOST` are looked at."""
    known = slots.kinds()
    if kind and kind not in known:
        raise UnknownKind
    open_to = spaces(viewer)
    for offset in range(0, MOST, BATCH):
        page = search.search(query, spaces=open_to, kinds=[kind] if kind else known, limit=BATCH, offset=offset)
        links = slots.resolve_many([(hit.kind, hit.key) for hit in page.hits], viewer)
        for hit in page.hits:
            if link := links.get((hit.kind, hit.key)):
                yield Found(hit, link)
        if offset + BATCH >= page.total:
            return
