"""Writing a log: pure functions from (head, content) to signed bytes. The store's `append` and tests both stand on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tejido.log import canon, identity, keys
from tejido.log import header as headers
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.keys import SigningKey
from tejido.log.payload import Payload, box, commitment, plain_form


@dataclass(frozen=True)
class Head:
    """The last event of a log: its seq (-1 for an empty log), hash and lam."""

    seq: int = -1
    hash: bytes = b""
    lam: int = 0


@dataclass(frozen=True)
class Draft:
    """What is to be signed. `at` is Unix seconds and enters private payloads; `day` enters public headers."""

    kind: str
    body: dict[str, Any]
    day: str
    at: int
    schema: int = 1
    aggregate: bytes = b""
    blobs: Sequence[str] = ()
    deps: Sequence[bytes] = field(default_factory=tuple)


@dataclass(frozen=True)
class Written:
    """A signed event with its payload, and the head it makes."""

    hash: bytes
    incoming: Incoming
    head: Head
    plain: bytes


def write(log: Log, head: Head, draft: Draft, key: SigningKey, *, lam: int, epoch_key: bytes | None) -> Written:
    """Sign `draft` as the next event of `log`. `lam` is the greatest of its deps in the same space (0 if none).

    With an `epoch_key` the event is private: kind, aggregate and time go into a sealed payload.
    `space.key` is the exception: private in form, but its payload is plain (see `write_plain`)."""
    private = epoch_key is not None
    fields = _fields(log, head, draft, lam)
    plain, header = _signed_parts(fields, draft, private=private)
    sealed = box(plain, epoch_key) if epoch_key is not None else Payload(plain)
    return _finish(log, header, key.sign(keys.EVENT, header), sealed, plain, fields)


def write_plain(log: Log, head: Head, draft: Draft, key: SigningKey, *, lam: int) -> Written:
    """As `write`, private in form but with an unsealed payload: only `space.key` is written so."""
    fields = _fields(log, head, draft, lam)
    plain, header = _signed_parts(fields, draft, private=True)
    return _finish(log, header, key.sign(keys.EVENT, header), Payload(plain), plain, fields)


def write_genesis(body: dict[str, Any], day: str, signers: Iterable[tuple[int, SigningKey]]) -> Written:
    """Found an organisation: its id is the hash of what this returns."""
    fields: dict[str, Any] = {"deps": [], "lam": 1, "log": "", "org": "", "prev": "", "seq": 0}
    draft = Draft(identity.GENESIS, body, day, 0)
    plain, header = _signed_parts(fields, draft, private=False)
    log = Log.of_identity(headers.event_hash(header))
    return _finish(log, header, identity.sign(header, signers), Payload(plain), plain, fields)


def write_identity(org: bytes, head: Head, draft: Draft, signers: Iterable[tuple[int, SigningKey]]) -> Written:
    """The next event of an identity log, signed by admin keys."""
    log = Log.of_identity(org)
    fields = _fields(log, head, draft, 0)
    plain, header = _signed_parts(fields, draft, private=False)
    return _finish(log, header, identity.sign(header, signers), Payload(plain), plain, fields)


def _fields(log: Log, head: Head, draft: Draft, lam: int) -> dict[str, Any]:
    return {
        "deps": sorted(dep.hex() for dep in set(draft.deps)),
        "lam": max(head.lam, lam) + 1,
        "log": log.id.hex(),
        "org": log.org.hex(),
        "prev": head.hash.hex(),
        "seq": head.seq + 1,
    }


def _signed_parts(fields: dict[str, Any], draft: Draft, *, private: bool) -> tuple[bytes, bytes]:
    about = {
        "aggregate": draft.aggregate.hex(),
        "blobs": sorted(set(draft.blobs)),
        "kind": draft.kind,
        "schema": draft.schema,
    }
    json = canon.encode({**about, "at": draft.at, "body": draft.body} if private else draft.body)
    plain = plain_form(json)
    shown = {} if private else {**about, "day": draft.day}
    return plain, headers.build(**fields, **shown, ph=commitment(plain), ps=len(json))


def _finish(
    log: Log, header: bytes, signature: bytes, sealed: Payload, plain: bytes, fields: dict[str, Any]
) -> Written:
    digest = headers.event_hash(header)
    head = Head(fields["seq"], digest, fields["lam"])
    return Written(digest, Incoming(log.id, header, signature, sealed), head, plain)
