"""From stored rows to entries: opening payloads, and the index of kinds and aggregates."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from tejido.ground.store import db
from tejido.ground.store.logs import LogInfo, Snapshot
from tejido.ground.store.registry import Entry
from tejido.log import header as headers
from tejido.log import payload as payloads
from tejido.log.errors import BadPayload, Malformed
from tejido.log.header import Header
from tejido.log.payload import Content, Payload

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
    return content.day or datetime.fromtimestamp(content.at or 0, UTC).date().isoformat()


def to_entry(digest: bytes, header: Header, info: LogInfo, content: Content) -> Entry:
    """An entry; an event without aggregate creates its own."""
    log = info.log
    aggregate = bytes.fromhex(content.aggregate) if content.aggregate else digest
    return Entry(
        digest, log.org, log.id, header.seq, header.lam, content.kind, content.schema, aggregate, day_of(content),
        content.at, content.body, content.blobs, log.space,
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


def from_rows(loaded: Iterable[tuple], shot: Snapshot, keys: Mapping[bytes, bytes]) -> Iterator[tuple[int, Entry]]:  # type: ignore[type-arg]
    """`(event id, entry)` of rows that `LOAD` selected."""
    for event_id, log_id, _seq, _lam, digest, header_bytes, data, key_id, wrapped in loaded:
        payload = Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))
        plain = opened(payload, keys)
        if plain is None:
            continue
        header = headers.trusted(bytes(header_bytes))
        yield event_id, to_entry(bytes(digest), header, shot.by_id[log_id], payloads.read(plain, header))
