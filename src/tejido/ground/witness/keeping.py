"""Making our own statements, and taking in those of others.

Our own come back from partners. One with a greater number than our last was made by a node that knew more: this one was
restored from a backup or copied, whatever its own files say, and must not continue its logs.
"""

from collections.abc import Sequence
from datetime import date

from tejido.ground.store import boot, db, hashing, keyring
from tejido.ground.store.batch import rebuilding_now
from tejido.ground.store.models import Org, Own, Space
from tejido.ground.store.public import own_row
from tejido.ground.witness import holding
from tejido.ground.witness.models import Checkpoint as Row
from tejido.ground.witness.models import Past
from tejido.log import checkpoint
from tejido.log.checkpoint import Checkpoint
from tejido.log.descriptors import Log as LogOf

FORGOTTEN = "a partner keeps a statement of this node about events that it does not hold: it was restored or copied"
MOST_PAST = 200


def own(space: bytes, *, today: date) -> bytes | None:
    """This node's statement about a space, made anew where it holds something else than last time; None in a space that is
    not shared or unknown, or where this organisation does not belong."""
    me = own_row()
    with db.writing():
        row = Space.objects.filter(hash=space).exclude(purpose="own").first()
        if row is None or not _belongs(row, bytes(me.org)):
            return None
        return _said(row, me, today)


def _said(space: Space, me: Own, today: date) -> bytes | None:
    heads = holding.heads(space)
    last = Row.objects.filter(space=space.hash, device=me.device).first()
    before = checkpoint.parse(bytes(last.data)) if last else None
    if last and before and before.heads == heads and before.state:
        return bytes(last.data)
    if len(heads) > checkpoint.MAX_HEADS:
        return None
    state = "" if rebuilding_now() or not holding.everything_read(space) else hashing.state_hash(space.id)
    if last and before and (before.heads, before.state) == (heads, state):
        return bytes(last.data)
    number = last.number + 1 if last else 1
    said = Checkpoint(bytes(me.org), bytes(me.device), bytes(space.hash), heads, state, number, today.isoformat())
    data = checkpoint.write(said, keyring.device_key())
    _keep(said, data, today)
    if state:
        _remember(said)
    return data


def _keep(said: Checkpoint, data: bytes, today: date) -> None:
    fields = {"org": said.org, "number": said.number, "day": said.day, "heard": today, "data": data}
    Row.objects.update_or_create(space=said.space, device=said.device, defaults=fields)


def _remember(said: Checkpoint) -> None:
    Past.objects.update_or_create(space=said.space, heads=said.digest, defaults={"state": said.state})
    old = Past.objects.filter(space=said.space).order_by("-id").values_list("id", flat=True)[MOST_PAST:]
    Past.objects.filter(id__in=list(old)).delete()


def kept(space: bytes) -> Sequence[bytes]:
    """The last statement of every device that still counts in a space."""
    row = Space.objects.filter(hash=space).first()
    if row is None:
        return []
    return [
        bytes(one.data)
        for one in Row.objects.filter(space=space).order_by("device")
        if counts(row, bytes(one.org), bytes(one.device))
    ]


def take(data: bytes, *, today: date) -> bool:
    """Take in a statement; whether it was news. Raises `Malformed` where its form or signature is wrong.

    Of a space or by a device that does not count here it changes nothing: both may come to count later."""
    said = checkpoint.parse(data)
    me = Own.objects.first()
    with db.writing():
        space = Space.objects.filter(hash=said.space).exclude(purpose="own").first()
        if space is None or me is None or not counts(space, said.org, said.device):
            return False
        last = Row.objects.filter(space=said.space, device=said.device).first()
        if last is not None and last.number >= said.number:
            return False
        if said.device == bytes(me.device):
            _remembered_by_others(said, me)
        _keep(said, data, today)
    return True


def _remembered_by_others(said: Checkpoint, me: Own) -> None:
    """A statement of our own that is greater than our last. Where it names an event of the log that we write now and that is
    not here, another epoch begins before anything is written; events of older epochs come back by themselves."""
    current = LogOf(bytes(me.org), bytes(me.device), bytes(me.epoch), said.space).id
    if any(head.log == current and not _held(head.hash) for head in said.heads):
        boot.new_epoch(FORGOTTEN)


def _held(event: bytes) -> bool:
    return bool(db.value("SELECT 1 FROM store_event WHERE hash = %s", [event]))


def counts(space: Space, org: bytes, device: bytes) -> bool:
    """Whether an organisation belongs to a space and its identity names the device."""
    known = Org.objects.filter(hash=org).first()
    return known is not None and bytes(device).hex() in known.devices and _belongs(space, bytes(org))


def _belongs(space: Space, org: bytes) -> bool:
    return org == bytes(space.owner) or org.hex() in space.members.get("orgs", ())
