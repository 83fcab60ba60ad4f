"""The one way in: verified events become rows, horizons move, aggregates fold, all in one short write transaction a page.

Verification happens before the transaction; if another process wrote in between, the page is decided about once more
inside it.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import transaction

from tejido.ground.store import boot, control, db, erasing, logs, reading, waiting
from tejido.ground.store.batch import LASTING, Batch
from tejido.ground.store.models import Event, Own
from tejido.log import descriptors
from tejido.log.admit import Accepted, Incoming, Outcome, Refused, admit
from tejido.log.errors import BadPayload, Malformed
from tejido.log.header import event_hash, trusted
from tejido.log.payload import Payload, check_form

PAGE, MANY = 2000, 200
EVENT = (
    "INSERT INTO store_event (id, hash, log_id, seq, lam, state, header, signature) VALUES (%s,%s,%s,%s,%s,%s,%s,%s)"
)
PAYLOAD = "INSERT INTO store_payload (event_id, data) VALUES (%s, %s)"
KEY = "INSERT INTO store_payloadkey (event_id, key_id, wrapped) VALUES (%s, %s, %s)"


@dataclass
class Report:
    """What an ingest did: numbers, and each refusal with its reason."""

    accepted: int = 0
    held: int = 0
    filled: int = 0
    waiting: int = 0
    refused: list[Refused] = field(default_factory=list)
    bad_payloads: list[tuple[bytes, Malformed]] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        """Sum up another page's report."""
        self.accepted += other.accepted
        self.held += other.held
        self.filled += other.filled
        self.waiting += other.waiting
        self.refused += other.refused
        self.bad_payloads += other.bad_payloads


def ingest(
    incoming: Sequence[Incoming],
    *,
    spaces: Iterable[descriptors.Space] = (),
    known_logs: Iterable[descriptors.Log] = (),
    pool: ThreadPoolExecutor | None = None,
) -> Report:
    """Take in events in the order given; repeating it changes nothing. Never raises for what the bytes say."""
    known_logs = list(known_logs)
    _learn(spaces, known_logs)
    report = Report()
    for start in range(0, len(incoming), PAGE):
        page, accepted = _page(incoming[start : start + PAGE], pool)
        report.add(page)
        report.add(_waited_for(accepted, pool))
    if not incoming:
        report.add(_waited_for([], pool))
    if report.refused:
        logs.forget_empty(log.id for log in known_logs)
    report.waiting = _not_here(incoming, report) if report.waiting else 0
    return report


def _not_here(incoming: Sequence[Incoming], report: Report) -> int:
    """How many of these are neither held nor refused: they wait, or the cap on waiting did not let them."""
    offered = {event_hash(one.header) for one in incoming} - {event_hash(one.incoming.header) for one in report.refused}
    return len(offered) - len(db.rows_in("SELECT 1 FROM store_event WHERE hash IN ({})", offered))


def _waited_for(accepted: list[Accepted], pool: ThreadPoolExecutor | None) -> Report:
    """What waited for these; what that lets in may have been waited for across spaces, and so on."""
    report, more = Report(), True
    while more and (due := waiting.ready(accepted)):
        page, accepted = _page(due, pool, settling=True)
        report.accepted, report.held = report.accepted + page.accepted, report.held + page.held
        report.filled, report.waiting = report.filled + page.filled, page.waiting
        report.refused, report.bad_payloads = report.refused + page.refused, report.bad_payloads + page.bad_payloads
        more = bool(accepted)
    return report


def _learn(spaces: Iterable[descriptors.Space], known_logs: Iterable[descriptors.Log]) -> None:
    listed_spaces, listed_logs = list(spaces), list(known_logs)
    if listed_logs:  # nearly always all of them are: one query instead of one a log
        held = db.rows_in("SELECT hash FROM store_log WHERE hash IN ({})", [log.id for log in listed_logs])
        known = {bytes(digest) for (digest,) in held}
        listed_logs = [log for log in listed_logs if log.id not in known]
    if not listed_spaces and not listed_logs:
        return
    with db.writing():
        for space in listed_spaces:
            logs.learn_space(space)
        for log in listed_logs:
            logs.learn_log(log)


def _page(
    incoming: Sequence[Incoming], pool: ThreadPoolExecutor | None, *, settling: bool = False
) -> tuple[Report, list[Accepted]]:
    """`settling`: these waited here, and those that are refused now must not wait any longer."""
    with db.without_collector() if len(incoming) >= MANY else nullcontext():
        return _taken(incoming, pool, settling=settling)


def _taken(
    incoming: Sequence[Incoming], pool: ThreadPoolExecutor | None, *, settling: bool
) -> tuple[Report, list[Accepted]]:
    named = {one.log for one in incoming}
    shot = logs.snapshot(named)
    outcome = admit(incoming, shot, pool)
    if not (settling or outcome.accepted or outcome.waiting or any(one.payload for _, one in outcome.held)):
        return _report(outcome), []
    with db.writing():
        fresh = logs.snapshot(named)  # whoever wrote in between may have moved horizons without adding an event
        if _of_one_moment(fresh, shot, named):
            fresh.places = shot.places
            shot = fresh
        else:
            shot, outcome = fresh, admit(incoming, fresh)
        behind = boot.ensure_not_behind(fresh.last_id)
        report = store(outcome, Batch(shot, reading.epoch_keys()))
        if behind:
            transaction.on_commit(lambda: boot.note(shot.last_id))
    return report, outcome.accepted


