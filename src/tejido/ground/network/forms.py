"""Forms of the network's pages."""

from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tejido.ground.network.folders import MOST_PATH
from tejido.ground.network.papers import MAX_PAPER, BadPaper
from tejido.ground.ui.errors import words

WRITTEN = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})


class OpenForm(forms.Form):
    """The name of a new network."""

    name = forms.CharField(
        label=_("Name of the network"),
        max_length=200,
        help_text=_("All its members will read it. It cannot be changed later."),
        widget=WRITTEN,
    )


class ProfileForm(forms.Form):
    """What the organisation says of itself in a network."""

    name = forms.CharField(
        label=_("Name of the organisation"), max_length=200, help_text=_("All members will read it."), widget=WRITTEN
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        required=False,
        help_text=_("As exactly as is safe for you: a city, a region, or nothing."),
        widget=WRITTEN,
    )
    languages = forms.CharField(
        label=_("Languages"),
        max_length=200,
        help_text=_("Codes separated by commas: es, ar, yo"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_languages(self) -> list[str]:
        """Codes as a list."""
        return [code.strip() for code in self.cleaned_data["languages"].split(",") if code.strip()]


PASTED = forms.Textarea(attrs={"rows": 4, "dir": "ltr", "autocomplete": "off", "spellcheck": "false"})


class _PaperForm(forms.Form):
    """A signed paper: as a file, or as the text that a link or a QR code gave. `paper` is its bytes."""

    def clean_paper(self) -> bytes:
        """The bytes of the file, or none."""
        file = self.cleaned_data["paper"]
        if file is None:
            return b""
        if file.size > MAX_PAPER:
            raise forms.ValidationError(words(BadPaper()))
        return bytes(file.read())

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said = super().clean() or self.cleaned_data
        said["paper"] = said.get("paper") or said.pop("text", "").strip().encode()
        if not said["paper"] and not self.errors:
            self.add_error("paper", _("Choose the file, or paste the text."))
        return said


class InvitationForm(_PaperForm):
    """An invitation that somebody sent."""

    paper = forms.FileField(
        label=_("Invitation file"), required=False, help_text=_("The file that the inviting organisation gave you.")
    )
    text = forms.CharField(
        label=_("Or the invitation as text"),
        required=False,
        max_length=2 * MAX_PAPER,
        help_text=_(
            "What the link's page or a QR code gave you: it begins with TEJIDO1, or is an address with that in it."
        ),
        widget=PASTED,
    )


class RequestForm(_PaperForm):
    """A request that somebody sent."""

    paper = forms.FileField(
        label=_("Request file"),
        required=False,
        help_text=_("The file that the other organisation made from your invitation."),
    )
    text = forms.CharField(label=_("Or the request as text"), required=False, max_length=2 * MAX_PAPER, widget=PASTED)


class ConfirmForm(forms.Form):
    """The request once more, and that its words were compared."""

    paper = forms.CharField(widget=forms.HiddenInput, max_length=2 * MAX_PAPER)
    compared = forms.BooleanField(label=_("They read me the same words on the telephone or face to face."))

    @classmethod
    def of(cls, paper: bytes) -> "ConfirmForm":
        """The form for a request that was read."""
        return cls(initial={"paper": b64encode(paper).decode()})

    def clean_paper(self) -> bytes:
        """The bytes of the request."""
        try:
            return b64decode(self.cleaned_data["paper"], validate=True)
        except ValueError as error:
            raise forms.ValidationError(words(BadPaper())) from error


class FolderForm(forms.Form):
    """A folder to exchange with."""

    path = forms.CharField(
        label=_("Folder on the node's machine"),
        max_length=MOST_PATH,
        help_text=_("Its whole path: a shared folder, or a USB stick that is plugged in."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
    )
