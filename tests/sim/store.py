"""A node's store in memory, on the pure code of `tejido.log`: what `ground.store` does with tables, with dictionaries.

Taking in is one step that happens whole or not at all. What is derived (identities, member lists, keys, redactions) is
folded from the set of events held; `rebuild` does it anew, as after a crash between append and projection.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from tejido.log import identity, lineage, membership, payload
from tejido.log.admit import Accepted, Incoming, Place, Waiting, admit
from tejido.log.descriptors import Log, Space
from tejido.log.errors import BadPayload, Malformed
from tejido.log.header import event_hash
from tejido.log.identity import Authority, Identity
from tejido.log.membership import Members
from tejido.log.payload import Payload, epoch_key_id
from tejido.replication.store import Taken
from tests.sim.cast import Boxes
from tests.sim.rows import PENDING, READABLE, REDACT, REDACTED, EpochKey, LogRow, Row, Said, said

MOST_WAITING = 10_000
LASTING = {REDACT, *identity.KINDS, *membership.CONTROL} - {membership.KEY}
"""Kinds that no redact takes back."""


class DiskFull(Exception):
    """Nothing could be written; the store is as it was before."""


@dataclass(frozen=True)
class Own:
    """Whose node this is; `recipient` is the age recipient that opens its boxes."""

    org: bytes
    device: bytes
    recipient: str


class MemoryStore:
    """A node's store (implements `log.admit.Known`)."""

    def __init__(self, own: Own, boxes: Boxes) -> None:
        self.own, self.boxes = own, boxes
        self.full = False
        self.version = 0  # of what is held: grows with each change
        self.spaces_known: dict[bytes, Space] = {}
        self.rows: dict[bytes, Row] = {}
        self.payloads: dict[bytes, Payload] = {}
        self.waiting_rows: dict[bytes, Waiting] = {}
        self.logs_known: dict[bytes, LogRow] = {}
        self.epoch_keys: dict[bytes, EpochKey] = {}
        self.vault: dict[str, tuple[bytes, bytes]] = {}  # blob → descriptor, its only chunk
        self.parts: dict[tuple[str, int, bytes], bytes] = {}  # of chunks under way, by who gives them
        self.top: dict[bytes, tuple[int, bytes]] = {}
        self.purposes: dict[bytes, str] = {}  # of spaces, as they were once told
        self.mine, self.met_mine = b"", False  # the current log's epoch; whether it came from elsewhere
        self._answered = (-1, 0, 0)  # when the answers to what carriers ask were last made
        self._clear()

    def _clear(self) -> None:
        """Nothing derived yet."""
        self.state: dict[bytes, int] = {}
        self.contents: dict[bytes, Said] = {}
        self.control: dict[tuple[bytes, bytes], dict[bytes, Said]] = {}
        self.identities: dict[bytes, Identity] = {}
        self._signing: dict[bytes, dict[bytes, Authority]] = {}  # by organisation; forgotten when its log changes
        self.members_of: dict[bytes, Members] = {}
        self.redactions: dict[bytes, tuple[bytes, bytes, bytes]] = {}  # redact → target, org, space
        self.applied: set[bytes] = set()  # redacts that erased something
        self._orgs: set[bytes] = set()
        self._spaces: set[bytes] = set()

    def copy(self) -> Self:
        """A saved copy, as a backup keeps it."""
        other = type(self)(self.own, self.boxes)
        for name, value in vars(self).items():
            setattr(other, name, value.copy() if isinstance(value, dict | set) else value)
        other.logs_known = {log: row.copy() for log, row in self.logs_known.items()}
        other.control = {place: dict(found) for place, found in self.control.items()}
        other._answered = (-1, 0, 0)
        return other

    def log(self, log: bytes) -> Log | None:
        """The descriptor of a log."""
        found = self.logs_known.get(log)
        return found.log if found else None

    def is_public(self, space: bytes) -> bool | None:
        """Whether a space's headers are in public form."""
        found = self.spaces_known.get(space)
        return found.public if found else None

    def prepare(self, events: Collection[bytes]) -> None:
        """Everything is at hand."""

    def place(self, event: bytes) -> Place | None:
        """Where a held event stands."""
        found = self.rows.get(event)
        return found.place if found else None

    def authority(self, event: bytes) -> Authority | None:
        """Who may sign what follows a held event of an identity log."""
        org = self.rows[event].place.log
        if org not in self._signing:
            self._signing[org] = lineage.authorities(org, self._ops(org))
        return self._signing[org].get(event)

    def _ops(self, org: bytes) -> list[lineage.Op]:
        rows = [self.rows[event] for found in self.logs_known[org].by_seq.values() for event in found]
        return [
            lineage.Op(row.hash, row.prev, row.place.seq, row.header.kind or "", one.body if one else None)
            for row in rows
            for one in [self.contents.get(row.hash)]
        ]

    def learn_space(self, space: Space) -> None:
        """By an invitation."""
        self.spaces_known.setdefault(space.id, space)

    def learn_log(self, log: Log) -> None:
        """A descriptor that came along; of a space that is not known here it stays unknown."""
        if log.id not in self.logs_known and (log.identity or log.space in self.spaces_known):
            self.logs_known[log.id] = LogRow(log, log.identity or self.spaces_known[log.space].public)

    def ingest(
        self, incoming: Sequence[Incoming], spaces: Sequence[Space], logs: Sequence[Log], *, signed_here: bool = False
    ) -> Taken:
        """The ordinary way in; raises `DiskFull` with nothing changed."""
        self._check_disk()
        for log in logs:
            self.learn_log(log)
        taken = Taken()
        self._page(incoming, taken, signed_here=signed_here)
        taken.waiting = 0
        while due := self._ready():
            for one in due:
                del self.waiting_rows[event_hash(one.header)]
            if not self._page(due, taken, signed_here=False):
                break
        self._forget_empty(logs)
        offered = {event_hash(one.header) for one in incoming}
        taken.waiting = sum(digest in self.waiting_rows for digest in offered)
        return taken

    def _check_disk(self) -> None:
        if self.full:
            raise DiskFull

    def _forget_empty(self, logs: Iterable[Log]) -> None:
        """Descriptors of which nothing turned out to be well-formed: anybody can make them up."""
        waited = {one.incoming.log for one in self.waiting_rows.values()}
        for log in logs:
            if not self.logs_known[log.id].by_seq and log.id not in waited if log.id in self.logs_known else False:
                del self.logs_known[log.id]

    def _ready(self) -> list[Incoming]:
        if not self.waiting_rows:
            return []
        here = (self.rows, self.logs_known, self.spaces_known)
        found = [one.incoming for one in self.waiting_rows.values() if any(one.missing in part for part in here)]
        return sorted(found, key=lambda one: one.header)

    def _page(self, incoming: Sequence[Incoming], taken: Taken, *, signed_here: bool) -> bool:
        outcome = admit(incoming, self)
        if not signed_here:
            self._meet_own_log({one.incoming.log for one in outcome.accepted})
            self._meet_own_log({one.incoming.log for one in outcome.waiting})
        for one in outcome.accepted:
            self._save(one, taken)
        for digest, held in outcome.held:
            taken.held += 1
            taken.filled += self._fill(digest, held.payload, taken)
        for waits in outcome.waiting:
            self._wait(waits)
        taken.accepted += len(outcome.accepted)
        taken.refused += [f"{type(one.error).__name__}: {one.error}" for one in outcome.refused]
        self.settle()
        return bool(outcome.accepted)

    def _meet_own_log(self, logs: Iterable[bytes]) -> None:
        for log in logs:
            found = self.log(log)
            if found and (found.org, found.device, found.epoch) == (self.own.org, self.own.device, self.mine):
                self.met_mine = True

    def _wait(self, one: Waiting) -> None:
        digest = event_hash(one.incoming.header)
        before = self.waiting_rows.get(digest)
        kept = one.incoming.payload or (before.incoming.payload if before else None)
        if any(target == digest for target, _, _ in self.redactions.values()):
            kept = None
        if len(self.waiting_rows) < MOST_WAITING:
            self.waiting_rows[digest] = Waiting(one.incoming._replace(payload=kept), one.missing)

    def _save(self, one: Accepted, taken: Taken) -> None:
        log = self.logs_known.get(one.place.log)
        if log is None:
            self.learn_log(Log.of_identity(one.hash))
            log = self.logs_known[one.hash]
        row = Row(one.hash, one.header, one.place, bytes.fromhex(one.header.prev), one.incoming._replace(payload=None))
        self.rows[one.hash] = row
        self._signing.pop(one.place.log, None)
        self.version += 1
        self._place_row(row, log)
        if one.place.lam > self.top.get(one.place.space, (0, b""))[0]:
            self.top[one.place.space] = (one.place.lam, one.hash)
        if one.incoming.payload is not None:
            self._keep(row, one.incoming.payload, taken)
        if self._erased_before(row):
            self._forget(row)

    def _place_row(self, row: Row, log: LogRow) -> None:
        forks = log.grow(row)
        if log.log.identity:
            self._orgs.add(log.log.org)
        elif forks:
            self._spaces.add(log.log.space)
        self._set(row, PENDING)

    def _written_by(self, org: bytes) -> set[bytes]:
        return {one.log.space for one in self.logs_known.values() if one.log.org == org and not one.log.identity}

    def _set(self, row: Row, state: int) -> None:
        self.state[row.hash] = state
        log = self.logs_known[row.place.log]
        log.pending = log.pending | {row.hash} if state == PENDING else log.pending - {row.hash}

    def _erased_before(self, row: Row) -> bool:
        """A redact that came before its target."""
        author = self.logs_known[row.place.log].log.org
        for redact, (target, org, space) in self.redactions.items():
            if target == row.hash and (org, space) == (author, row.place.space) and self._counts(redact, row):
                self.applied.add(redact)
                return True
        return False

    def _counts(self, redact: bytes, target: Row) -> bool:
        """By a device that its organisation named; neither redacts nor what controls spaces can be taken back."""
        said, log = self.contents.get(target.hash), self.logs_known[self.rows[redact].place.log].log
        counts = self.authorised(log) and not log.identity and self.rows[redact].place.seq < self.end_of(log)
        return counts and (said is None or said.kind not in LASTING)

    def _fill(self, digest: bytes, packed: Payload | None, taken: Taken) -> int:
        row = self.rows[digest]
        if packed is None or self.state[digest] != PENDING:
            return 0
        if digest in self.payloads and not self._opens(row, packed):
            return 0
        return self._keep(row, packed, taken)

    def _opens(self, row: Row, packed: Payload) -> bool:
        try:
            payload.check_form(packed, row.header)
            return self._plain(packed) is not None
        except BadPayload:
            return False

    def _plain(self, packed: Payload) -> bytes | None:
        if not packed.boxed:
            return packed.data
        found = self.epoch_keys.get(packed.key_id)
        return payload.unbox(packed, found.key) if found else None

    def _keep(self, row: Row, packed: Payload, taken: Taken | None) -> int:
        """Store a payload, and read it where that is possible; what is not the header's counts as not arrived."""
        try:
            payload.check_form(packed, row.header)
            plain = self._plain(packed)
            if plain is not None:
                self._read(row, plain)
        except Malformed as error:
            self.payloads.pop(row.hash, None)
            if taken is not None:
                taken.bad_payloads.append(f"payload of {row.hash.hex()[:16]}: {error}")
            return 0
        self.payloads[row.hash] = packed
        self.version += 1
        return 1

    def _read(self, row: Row, plain: bytes) -> None:
        content = payload.content(payload.check(plain, row.header), row.header)
        one = said(row, self.logs_known[row.place.log].log.org, content)
        self.contents[row.hash] = one
        self._set(row, READABLE)
        if one.kind in membership.CONTROL or one.kind.startswith("org."):
            self.control.setdefault((one.space, one.org), {})[one.hash] = one
            self._orgs |= {one.org} if one.space == one.org else set()
            self._spaces |= {one.space} if one.kind in membership.CONTROL else set()
        if one.kind == REDACT:
            self._note(one)

    def _note(self, redact: Said) -> None:
        target = redact.body.get("target")
        if isinstance(target, str) and len(target) == 64 and redact.body.get("kind") not in LASTING:
            digest = bytes.fromhex(target)
            self.redactions[redact.hash] = (digest, redact.org, redact.space)
            found = self.waiting_rows.get(digest)
            if found is not None:
                self.waiting_rows[digest] = Waiting(found.incoming._replace(payload=None), found.missing)

    # --- what control events do

    def settle(self) -> None:
        """Fold identities, member lists and keys until nothing more opens, then carry redactions out."""
        while True:
            while self._orgs or self._spaces:
                orgs, self._orgs = self._orgs, set()
                for org in orgs:
                    self._fold_identity(org)
                    self._spaces |= self._written_by(org)
                spaces, self._spaces = self._spaces, set()
                for space in spaces:
                    self._fold_members(space)
            self._take_back()
            self._erase()
            if not self._orgs and not self._spaces:  # a control event may have been taken back
                return

    def owned(self, space: bytes, org: bytes) -> list[Said]:
        """Readable control events of an organisation in a space, in order."""
        return sorted(self.control.get((space, org), {}).values(), key=lambda one: one.order)

    def _below_fork(self, one: Said) -> bool:
        forked = self.logs_known[one.log].forked_at
        return forked is None or one.order[3] < forked

    def _fold_identity(self, org: bytes) -> None:
        folded = lineage.fold(org, self._ops(org)) if org in self.logs_known else None
        if folded is not None:
            self.identities[org] = folded

    def authorised(self, log: Log) -> bool:
        """Whether the organisation's identity names this log's device."""
        found = self.identities.get(log.org)
        return log.identity or (found is not None and found.named(log))

    def end_of(self, log: Log) -> int:
        """The first seq that does not count of a revoked device's log: what is held counts while its pin has not come."""
        found = self.identities.get(log.org)
        if log.identity or found is None or log.device not in found.revoked:
            return membership.UNLIMITED
        pin = found.pin(log)
        held = self.logs_known[log.id].by_seq.get(pin.seq, ()) if pin else ()
        return pin.seq + 1 if pin and (pin.hash in held or not held) else 0

    def _take_back(self) -> None:
        """Redacts beyond the end of a revoked device count no more: what they erased is lacking again."""
        for redact in [one for one in self.applied if one in self.rows]:
            place, target = self.rows[redact].place, self.redactions[redact][0]
            if place.seq >= self.end_of(self.logs_known[place.log].log):
                self.applied.discard(redact)
                if not any(self.redactions[other][0] == target for other in self.applied):
                    self._set(self.rows[target], PENDING)
                self.version += 1

    def _fold_members(self, space: bytes) -> None:
        known = self.spaces_known.get(space)
        if known is None:
            return
        owned = [one for one in self.owned(space, known.owner) if self._may_control(self.logs_known[one.log].log, one)]
        below = ((one.kind, one.hash, one.body) for one in owned if self._below_fork(one))
        self.members_of[space] = membership.fold(below)
        self.purposes[space] = self.members_of[space].purpose or self.purposes.get(space, "")
        for one in owned:
            if one.kind == membership.KEY:
                self._take_keys(one)

    def _may_control(self, log: Log, one: Said) -> bool:
        return self.authorised(log) and one.order[3] < self.end_of(log)

    def _take_keys(self, one: Said) -> None:
        for box in one.body.get("boxes", ()):
            key = self.boxes.open(box.get("age"), self.own.recipient)
            if key is None or epoch_key_id(key).hex() != box.get("key_id"):
                continue
            current = box["key_id"] == one.body.get("current")
            self.learn_key(one.space, key, one.order[0] if current else 0)

    def learn_key(self, space: bytes, key: bytes, lam: int) -> None:
        """Keep an epoch key and open what waited for it."""
        key_id = epoch_key_id(key)
        before = self.epoch_keys.get(key_id)
        if before is None or (before.space == space and lam > before.lam):
            self.epoch_keys[key_id] = EpochKey(key, space, lam)
        if before is None:
            self.version += 1
            for digest, packed in list(self.payloads.items()):
                if packed.key_id == key_id and self.state[digest] == PENDING:
                    self._keep(self.rows[digest], packed, None)

    def current_key(self, space: bytes) -> bytes | None:
        """What new payloads of a space are sealed with."""
        found = [(-one.lam, key_id, one.key) for key_id, one in self.epoch_keys.items() if one.space == space]
        return min(found)[2] if found else None

    def _erase(self) -> None:
        for redact, (target, org, space) in self.redactions.items():
            row = self.rows.get(target)
            if row is None or redact in self.applied or redact not in self.rows:
                continue
            author = self.logs_known[row.place.log].log
            if (author.org, row.place.space) == (org, space) and self._counts(redact, row):
                self.applied.add(redact)
                self._forget(row)

    def _forget(self, row: Row) -> None:
        self.payloads.pop(row.hash, None)
        gone = self.contents.pop(row.hash, None)
        if gone is not None and (control := self.control.get((gone.space, gone.org))):
            control.pop(row.hash, None)
            self._orgs |= {gone.org} if gone.space == gone.org else set()
            self._spaces |= {gone.space}
        for blob in gone.blobs if gone else ():
            if not any(blob in one.blobs for one in self.contents.values()):
                self.vault.pop(blob, None)
        self._set(row, REDACTED)
        self.version += 1

    def without(self, space: bytes) -> Self:
        """What is left when everything of a space is purged; only that it exists is remembered."""
        other = self.copy()
        kept = {event for event, row in self.rows.items() if row.place.space != space}
        other.rows = {event: self.rows[event] for event in kept}
        other.payloads = {event: packed for event, packed in self.payloads.items() if event in kept}
        other.logs_known = {log: row for log, row in other.logs_known.items() if row.log.space != space}
        other.epoch_keys = {key_id: one for key_id, one in self.epoch_keys.items() if one.space != space}
        other.waiting_rows = {
            digest: one for digest, one in self.waiting_rows.items() if one.incoming.log in other.logs_known
        }
        other.top.pop(space, None)
        other.rebuild()
        named = {blob for one in other.contents.values() for blob in one.blobs}
        other.vault = {blob: found for blob, found in self.vault.items() if blob in named}
        return other

    def rebuild(self) -> None:
        """Derive everything anew from events, payloads and keys: after a crash between append and projection."""
        rows, self.logs_known = self.rows, {k: LogRow(v.log, v.public) for k, v in self.logs_known.items()}
        self._clear()
        for row in sorted(rows.values(), key=lambda one: (one.place.seq, one.hash)):
            self._place_row(row, self.logs_known[row.place.log])
        for digest in sorted(self.payloads):
            self._keep(rows[digest], self.payloads[digest], None)
        self.settle()
        for row in rows.values():  # a redact whose target is long gone from the tables
            if self.state[row.hash] == PENDING and self._erased_before(row):
                self._set(row, REDACTED)
        self.version += 1
