"""Logs that are kept out for now: whoever is in a space can begin as many as it likes, and each costs every node something.

A log begins with a device, a restored backup, a copied disk: a few a year. So an organisation has room for `LOGS` in a space,
and all of whom nobody knows that they belong there share `STRANGERS`. What is beyond is not refused: it is noted here, not
asked for again, and comes when there is room: because a keeper makes some, or because it turns out whose it is.

Nothing that another organisation wrote is held up. Where its event waits, logs that its node says it holds are let in, beyond
the room too; all of these together have as much room again as there are members, since an honest node begins with no more.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from tejido.ground.network.models import KeptOut, LogRoom
from tejido.ground.store import db
from tejido.ground.store.models import Org
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.witness import public as witness
from tejido.log import checkpoint
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.header import event_hash

LOGS, STRANGERS, IDENTITIES = 100, 300, 300
NOTED, NOTED_FOR = 20_000, timedelta(days=30)
ANYBODY = b""
HELD = "SELECT descriptor FROM store_log WHERE space_id = %s"
WAITS = """SELECT DISTINCT l.descriptor FROM store_waiting w JOIN store_log l ON l.hash = w.log WHERE l.space_id = %s"""


class Crowd:
    """The logs of one space: whose they are, and who has room for more."""

    def __init__(self, space: SpaceRow) -> None:
        self.space = space
        self.members = {bytes(space.owner), *map(bytes.fromhex, space.members.get("orgs", ()))}
        found = Org.objects.filter(hash__in=self.members)
        self._orgs = {bytes(row.hash): row for row in found}
        ended = (pins for row in found for pins in row.ended.values())
        self._pinned = {log for pins in (space.members.get("pins", {}), *ended) for log in pins}
        self._held = Counter(self.whose(Log.parse(bytes(data))) for (data,) in db.rows(HELD, [space.id]))
        self._more = {bytes(row.org): row.most for row in LogRoom.objects.filter(space_id=space.id)}
        self._own = bytes(db.value("SELECT org FROM store_own") or b"")

    def whose(self, log: Log) -> bytes:
        """Whose room a log takes: that of a member whose identity names its device, else `ANYBODY`'s."""
        org, device = self._orgs.get(log.org), log.device.hex()
        return log.org if org is not None and (device in org.devices or device in org.ended) else ANYBODY

    def held(self, whose: bytes) -> int:
        """How many there are."""
        return self._held[whose]

    def room(self, whose: bytes) -> int:
        """For how many there is room."""
        return self._more.get(whose, LOGS if whose else STRANGERS)

    def lets_in(self, log: Log) -> bool:
        """Whether a log that is not here may be taken in now."""
        whose = self.whose(log)
        if log.id.hex() in self._pinned or (whose and whose == self._own):
            return True
        held, room = self._held[whose], self.room(whose)
        return held < room or (
            held < room * (1 + len(self.members)) and bool(self._needed.get(log.id, set()) - {log.org})
        )

    def take(self, log: Log) -> None:
        """It is let in."""
        self._held[self.whose(log)] += 1

    @cached_property
    def _needed(self) -> dict[bytes, set[bytes]]:
        """Logs that organisations hold of which an event waits here: log → who holds it."""
        waiting = {self.whose(Log.parse(bytes(data))) for (data,) in db.rows(WAITS, [self.space.id])} - {ANYBODY}
        found: dict[bytes, set[bytes]] = defaultdict(set)
        for data in witness.kept(bytes(self.space.hash)) if waiting else ():
            said = checkpoint.parse(data)
            for head in said.heads if said.org in waiting else ():
                found[head.log].add(said.org)
        return found


class Identities:
    """Identity logs: of organisations in a space, of those that wrote in one, and of some others."""

    def __init__(self, wrote: set[bytes]) -> None:
        self._known = wrote
        self._known |= {bytes(org) for (org,) in db.rows("SELECT DISTINCT org FROM store_log WHERE space_id <> 0")}
        for space in SpaceRow.objects.all():
            self._known |= {bytes(space.owner), *map(bytes.fromhex, space.members.get("orgs", ()))}
        held = {bytes(org) for (org,) in db.rows("SELECT org FROM store_log WHERE space_id = 0")}
        self._others = len(held - self._known)

    def lets_in(self, log: Log) -> bool:
        """Whether an identity that is not here may be taken in now."""
        return log.org in self._known or self._others < IDENTITIES

    def take(self, log: Log) -> None:
        """It is let in."""
        self._others += log.org not in self._known


