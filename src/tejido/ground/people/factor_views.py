"""Pages of second factors: allauth's flows in our templates, refusing with 422."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ListWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tejido.ground.errors import NotAllowed
from tejido.ground.people import selectors
from tejido.ground.people.viewer import viewer_of


class Refusing:
    """A form that does not fit comes back as a failure."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with status 422."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response


class OfOneself:
    """For whoever has an account: others are shown to the door."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask who it is first."""
        if not viewer_of(request).signed_in:
            raise NotAllowed
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class Security(OfOneself, IndexView):  # type: ignore[misc]
    """My second factors, my sessions, what keepers did to my account."""

    template_name = "people/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With sessions and notes."""
        viewer = viewer_of(self.request)
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {
            "sessions": selectors.own_sessions(viewer=viewer, current=self.request.session.session_key or ""),
            "notes": selectors.own_notes(viewer=viewer),
        }


class SecondStep(Refusing, AuthenticateView):  # type: ignore[misc]
    """After the password: a code or a passkey."""

    template_name = "people/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether there is a passkey to ask for."""
        user = self.stage.login.user
        found: dict[str, Any] = super().get_context_data(**kwargs)
        has = {"has_passkey": is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN])}
        return found | has | {"has_app": is_mfa_enabled(user, [Authenticator.Type.TOTP])}


class SignInByPasskey(LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the door, saying why."""
        messages.error(self.request, _("This passkey opens no account here. Sign in with your password."))
        response: HttpResponse = super().form_invalid(form)
        return response


class Again(OfOneself, Refusing, ReauthenticateView):  # type: ignore[misc]
    """The password once more, before something that matters."""

    template_name = "people/again.html"


class CodeAgain(OfOneself, Refusing, CodeAgainView):  # type: ignore[misc]
    """A code once more, before something that matters."""

    template_name = "people/again.html"


class PasskeyAgain(OfOneself, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey once more, before something that matters."""

    template_name = "people/again_passkey.html"


class AddApp(OfOneself, Refusing, ActivateTOTPView):  # type: ignore[misc]
    """Set an authenticator app up."""

    template_name = "people/app_add.html"


class RemoveApp(OfOneself, Refusing, DeactivateTOTPView):  # type: ignore[misc]
    """Take the app away."""

    template_name = "people/app_remove.html"


class Codes(OfOneself, ViewRecoveryCodesView):  # type: ignore[misc]
    """Recovery codes: shown once, to be printed or saved."""

    template_name = "people/codes.html"


class NewCodes(OfOneself, Refusing, GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes; the old ones end."""

    template_name = "people/codes_new.html"


class Passkeys(OfOneself, ListWebAuthnView):  # type: ignore[misc]
    """My passkeys."""

    template_name = "people/passkeys.html"


class AddPasskey(OfOneself, Refusing, AddWebAuthnView):  # type: ignore[misc]
    """Make a passkey on this device or a key."""

    template_name = "people/passkey_add.html"


class RemovePasskey(OfOneself, Refusing, RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away."""

    template_name = "people/passkey_remove.html"
