"""The keeper's form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tejido.ground.ui.languages import direction
from tejido.web.public.actions import LONGEST
from tejido.web.public.records import Told


class TellForm(forms.Form):
    """Who this is, in each language of the pages; the first language; whether the site is open already."""

    is_open = forms.BooleanField(
        label=_("Open the public site now"),
        required=False,
        help_text=_("Without this it opens by itself with the first publication."),
    )
    first = forms.ChoiceField(
        label=_("First language"),
        choices=settings.LANGUAGES,
        help_text=_("For readers whose browser asks for none of the languages of the pages."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            look = {"rows": 8, "lang": code, "dir": direction(code)}
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("About us, in %(language)s") % {"language": name},
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs=look),
            )

    def texts(self) -> dict[str, str]:
        """The texts by language."""
        return {code: self.cleaned_data[f"text_{code}"] for code, _name in settings.LANGUAGES}


def filled(told: Told) -> Mapping[str, Any]:
    """What the form begins with."""
    return {"is_open": told.open, "first": told.first, **{f"text_{lang}": text for lang, text in told.texts.items()}}
