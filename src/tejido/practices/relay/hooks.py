"""What the relay shows elsewhere: links to its things, its panels on the home page, what waits for somebody."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tejido.ground import slots
from tejido.ground.people import Viewer, may
from tejido.ground.store.public import NotReady
from tejido.practices.relay import own, policies, selectors, traces
from tejido.practices.relay.models import Chain, Circle, Hop, Report
from tejido.practices.relay.records import HopView, ReportItem

LATEST = 5
OWN_REPORTS = 50
ASKED, STUCK, WAITS, CHANGED = 60, 50, 40, 30
STEPS = {
    "stuck": (STUCK, gettext_lazy("A recording could not be transcribed"), policies.CORRECT),
    "consent": (WAITS, gettext_lazy("Ask the person behind a report what they allow"), policies.REPORT),
    "to-pass": (WAITS, gettext_lazy("Listen to a transcript, correct it, pass it on"), policies.PASS),
    "changed": (CHANGED, gettext_lazy("Send corrections to the other circles"), policies.PASS),
}


def _resolver(kind: str, model: type[Model], column: str, permission: str) -> None:
    def links(keys: Sequence[str], viewer: Viewer) -> Mapping[str, slots.Link]:
        if not may(viewer, permission):
            return {}
        rows = model._default_manager.filter(key__in=keys)
        for taken_out in own.hidden() if model is Report else ():
            rows = rows.exclude(key__in=taken_out)
        found = rows.values_list("key", column)
        return {key: slots.Link(label or _("A voice"), reverse(f"relay_{kind}", args=[key])) for key, label in found}

    links.__qualname__ = f"link_to_{kind}"
    slots.resolver(f"relay.{kind}", links)


def waiting(viewer: Viewer) -> Iterator[slots.Step]:
    """Invitations to answer, and reports that do not go on by themselves; nothing before there is an organisation."""
    with suppress(NotReady):
        yield from _waiting(viewer)


def _waiting(viewer: Viewer) -> Iterator[slots.Step]:
    if may(viewer, policies.READ):
        for one in selectors.invitations_to_us(viewer=viewer):
            label = _("%(org)s asks you to answer") % {"org": one.from_org}
            url = reverse("relay_chain", args=[one.chain])
            yield slots.Step(label, url, ASKED, one.deadline, one.note)
    if may(viewer, policies.REPORT):
        for report in selectors.reports(viewer=viewer)[0:OWN_REPORTS]:
            yield from _step(report, viewer)


def _step(report: ReportItem, viewer: Viewer) -> Iterator[slots.Step]:
    if report.step in STEPS:
        urgency, label, permission = STEPS[report.step]
        if may(viewer, permission):
            url = reverse("relay_report", args=[report.key])
            yield slots.Step(label, url, urgency, note=report.chain_title)


def latest(viewer: Viewer, subject: str) -> slots.Panel | None:  # noqa: ARG001
    """The chains that were answered last."""
    if not may(viewer, policies.READ):
        return None
    chains = selectors.chains(viewer=viewer)[0:LATEST]
    return slots.Panel(_("Chains"), "relay/panel.html", {"chains": chains}) if chains else None


def echoes(viewer: Viewer, subject: str) -> slots.Panel | None:  # noqa: ARG001
    """What this organisation's voices set in motion: the latest answers to them by others."""
    if not may(viewer, policies.READ):
        return None
    answers: list[HopView] = []
    with suppress(NotReady):
        answers = selectors.answers_to_us(viewer=viewer, limit=LATEST)
    return slots.Panel(_("Answers to you"), "relay/echoes.html", {"answers": answers}) if answers else None


def original(viewer: Viewer, subject: str) -> slots.Panel | None:
    """On a report's page: what the recording told about its maker, and what became of the file itself."""
    found = selectors.original(viewer=viewer, key=subject)
    return slots.Panel(_("The recording as it was sent"), "relay/original.html", {"original": found}) if found else None


def erased(viewer: Viewer, subject: str) -> slots.Panel | None:
    """On a report's pages: which nodes have erased what was taken out of it, or taken back."""
    if not may(viewer, policies.REPORT) or (found := traces.standing(subject)) is None:
        return None
    return slots.Panel(_("Who has erased it"), "erasures/panel.html", {"standing": found})


def erased_copy(viewer: Viewer, subject: str) -> slots.Panel | None:
    """The same on the page of one of our own voices, which is there when the report is not."""
    if not may(viewer, policies.READ) or (found := traces.of_hop(viewer=viewer, key=subject)) is None:
        return None
    return slots.Panel(_("Who has erased it"), "erasures/panel.html", {"standing": found})


def register() -> None:
    """Make all of it known."""
    _resolver("chain", Chain, "title", policies.READ)
    _resolver("circle", Circle, "name", policies.READ)
    _resolver("hop", Hop, "excerpt", policies.READ)
    _resolver("report", Report, "excerpt", policies.REPORT)
    slots.next_step(waiting)
    slots.panel("home", echoes, order=5)
    slots.panel("home", latest, order=10)
    slots.panel("relay.report", original, order=30)
    slots.panel("relay.report", erased, order=15)
    slots.panel("relay.redact", erased)
    slots.panel("relay.hop", erased_copy, order=15)
