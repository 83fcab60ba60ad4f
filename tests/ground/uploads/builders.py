"""Uploads for tests that need one to be there."""

from tejido.ground.uploads import actions, registry, tus
from tests.ground.uploads.wire import coded


def an_upload(account_id: int, form: str = "", length: int = 10) -> str:
    """An account's upload of which nothing has arrived; the secret part of its address."""
    header = coded({"purpose": "relay.report", "form": form})
    return actions.begin(registry.owner_of_account(account_id), tus.metadata(header), header, form, length)
