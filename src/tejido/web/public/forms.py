"""The keeper's form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tejido.ground.ui.languages import direction, own_name
from tejido.web.public import paths
from tejido.web.public.actions import LONGEST
from tejido.web.public.records import Told


def frames() -> list[tuple[str, str]]:
    """Languages of the public pages, by what they call themselves."""
    return [(code, own_name(code)) for code in paths.frames()]


class TellForm(forms.Form):
    """Who this is, in each language of the pages; the first language; whether the site is open already."""

    is_open = forms.BooleanField(
        label=_("Open the public site now"),
        required=False,
        help_text=_("Without this it opens by itself with the first publication."),
    )
    first = forms.ChoiceField(
        label=_("First language"),
        choices=frames,
        help_text=_("For readers whose browser asks for none of the languages of the pages."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in frames():
            look = {"rows": 8, "lang": code, "dir": direction(code)}
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("About us, in %(language)s") % {"language": name},
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs=look),
            )

    def texts(self) -> dict[str, str]:
        """The texts by language."""
        return {code: self.cleaned_data[f"text_{code}"] for code in paths.frames()}


def filled(told: Told) -> Mapping[str, Any]:
    """What the form begins with."""
    return {"is_open": told.open, "first": told.first, **{f"text_{lang}": text for lang, text in told.texts.items()}}
