"""What publishing refuses to append, and how it follows reports, hops and translations."""

from collections.abc import Sequence

from tejido.ground.consent import public as consent
from tejido.ground.store.models import Space
from tejido.ground.store.public import Fact, follow
from tejido.practices.relay import followers
from tejido.practices.relay.publishing import actions, standing
from tejido.practices.relay.publishing import events as ev


def check_append(_space: Space, fact: Fact) -> None:
    """Refuse a public voice in languages to which its speaker did not agree; consent's own gate asks for the rest."""
    carried = consent.carried_in(fact.body) if fact.kind == ev.VOICE_PUBLISHED else None
    if carried is not None and fact.body.get("versions") and not consent.may_translate(carried):
        raise consent.ConsentMissing(kind=fact.kind, missing=consent.TRANSLATE)


def hops_changed(keys: Sequence[str]) -> None:
    """Hops came, were corrected, narrowed or withdrawn: after the transaction."""
    actions.settle(keys)
    actions.look_again(keys)


def reports_changed(keys: Sequence[str]) -> None:
    """Our own reports changed, or the voice chosen for them."""
    for key in keys:
        actions.settle_report(key)
    actions.look_again(standing.hops_of(keys))


def translations_changed(keys: Sequence[str]) -> None:
    """Translations were written or approved."""
    actions.look_again(standing.hops_of_translations(keys))


def register() -> None:
    """Make all of it known."""
    followers.follow(actions.settle_report)
    follow("relay.hop", hops_changed)
    follow("relay.report", reports_changed)
    follow("relay.translation", translations_changed)
