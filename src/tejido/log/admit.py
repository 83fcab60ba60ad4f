"""Whether incoming events are well-formed: a decision about bytes and about what they name, without any I/O.

Well-formedness depends only on the event and on the events and descriptors that it names, so that every node decides
alike, in whatever order things arrive. What an accepted event *does* is decided when it folds. The store, and the
simulator's store in memory, answer the questions of `Known` and keep what comes out.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from tejido.log import header as headers
from tejido.log import identity, keys, payload
from tejido.log.descriptors import Log
from tejido.log.errors import BadChain, BadHeader, BadPayload, BadSignature, Malformed
from tejido.log.header import Header
from tejido.log.payload import Payload

CHUNK = 250


class Incoming(NamedTuple):
    """An event as it arrives: its log's id, signed header, signature, and the payload if it came along."""

    log: bytes
    header: bytes
    signature: bytes
    payload: Payload | None = None


class Place(NamedTuple):
    """Where an event that is held stands."""

    log: bytes
    space: bytes
    seq: int
    lam: int


class Known(Protocol):
    """What a node holds, as far as `admit` asks."""

    def log(self, log: bytes) -> Log | None:
        """The descriptor of a log."""

    def is_public(self, space: bytes) -> bool | None:
        """Whether a space's headers are in public form; None where the space is unknown."""

    def prepare(self, events: set[bytes]) -> None:
        """`place` will be asked for these: time to look them up together."""

    def place(self, event: bytes) -> Place | None:
        """Where a held event stands."""

    def authority(self, event: bytes) -> identity.Authority | None:
        """Who may sign what follows a held event of an identity log (`tejido.log.lineage.authorities`)."""


class Accepted(NamedTuple):
    """A well-formed event that was not held before."""

    hash: bytes
    header: Header
    place: Place
    incoming: Incoming


class Refused(NamedTuple):
    """An event that is not well-formed, and why."""

    incoming: Incoming
    error: Malformed


class Waiting(NamedTuple):
    """An event whose prev, deps or descriptor is not held yet."""

    incoming: Incoming
    missing: bytes


@dataclass
class Outcome:
    """What became of each incoming event, in order of arrival."""

    accepted: list[Accepted] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    held: list[tuple[bytes, Incoming]] = field(default_factory=list)


class _Parsed(NamedTuple):
    hash: bytes
    header: Header
    incoming: Incoming


def admit(incoming: Sequence[Incoming], known: Known, pool: ThreadPoolExecutor | None = None) -> Outcome:
    """Decide about `incoming` in order; with a `pool`, signatures are verified on its threads (they release the lock)."""
    out = Outcome()
    parsed = _parse(incoming, known, out)
    known.prepare(_named(parsed))
    bad = _bad_signatures([one for one in parsed if known.place(one.hash) is None], known, pool)
    fresh: dict[bytes, Place] = {}
    signing: dict[bytes, identity.Authority] = {}
    for one in parsed:
        if one.hash in fresh or known.place(one.hash):
            out.held.append((one.hash, one.incoming))
            continue
        try:
            if one.hash in bad:
                raise bad[one.hash]
            place = _place(one, known, fresh, signing)
        except Malformed as error:
            out.refused.append(Refused(one.incoming, error))
            continue
        if isinstance(place, bytes):
            out.waiting.append(Waiting(one.incoming, place))
            continue
        fresh[one.hash] = place
        out.accepted.append(Accepted(one.hash, one.header, place, one.incoming))
    return out


def _parse(incoming: Iterable[Incoming], known: Known, out: Outcome) -> list[_Parsed]:
    parsed = []
    for one in incoming:
        try:
            header = headers.parse(one.header)
        except Malformed as error:
            out.refused.append(Refused(one, error))
            continue
        if len(one.signature) > identity.MAX_KEYS * identity.RECORD:
            out.refused.append(Refused(one, BadSignature("a signature is longer than any quorum's")))
            continue
        digest = headers.event_hash(one.header)
        log = bytes.fromhex(header.log) or digest
        if log != one.log:
            out.refused.append(Refused(one, BadHeader("the header names another log than the page it came in")))
        elif known.log(log) is None and header.log:
            out.waiting.append(Waiting(one, log))
        else:
            parsed.append(_Parsed(digest, header, one))
    return parsed


