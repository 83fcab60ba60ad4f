"""Forms of the relay room: shape only; what is right is decided in the actions."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tejido.engines.speech.languages import KNOWN
from tejido.ground.consent import public as consent
from tejido.ground.ui.languages import name_of, own_name
from tejido.practices.relay import events as ev
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.records import CircleView
from tejido.practices.relay.segments import Line

MORE_LANGUAGES = frozenset({"ckb", "ku", "om", "prs", "qu", "rw", "ti", "wo", "zu"})
TEXT = {"dir": "auto"}

PURPOSES = (
    (consent.PASS, _("Other circles may hear and read it, to answer it.")),
    (consent.TRANSLATE, _("It may be put into other languages.")),
    (consent.TRANSCRIPT, _("Its words may be published, for anybody to read.")),
    (consent.ARCHIVE, _("It may be kept in the archive, with the original recording.")),
    (consent.CONTACT, _("We may come back to the person with questions.")),
)
VOICES = (
    ("none", _("Not at all")),
    ("revoiced", _("Spoken again by somebody else")),
    ("disguised", _("Changed: harder to recognise by ear, but whoever knows the person may still recognise them")),
    ("own", _("In their own voice")),
)
FORMS = (
    ("spoken", _("The questions were spoken, the person answered aloud")),
    ("read-back", _("The answers were read back to the person")),
    ("self", _("The person filled this in")),
)
ROLES = (
    ("commentary", _("Commentary: what we make of it")),
    ("parallel", _("Parallel experience: how it is where we are")),
)


def language_choices(first: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Languages by name, those in `first` before all others."""
    ahead = list(dict.fromkeys(first))
    rest = sorted((KNOWN | MORE_LANGUAGES) - set(ahead), key=lambda code: name_of(code).casefold())
    return [(code, _named(code)) for code in (*ahead, *rest)]


def _named(code: str) -> str:
    name, own = name_of(code), own_name(code)
    return name if own in (name, code) else f"{name} · {own}"


def circle_choices(circles: Sequence[CircleView]) -> list[tuple[str, str]]:
    """Circles by name and place."""
    return [(one.key, f"{one.name}, {one.place}" if one.place else one.name) for one in circles]


