"""Forms of the workbench: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tejido.practices.relay.forms import language_choices
from tejido.practices.relay.review import events as ev

SEEN = r"^[0-9a-f]{16,64}$"


class SegmentForm(forms.Form):
    """A segment's words; `base` and `source` say which text, and which source, was on the page."""

    text = forms.CharField(max_length=ev.MAX_TEXT, required=False, strip=False)
    base = forms.RegexField(SEEN)
    source = forms.RegexField(SEEN, required=False)
    settles = forms.CharField(required=False, max_length=32 * 65)
    do = forms.ChoiceField(choices=[(what, what) for what in ("save", "approve", "leave")], required=False)


class TypingForm(forms.Form):
    """What somebody is typing; without `base` they are only looking."""

    text = forms.CharField(max_length=ev.MAX_TEXT, required=False, strip=False)
    base = forms.RegexField(SEEN, required=False)


class StartForm(forms.Form):
    """Which language, and whether a machine begins."""

    lang = forms.ChoiceField(label=_("Language"))
    how = forms.ChoiceField(choices=[("machine", "machine"), ("hand", "hand")], required=False)
    outside = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lang"].choices = language_choices()  # type: ignore[attr-defined]
