"""The form of a cover: shape only; what is in the file the engine looks at."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tejido.engines.press.cover import MOST_BYTES
from tejido.ground.ui.languages import direction, name_of
from tejido.practices.relay.press.actions import MOST_ALT


class CoverForm(forms.Form):
    """A picture, and what it shows in each language of the edition."""

    do = forms.ChoiceField(choices=[("give", "give"), ("weave", "weave")], required=False)
    picture = forms.FileField(
        label=_("Picture"), required=False, allow_empty_file=True,
        help_text=_("PNG or JPEG, square, 1,400 to 3,000 pixels. Choose none that shows somebody who has not agreed to it."),
        widget=forms.FileInput({"accept": "image/png,image/jpeg"}),
    )  # fmt: skip

    def __init__(self, *args: Any, langs: Sequence[str], alts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.data.get("do") != "weave"  # going back to the woven cover asks for nothing
        for lang in langs:
            look = {"lang": lang, "dir": direction(lang), "autocomplete": "off"}
            label = gettext("What it shows, in %(lang)s") % {"lang": name_of(lang)}
            self.fields[f"alt_{lang}"] = forms.CharField(
                label=label,
                max_length=MOST_ALT,
                required=said,
                initial=alts.get(lang, ""),
                widget=forms.TextInput(look),
            )

    @property
    def said(self) -> list[forms.BoundField]:
        """The fields that say what it shows."""
        return [self[name] for name in self.fields if name.startswith("alt_")]

    @property
    def preview_alt(self) -> str:
        """What the picture that stands shows."""
        return str(next((field.initial for field in self.said), ""))

    @property
    def alts(self) -> dict[str, str]:
        """By language."""
        return {name.removeprefix("alt_"): text for name, text in self.cleaned_data.items() if name.startswith("alt_")}


def read(file: "UploadedFile[bytes] | None") -> bytes | None:
    """Its bytes, one more than may be where it is too large; None where no file was chosen."""
    return None if file is None else bytes(file.read(MOST_BYTES + 1))
