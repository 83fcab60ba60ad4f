"""What the charter's words are called on pages."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tejido.ground.charter.domain import BACK, BEFORE, FOUNDER, GONE, OUTSIDE, SUSPENDED, WITHIN, Change, Standing

CHAPTER_NAMES: Mapping[str, str | Promise] = {
    "members": gettext_lazy("Members"),
    "rhythm": gettext_lazy("Rhythm"),
    "treasury": gettext_lazy("Treasury"),
    "archive": gettext_lazy("Archive"),
    "publication": gettext_lazy("Publication"),
}
STATUS_NAMES: Mapping[str, str | Promise] = {
    "open": gettext_lazy("open"),
    "refused": gettext_lazy("refused, as it stands"),
    "decided": gettext_lazy("decided, not carried out yet"),
    "done": gettext_lazy("done"),
    "overtaken": gettext_lazy("overtaken: another charter was in force"),
    "void": gettext_lazy("void"),
    "in-force": gettext_lazy("in force"),
    "replaced": gettext_lazy("replaced by a later one"),
}
RULE_NAMES: Mapping[str, str | Promise] = {
    "admit": gettext_lazy("Let somebody in"),
    "suspend": gettext_lazy("Suspend a member, or take one back"),
    "amend": gettext_lazy("Change this charter"),
}


def status_name(what: str, status: str) -> str | Promise:
    """How a matter stands, in a word or two."""
    of_successors = {"decided": _("agreed, not founded yet"), "done": _("founded")}
    return of_successors.get(status, STATUS_NAMES[status]) if what == "successor" else STATUS_NAMES[status]


def rule_in_words(rule: str) -> str:
    """`2` and `50%` as people say it."""
    if rule.endswith("%"):
        return _("at least %(share)s of the members") % {"share": rule}
    number = int(rule)
    return ngettext("%(number)s member", "%(number)s members", number) % {"number": number}


def count_in_words(one: Standing) -> str:
    """How a matter stands: with 3 of 5; the charter asks for 2."""
    said = {"yes": len(one.yes), "all": len(one.electorate), "need": one.need}
    if one.matter.what == "successor":
        return _("%(yes)s of %(all)s beside the founder go on; it takes %(need)s") % said
    if not one.edition:
        return _("%(yes)s of %(all)s agree; there was no charter, and the founder's word suffices") % said
    return _("%(yes)s of %(all)s agree; the charter asks for %(need)s") % said


def change_in_words(change: Change) -> str:
    """How somebody came in or went, and whether it was within the charter."""
    counted = count_in_words(change.standing) if change.standing else ""
    plain = {
        FOUNDER: _("founded the network"),
        BEFORE: _("admitted by the founder, before there was a charter")
        if change.came
        else _("removed by the founder, before there was a charter"),
        GONE: _("left by its own wish"),
    }
    if change.how in plain:
        return str(plain[change.how])
    if change.how == OUTSIDE:
        return _outside(change, counted)
    said = {WITHIN: _("admitted within the charter"), BACK: _("taken back within the charter"),
            SUSPENDED: _("suspended within the charter")}[change.how]  # fmt: skip
    return f"{said}: {counted}"


def _outside(change: Change, counted: str) -> str:
    said = _("admitted outside the charter") if change.came else _("removed outside the charter")
    return f"{said}: {counted or _('the members were not asked')}"


def rhythm_in_words(rhythm: Mapping[str, Any]) -> list[str]:
    """What the rhythm asks, a line each."""
    lines = []
    if days := rhythm.get("first_chain_days"):
        said = ngettext("a first chain within %(n)s day of joining", "a first chain within %(n)s days of joining", days)
        lines.append(said % {"n": days})
    if labs := rhythm.get("labs_a_year"):
        lines.append(ngettext("%(n)s scenario lab a year", "%(n)s scenario labs a year", labs) % {"n": labs})
    if acts := rhythm.get("actions_a_year"):
        lines.append(ngettext("%(n)s action together a year", "%(n)s actions together a year", acts) % {"n": acts})
    return lines
