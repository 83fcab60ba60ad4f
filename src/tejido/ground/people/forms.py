"""Forms of the accounts' pages."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tejido.ground.people.models import ROLE_NAMES
from tejido.ground.people.selectors import Person

ROLE_HINTS = {
    "keeper": _("accounts, exchange with other nodes, backups"),
    "facilitator": _("opens chains, invites answers, passes reports on"),
    "translator": _("corrects and approves translations"),
    "treasurer": _("keeps the books of the solidarity budget"),
    "researcher": _("works on the archive"),
    "member": _("records, answers, corrects"),
    "guest": _("reads what is shown to guests"),
}


def role_choices() -> list[tuple[str, str]]:
    """Each role with a few words on what it is for."""
    return [(role, f"{name}: {ROLE_HINTS[role]}") for role, name in ROLE_NAMES.items()]


def language_choices() -> list[tuple[str, Any]]:
    """The languages of the pages, and none."""
    return [("", _("as the browser asks")), *settings.LANGUAGES]


class SignInForm(LoginForm):  # type: ignore[misc]
    """allauth's form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("login", _("User name")), ("password", _("Password"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].help_text = ""
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "dir": "auto"}


class RolesForm(forms.Form):
    """Which roles somebody has."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=role_choices, widget=forms.CheckboxSelectMultiple, initial=["member"]
    )


class InvitationForm(RolesForm):
    """An invitation: for whom, with which roles."""

    note = forms.CharField(
        label=_("For whom"),
        max_length=80,
        required=False,
        help_text=_("Only to find the invitation in the list; a nickname will do."),
    )
    field_order = ["note", "roles"]


class NewPasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        help_text=_("Ten characters or more. Three or four unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class JoinForm(NewPasswordForm):
    """What an invited person chooses."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        help_text=_("To sign in with. It need not be your name."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "dir": "auto"}
        ),
    )
    name = forms.CharField(
        label=_("Name that others see"),
        max_length=80,
        required=False,
        help_text=_("Seen on this node only; other organisations see your organisation. May stay empty."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "dir": "auto"}),
    )
    field_order = ["username", "name", "password"]


class ChangePasswordForm(NewPasswordForm):
    """A new password, for whoever knows the present one."""

    old = forms.CharField(
        label=_("Present password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "password"]


class ProfileForm(forms.Form):
    """One's own name and language."""

    name = forms.CharField(
        label=_("Name that others see"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of the pages"), choices=language_choices, required=False)

    @classmethod
    def of(cls, person: Person) -> "ProfileForm":
        """The form filled with what is there."""
        return cls(initial={"name": "" if person.name == person.username else person.name, "language": person.language})
