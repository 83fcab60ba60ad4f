"""What sheets decide: rotate, recover, revoke, resolve, name a device."""

from collections.abc import Sequence

from tejido.ground import originals
from tejido.ground.devices import deciding, policies, selectors
from tejido.ground.devices.deciding import Decision, Keep
from tejido.ground.devices.errors import NoSuchFork, NothingHeld, ThisDevice
from tejido.ground.devices.models import Confirmed
from tejido.ground.devices.sheets import Sheet, Signers, promised, signers
from tejido.ground.people import Viewer, require
from tejido.ground.store import boot, db, keyring
from tejido.ground.store.founding import NEEDED, PRINTED, Sheets
from tejido.ground.store.models import Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import own_row
from tejido.log import identity
from tejido.log.identity import Quorum, Resolution
from tejido.log.keys import SigningKey
from tejido.log.membership import Pin


def _fresh(count: int = PRINTED) -> tuple[SigningKey, ...]:
    return tuple(SigningKey.generate() for _ in range(count))


def _quorum(keys: Sequence[SigningKey], k: int = NEEDED) -> Quorum:
    return Quorum(k, tuple(key.public for key in keys))


def rotate(sheets: Sequence[Sheet], keep: Keep) -> bytes:
    """The keys promised on the admin sheets become the admin keys; `keep` is handed new sheets for print. The event's hash."""
    org = bytes(own_row().org)
    said = deciding.identity_of(org)
    held = promised(said.next, said.admin.k, sheets)
    admin = (*held, *_fresh(max(0, PRINTED - len(held))))
    following = _fresh(len(admin))
    quorum = _quorum(admin, said.admin.k)
    body = identity.rotated_body(quorum, [key.public for key in following])
    with db.writing():
        made = deciding.sign(org, Decision(identity.ROTATED, body), list(enumerate(held))[: quorum.k])
        keep(Sheets(org, admin, (), following))
    return made


def recover(
    org: bytes, sheets: Sequence[Sheet], keep: Keep, *, instead_of: bytes | None = None, renew: bool = False
) -> tuple[bytes, Sheets]:
    """New admin keys by recovery sheets; the event's hash and the new keys. It counts in the place of `instead_of` and of all
    that admin keys signed after it. With `renew` new recovery keys, too."""
    said = deciding.identity_of(org)
    by = signers(said.recovery, sheets, "recovery")
    after = deciding.before(instead_of) if instead_of else said.chain[-1]
    admin, following, recovery = _fresh(), _fresh(), _fresh() if renew else ()
    over = selectors.recoveries_after(org, after)
    new = _quorum(recovery) if recovery else None
    body = identity.recovered_body(_quorum(admin), [key.public for key in following], new, over)
    made = Sheets(org, admin, recovery, following)
    with db.writing():
        event = deciding.sign(org, Decision(identity.RECOVERED, body), by, after)
        originals.remember(key.seed for key in recovery or [one.key for one in sheets])
        keep(made)
    return event, made


def revoke(device: bytes, sheets: Sequence[Sheet]) -> bytes:
    """End a device of ours: its logs count up to what this node holds of them and that counts. The event's hash.

    Raises `NothingHeld` on a founder's node that was just made: the member lists would end before they began."""
    own = own_row()
    if device == bytes(own.device):
        raise ThisDevice
    unread = SpaceRow.objects.filter(owner=bytes(own.org), opened=b"").order_by("id").first()
    if unread is not None:
        raise NothingHeld(name=unread.name)
    said = deciding.identity_of(bytes(own.org))
    return _revoke(bytes(own.org), device, signers(said.admin, sheets, "admin"))


def _revoke(org: bytes, device: bytes, by: Signers) -> bytes:
    body = identity.revoked_body(device, pins(org, device))
    return deciding.sign(org, Decision(identity.REVOKED, body), by)


def renew(sheets: Sequence[Sheet]) -> bytes:
    """New keys for this node itself, whose old ones somebody else may have: all that was written before stays. The new key.

    No other process of the node may run: it would sign with the key that it has read."""
    own = own_row()
    org, old = bytes(own.org), bytes(own.device)
    by = signers(deciding.identity_of(org).admin, sheets, "admin")
    with keyring.exchanged() as (key, age), db.writing():
        name_device(org, key.public, age, by)
        _revoke(org, old, by)
        Own.objects.update(device=key.public)
        boot.new_epoch("the node has a new device key")
    return key.public


def pins(org: bytes, device: bytes) -> dict[bytes, Pin]:
    """The last event that counts in each log of a device."""
    found: dict[bytes, Pin] = {}
    for info in selectors.logs_of(org, device):
        row = info.row
        if row.stopped_at is None:
            seq, digest = row.head_seq, bytes(row.head_hash)
        else:
            sql = """SELECT hash FROM store_event e WHERE log_id = %s AND seq = %s
                     AND NOT EXISTS (SELECT 1 FROM store_aside a WHERE a.event_id = e.id)"""
            seq, digest = row.stopped_at - 1, bytes(db.value(sql, [info.id, row.stopped_at - 1]) or b"")
        if seq >= 0:
            found[info.log.id] = Pin(seq, digest)
    return found


def resolve(fork: bytes, sheets: Sequence[Sheet]) -> bytes:
    """Let the branch that begins with the event `fork` go on, at the first fork of its log that stops it. The event's hash."""
    org = bytes(own_row().org)
    found = next((one for one in selectors.forks(org) if fork in one.branches), None)
    if found is None:
        raise NoSuchFork
    resolution = Resolution(found.log, found.seq, frozenset(found.branches), fork)
    decision = Decision(identity.RESOLVED, identity.resolved_body(resolution))
    said = deciding.identity_of(org)
    if found.log != org:
        return deciding.sign(org, decision, signers(said.admin, sheets, "admin"))
    tip, authority = selectors.tip_of(org, fork)
    return deciding.sign(org, decision, signers(authority.admin, sheets, "admin"), tip)


def name_device(org: bytes, key: bytes, age: str, by: Sequence[tuple[int, SigningKey]]) -> bytes:
    """A further device of the organisation. The event's hash."""
    decision = Decision(identity.DEVICE, {"age": age, "key": key.hex()})
    return deciding.sign(org, decision, list(by))


def confirm_sheets(*, viewer: Viewer) -> None:
    """Somebody says that the sheets of today's keys lie on paper."""
    require(viewer, policies.MANAGE)
    Confirmed.objects.get_or_create(keys=selectors.keys_digest(bytes(own_row().org)))
