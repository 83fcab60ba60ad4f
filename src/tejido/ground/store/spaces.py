"""Opening spaces, and who is in them: written in the owner's log alone."""

import secrets
from collections.abc import Iterable, Iterator, Sequence

from tejido.ground.errors import NotAllowed
from tejido.ground.store import db, keyring, logs
from tejido.ground.store.appending import Fact, NoKey, append, own_row
from tejido.ground.store.models import EpochKey
from tejido.ground.store.models import Org as OrgRow
from tejido.ground.store.models import Space as SpaceRow
from tejido.log.descriptors import Space
from tejido.log.header import MAX_PAYLOAD
from tejido.log.membership import KEY, MEMBERS, OPENED
from tejido.log.payload import epoch_key_id

BESIDE = 160  # bytes of key id, organisation and quotes beside each box
MOST_BOXED = MAX_PAYLOAD - 4096


def open_space(purpose: str, *, public: bool, name: str = "") -> bytes:
    """Open a space of our own with ourselves as its only member; its id."""
    own = own_row()
    space = Space.new(bytes(own.org), public=public)
    folder = secrets.token_hex(16)
    with db.writing():
        row = logs.learn_space(space, name=name)
        if not public:
            keyring.learn_epoch_key(row.id, secrets.token_bytes(32), 1)
        opened = append(space.id, Fact(OPENED, {"folder": folder, "purpose": purpose}))[0]
        set_members(space.id, [bytes(own.org)], opened=opened.hash)
    return space.id


def set_members(
    space: bytes,
    members: Iterable[bytes],
    *,
    opened: bytes | None = None,
    renew: bool = False,
    relied: Sequence[bytes] = (),
) -> None:
    """Write the whole member list, and the space's keys for all of them. Members who leave get their logs pinned.

    Only the owner may; raises `NotAllowed`. With `renew`, or when somebody leaves, a new epoch key begins. `relied`: the
    decisions of the members that the list carries out."""
    own = own_row()
    with db.writing():
        listed = sorted({*members, bytes(own.org)})
        _set_members(logs.space_row(space), bytes(own.org), listed, opened, renew=renew, relied=relied)


def _set_members(
    row: SpaceRow, own: bytes, listed: list[bytes], opened: bytes | None, *, renew: bool, relied: Sequence[bytes]
) -> None:
    if bytes(row.owner) != own:
        raise NotAllowed("Only the organisation that owns this space can change who is in it.")
    space = bytes(row.hash)
    before = {bytes.fromhex(org) for org in row.members.get("orgs", [])}
    leaving = before - set(listed)
    body: dict[str, object] = {
        "members": [org.hex() for org in listed],
        "pins": {**_kept_pins(row, listed), **_pins(row, leaving)},
    }
    if relied:
        body["relied"] = [one.hex() for one in relied]
    aggregate = opened or bytes(row.opened)
    if not row.public and (leaving or renew):
        keyring.learn_epoch_key(row.id, secrets.token_bytes(32), row.top_lam + 1)
    append(space, Fact(MEMBERS, body, aggregate, deps=tuple(relied)[:4]))
    if not row.public:
        append(space, *(Fact(KEY, body, aggregate) for body in _key_bodies(row, listed)))


def share_keys(space: bytes, *, renew: bool = False) -> None:
    """Wrap the space's keys for the devices that its members have now; with `renew` a new key begins."""
    own = own_row()
    with db.writing():
        row = logs.space_row(space)
        if bytes(row.owner) != bytes(own.org):
            raise NotAllowed("Only the organisation that owns this space can give it keys.")
        if renew:
            keyring.learn_epoch_key(row.id, secrets.token_bytes(32), row.top_lam + 1)
        members = [bytes.fromhex(org) for org in row.members.get("orgs", ())]
        append(space, *(Fact(KEY, body, bytes(row.opened)) for body in _key_bodies(row, members)))


def hand_back(space: bytes) -> None:
    """Wrap the keys that we hold for the devices of the space's owner, which may have lost all it had."""
    with db.writing():
        row = logs.space_row(space)
        append(space, *(Fact(KEY, body, bytes(row.opened)) for body in _key_bodies(row, [bytes(row.owner)])))


def _kept_pins(row: SpaceRow, members: Iterable[bytes]) -> dict[str, dict[str, object]]:
    orgs = set(members)
    kept = {log: pin for log, pin in row.members.get("pins", {}).items() if _org_of(log) not in orgs}
    return {log: {"hash": digest, "seq": seq} for log, (seq, digest) in kept.items()}


def _org_of(log: str) -> bytes | None:
    found = db.value("SELECT org FROM store_log WHERE hash = %s", [bytes.fromhex(log)])
    return bytes(found) if found is not None else None


def _pins(row: SpaceRow, leaving: Iterable[bytes]) -> dict[str, dict[str, object]]:
    sql = "SELECT hash, head_seq, head_hash FROM store_log WHERE space_id = %s AND head_seq >= 0 AND org IN ({})"
    found = db.rows_in(sql, leaving, [row.id])
    return {bytes(log).hex(): {"hash": bytes(head).hex(), "seq": seq} for log, seq, head in found}


def _key_bodies(row: SpaceRow, members: Iterable[bytes]) -> Iterator[dict[str, object]]:
    """Every epoch key that still has payloads, and the current one, wrapped once a member.

    Thirty members and twenty keys are more than one payload may hold: several events then, each naming the current key."""
    current = keyring.current_epoch_key(row.id)
    if current is None:
        raise NoKey
    keys = [bytes(key) for key in EpochKey.objects.filter(space_id=row.id).values_list("key", flat=True)]
    used = {bytes(k) for (k,) in db.rows("SELECT DISTINCT key_id FROM store_payloadkey")}
    wanted = [key for key in keys if epoch_key_id(key) in used or key == current]
    boxes: list[dict[str, str]] = []
    for org in OrgRow.objects.filter(hash__in=list(members)).order_by("hash"):
        for key in wanted:
            box = keyring.wrap(key, sorted(org.devices.values()))
            if box:
                boxes.append({"age": box, "key_id": epoch_key_id(key).hex(), "org": bytes(org.hash).hex()})
    for part in portions(boxes):
        yield {"boxes": part, "current": epoch_key_id(current).hex()}


def portions(boxes: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Boxes in lists that fit a payload each; one empty list where there are none."""
    size, part = 0, list[dict[str, str]]()
    for box in boxes:
        amount = len(box["age"]) + BESIDE
        if part and size + amount > MOST_BOXED:
            yield part
            size, part = 0, []
        size += amount
        part.append(box)
    yield part
