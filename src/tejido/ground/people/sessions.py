"""Sessions in the database, each bound to its account, so that people see where they are signed in and can end it.

Of a browser its family is kept (Firefox, phone), of its use the days: no address, no version, no time of day.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tejido.ground.people.domain import browser_family
from tejido.ground.people.models import BrowserSession, today

STARTED, BROWSER, ACCOUNT = "_started", "_browser", "_auth_user_id"


class SessionStore(DatabaseStore):
    """Django's store over our table."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        """The table."""
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row with its account, browser and days."""
        row = super().create_model_instance(data)
        assert isinstance(row, BrowserSession)  # noqa: S101
        row.account_id = int(data[ACCOUNT]) if ACCOUNT in data else None
        row.browser, row.started = data.get(BROWSER, ""), data.get(STARTED) or today()
        return row

    def load(self) -> dict[str, Any]:
        """What the session holds; the day is noted once a day."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        if row.used != today():
            BrowserSession.objects.filter(pk=row.pk).update(used=today())
        return self.decode(row.session_data)


def signed_in(sender: object, request: HttpRequest, **kwargs: object) -> None:  # noqa: ARG001
    """Note of the browser its family, of the moment its day; sessions that have run out go."""
    request.session[BROWSER] = browser_family(request.headers.get("User-Agent", ""))
    request.session[STARTED] = today().isoformat()
    BrowserSession.objects.filter(expire_date__lt=timezone.now()).delete()


user_logged_in.connect(signed_in)


def live(account_id: int | None = None) -> "QuerySet[BrowserSession]":
    """Sessions of people who are signed in: one account's, or everybody's."""
    found = BrowserSession.objects.filter(expire_date__gt=timezone.now(), account__isnull=False)
    return found if account_id is None else found.filter(account_id=account_id)
