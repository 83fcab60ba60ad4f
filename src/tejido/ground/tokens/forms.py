"""The form that makes a token."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tejido.ground.tokens.domain import LASTS
from tejido.ground.tokens.scopes import scopes


def scope_choices() -> list[tuple[str, Any]]:
    """Each scope with what it allows; those first that do the least harm."""
    ordered = sorted(scopes(), key=lambda one: (one.grave, one.name))
    return [
        (one.name, gettext("%(what)s (take care)") % {"what": one.title} if one.grave else one.title) for one in ordered
    ]


def lasting_choices() -> list[tuple[str, str]]:
    """How long a token may last."""
    return [(str(days), ngettext("%(number)s day", "%(number)s days", days) % {"number": days}) for days in LASTS]


class TokenForm(forms.Form):
    """What a token is called, what it is for, how long it is good."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What uses it and where, so that you know what you revoke: “backup script on the office laptop”."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick as little as will do. It never does more than your own roles allow."),
    )
    days = forms.TypedChoiceField(label=_("Good for"), choices=lasting_choices, coerce=int, initial="90")
