"""Asking and taking back. Rooms call these within their own actions, which check permissions."""

from collections.abc import Collection

import orjson
from django.db import transaction
from django.utils import timezone

from tejido.ground.consent import selectors
from tejido.ground.consent.events import GRANTED, PURPOSES, WITHDRAWN, Granted, Withdrawn
from tejido.ground.consent.models import Consent
from tejido.ground.network.selectors import own_space
from tejido.ground.store.public import Fact, append, row_key


def grant(subject: bytes, *, purposes: Collection[str], audio: str, form: str, lang: str, day: str = "") -> None:
    """Record a whole answer: `purposes` are the yeses, everything else a no. Replaces whatever was said before."""
    with transaction.atomic():
        known: list[Consent | None] = [*selectors.rows([row_key(subject)])]
        for row in known or [None]:
            body = Granted(
                subject.hex(), tuple(sorted(purposes)), audio, form, lang, day or _today(), _heads(row)
            ).body()
            append(own_space(), Fact(GRANTED, body, _aggregate(row)))


def withdraw(subject: bytes, *, purposes: Collection[str] = PURPOSES, day: str = "") -> None:
    """Take purposes back (default: all), in every record of the report; without a record nothing happens."""
    with transaction.atomic():
        for row in selectors.rows([row_key(subject)]):
            body = Withdrawn(subject.hex(), tuple(sorted(purposes)), day or _today(), _heads(row)).body()
            append(own_space(), Fact(WITHDRAWN, body, _aggregate(row)))


def _heads(row: Consent | None) -> tuple[str, ...]:
    return tuple(orjson.loads(row.heads)) if row else ()


def _aggregate(row: Consent | None) -> bytes | None:
    return bytes.fromhex(row.aggregate) if row else None


def _today() -> str:
    return timezone.now().date().isoformat()
