"""Plants what stands on the public site, and what no longer does."""

import numpy as np

from tejido.engines.press import picture
from tejido.ground.people import OPERATOR
from tejido.practices.relay import access, actions
from tejido.practices.relay.actions import Answer
from tejido.practices.relay.press import actions as covers
from tejido.practices.relay.press.models import GivenCover
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review.actions import Seen
from tejido.web.public import actions as site
from tests.crawl.canaries import TABLE
from tests.crawl.seed import ALL, PASS, Seeded, planter


@planter
def public_site(made: Seeded) -> None:
    """A keeper says who this is; a chain of its own is published; another publication is taken back."""
    site.tell(viewer=OPERATOR, texts={"en": TABLE["site-about"].text}, first="en", is_open=True)
    before = made.chain, made.circle
    made.circle = actions.open_circle(viewer=OPERATOR, name=TABLE["site-circle"].text, place="", langs=["en"])
    made.published = _published(made, "site-title", "site-question", {"site-voice": ALL, "site-withheld": PASS})
    pixels = picture.jpeg(np.full((1400, 1400, 3), 90, np.uint8), 1400, 700_000)
    covers.give_cover(viewer=OPERATOR, slug=made.published, data=pixels, alts={"en": TABLE["cover-alt"].text})
    made.cover = GivenCover.objects.get().tag
    made.unpublished = _published(made, "", "", {"site-unpublished": ALL})
    publishing.unpublish(viewer=OPERATOR, slug=made.unpublished)
    made.chain, made.circle = before


def _published(made: Seeded, title: str, question: str, voices: dict[str, Answer]) -> str:
    words = [TABLE[name].text if name else "Heat" for name in (title, question)]
    made.chain = actions.open_chain(viewer=OPERATOR, circle=made.circle, title=words[0], question=words[1], lang="en")
    for name, said in voices.items():
        made.tell(name, said)
        _approve(made.reports[name])
        made.pass_on(name)
    return publishing.publish(viewer=OPERATOR, choice=Choice(chains=(made.chain,), langs=("en",)))


def _approve(report: str) -> None:
    for line in access.lines(access.report(report).lines):
        seen = Seen(line.base, "")
        review.approve(viewer=OPERATOR, key=report, into="original", segment=line.id, seen=seen, text=line.text)
