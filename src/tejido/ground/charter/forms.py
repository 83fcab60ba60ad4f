"""Forms of the charter's pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tejido.ground.bodies import BadBody
from tejido.ground.charter import inviting
from tejido.ground.charter.events import CHAPTERS, MOST_CHAPTER, MOST_NAME, MOST_WORDS, Rhythm, Rules, rule
from tejido.ground.charter.wording import CHAPTER_NAMES
from tejido.ground.ui.languages import direction, name_of

RULED = forms.TextInput(attrs={"dir": "ltr", "size": 6, "autocomplete": "off", "inputmode": "text"})


def _words(label: Any, hint: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=MOST_WORDS, widget=area)


class RuleField(forms.CharField):
    """A number of members, or a share of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4, widget=RULED, **kwargs)

    def clean(self, value: Any) -> str:
        """In its one form: `2` or `50%`."""
        said = "".join(str(super().clean(value)).split()).replace("٪", "%")
        said = "".join(str(int(one)) if one.isdecimal() else one for one in said)
        try:
            return str(rule(said))
        except BadBody:
            raise forms.ValidationError(
                _("Write a number of members, such as 2, or a share of them, such as 50%.")
            ) from None


class CharterForm(forms.Form):
    """A charter: each chapter in one language (those in others stay as they are), and the rules."""

    admit = RuleField(
        label=_("Let somebody in"), help_text=_("How many members must agree: 2, or a share such as 50%.")
    )
    suspend = RuleField(label=_("Suspend a member, or take one back"))
    amend = RuleField(label=_("Change this charter"))
    first_chain_days = forms.IntegerField(
        label=_("First chain of voices: days after joining"),
        min_value=0,
        max_value=3650,
        help_text=_("0: none is asked for."),
    )
    labs_a_year = forms.IntegerField(label=_("Scenario labs a year"), min_value=0, max_value=365)
    actions_a_year = forms.IntegerField(label=_("Actions together a year"), min_value=0, max_value=365)
    note = _words(
        _("Why"), _("What changes and for what reason, in a few words. The members read it beside the proposal.")
    )

    def __init__(self, *args: Any, lang: str, base: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang, self.base = lang, base
        area = {"rows": 8, "lang": lang, "dir": direction(lang)}
        for name in CHAPTERS:
            self.fields[f"chapter_{name}"] = forms.CharField(
                label=str(CHAPTER_NAMES[name]), required=False, max_length=MOST_CHAPTER, initial=base.get(name, {}).get(lang, ""),
                widget=forms.Textarea(attrs=area),
            )  # fmt: skip

    @property
    def chapter_fields(self) -> list[forms.BoundField]:
        """The chapters' fields, in order."""
        return [self[f"chapter_{name}"] for name in CHAPTERS]

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        """The others."""
        return [
            self[name]
            for name in ("admit", "suspend", "amend", "first_chain_days", "labs_a_year", "actions_a_year", "note")
        ]

    def clean(self) -> dict[str, Any]:
        """Chapters and rules as an event holds them."""
        said = super().clean() or self.cleaned_data
        chapters = {name: dict(self.base.get(name, {})) for name in CHAPTERS}
        for name in CHAPTERS:
            text = said.get(f"chapter_{name}", "").replace("\r\n", "\n").strip()
            chapters[name].pop(self.lang, None)
            if text:
                chapters[name][self.lang] = text
        said["note"] = said.get("note", "").replace("\r\n", "\n").strip()
        said["chapters"] = {name: texts for name, texts in chapters.items() if texts}
        if not said["chapters"]:
            raise forms.ValidationError(_("Write at least one chapter."))
        return said

    def rules(self) -> Rules:
        """The rules that were written."""
        said = self.cleaned_data
        rhythm = Rhythm(said["first_chain_days"], said["labs_a_year"], said["actions_a_year"])
        return Rules(said["admit"], said["amend"], said["suspend"], rhythm)


def start(rules: Rules) -> dict[str, Any]:
    """What a form begins with."""
    rhythm = rules.rhythm
    return {
        "admit": rules.admit, "amend": rules.amend, "suspend": rules.suspend, "first_chain_days": rhythm.first_chain_days,
        "labs_a_year": rhythm.labs_a_year, "actions_a_year": rhythm.actions_a_year,
    }  # fmt: skip


class LanguageForm(forms.Form):
    """In which language a charter is read or written."""

    lang = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, langs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lang"].choices = [(code, name_of(code)) for code in langs]  # type: ignore[attr-defined]


class VoiceForm(forms.Form):
    """A yes or a no, with a few words."""

    words = _words(_("A few words, if you like"), _("All members of the network read them."))
    say = forms.ChoiceField(choices=(("yes", ""), ("no", "")), widget=forms.HiddenInput)

    def clean_words(self) -> str:
        """With plain line ends."""
        return str(self.cleaned_data["words"]).replace("\r\n", "\n").strip()


class ReasonForm(forms.Form):
    """Why somebody is to be suspended, or to come back."""

    words = _words(_("Why"), _("All members read this, also later ones. Name no person."))

    def clean_words(self) -> str:
        """With plain line ends."""
        return str(self.cleaned_data["words"]).replace("\r\n", "\n").strip()


class SuccessorForm(forms.Form):
    """A network in which members are to go on."""

    name = forms.CharField(
        label=_("Name of the new network"), max_length=MOST_NAME, help_text=_("Another name than that of this one."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
    words = _words(_("Why"), _("All members read this, the founder too. Name no person."))

    def clean_words(self) -> str:
        """With plain line ends."""
        return str(self.cleaned_data["words"]).replace("\r\n", "\n").strip()


class PurgeForm(forms.Form):
    """That everything is to go."""

    sure = forms.BooleanField(label=_("I have read what goes and what stays."))


class LinkForm(forms.Form):
    """A new invitation link."""

    days = forms.IntegerField(
        label=_("How many days it is good"), min_value=inviting.DAYS[0], max_value=inviting.DAYS[1], initial=14
    )
    most = forms.IntegerField(
        label=_("How many times it can be used"), min_value=inviting.TIMES[0], max_value=inviting.TIMES[1], initial=3
    )
    note = forms.CharField(
        label=_("Whom it is for"), max_length=80, required=False, help_text=_("Only to find it in your list."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
