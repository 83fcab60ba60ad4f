"""Forms of the partners' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tejido.ground.peers import addresses, desk
from tejido.ground.people import Viewer

OFTEN = (
    (15, _("every quarter of an hour")),
    (60, _("every hour")),
    (360, _("every six hours")),
    (1440, _("every day")),
    (0, _("only by hand")),
)


class _PlaceForm(forms.Form):
    address = forms.CharField(
        label=_("Address of their node"),
        max_length=addresses.MOST,
        help_text=_("As its keeper gave it to you: https://…, or an onion address. Nothing after the name."),
        widget=forms.TextInput(
            attrs={
                "dir": "ltr",
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
                "inputmode": "url",
            }
        ),
    )
    every_min = forms.TypedChoiceField(label=_("How often"), choices=OFTEN, coerce=int, initial=60)


class AddForm(_PlaceForm):
    """A new partner."""

    org = forms.ChoiceField(
        label=_("Organisation"),
        help_text=_("Somebody you share a network with. Their node has to prove that it is theirs."),
    )
    field_order = ("org", "address", "every_min")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["org"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = desk.candidates(viewer=viewer)


class ChangeForm(_PlaceForm):
    """Another address or another rhythm."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        often = int((self.initial or {}).get("every_min", 60))
        field = self.fields["every_min"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        if often not in dict(OFTEN):
            field.choices = [*OFTEN, (often, _("every %(number)s minutes") % {"number": often})]
