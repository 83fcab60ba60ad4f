"""`append()`: the only place that signs with the device key.

It holds the store's write lock from reading the head to the commit, so that processes appending at once make neither a
fork nor a gap, and it folds and projects in the same transaction.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from tejido.ground.errors import Invalid, NotFound, Problem
from tejido.ground.store import boot, db, keyring, logs, reading
from tejido.ground.store.batch import Batch
from tejido.ground.store.db import row_key
from tejido.ground.store.ingest import store
from tejido.ground.store.logs import LogInfo
from tejido.ground.store.models import Command, Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.registry import REDACT, REGISTRY, BadBody
from tejido.log import descriptors, writer
from tejido.log.admit import admit
from tejido.log.errors import Malformed
from tejido.log.membership import KEY
from tejido.log.writer import Draft, Head, Written


@dataclass(frozen=True)
class Fact:
    """What is to be appended. `aggregate` is None where the kind creates one."""

    kind: str
    body: dict[str, Any]
    aggregate: bytes | None = None
    blobs: tuple[str, ...] = ()
    deps: tuple[bytes, ...] = ()
    schema: int = 1


@dataclass(frozen=True)
class Appended:
    """Where a fact ended up; `repeated`: the command had been carried out before, nothing was written."""

    hash: bytes
    aggregate: bytes
    repeated: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """The aggregate's row key."""
        return row_key(self.aggregate)


Guard = Callable[[SpaceRow, Fact], None]
GUARDS: list[Guard] = []


class NotReady(Problem):
    """This node has no organisation yet. Make one with `tejido node create`."""

    status = 409
    code = "no-organisation"


class NoKey(Problem):
    """This node holds no key of that space: it is not a member yet, or the admission has not arrived. Exchange first."""

    status = 409
    code = "no-space-key"


def guard(check: Guard) -> None:
    """Register a check that runs before every append; it raises a `Problem` to refuse (consent does)."""
    if check not in GUARDS:
        GUARDS.append(check)


def append(space: bytes, *facts: Fact, command: str | None = None) -> list[Appended]:
    """Sign, store, fold and project `facts` as one transaction; each may name the ones before it only by later calls.

    Raises `NotFound` for an unknown space, `Invalid` for a body that does not fit its kind, whatever a guard raises."""
    boot.ensure()
    with db.writing():
        if command and (done := db.load(Command, "WHERE id = %s", [command])):
            return [Appended(bytes.fromhex(h), bytes.fromhex(a), repeated=True) for h, a in done[0].result]
        result = _append(space, facts)
        if command:
            listed = [[one.hash.hex(), one.aggregate.hex()] for one in result]
            Command.objects.create(id=command, result=listed)
        return result


def _check(row: SpaceRow, fact: Fact) -> None:
    known = REGISTRY.kinds.get(fact.kind)
    if known and known[0].check:
        try:
            known[0].check(fact.body)
        except BadBody as error:
            raise Invalid(str(error) or None, kind=fact.kind) from error
    for check in GUARDS:
        check(row, fact)


def _append(space: bytes, facts: Sequence[Fact]) -> list[Appended]:
    batch = Batch(logs.snapshot(), reading.epoch_keys())
    row = batch.shot.spaces.get(space)
    if row is None:
        raise NotFound("This node does not know that space.")
    for fact in facts:
        _check(row, fact)
    boot.ensure_not_behind(batch.shot.last_id)
    own = own_row()
    info = _own_log(own, row, batch)
    epoch_key = None if row.public else keyring.current_epoch_key(row.id)
    written = _sign_all(facts, row, info, epoch_key)
    outcome = admit([one.incoming for one in written], batch.shot)
    if outcome.refused:
        raise outcome.refused[0].error
    if len(outcome.accepted) != len(written):
        raise NotFound("A fact names an event that this node does not hold.")
    store(outcome, batch, signed_here=True)
    last = batch.shot.last_id
    transaction.on_commit(lambda: boot.note(last))
    return [Appended(w.hash, f.aggregate or w.hash) for w, f in zip(written, facts, strict=True)]


def _sign_all(facts: Sequence[Fact], row: SpaceRow, info: LogInfo, epoch_key: bytes | None) -> list[Written]:
    """Sign one after the other; the greatest head known in the space goes into the first one's deps."""
    head = _head(info)
    written: list[Written] = []
    top = bytes(row.top_hash)
    for fact in facts:
        deps = set(fact.deps)
        if not written and top and top != head.hash:
            deps.add(top)
        done = _sign(fact, head, deps, row, info, epoch_key)
        head = done.head
        written.append(done)
    return written


def _lam(row: SpaceRow, deps: set[bytes]) -> int:
    sql = """SELECT MAX(e.lam) FROM store_event e JOIN store_log l ON l.id = e.log_id
             WHERE l.space_id = %s AND e.hash IN ({})"""
    found = [lam for (lam,) in db.rows_in(sql, deps, [row.id]) if lam is not None] if deps else []
    return max(found, default=0)


def _head(info: LogInfo) -> Head:
    row = info.row
    if row.head_seq < 0:
        return Head()
    lam = db.value("SELECT lam FROM store_event WHERE hash = %s", [bytes(row.head_hash)])
    return Head(row.head_seq, bytes(row.head_hash), int(lam))


def _sign(fact: Fact, head: Head, deps: set[bytes], row: SpaceRow, info: LogInfo, epoch_key: bytes | None) -> Written:
    key, draft, lam = keyring.device_key(), _draft(fact, tuple(deps)), _lam(row, deps)
    try:
        if fact.kind == KEY and not row.public:
            return writer.write_plain(info.log, head, draft, key, lam=lam)
        if not row.public and epoch_key is None:
            raise NoKey
        return writer.write(info.log, head, draft, key, lam=lam, epoch_key=epoch_key)
    except Malformed as error:
        raise Invalid(f"{fact.kind}: {error}") from error


def _draft(fact: Fact, deps: tuple[bytes, ...]) -> Draft:
    now = int(time.time())
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    return Draft(fact.kind, fact.body, day, now, fact.schema, fact.aggregate or b"", fact.blobs, deps)


def own_row() -> Own:
    """This node's organisation, device and epoch, for whoever is going to write or sign; raises `NotReady`. Looks whether the
    past was lost, which may begin an epoch."""
    boot.ensure()
    return known_own()


def known_own() -> Own:
    """The same for whoever only reads: writes nothing. Organisation, device and own space are the same in every epoch."""
    found = db.load(Own)
    if not found:
        raise NotReady
    return found[0]


def _own_log(own: Own, row: SpaceRow, batch: Batch) -> LogInfo:
    log = descriptors.Log(bytes(own.org), bytes(own.device), bytes(own.epoch), bytes(row.hash))
    found = batch.shot.logs.get(log.id)
    if found is not None:
        return found
    learned = logs.learn_log(log)
    if learned is None:
        raise NotFound("This node does not know that space.")
    return batch.shot.logs.add(learned)


def redact(space: bytes, target: bytes, *, aggregate: bytes, kind: str, stub: dict[str, Any], reason: str) -> Appended:
    """Erase one of our own events everywhere: payload, key, blobs, derived rows. `stub` is what a tombstone needs."""
    body = {"kind": kind, "reason": reason, "stub": stub, "target": target.hex()}
    return append(space, Fact(REDACT, body, aggregate))[0]
