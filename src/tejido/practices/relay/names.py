"""Names of organisations and circles, loaded once a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tejido.ground.network.selectors import organisations
from tejido.log.words import fingerprint
from tejido.practices.relay.models import Circle
from tejido.practices.relay.records import CircleView


@dataclass(frozen=True)
class Names:
    """Organisations and circles as one page needs them, loaded once."""

    orgs: Mapping[str, str]
    circles: Mapping[str, CircleView]
    own: str

    def org(self, org: str) -> str:
        """An organisation's name, or words of its fingerprint."""
        return self.orgs.get(org) or fingerprint(bytes.fromhex(org))


def load(circles: Iterable[str] | None) -> Names:
    """All organisations, and the circles of these keys (None: all): three queries."""
    known = organisations()
    own = next((org for org, info in known.items() if info.own), "")
    orgs = {org: info.name for org, info in known.items()}
    base = Names(orgs, {}, own)
    rows = Circle.objects.all() if circles is None else Circle.objects.filter(key__in=set(circles) - {""})
    return Names(orgs, {row.key: _circle(row, base) for row in rows}, own)


def _circle(row: Circle, names: Names) -> CircleView:
    mine = row.org == names.own
    return CircleView(row.key, row.org, names.org(row.org), row.name, row.place, tuple(row.langs.split()), mine)
