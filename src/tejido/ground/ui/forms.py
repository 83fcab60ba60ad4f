"""Forms in the design: label, hint and error in their places, tied to the field for whoever listens to the page."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.forms.renderers import TemplatesSetting

from tejido.ground.errors import Problem
from tejido.ground.ui.errors import words

T = TypeVar("T")


class Field(forms.BoundField):
    """A field of a form on a page; the first that is wrong has the focus when the page comes back."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Those of Django, and the focus."""
        made = super().build_widget_attrs(attrs, widget)
        wrong = self.form.errors
        if self.name in wrong and not self.form.non_field_errors():
            first = next(name for name in self.form.fields if name in wrong)
            return {**made, "autofocus": True} if first == self.name else made
        return made


class Renderer(TemplatesSetting):
    """Fields, forms and selects by our templates; other widgets by Django's."""

    bound_field_class = Field

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    ours: Mapping[str, str] = {"django/forms/widgets/select.html": "ui/select.html"}

    def get_template(self, template_name: str) -> Any:
        """Ours where there is one."""
        return super().get_template(self.ours.get(template_name, template_name))


def attempt(form: forms.BaseForm, act: Callable[[], T], field: str | None = None) -> tuple[T | None, int]:
    """Run an action for a valid form. A problem becomes an error of the form: `(None, its status)`; else `(result,
    200)`.
    """
    try:
        return act(), 200
    except Problem as problem:
        if problem.status not in {409, 413, 422}:
            raise
        form.add_error(field, words(problem))
        return None, problem.status
