"""Forms of drop links: for those who make them, for those who give by them, for those who hold a receipt."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tejido.ground.consent import public as consent
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.drops.actions import Terms
from tejido.practices.relay.drops.domain import DAYS, MEGABYTES, MINUTES, REPORTS
from tejido.practices.relay.forms import ROLES, TEXT, circle_choices, language_choices
from tejido.practices.relay.records import CircleView

PURPOSES = (
    (consent.PASS, _("Circles of people elsewhere may hear and read what I said, to answer it.")),
    (consent.TRANSLATE, _("It may be put into other languages.")),
    (consent.TRANSCRIPT, _("My words may be published, for anybody to read.")),
    (consent.ARCHIVE, _("It may be kept in the archive, with the original recording.")),
)
VOICES = (
    ("none", _("Nobody")),
    ("revoiced", _("Anybody, but spoken again by somebody else")),
    ("disguised", _("Anybody, with my voice changed: harder to recognise by ear, but whoever knows me may")),
    ("own", _("Anybody, in my own voice")),
)


def _number(label: Any, bounds: tuple[int, int]) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=bounds[0], max_value=bounds[1])


class LinkForm(forms.Form):
    """A new drop link."""

    circle = forms.ChoiceField(label=_("Which circle asks"))
    role = forms.ChoiceField(label=_("What kind of answer"), choices=ROLES, widget=forms.RadioSelect)
    lang = forms.ChoiceField(label=_("Language of the page"), help_text=_("What most of those who come will read."))
    days = _number(_("How many days it is good"), DAYS)
    most = _number(_("How many reports it takes"), REPORTS)
    minutes = _number(_("How many minutes each, at most"), MINUTES)
    megabytes = _number(_("How many megabytes each, at most"), MEGABYTES)
    note = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        required=False,
        help_text=_("Only to find it in your list: poster at the gate, evening class."),
        widget=forms.TextInput(TEXT),
    )

    def __init__(
        self, *args: Any, circles: Sequence[CircleView], ahead: Iterable[str], answer: bool, **kwargs: Any
    ) -> None:
        terms = Terms("")
        start = {"days": terms.days, "most": terms.most, "minutes": terms.minutes, "megabytes": terms.megabytes}
        kwargs["initial"] = {**start, "role": "commentary", **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = circle_choices(circles)  # type: ignore[attr-defined]
        self.fields["lang"].choices = language_choices(ahead)  # type: ignore[attr-defined]
        if not answer:
            del self.fields["role"]

    def made(self) -> dict[str, Any]:
        """Arguments for `make_link`."""
        found = dict(self.cleaned_data)
        circle, role = found.pop("circle"), found.pop("role", "report")
        return {"circle": circle, "role": role, "terms": Terms(**found)}


class AllowForm(forms.Form):
    """What the speaker allows, in their own words; every box is empty until they tick it."""

    purposes = forms.MultipleChoiceField(
        label=_("What do you allow?"),
        choices=PURPOSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each is a question of its own. What you do not tick is a no. You can change it later."),
    )
    audio = forms.ChoiceField(
        label=_("Who may hear your voice, when it is published?"),
        choices=VOICES,
        initial="none",
        widget=forms.RadioSelect,
        help_text=_("Words, accent and sounds around you can identify you, whatever is done to the voice."),
    )

    def said(self, lang: str) -> Answer:
        """The answer of somebody who filled this in themselves, on a page in `lang`."""
        found = self.cleaned_data
        return Answer(tuple(found["purposes"]), found["audio"], "self", lang)


class GiveForm(AllowForm):
    """What somebody without an account gives."""

    command = forms.UUIDField(widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    lang = forms.ChoiceField(label=_("In which language do you speak or write?"))
    recording = forms.FileField(
        label=_("Speak"),
        required=False,
        help_text=_("Record now, or choose a recording. What a phone hides in the file is removed."),
        widget=forms.FileInput({"accept": "audio/*,video/mp4,video/webm,.opus,.m4a,.aac,.flac"}),
    )
    text = forms.CharField(
        label=_("Or write"),
        required=False,
        max_length=20_000,
        help_text=_("A line for each thought."),
        widget=forms.Textarea({"rows": 5, "autocomplete": "off", **TEXT}),
    )
    pseudonym = forms.CharField(
        label=_("What shall we call you?"),
        required=False,
        max_length=80,
        help_text=_("Any name but your own, or none."),
        widget=forms.TextInput({"autocomplete": "off", **TEXT}),
    )
    field_order = ("recording", "text", "lang", "pseudonym", "purposes", "audio")

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"lang": lang, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["lang"].choices = language_choices([lang])  # type: ignore[attr-defined]

    @property
    def nonce(self) -> str:
        """The name of what is given with this form, or of the recording that the recorder sends."""
        return str(self.cleaned_data["command"].hex)

    def words(self, **recording: Any) -> Words:
        """What is said; `recording` names the uploaded file."""
        found = self.cleaned_data
        return Words(lang=found["lang"], text=found["text"], pseudonym=found["pseudonym"], **recording)


class ReceiptForm(forms.Form):
    """Sixteen digits, in whatever numerals and grouping."""

    receipt = forms.CharField(
        label=_("Your receipt"),
        max_length=60,
        help_text=_("Sixteen digits; spaces do not matter."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )


class TakeBackForm(forms.Form):
    """How far the speaker takes their words back."""

    how = forms.ChoiceField(
        label=_("What do you want?"),
        choices=(
            ("erase", _("Erase it: the recording, its words and every copy that can be reached")),
            ("unpublish", _("Take it back from everybody else, and leave it with those I gave it to")),
        ),
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label=_("Yes, I want this."))
