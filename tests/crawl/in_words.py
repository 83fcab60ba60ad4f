"""Planting translations: of a report of ours, or of another organisation's hop, which may be given to the other circles."""

from typing import TYPE_CHECKING

from tejido.ground.people import OPERATOR, Viewer
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review import selectors as reviewing
from tests.crawl.canaries import TABLE

if TYPE_CHECKING:
    from tests.crawl.seed import Seeded

GIVEN = ("translation-of-foreign-given", "translation-of-withdrawn-given")


def translate(made: "Seeded", name: str, text: str, lang: str = "es", viewer: Viewer = OPERATOR) -> None:
    """Begin a translation of a report (or, where there is none of that name, a hop), and write its first segment."""
    key = made.reports.get(name) or made.hops[name]
    review.write_by_hand(viewer=viewer, key=key, lang=lang)
    row = reviewing.bench(viewer=viewer, key=key, into=lang).rows[0]
    seen = review.Seen(row.base, row.source_base)
    review.correct(viewer=viewer, key=key, into=lang, segment=row.id, seen=seen, text=text)


def give_on(made: "Seeded", name: str) -> None:
    """Translate a hop of another organisation, approve it, and give it to the other circles."""
    translate(made, name, TABLE[name].text)
    row = reviewing.bench(viewer=OPERATOR, key=made.hops[name], into="es").rows[0]
    seen = review.Seen(row.base, row.source_base)
    review.approve(viewer=OPERATOR, key=made.hops[name], into="es", segment=row.id, seen=seen)
    review.share(viewer=OPERATOR, key=made.hops[name], lang="es")