def _named(parsed: Sequence[_Parsed]) -> set[bytes]:
    """The events themselves, and what their prev and deps name."""
    found = {one.hash for one in parsed}
    for one in parsed:
        found.update(map(bytes.fromhex, (one.header.prev, *one.header.deps)))
    found.discard(b"")
    return found


def _bad_signatures(parsed: list[_Parsed], known: Known, pool: ThreadPoolExecutor | None) -> dict[bytes, Malformed]:
    chunks = [parsed[start : start + CHUNK] for start in range(0, len(parsed), CHUNK)]
    verify = [(chunk, known) for chunk in chunks]
    results = pool.map(_verify_chunk, verify) if pool and len(chunks) > 1 else map(_verify_chunk, verify)
    return {digest: error for found in results for digest, error in found}


def _verify_chunk(job: tuple[list[_Parsed], Known]) -> list[tuple[bytes, Malformed]]:
    chunk, known = job
    bad: list[tuple[bytes, Malformed]] = []
    for one in chunk:
        log = known.log(one.incoming.log)
        if log is None or log.identity:
            continue  # identity logs are verified one after the other: each may change who signs the next
        try:
            keys.verify(keys.EVENT, one.incoming.header, one.incoming.signature, log.device)
        except BadSignature as error:
            bad.append((one.hash, error))
    return bad


def _place(
    one: _Parsed, known: Known, fresh: dict[bytes, Place], signing: dict[bytes, identity.Authority]
) -> Place | bytes:
    header, log = one.header, known.log(one.incoming.log)
    if not header.log:
        if header.lam != 1:
            raise BadChain("a genesis has lam 1")
        signing[one.hash] = _verify_genesis(one)
        return Place(one.hash, one.hash, 0, 1)
    if log is None:
        return one.incoming.log
    if bytes.fromhex(header.org) != log.org:
        raise BadHeader("the header names another organisation than its log")
    public = True if log.identity else known.is_public(log.space)
    if public is None:
        return log.space
    if header.public != public:
        raise BadHeader("kind and aggregate stand in the header in public spaces, and only there")
    place = _chained(header, log, known, fresh)
    if isinstance(place, Place) and log.identity:
        prev = bytes.fromhex(header.prev)
        signing[one.hash] = _verify_identity(one, signing.get(prev) or known.authority(prev))
    return place


def _chained(header: Header, log: Log, known: Known, fresh: dict[bytes, Place]) -> Place | bytes:
    lam, this = 0, log.id
    if header.prev:
        digest = bytes.fromhex(header.prev)
        prev = fresh.get(digest) or known.place(digest)
        if prev is None:
            return digest
        if prev.log != this or prev.seq != header.seq - 1:
            raise BadChain(
                f"seq is {header.seq}, but prev is number {prev.seq} of {'its' if prev.log == this else 'a'} log"
            )
        lam = prev.lam
    elif log.identity:
        raise BadChain("an identity log begins with its genesis")
    for name in header.deps:
        digest = bytes.fromhex(name)
        dep = fresh.get(digest) or known.place(digest)
        if dep is None:
            return digest
        if dep.space == log.space and dep.lam > lam:
            lam = dep.lam
    if header.lam != lam + 1:
        raise BadChain(f"lam is {header.lam}; by prev and deps it is {lam + 1}")
    return Place(this, log.space, header.seq, header.lam)


def _verify_genesis(one: _Parsed) -> identity.Authority:
    founded = identity.parse_genesis(one.hash, _plain_body(one))
    identity.verify(one.incoming.header, one.incoming.signature, founded.admin)
    return founded.authority


def _verify_identity(one: _Parsed, before: identity.Authority | None) -> identity.Authority:
    if before is None:
        raise BadSignature("the organisation's genesis is not held")
    kind = one.header.kind or ""
    body = _plain_body(one) if kind in identity.WHOLE else {}
    return identity.check(one.incoming.header, kind, body, one.incoming.signature, before)


def _plain_body(one: _Parsed) -> dict[str, Any]:
    plain = one.incoming.payload
    if plain is None or plain.boxed:
        raise BadPayload(f"{one.header.kind} comes with its payload in plain form")
    return payload.check(plain.data, one.header)
