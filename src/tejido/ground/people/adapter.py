"""What Tejido wants of allauth: no mail, no sign-up, no address of whoever signs in.

Sign-in is limited by user name alone (5 failures in 5 minutes, 30 a day), and by a generous limit for the whole
node against overload. A limit by IP address would have to keep addresses, punishes everybody behind one router, and
stops nobody who has many. Who is locked out by somebody else's guessing gets in at once by a one-time link from a
keeper.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's rules, as this node has them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("User name and password do not fit together."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes, or ask a keeper of your node for a link that sets a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers alone: accounts come by a keeper's invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same word for everybody: whatever allauth limits by address, it limits for the whole node."""
        return "node"

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Nothing is kept about anybody's browser."""
        return ""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say themselves what happened."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nobody has a mail address here."""