class Crowds:
    """Of all spaces, each looked at when it is asked for first."""

    def __init__(self) -> None:
        self._of: dict[int, Crowd | Identities] = {}
        self._wrote = set[bytes]()
        self._spaces: dict[bytes, SpaceRow | None] = {}

    def of(self, log: Log) -> Crowd | Identities | None:
        """Where this log belongs; None in a space that this node does not know."""
        space = None if log.identity else self._space(log.space)
        if space is None and not log.identity:
            return None
        key = space.id if space else 0
        if key not in self._of:
            self._of[key] = Crowd(space) if space else Identities(self._wrote)
        return self._of[key]

    def let_in(self, log: Log) -> bool:
        """Whether a log that is not here comes in now; it counts from here on."""
        crowd = self.of(log)
        if crowd is not None and not crowd.lets_in(log):
            return False
        if crowd is not None:
            crowd.take(log)
        self._wrote |= set() if log.identity else {log.org}
        return True

    def _space(self, space: bytes) -> SpaceRow | None:
        if space not in self._spaces:
            self._spaces[space] = SpaceRow.objects.filter(hash=space).first()
        return self._spaces[space]


def sift(incoming: Sequence[Incoming], known: Sequence[Log]) -> tuple[list[Incoming], list[Log], int]:
    """What may be taken in of what came: events, the descriptors of their logs, and how many events are kept out."""
    fresh = _fresh(incoming, known)
    if not fresh:
        return list(incoming), list(known), 0
    crowds = Crowds()
    listed = sorted(fresh.values(), key=lambda one: one.identity)  # whose logs are let in, their identities are
    out = [log for log in listed if not crowds.let_in(log)]
    gone = {log.id for log in out}
    _note(out, fresh.keys() - gone)
    kept = [one for one in incoming if one.log not in gone]
    return kept, [log for log in known if log.id not in gone], len(incoming) - len(kept)


def _fresh(incoming: Sequence[Incoming], known: Sequence[Log]) -> dict[bytes, Log]:
    """Logs that begin here with this; an identity's genesis needs nobody to describe it."""
    named = {log.id: log for log in known} | dict.fromkeys({one.log for one in incoming} - {log.id for log in known})
    here = {bytes(log) for (log,) in db.rows_in("SELECT hash FROM store_log WHERE hash IN ({})", named)}
    found = {name: log for name, log in named.items() if log is not None and name not in here}
    bare = {name for name, log in named.items() if log is None and name not in here}
    for one in incoming if bare else ():
        if one.log in bare and event_hash(one.header) == one.log:
            found[one.log] = Log.of_identity(one.log)
    return found


def _note(out: Sequence[Log], let_in: Collection[bytes]) -> None:
    """Who is kept out need not be asked for again; as many are noted as there is room for."""
    today = timezone.now().date()
    db.execute_in("DELETE FROM network_keptout WHERE log IN ({})", let_in)
    if not out:
        return
    KeptOut.objects.filter(day__lt=today - NOTED_FOR).delete()
    spaces = {bytes(space): number for number, space in SpaceRow.objects.values_list("id", "hash")}
    rows = [
        KeptOut(log=one.id, descriptor=one.data, org=one.org, space_id=spaces.get(one.space, 0), day=today)
        for one in out[: max(0, NOTED - KeptOut.objects.count())]
    ]
    KeptOut.objects.bulk_create(rows, ignore_conflicts=True)


def kept_out(space: SpaceRow) -> frozenset[bytes]:
    """Logs of a space, and identities, that would be kept out if they came now."""
    rows = KeptOut.objects.filter(space_id__in=[space.id, 0]).values_list("descriptor", flat=True)
    return frozenset(log.id for log in _still_out(Log.parse(bytes(data)) for data in rows))


def _still_out(logs: Iterable[Log]) -> Iterator[Log]:
    crowds = Crowds()
    for log in logs:
        crowd = crowds.of(log)
        if crowd is not None and not crowd.lets_in(log):
            yield log


@dataclass(frozen=True)
class Excess:
    """Logs of one organisation in one space that are kept out; `org` is empty for those of whom nobody knows."""

    org: bytes
    space: bytes
    held: int
    kept_out: int


def crowded(spaces: Iterable[bytes]) -> list[Excess]:
    """Who has more logs than there is room for."""
    found = []
    for space in SpaceRow.objects.filter(hash__in=list(spaces)).order_by("id"):
        out = KeptOut.objects.filter(space_id=space.id).values_list("descriptor", flat=True)
        if out:
            crowd = Crowd(space)
            logs = (Log.parse(bytes(data)) for data in out)
            counts = Counter(crowd.whose(log) for log in logs if not crowd.lets_in(log))
            found += [Excess(org, bytes(space.hash), crowd.held(org), count) for org, count in sorted(counts.items())]
    return found


def make_room(spaces: Iterable[bytes], org: bytes) -> None:
    """Let as many logs of an organisation in once more as there are, and as it had room for at first."""
    for space in SpaceRow.objects.filter(hash__in=list(spaces)):
        crowd = Crowd(space)
        most = max(crowd.room(org), crowd.held(org)) + (LOGS if org else STRANGERS)
        LogRoom.objects.update_or_create(space_id=space.id, org=org, defaults={"most": most})


def forget(space_ids: Sequence[int]) -> None:
    """A space is purged."""
    KeptOut.objects.filter(space_id__in=space_ids).delete()
    LogRoom.objects.filter(space_id__in=space_ids).delete()
