"""What the review room shows elsewhere, what it refuses to append, and how it follows reports and hops."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from tejido.ground import slots
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound
from tejido.ground.people import Viewer, may
from tejido.ground.store.models import Space
from tejido.ground.store.public import Fact, follow
from tejido.practices.relay import followers
from tejido.practices.relay.own import hidden
from tejido.practices.relay.review import actions, domain, policies, selectors
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.models import Drafting, Passed, Translation


def check_append(_space: Space, fact: Fact) -> None:
    """Refuse a translation for other circles whose speaker did not agree to translation; consent's own gate asks for
    the rest.
    """
    carried = fact.kind in (ev.TRANSLATION_PASSED, ev.TRANSLATION_REVISED)
    if carried and not domain.may_share(consent.carried_in(fact.body)):
        raise consent.ConsentMissing(kind=fact.kind, missing=consent.TRANSLATE)


def hops_changed(keys: Sequence[str]) -> None:
    """Let the translations of these hops follow: after an exchange, when the transaction is done."""
    made = Translation.objects.filter(subject__in=keys).values_list("subject", flat=True)
    begun = Drafting.objects.filter(subject__in=keys).values_list("subject", flat=True)
    for key in {*made, *begun}:
        actions.settle(key)


def translations(keys: Sequence[str], viewer: Viewer) -> Mapping[str, slots.Link]:
    """Links to translations, as search finds them."""
    if not may(viewer, policies.CORRECT):
        return {}
    rows = Translation.objects.filter(key__in=keys)
    for taken_out in hidden():
        rows = rows.exclude(subject__in=taken_out)
    return {row.key: _link(row) for row in rows if not domain.must_go(_standing(row))}


def _standing(row: Translation) -> domain.Standing:
    return selectors.standing(row.kind, row.name)


def _link(row: Translation) -> slots.Link:
    return slots.Link(_("A translation"), reverse("review_bench", args=[row.subject, row.lang]))


def passed(keys: Sequence[str], viewer: Viewer) -> Mapping[str, slots.Link]:
    """Links to passed copies, as search finds them: the voice, read in that language."""
    if not may(viewer, policies.READ):
        return {}
    rows = Passed.objects.filter(key__in=keys)
    found = selectors.readable({row.hop for row in rows})
    return {
        row.key: slots.Link(_("A translation"), f"{reverse('relay_hop', args=[row.hop])}?in={row.lang}")
        for row in rows
        if row.hop in found
    }


def languages(viewer: Viewer, subject: str) -> slots.Panel | None:
    """The languages of a report or a voice: how far each is, and a button for those that it is not in yet."""
    if not may(viewer, policies.CORRECT):
        return None
    try:
        found = selectors.texts(viewer=viewer, key=subject)
    except NotFound:
        return None
    return slots.Panel(_("Languages"), "review/languages.html", {"texts": found})


def register() -> None:
    """Make all of it known."""
    followers.follow(actions.settle)
    follow("relay.hop", hops_changed)
    slots.resolver("relay.translation", translations)
    slots.resolver("relay.passed", passed)
    slots.panel("relay.report", languages)
    slots.panel("relay.hop", languages)