def _of_one_moment(fresh: logs.Snapshot, shot: logs.Snapshot, named: Iterable[bytes]) -> bool:
    """Whether nothing came in between that `admit` would have asked about."""
    if (fresh.last_id, len(fresh.spaces)) != (shot.last_id, len(shot.spaces)):
        return False
    return all((fresh.log(log) is None) == (shot.log(log) is None) for log in named)


def _report(outcome: Outcome) -> Report:
    return Report(len(outcome.accepted), len(outcome.held), 0, len(outcome.waiting), list(outcome.refused))


def store(outcome: Outcome, batch: Batch, *, signed_here: bool = False) -> Report:
    """Write what was accepted and fold it; inside a write transaction."""
    report = _report(outcome)
    batch.signed_here = signed_here
    if not signed_here:
        _meet_own_log(outcome, batch)
    _save(outcome.accepted, batch, report)
    _fill(outcome.held, batch, report)
    decided = [one.hash for one in outcome.accepted] + [digest for digest, _ in outcome.held]
    waiting.settle([*decided, *(event_hash(one.incoming.header) for one in outcome.refused)])
    waiting.keep(outcome.waiting)
    control.settle(batch)
    return report


def _meet_own_log(outcome: Outcome, batch: Batch) -> None:
    """Events of our current log that came from elsewhere: another copy of this node writes, or we are a restored one."""
    found = db.load(Own)
    if not found:
        return
    ours = (bytes(found[0].org), bytes(found[0].device), bytes(found[0].epoch))
    met = {one.incoming.log for one in outcome.accepted} | {one.incoming.log for one in outcome.waiting}
    for log in met:
        info = batch.shot.logs.get(log)
        if info is not None and (info.log.org, info.log.device, info.log.epoch) == ours:
            boot.new_epoch("events of our own log came from elsewhere: this node was restored, or is there twice")
            return


def _save(accepted: Sequence[Accepted], batch: Batch, report: Report) -> None:
    named = batch.redacted_among(accepted)
    redacted = {one.hash for one in accepted if one.hash in named and not _lasts(one, batch)}
    events, payloads, keys = [], [], []
    event_id = batch.shot.last_id
    for one in accepted:
        event_id += 1
        info = batch.log_of(one)
        payload = None if one.hash in redacted else one.incoming.payload
        state = Event.REDACTED if one.hash in redacted else Event.PENDING
        if payload is not None:
            kept, readable = _readable(batch, event_id, one, payload, report)
            if kept:
                payloads.append((event_id, payload.data))
                if payload.boxed:
                    keys.append((event_id, payload.key_id, payload.wrapped))
            state = Event.READABLE if readable else Event.PENDING
        header, signature = one.incoming.header, one.incoming.signature
        events.append((event_id, one.hash, info.id, one.header.seq, one.header.lam, state, header, signature))
        batch.grow(info, one)
    batch.shot.last_id = event_id
    db.many(EVENT, events)
    db.many(PAYLOAD, payloads)
    db.many(KEY, keys)


def _lasts(one: Accepted, batch: Batch) -> bool:
    """Whether an event that a redact names is itself a redact, or says who is in a space: then the redact does nothing."""
    if one.header.kind is not None or one.incoming.payload is None:
        return one.header.kind in LASTING
    try:
        plain = reading.opened(one.incoming.payload, batch.keys)
        return plain is not None and reading.checked_content(plain, one.header).kind in LASTING
    except BadPayload:
        return False


def _readable(batch: Batch, event_id: int, one: Accepted, payload: Payload, report: Report) -> tuple[bool, bool]:
    """(is the payload kept, can it be read): a sealed one without key is kept; a wrong one counts as not arrived."""
    try:
        check_form(payload, one.header)
        plain = reading.opened(payload, batch.keys)
        if plain is None:
            return True, False
        batch.read(event_id, one.hash, one.header, one.place.log, reading.checked_content(plain, one.header))
    except BadPayload as error:
        report.bad_payloads.append((one.hash, error))
        return False, False
    return True, True


def _fill(held: Sequence[tuple[bytes, Incoming]], batch: Batch, report: Report) -> None:
    """Payloads that came for events which were held without one."""
    offered = {digest: one for digest, one in held if one.payload is not None}
    if not offered:
        return
    sql = """SELECT e.id, e.hash, p.event_id IS NOT NULL FROM store_event e
             LEFT JOIN store_payload p ON p.event_id = e.id WHERE e.state = %s AND e.hash IN ({})"""
    for event_id, digest, has in db.rows_in(sql, offered, [Event.PENDING]):
        one = offered[bytes(digest)]
        report.filled += fill_one(batch, event_id, bytes(digest), one, report, has=bool(has))


def fill_one(batch: Batch, event_id: int, digest: bytes, one: Incoming, report: Report, *, has: bool = False) -> bool:
    """Attach an arriving payload to a held header; whether it was kept. One that nobody here can open (`has`) gives way
    only to one that opens: it may have been damaged where that does not show."""
    payload, header = one.payload, trusted(one.header)
    if payload is None:
        return False
    place = batch.shot.places[digest]
    kept, readable = _readable(batch, event_id, Accepted(digest, header, place, one), payload, report)
    if has and not readable:
        return False
    if kept:
        erasing.drop_payloads([event_id])
        db.many(PAYLOAD, [(event_id, payload.data)])
        db.many(KEY, [(event_id, payload.key_id, payload.wrapped)] if payload.boxed else [])
    if readable:
        db.execute("UPDATE store_event SET state = %s WHERE id = %s", [Event.READABLE, event_id])
        batch.touch(batch.shot.logs[place.log])
    return kept
