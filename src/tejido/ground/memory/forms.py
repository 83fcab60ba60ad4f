"""Forms of the memory's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false", "size": "8"})


class ImportForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A translation memory (TMX, or one packed in a ZIP file), or a glossary (CSV)."),
        widget=forms.ClearableFileInput(attrs={"accept": ".tmx,.zip,.csv"}),
    )


class TermForm(forms.Form):
    """A term and its translation."""

    term = forms.CharField(label=_("Term"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))
    source = forms.CharField(
        label=_("Its language"), max_length=35, help_text=_("A code such as es, ar, yo"), widget=CODE
    )
    meant = forms.CharField(label=_("Translation"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))
    target = forms.CharField(
        label=_("Its language"), max_length=35, help_text=_("A code such as es, ar, yo"), widget=CODE
    )
    note = forms.CharField(
        label=_("Remark"), max_length=1000, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
