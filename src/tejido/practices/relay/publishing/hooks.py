"""What publishing refuses to append, and how it follows reports, hops and translations."""

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tejido.ground import slots
from tejido.ground.consent import public as consent
from tejido.ground.people import Viewer, may
from tejido.ground.store.models import Space
from tejido.ground.store.public import Fact, follow
from tejido.practices.relay import followers
from tejido.practices.relay.publishing import actions, policies, selectors, standing, tasks
from tejido.practices.relay.publishing import events as ev


def check_append(_space: Space, fact: Fact) -> None:
    """Refuse a public voice in languages to which its speaker did not agree; consent's own gate asks for the rest."""
    carried = consent.carried_in(fact.body) if fact.kind == ev.VOICE_PUBLISHED else None
    if carried is not None and fact.body.get("versions") and not consent.may_translate(carried):
        raise consent.ConsentMissing(kind=fact.kind, missing=consent.TRANSLATE)


def hops_changed(keys: Sequence[str]) -> None:
    """Hops came, were corrected, narrowed or withdrawn: after the transaction."""
    actions.settle(keys)
    tasks.look_soon(keys)


def reports_changed(keys: Sequence[str]) -> None:
    """Our own reports changed, or the voice chosen for them."""
    for key in keys:
        actions.settle_report(key)
    tasks.look_soon(standing.hops_of(keys))


def translations_changed(keys: Sequence[str]) -> None:
    """Translations were written or approved."""
    tasks.look_soon(standing.hops_of_translations(keys))


BEHIND = 35


def waiting(viewer: Viewer) -> Iterator[slots.Step]:
    """Editions that no longer say what their voices say."""
    if not may(viewer, policies.PUBLISH):
        return
    for slug, title, voices in selectors.behind(viewer=viewer):
        label = ngettext(
            "A published edition is behind in %(number)s voice: publish a correction",
            "A published edition is behind in %(number)s voices: publish a correction",
            voices,
        ) % {"number": voices}
        yield slots.Step(label, reverse("publishing_one", args=[slug]), BEHIND, note=title)


def of_chain(viewer: Viewer, subject: str) -> slots.Panel | None:
    """On a chain's page: what was published of it, and the way to publish it."""
    if not may(viewer, policies.READ):
        return None
    found, allowed = selectors.of_chain(viewer=viewer, chain=subject), may(viewer, policies.PUBLISH)
    if not found and not allowed:
        return None
    context = {"found": found, "may_publish": allowed, "subject": subject}
    return slots.Panel(_("For everybody"), "publishing/of_chain.html", context)


def editions(keys: Sequence[str], viewer: Viewer) -> Mapping[str, slots.Link]:
    """Links to editions, earlier ones too."""
    found = selectors.addresses(keys) if may(viewer, policies.READ) else {}
    return {
        key: slots.Link(title or _("A publication that was taken back"), _to(slug, number))
        for key, (slug, number, title) in found.items()
    }


def _to(slug: str, number: int) -> str:
    return f"{reverse('publishing_one', args=[slug])}?edition={number}"


def register() -> None:
    """Make all of it known."""
    slots.next_step(waiting)
    slots.panel("relay.chain", of_chain)
    slots.resolver("relay.edition", editions)
    followers.follow(actions.settle_report)
    follow("relay.hop", hops_changed)
    follow("relay.report", reports_changed)
    follow("relay.translation", translations_changed)
