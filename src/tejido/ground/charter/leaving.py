"""What stays here of a network that this organisation has left, and how it goes: everything of its spaces, so that nothing
is in the way of joining again.

A purge that leaves heads, marks of pages or half a log behind would make what comes later look as if it were known: a log
that is silently never fetched again is the failure that other systems report (comapeo#1307). So all of it goes at once,
and a new epoch begins: our own old log comes back with the others' when we join again, and is never gone on with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from tejido.ground import blobs, search
from tejido.ground.charter import policies, selectors
from tejido.ground.charter.models import InvitationLink
from tejido.ground.errors import Conflict
from tejido.ground.network import crowds
from tejido.ground.network import selectors as networks
from tejido.ground.network.models import Carrier
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.ground.store import boot, db, erasing, logs
from tejido.ground.store.batch import rebuilding_now
from tejido.ground.store.models import EpochKey, Log, Org, Own, Redaction
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import REGISTRY
from tejido.ground.store.tables import name
from tejido.ground.witness.models import Checkpoint, Past
from tejido.replication.pages import PageName

BY_EVENT = (
    "store_aside", "store_payload", "store_payloadkey", "store_rewrapped", "store_eventindex", "store_blobuse",
)  # fmt: skip
REASON = "a network was left, and what was held of it deleted"


class StillIn(Conflict):
    """This organisation is still a member of that network. Leave it first; then what is held of it can be deleted."""

    code = "still-a-member"


class Rebuilding(Conflict):
    """What this node shows is being made anew. Wait until that is done, and delete then."""

    code = "rebuilding"


@dataclass(frozen=True)
class Held:
    """What a purge would delete: events, and files that nothing else names."""

    events: int
    blobs: int


def may_purge(network: NetworkInfo) -> bool:
    """Whether this organisation is in the network no more, or has said that it leaves."""
    if network.owner == networks.org_id():
        return False
    return not network.admitted or networks.org_id().hex() in selectors.course_of(network).leaving


def held(*, viewer: Viewer, network: NetworkInfo) -> Held:
    """What this node holds of a network that it left."""
    require(viewer, policies.SPEAK)
    found = _logs(_spaces(network))
    return Held(len(_events(found)), len(_alone(_events(found))))


def purge(*, viewer: Viewer, network: NetworkInfo) -> Held:
    """Delete what this node holds of a network that it left, so that it can join again as if for the first time."""
    require(viewer, policies.SPEAK)
    if not may_purge(network):
        raise StillIn
    if rebuilding_now():
        raise Rebuilding
    with db.writing():
        spaces = _spaces(network)
        found = _logs(spaces)
        events = _events(found)
        files = _alone(events)
        keys = [db.row_key(bytes(space.hash)) for space in spaces]
        _purge_derived([space.id for space in spaces], keys)
        _purge_log(spaces, found, events)
        _purge_strangers()
        InvitationLink.objects.filter(network__in=keys).delete()
        boot.new_epoch(REASON)
        transaction.on_commit(lambda: _after(files))
    return Held(len(events), len(files))


def _after(files: Sequence[str]) -> None:
    boot.note(logs.last_event_id())
    for blob in files:
        blobs.let_go(blob)
    erasing.overwrite()


def _spaces(network: NetworkInfo) -> list[SpaceRow]:
    wanted = [one for one in (network.space, network.public_space) if one]
    found = list(SpaceRow.objects.filter(hash__in=wanted).order_by("id"))
    if len(found) < 2:  # what names the public space may never have been readable here: it came with the invitation
        owner, called = network.owner, found[0].name if found else ""
        other = SpaceRow.objects.filter(owner=owner, name=called, purpose="public").exclude(hash__in=wanted)
        found += list(other[:1])
    return found


def _logs(spaces: Iterable[SpaceRow]) -> list[Log]:
    return list(Log.objects.filter(space_id__in=[space.id for space in spaces]).order_by("id"))


def _events(found: Sequence[Log]) -> list[int]:
    return [
        event for (event,) in db.rows_in("SELECT id FROM store_event WHERE log_id IN ({})", [one.id for one in found])
    ]


def _alone(events: Sequence[int]) -> list[str]:
    """Files that these events name, and no other."""
    named = {blob for (blob,) in db.rows_in("SELECT blob FROM store_blobuse WHERE event_id IN ({})", events)}
    gone = set(events)
    used = db.rows_in("SELECT blob, event_id FROM store_blobuse WHERE blob IN ({})", sorted(named))
    return sorted(named - {blob for blob, event in used if event not in gone})


def _purge_derived(spaces: Sequence[int], keys: Sequence[str]) -> None:
    aggregates = db.rows_in("SELECT akey FROM store_aggregate WHERE space_id IN ({})", spaces)
    search.remove([db.row_key(bytes(akey)) for (akey,) in aggregates])
    db.execute_in("DELETE FROM store_aggregate WHERE space_id IN ({})", spaces)
    for model in REGISTRY.models():
        db.execute_in(f"DELETE FROM {name(model)} WHERE space IN ({{}})", keys)  # noqa: S608 - a table's own name


def _purge_log(spaces: Sequence[SpaceRow], found: Sequence[Log], events: Sequence[int]) -> None:
    for table in BY_EVENT:
        db.execute_in(f"DELETE FROM {table} WHERE event_id IN ({{}})", events)  # noqa: S608
    db.execute_in("DELETE FROM store_event WHERE id IN ({})", events)
    ids, hashes = [space.id for space in spaces], [bytes(space.hash) for space in spaces]
    db.execute_in("DELETE FROM store_waiting WHERE log IN ({})", [bytes(one.hash) for one in found])
    _forget_pages(found)
    Log.objects.filter(id__in=[one.id for one in found]).delete()
    EpochKey.objects.filter(space_id__in=ids).delete()
    Redaction.objects.filter(space_id__in=ids).delete()
    Checkpoint.objects.filter(space__in=hashes).delete()
    Past.objects.filter(space__in=hashes).delete()
    crowds.forget(ids)
    SpaceRow.objects.filter(id__in=ids).delete()


def _forget_pages(found: Iterable[Log]) -> None:
    """Pages of carriers that were taken in, or written: they must be read again."""
    logs_gone = {bytes(one.hash).hex()[:32] for one in found}
    going = [
        row
        for row, page in Carrier.objects.values_list("id", "page")
        if (parsed := PageName.parse(page)) is not None and parsed.log in logs_gone
    ]
    db.execute_in("DELETE FROM network_carrier WHERE id IN ({})", going)


def _purge_strangers() -> None:
    """Identities of organisations that are in no space that is left: who they were is nobody's business any more."""
    own = Own.objects.get()
    kept = {bytes(own.org)} | {bytes(org) for org in Log.objects.exclude(space_id=0).values_list("org", flat=True)}
    for space in SpaceRow.objects.order_by("id"):
        kept |= {bytes(space.owner)} | {bytes.fromhex(org) for org in space.members.get("orgs", ())}
    gone = [bytes(org) for org in Org.objects.values_list("hash", flat=True) if bytes(org) not in kept]
    found = list(Log.objects.filter(space_id=0, org__in=gone))
    events = _events(found)
    for table in BY_EVENT:
        db.execute_in(f"DELETE FROM {table} WHERE event_id IN ({{}})", events)  # noqa: S608
    db.execute_in("DELETE FROM store_event WHERE id IN ({})", events)
    _forget_pages(found)
    Log.objects.filter(id__in=[one.id for one in found]).delete()
    Org.objects.filter(hash__in=gone).delete()
