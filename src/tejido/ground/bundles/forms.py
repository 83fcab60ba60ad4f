"""Forms of the pages about bundles."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tejido.ground.bundles import planning
from tejido.ground.bundles.records import Member
from tejido.ground.ui.languages import day
from tejido.replication.parts import Readable

SPLITS = (8, 15, 25)
MOST_FILES = 100


class SendForm(forms.Form):
    """Whom a bundle is for, from where on, and how large its parts may be."""

    to = forms.MultipleChoiceField(
        label=_("For whom"),
        help_text=_("Only their devices can open it. It holds what all of those chosen may read."),
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.ChoiceField(label=_("What goes in"), widget=forms.RadioSelect, initial=planning.ALL)
    blobs = forms.BooleanField(label=_("With recordings and pictures"), required=False, initial=True)
    megabytes = forms.TypedChoiceField(
        label=_("Size"),
        coerce=int,
        initial=0,
        help_text=_("Mail carries only so much: ask yourself what theirs takes."),
    )

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reachable = [one for one in members if one.reachable]
        self._field("to").choices = [(one.org, _label(one)) for one in reachable]
        self._field("since").choices = [
            (planning.ALL, _("Everything that they may have")),
            (planning.SAID, _("What they lack by their own last word")),
            (planning.LAST, _("Only what came since the last file for them")),
        ]
        whole = (0, _("One file"))
        split = [(n, ngettext("Files of %(n)s megabyte", "Files of %(n)s megabytes", n) % {"n": n}) for n in SPLITS]
        self._field("megabytes").choices = [whole, *split]

    def _field(self, name: str) -> Any:
        return self.fields[name]


def _label(one: Member) -> str:
    heard = day(date.fromisoformat(one.said)) if one.said else ""
    said = _("its last word came on %(day)s") % {"day": heard} if heard else _("no word from it yet")
    sent = _("last file on %(day)s") % {"day": day(one.sent)} if one.sent else ""
    return " · ".join(filter(None, (one.name, str(said), str(sent))))


class Several(forms.FileInput):
    """A field for files that lets several be chosen at once."""

    allow_multiple_selected = True


class PartsField(forms.FileField):
    """All files that were chosen."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> Any:
        """A list of files, at least one."""
        listed = data if isinstance(data, list) else [data]
        return [super(PartsField, self).clean(one, initial) for one in listed[:MOST_FILES]]


class PartsForm(forms.Form):
    """The parts of a bundle, or some of them."""

    parts = PartsField(
        label=_("Files"),
        help_text=_("All of them at once, or as they come: what is here already stays. Their names do not matter."),
        widget=Several(attrs={"multiple": True}),
    )

    def files_of(self) -> list[Readable]:
        """What was chosen."""
        return list(self.cleaned_data["parts"])
