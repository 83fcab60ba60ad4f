"""Plants publications in every state: corrected, erased, unapproved, withdrawn, narrowed, cut, translated."""

from tejido.ground.network.exchanging import exchange_folder
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.redaction import actions as redaction
from tejido.practices.relay.redaction import selectors as redactions
from tejido.practices.relay.redaction.domain import Marks
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review import selectors as reviewing
from tejido.practices.relay.review.actions import Seen
from tests.crawl.canaries import TABLE
from tests.crawl.in_words import translate
from tests.crawl.seed import ALL, Seeded, planter

KEPT, ERASED = "edition-earlier", "edition-erased"
VOICES = (KEPT, ERASED, "edition-translated", "edition-drafted", "edition-withdrawn", "edition-narrowed", "edition-cut")

ELSEWHERE = ("edition-translated", "edition-drafted")
"""Whose words stand in a translation."""


@planter
def publications(made: Seeded) -> None:
    """One publication with three editions; then some of its speakers take their voices back."""
    before = made.chain, made.circle
    made.circle = actions.open_circle(viewer=OPERATOR, name="Shifts", place="", langs=["en"])
    asked = {"circle": made.circle, "title": "Shifts", "question": "How long?", "lang": "en"}
    made.chain = actions.open_chain(viewer=OPERATOR, **asked)
    for name in VOICES:
        made.tell(
            name,
            ALL,
            text="Long." if name in ("edition-translated", "edition-drafted") else f"{TABLE[name].word} was said.",
        )
        _checked(made, name, "original")
        made.pass_on(name)
    made.tell("edition-unapproved", ALL)
    made.pass_on("edition-unapproved")
    _in_spanish(made)
    summary = {"en": TABLE["edition-summary"].text}
    choice = Choice(chains=(made.chain,), langs=("en", "es"), titles={"es": "Turnos"}, summaries=summary)
    made.corrected = publishing.publish(viewer=OPERATOR, choice=choice)
    exchange_folder(made.exchange)
    _correct(made, ERASED, "Nothing.")
    publishing.correct(viewer=OPERATOR, slug=made.corrected, choice=choice, keep_earlier=False)
    _correct(made, KEPT, TABLE["edition-corrected"].text)
    publishing.correct(viewer=OPERATOR, slug=made.corrected, choice=choice)
    exchange_folder(made.exchange)
    _taken_back(made)
    made.chain, made.circle = before


def _in_spanish(made: Seeded) -> None:
    translate(made, "edition-translated", TABLE["edition-translated"].text)
    _checked(made, "edition-translated", "es")
    made.reports["edition-drafted-words"] = made.reports["edition-drafted"]
    translate(made, "edition-drafted-words", TABLE["edition-drafted"].text)


def _checked(made: Seeded, name: str, into: str) -> None:
    """A person approves every line."""
    key = made.reports[name]
    for row in reviewing.bench(viewer=OPERATOR, key=key, into=into).rows:
        seen = Seen(row.base, row.source_base)
        review.approve(viewer=OPERATOR, key=key, into=into, segment=row.id, seen=seen, text=row.text)


def _correct(made: Seeded, name: str, text: str) -> None:
    made.correct(name, text)
    _checked(made, name, "original")
    actions.revise(viewer=OPERATOR, report=made.reports[name])


def _taken_back(made: Seeded) -> None:
    actions.withdraw(viewer=OPERATOR, report=made.reports["edition-withdrawn"])
    narrowed = made.reports["edition-narrowed"]
    actions.withdraw(viewer=OPERATOR, report=narrowed, purposes=["transcript", "audio"], erase_too=False)
    cut = made.reports["edition-cut"]
    page = redactions.redaction(viewer=OPERATOR, report=cut)
    marks = Marks(words=((page.page.lines[0].id, 0),))
    redaction.mark(viewer=OPERATOR, report=cut, base=page.base, marks=marks)
    redaction.cut(viewer=OPERATOR, report=cut)
    redaction.keep(viewer=OPERATOR, report=cut)
