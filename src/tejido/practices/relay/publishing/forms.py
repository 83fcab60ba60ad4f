"""Forms of publishing: shape only. Voices and languages are chosen in the page's own lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tejido.ground.ui.languages import name_of
from tejido.practices.relay.forms import TEXT, CommandForm
from tejido.practices.relay.publishing import events as ev
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.licences import DEFAULT, LICENCES

SHAPES = (
    (ev.EACH, _("An episode for each voice")),
    (ev.WHOLE, _("One long episode, a chapter for each voice")),
)


class Tags(forms.MultipleChoiceField):
    """Any values: what they name is looked up, and refused there."""

    def valid_value(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= 40


class PublishForm(CommandForm):
    """How an edition is made. `do`: show what would leave, as finished pages (prove), or publish it; `base`: what was shown."""

    chain = Tags(required=False, widget=forms.MultipleHiddenInput)
    hop = Tags(required=False)
    lang = Tags(required=False)
    since = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    until = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    do = forms.ChoiceField(choices=[("show", "show"), ("prove", "prove"), ("publish", "publish")], required=False)
    sound = forms.BooleanField(label=_("With sound, where it may be heard in public"), required=False)
    places = forms.BooleanField(
        label=_("With the places of the circles, as roughly as they named them"), required=False
    )
    shape = forms.ChoiceField(label=_("As a podcast"), choices=SHAPES, widget=forms.RadioSelect, required=False)
    licence = forms.ChoiceField(label=_("What others may do with it"), required=False)

    def __init__(self, *args: Any, choice: Choice, correction: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "sound": choice.sound, "places": choice.places, "shape": choice.form, "licence": choice.licence,
            "chain": choice.chains, "since": choice.since, "until": choice.until, **(kwargs.get("initial") or {}),
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["licence"].choices = [(name, f"{name}: {about}") for name, (about, _url) in LICENCES.items()]  # type: ignore[attr-defined]
        if correction:
            self.fields["changes"] = _lines(_("What was corrected"), 40 * ev.MAX_CHANGE, "\n".join(choice.changes))
            self.fields["keep_earlier"] = forms.BooleanField(
                label=_("Keep the earlier edition readable; without this its changed voices are erased"), required=False,
                initial=True,
            )  # fmt: skip
        for lang in choice.langs:
            self._add_texts(lang, choice)

    def _add_texts(self, lang: str, choice: Choice) -> None:
        """Title, question and summary in a language."""
        named = {"lang": name_of(lang)}
        title, question = gettext("Title, in %(lang)s") % named, gettext("Question, in %(lang)s") % named
        own = {"lang": lang, **TEXT}
        self.fields[f"title_{lang}"] = forms.CharField(
            label=title, max_length=ev.MAX_TITLE, required=False, initial=choice.titles.get(lang, ""),
            widget=forms.TextInput(own),
        )  # fmt: skip
        self.fields[f"question_{lang}"] = _lines(question, ev.MAX_QUESTION, choice.questions.get(lang, ""), own)
        label = gettext("Summary, in %(lang)s") % named
        self.fields[f"summary_{lang}"] = _lines(label, ev.MAX_SUMMARY, choice.summaries.get(lang, ""), own)

    def texts(self, langs: Sequence[str]) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each language, as the page shows them."""
        return [(lang, [self[f"{name}_{lang}"] for name in ("title", "question", "summary")]) for lang in langs]

    def how(self) -> list[forms.BoundField]:
        """The fields that concern all of it."""
        names = ("changes", "keep_earlier", "sound", "places", "shape", "licence")
        return [self[name] for name in names if name in self.fields]

    @property
    def choice(self) -> Choice:
        """What was chosen; of a form that is valid."""
        found = self.cleaned_data
        return Choice(
            chains=tuple(found["chain"]), hops=tuple(found["hop"]), since=found["since"], until=found["until"],
            langs=tuple(found["lang"]), titles=_by_lang("title", found), questions=_by_lang("question", found),
            summaries=_by_lang("summary", found), licence=found["licence"] or DEFAULT, form=found["shape"] or ev.EACH,
            changes=tuple(line for line in found.get("changes", "").splitlines() if line.strip()),
            sound=found["sound"], places=found["places"],
        )  # fmt: skip


def _lines(label: Any, most: int, initial: str = "", attrs: Mapping[str, str] = TEXT) -> forms.CharField:
    area = forms.Textarea({"rows": 2, **attrs})
    return forms.CharField(label=label, max_length=most, required=False, initial=initial, widget=area)


def _by_lang(name: str, found: Mapping[str, Any]) -> dict[str, str]:
    head = f"{name}_"
    return {field.removeprefix(head): text for field, text in found.items() if field.startswith(head) and text}


class SeasonForm(forms.Form):
    """Which chains, and in which days: a season."""

    chain = forms.MultipleChoiceField(label=_("Chains"), widget=forms.CheckboxSelectMultiple)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, chains: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chain"].choices = chains  # type: ignore[attr-defined]


class ProofForm(CommandForm):
    """What becomes of a proof."""

    do = forms.ChoiceField(choices=[("publish", "publish"), ("drop", "drop")])


class UnpublishForm(forms.Form):
    """Asked once more."""

    sure = forms.BooleanField(label=_("Take it down, and erase what only this publication shows"))
