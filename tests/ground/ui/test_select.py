"""Our select says what Django's says, in a fraction of its time."""

import re

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from tejido.ground.ui.forms import Field, Renderer

GROUPED = [("", "—"), ("x", "X & <y>"), ("some", [("1", "one"), ("2", "two")])]


class Theirs(TemplatesSetting):
    """Django's, with the attributes that our fields have."""

    bound_field_class = Field


class Chosen(forms.Form):
    """Selects of every sort."""

    one = forms.ChoiceField(choices=GROUPED, initial="2")
    several = forms.MultipleChoiceField(
        choices=[(1, "o"), (2, "p")], widget=forms.SelectMultiple({"size": 6, "disabled": True, "hidden": False})
    )
    perhaps = forms.NullBooleanField()
    day = forms.DateField(widget=forms.SelectDateWidget(years=(2026, 2027)))


@pytest.mark.parametrize("data", [None, {"one": "x", "several": ["1", "2"], "perhaps": "true", "day_year": "2027"}])
def test_it_says_what_djangos_says(data: dict[str, object] | None) -> None:
    ours, theirs = (Chosen(data, renderer=renderer) for renderer in (Renderer(), Theirs()))
    for name in Chosen.base_fields:
        assert " ".join(pieces(ours[name])) == " ".join(pieces(theirs[name]))
        assert "<option" in str(ours[name])


def pieces(field: forms.BoundField) -> list[str]:
    """Tags and texts, without the white space between."""
    return [one for one in re.split(r"\s*(<[^>]*>)\s*", field.as_widget()) if one]
