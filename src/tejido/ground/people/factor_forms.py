"""Forms of second factors, with our labels."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCode
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "dir": "ltr"}


def _code(field: forms.Field, hint: Any) -> None:
    field.label, field.help_text = _("Code"), hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= DIGITS


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code while signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], _("The six digits that your app shows now, or one of your recovery codes."))


class CodeAgainForm(ReauthenticateByCode):  # type: ignore[misc]
    """A code before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], _("The six digits that your app shows now, or one of your recovery codes."))


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], _("The six digits that your app shows now."))


class AgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label, field.help_text = _("Password"), ""
        field.widget.attrs.pop("placeholder", None)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey with its name; it signs in alone where the device checks who holds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].max_length = _("What to call it"), 40
        self.fields["name"].widget.attrs |= {"dir": "auto", "maxlength": 40, "autocomplete": "off"}
        self.fields["passwordless"].label = _("It may sign me in without a password")
        self.fields["passwordless"].help_text = _("The device then asks for its own code, a finger or a face.")

    def clean_name(self) -> str:
        """At most forty letters."""
        return str(super().clean_name())[:40]