class CommandForm(forms.Form):
    """A form that may be sent twice and is carried out once."""

    command = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"command": str(uuid.uuid4()), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class CircleForm(CommandForm):
    """A circle."""

    name = forms.CharField(label=_("Name of the circle"), max_length=80, widget=forms.TextInput(TEXT))
    place = forms.CharField(
        label=_("Where it is"),
        max_length=80,
        required=False,
        help_text=_("As roughly as is safe: a district, a city, a region, or nothing. Others will see it."),
        widget=forms.TextInput(TEXT),
    )
    langs = forms.MultipleChoiceField(label=_("Languages it speaks"), widget=forms.SelectMultiple({"size": 6}))

    def __init__(self, *args: Any, ahead: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["langs"].choices = language_choices(ahead)  # type: ignore[attr-defined]


class ChainForm(CommandForm):
    """A chain's question."""

    circle = forms.ChoiceField(label=_("Which circle asks"))
    title = forms.CharField(label=_("Title"), max_length=160, widget=forms.TextInput(TEXT))
    question = forms.CharField(
        label=_("The question"),
        max_length=600,
        help_text=_("One question that a person elsewhere can answer from their own life."),
        widget=forms.Textarea({"rows": 3, **TEXT}),
    )
    lang = forms.ChoiceField(label=_("Language of the question"))

    def __init__(self, *args: Any, circles: Sequence[CircleView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = circle_choices(circles)  # type: ignore[attr-defined]
        self.fields["lang"].choices = language_choices(_spoken(circles))  # type: ignore[attr-defined]


class WordingForm(forms.Form):
    """A better wording of a chain."""

    title = forms.CharField(label=_("Title"), max_length=160, widget=forms.TextInput(TEXT))
    question = forms.CharField(label=_("The question"), max_length=600, widget=forms.Textarea({"rows": 3, **TEXT}))


class ConsentForm(forms.Form):
    """What the speaker allows; every box is empty until they say yes."""

    asked = forms.BooleanField(
        label=_("The person was asked, in words they understand, and these are their answers."), required=False
    )
    purposes = forms.MultipleChoiceField(
        label=_("What do they agree to?"),
        choices=PURPOSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each is a question of its own. What is not ticked is a no."),
    )
    audio = forms.ChoiceField(
        label=_("May anybody hear the voice?"),
        choices=VOICES,
        initial="none",
        widget=forms.RadioSelect,
        help_text=_("Words, accent and background sounds can identify somebody, whatever is done to the voice."),
    )
    form = forms.ChoiceField(label=_("How were they asked?"), choices=FORMS, initial="spoken")
    asked_in = forms.ChoiceField(label=_("In which language?"))

    def __init__(self, *args: Any, ahead: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_in"].choices = language_choices(ahead)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A yes without asking is no yes."""
        found: dict[str, Any] = super().clean() or {}
        if not found.get("asked") and (found.get("purposes") or found.get("audio", "none") != "none"):
            self.add_error("asked", _("Ask the person first. A yes that nobody gave is none."))
        return found

    def said(self) -> Answer | None:
        """The answers, or None where nobody was asked."""
        found = self.cleaned_data
        if not found["asked"]:
            return None
        return Answer(tuple(found["purposes"]), found["audio"], found["form"], found["asked_in"])


class AskedForm(ConsentForm):
    """The speaker's whole answer anew: here, having been asked is not optional."""

    asked = forms.BooleanField(label=_("The person was asked, in words they understand, and these are their answers."))
    clip = forms.FileField(
        label=_("The answer as it was spoken"),
        required=False,
        help_text=_("It stays on this node, is heard by nobody else, and goes when the report is erased."),
        widget=forms.FileInput({"accept": "audio/*,video/mp4,video/webm", "capture": "user"}),
    )


class SpokenForm(ConsentForm):
    """A recording or typed words, and what the speaker allows."""

    lang = forms.ChoiceField(label=_("Language spoken"))
    recording = forms.FileField(
        label=_("A recording"),
        required=False,
        help_text=_("At most ten minutes, in whatever format the phone makes. Its hidden data are removed."),
        widget=forms.ClearableFileInput({"accept": "audio/*,video/mp4,video/webm,.opus,.m4a,.aac,.flac"}),
    )
    text = forms.CharField(
        label=_("Or typed words"),
        required=False,
        max_length=60_000,
        help_text=_("A line for each thought."),
        widget=forms.Textarea({"rows": 6, **TEXT}),
    )
    pseudonym = forms.CharField(
        label=_("Called"),
        required=False,
        max_length=80,
        help_text=_("A name to be called by here, never the real one."),
        widget=forms.TextInput({"autocomplete": "off", **TEXT}),
    )
    day = forms.DateField(label=_("Spoken on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    field_order = (
        "circle", "role", "lang", "recording", "text", "pseudonym", "day", "asked", "purposes", "audio", "form",
        "asked_in",
    )  # fmt: skip

    def __init__(self, *args: Any, spoken: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, ahead=spoken, **kwargs)
        self.fields["lang"].choices = language_choices(spoken)  # type: ignore[attr-defined]

    def words(self, **recording: Any) -> Words:
        """What is said; `recording` names the uploaded file."""
        found = self.cleaned_data
        return Words(
            lang=found["lang"],
            text=found["text"],
            pseudonym=found["pseudonym"],
            day=found["day"].isoformat(),
            quotes=tuple(found.get("quotes", ())),
            **recording,
        )


class LinelessForm(SpokenForm):
    """A report as it is filled in without a line; which circle speaks, and where, the draft on the phone knows."""


class ReportForm(CommandForm, SpokenForm):
    """A report of one of our circles."""

    circle = forms.ChoiceField(label=_("Which circle speaks"))

    def __init__(self, *args: Any, circles: Sequence[CircleView], **kwargs: Any) -> None:
        kwargs["initial"] = {"day": timezone.now().date(), **(kwargs.get("initial") or {})}
        super().__init__(*args, spoken=_spoken(circles), **kwargs)
        self.fields["circle"].choices = circle_choices(circles)  # type: ignore[attr-defined]


class AnswerForm(ReportForm):
    """An answer to a hop."""

    role = forms.ChoiceField(label=_("What kind of answer"), choices=ROLES, widget=forms.RadioSelect)
    quotes = forms.MultipleChoiceField(
        label=_("Quote from what you answer"),
        required=False,
        help_text=_("The quoted words stay that person's: where they take them back, they go from here too."),
        widget=forms.SelectMultiple({"size": 4}),
    )

    def __init__(self, *args: Any, heard: Sequence[Line] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quotes"].choices = [(line.id, line.text) for line in heard]  # type: ignore[attr-defined]
        if not heard:
            del self.fields["quotes"]


class InviteForm(CommandForm):
    """An invitation to answer."""

    circle = forms.ChoiceField(label=_("Which circle asks"))
    to_org = forms.ChoiceField(label=_("Whom"))
    deadline = forms.DateField(
        label=_("Until"),
        help_text=_("A wish, not a lock: a later answer is as welcome."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("A few words with it"), required=False, max_length=300, widget=forms.Textarea({"rows": 2, **TEXT})
    )

    def __init__(
        self, *args: Any, circles: Sequence[CircleView], orgs: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = circle_choices(circles)  # type: ignore[attr-defined]
        self.fields["to_org"].choices = orgs  # type: ignore[attr-defined]


class TypedForm(forms.Form):
    """A transcript typed by a person."""

    text = forms.CharField(label=_("What is said"), max_length=60_000, widget=forms.Textarea({"rows": 10, **TEXT}))


class CaptionsForm(forms.Form):
    """A transcript that was made elsewhere."""

    captions = forms.FileField(
        label=_("Captions"),
        help_text=_("A file that ends in .vtt or .srt: WebVTT or SubRip, in UTF-8."),
        widget=forms.FileInput({"accept": ".vtt,.srt,text/vtt"}),
    )


class SegmentForm(forms.Form):
    """One segment's words, with the hash of the text that was seen."""

    text = forms.CharField(max_length=ev.MAX_SEGMENT, required=False, strip=False)
    base = forms.RegexField(r"^[0-9a-f]{16,64}$")
    settles = forms.CharField(required=False, max_length=32 * 65)


class WithdrawForm(forms.Form):
    """How far the speaker takes their words back."""

    how = forms.ChoiceField(
        label=_("What does the person want?"),
        choices=(
            ("unpublish", _("Unpublish it: nobody outside the circles hears or reads it any more")),
            ("unpass", _("Take it back from the other circles too, and keep it here")),
            ("erase", _("Erase it: the recording, its words and every copy")),
        ),
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label=_("Yes, the person wants this."))


def _spoken(circles: Sequence[CircleView]) -> list[str]:
    return list(dict.fromkeys(lang for circle in circles for lang in circle.langs))
