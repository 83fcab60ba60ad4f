"""From stored rows to entries: opening payloads, and the index of kinds and aggregates."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from tejido.ground.store import db
from tejido.ground.store.logs import LogInfo, Snapshot
from tejido.ground.store.registry import Entry
from tejido.log import payload as payloads
from tejido.log.errors import BadPayload, Malformed
from tejido.log.header import Header
from tejido.log.payload import SALT, Content, Payload

DAY = 86_400
Row = tuple[int, int, int, int, bytes, bytes, bytes, bytes | None, bytes | None]

LOAD = """SELECT e.id, e.log_id, e.seq, e.lam, e.hash, e.header, p.data, k.key_id, k.wrapped FROM store_event e
JOIN store_payload p ON p.event_id = e.id LEFT JOIN store_payloadkey k ON k.event_id = e.id """


def epoch_keys() -> dict[bytes, bytes]:
    """Every epoch key that this node can use, by key id."""
    return {bytes(kid): bytes(key) for kid, key in db.rows("SELECT key_id, key FROM store_epochkey")}


def opened(payload: Payload, keys: Mapping[bytes, bytes]) -> bytes | None:
    """The plain form, or None where this node has no key for it; raises `BadPayload` where it does not open."""
    if not payload.boxed:
        return payload.data
    key = keys.get(payload.key_id)
    return None if key is None else payloads.unbox(payload, key)


def day_of(content: Content) -> str:
    """The day of an event: signed in public headers, else that of its exact time (UTC)."""
    return content.day or _day((content.at or 0) // DAY)


def to_entry(digest: bytes, header: Header, info: LogInfo, content: Content) -> Entry:
    """An entry of what has just arrived."""
    return _entry(digest, info, header.seq, header.lam, content)


def _entry(digest: bytes, info: LogInfo, seq: int, lam: int, said: Content) -> Entry:
    """An event without aggregate creates its own."""
    log, aggregate = info.log, bytes.fromhex(said.aggregate) if said.aggregate else digest
    return Entry(
        digest, log.org, log.id, seq, lam, said.kind, said.schema, aggregate, day_of(said), said.at, said.body,
        said.blobs, log.space,
    )  # fmt: skip


def checked_content(plain: bytes, header: Header) -> Content:
    """Content of a payload that just arrived; raises `BadPayload`."""
    try:
        return payloads.content(payloads.check(plain, header), header)
    except Malformed as error:
        raise error if isinstance(error, BadPayload) else BadPayload(str(error)) from error


def entries(event_ids: Iterable[int], shot: Snapshot, keys: Mapping[bytes, bytes]) -> dict[int, Entry]:
    """Readable entries by event id; redacted and unreadable events are left out."""
    loaded = db.rows_in(LOAD + "WHERE e.id IN ({})", event_ids)
    return dict(from_rows(loaded, shot, keys))


def from_rows(loaded: Iterable[Row], shot: Snapshot, keys: Mapping[bytes, bytes]) -> Iterator[tuple[int, Entry]]:
    """`(event id, entry)` of rows that `LOAD` selected; they were checked when they came."""
    loaded = list(loaded)
    shot.logs.read_ids(row[1] for row in loaded)
    for event_id, log_id, seq, lam, digest, header, data, key_id, wrapped in loaded:
        plain = opened(Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b"")), keys)
        if plain is not None:
            info = shot.by_id[log_id]
            yield event_id, _entry(bytes(digest), info, seq, lam, told(info, bytes(header), plain))


def told(info: LogInfo, header: bytes, plain: bytes) -> Content:
    """What a checked event says: kind and aggregate stand in the header in public form, else all in the payload."""
    value: dict[str, Any] = orjson.loads(plain[SALT:])
    said = orjson.loads(header) if info.public else value
    body = value if info.public else value["body"]
    return Content(
        said["kind"], said["schema"], said["aggregate"], said.get("day"), said.get("at"), tuple(said["blobs"]), body
    )


@lru_cache(maxsize=10_000)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, UTC).date().isoformat()
