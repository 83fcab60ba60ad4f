"""What can be done with an upload: begin it, send a piece, finish it, give it up, sweep what was left behind."""

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO

from django.http import QueryDict

from tejido.ground.errors import Problem
from tejido.ground.people import GUEST, Viewer
from tejido.ground.uploads import errors, registry, shelf
from tejido.ground.uploads.shelf import DONE, FAILED, GONE, OPEN, Record, Slot, Trouble
from tejido.ground.uploads.tus import Checksum, Metadata

DAY_S = 86_400
EXPIRES_S = 7 * DAY_S  # after the last byte: somebody comes into town once a week
ENDED_S = DAY_S  # how long an upload that ended is remembered
MOST_UNDER_WAY, MOST_REMEMBERED = 12, 200  # of one account or token
OWNER_BYTES = 3 * registry.RECORDING_BYTES
NODE_BYTES = 16 * registry.RECORDING_BYTES
SPARE_BYTES = 200 << 20
PIECE = 1024  # what a dropped line may cost: a read waits for the whole piece
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Body:
    """What a request carries: `length` is None where it does not say how much."""

    read: Callable[[int], bytes]
    length: int | None


@dataclass(frozen=True)
class Status:
    """How an upload stands: `state` is open, done or failed; `offset` of `record.length` bytes are here."""

    record: Record
    offset: int

    @property
    def state(self) -> str:
        return self.record.state


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def begin(owner: str, said: Metadata, header: str, form: str, length: int) -> str:
    """Make room for an upload whose form was found good; the secret part of its address.

    Raises `TooLarge`, `TooManyUploads` or `NoRoom`.
    """
    most = registry.find(said.purpose).most
    if length > most:
        raise errors.TooLarge(megabytes=most >> 20)
    secret = secrets.token_urlsafe(24)
    record = Record(owner, said.purpose, form, header, said.type, said.sha256, said.command, length, now() + EXPIRES_S)
    with shelf.counting():
        _must_fit(owner, length)
        shelf.make(secret, record)
    return secret


def _must_fit(owner: str, length: int) -> None:
    known = [record for _, record in _records()]
    under_way = [one for one in known if one.state in (OPEN, FAILED)]
    mine = [one for one in under_way if one.owner == owner]
    if (
        sum(one.state == OPEN for one in mine) >= MOST_UNDER_WAY
        or sum(one.length for one in mine) + length > OWNER_BYTES
    ):
        raise errors.TooManyUploads
    if sum(one.owner == owner for one in known) >= MOST_REMEMBERED:
        raise errors.TooManyUploads
    free = shutil.disk_usage(shelf.root()).free - length
    if sum(one.length for one in under_way) + length > NODE_BYTES or free < SPARE_BYTES:
        raise errors.NoRoom


def _records() -> Iterator[tuple[Slot, Record]]:
    for slot in shelf.slots():
        with suppress(errors.NoSuchUpload):
            yield slot, slot.record()


def find(secret: str, owners: Collection[str]) -> Slot:
    """The upload at that address; raises `NoSuchUpload` (also where it is another's) or `Gone`."""
    slot = shelf.slot(secret)
    record = slot.record()
    if record.owner not in owners:
        raise errors.NoSuchUpload
    _must_last(record)
    return slot


def _must_last(record: Record) -> None:
    if record.state == GONE or (record.state != DONE and record.expires <= now()):
        raise errors.Gone


def status(slot: Slot) -> Status:
    """How it stands. What was complete when a process died is finished now."""
    record = slot.record()
    if record.state == OPEN and slot.offset() == record.length:
        with suppress(Problem):
            finish(slot)
        record = slot.record()
    return _status(slot, record)


def _status(slot: Slot, record: Record) -> Status:
    return Status(record, record.length if record.state == DONE else slot.offset())


def receive(slot: Slot, offset: int, body: Body, checksum: Checksum | None) -> Status:
    """Keep a piece; with the last one, finish. A repeated last piece of no bytes lets a failed finish be tried again.

    Raises `InUse`, `WrongOffset`, `TooMuchSent`, `ChecksumDiffers`, `Cut`, `NoRoom`, and what the purpose raises.
    """
    with slot.locked():
        record = slot.record()
        _must_last(record)
        if record.state == DONE:
            return _nothing_more(slot, record, offset, body)
        here = _settled(slot)
        if offset != here:
            raise errors.WrongOffset
        if body.length is not None and body.length > record.length - here:
            raise errors.TooMuchSent
        _keep(slot, here, record.length - here, body, checksum)
        if slot.offset() > here:
            slot.keep(replace(record, expires=now() + EXPIRES_S))
        return _finish_whole(slot)


def _nothing_more(slot: Slot, record: Record, offset: int, body: Body) -> Status:
    if offset != record.length or body.read(1):
        raise errors.WrongOffset
    return _status(slot, record)


def _settled(slot: Slot) -> int:
    """Where the next piece goes: what a killed process left of an unchecked piece is cut off."""
    here = slot.offset()
    slot.cut_to(here)
    return here


def _keep(slot: Slot, here: int, room: int, body: Body, checksum: Checksum | None) -> None:
    if checksum is None:
        _write(slot, here, room, body, None)
        return
    slot.doubt_from(here)
    heard = hashlib.new(checksum.algorithm, usedforsecurity=False)
    try:
        _write(slot, here, room, body, heard.update)
    except Problem:
        slot.cut_to(here)
        raise
    if heard.digest() != checksum.digest:
        slot.cut_to(here)
        raise errors.ChecksumDiffers
    slot.trust()


def _write(slot: Slot, here: int, room: int, body: Body, hear: Callable[[bytes], None] | None) -> None:
    """Append the body, whatever arrives of it; on the disk before this returns or raises."""
    with slot.data.open("r+b", buffering=0) as file:
        file.seek(here)
        try:
            taken = _copy(body, file, room, hear)
        finally:
            os.fsync(file.fileno())
    if taken > room:
        slot.cut_to(here)
        raise errors.TooMuchSent
    if body.length is not None and taken < body.length:
        raise errors.Cut


def _copy(body: Body, file: IO[bytes], room: int, hear: Callable[[bytes], None] | None) -> int:
    taken = 0
    while taken <= room:
        piece = _piece(body, min(PIECE, room - taken + 1))
        if not piece:
            break
        taken += len(piece)
        if taken <= room:
            _put(file, piece)
            if hear:
                hear(piece)
    return taken


def _piece(body: Body, most: int) -> bytes:
    try:
        return body.read(most)
    except OSError:  # the line was cut, or the server's patience ended
        raise errors.Cut from None


def _put(file: IO[bytes], piece: bytes) -> None:
    try:
        while piece:
            piece = piece[file.write(piece) :]
    except OSError as error:
        if error.errno in FULL:
            raise errors.NoRoom from None
        raise


def finish(slot: Slot) -> Status:
    """Do what a complete upload was for; raises `InUse`, `ChecksumDiffers`, and what the purpose raises."""
    with slot.locked():
        return _finish_whole(slot)


def _finish_whole(slot: Slot) -> Status:
    record = slot.record()
    if record.state in (DONE, GONE) or slot.offset() < record.length:
        return _status(slot, record)
    digest = slot.digest()
    if record.sha256 and digest != record.sha256:
        slot.cut_to(0)
        raise errors.ChecksumDiffers
    try:
        url = _do(slot, record, digest)
    except Problem as problem:
        slot.keep(replace(record, state=FAILED, trouble=_trouble(problem), expires=now() + ENDED_S))
        raise
    ended = record.ended(DONE, now() + ENDED_S, url=url, sha256=digest, trouble=None)
    slot.keep(ended)
    slot.drop_bytes()
    return _status(slot, ended)


def _do(slot: Slot, record: Record, digest: str) -> str:
    finished = registry.Finished(
        path=slot.data,
        type=record.type or None,
        size=record.length,
        sha256=digest,
        fields=QueryDict(record.form),
        viewer=viewer_of_owner(record.owner),
        owner=record.owner,
        command=record.command or f"upload-{slot.name}",
    )
    return registry.find(record.purpose).finish(finished)


def _trouble(problem: Problem) -> Trouble:
    params = {name: value if isinstance(value, int) else str(value) for name, value in problem.params.items()}
    return Trouble(problem.status, problem.code, str(problem.message), params)


def viewer_of_owner(owner: str) -> Viewer:
    """Who an upload is carried out for: the account as it is now; a guest where it is gone, or was a token's."""
    from tejido.ground.people.models import Account
    from tejido.ground.people.viewer import viewer_for

    kind, _, key = owner.partition(":")
    account = Account.objects.filter(pk=int(key)).first() if kind == "account" else None
    return viewer_for(account) if account else GUEST


def give_up(slot: Slot) -> None:
    """Remove what was sent; raises `InUse`. For a day the address answers that it is gone."""
    with slot.locked():
        _end(slot, slot.record())


def _end(slot: Slot, record: Record) -> None:
    slot.keep(record.ended(GONE, now() + ENDED_S, trouble=None))
    slot.drop_bytes()


def remove_of(owner: str) -> None:
    """Remove every upload of an account or token that is no more; a connection that sends one finds it gone."""
    for slot, record in _records():
        if record.owner == owner:
            slot.remove()


def under_way(owner: str) -> list[tuple[int, int]]:
    """Length and offset of each upload of an account or token that has not ended."""
    mine = [(slot, one) for slot, one in _records() if one.owner == owner and one.state in (OPEN, FAILED)]
    return [(one.length, slot.offset()) for slot, one in mine]


def sweep() -> list[str]:
    """Remove what nobody went on with and what ended long ago; the names of those that only wait to be finished."""
    with shelf.counting():
        shelf.remove_half_made()
    waiting = []
    for slot, record in _records():
        if record.expires <= now():
            _expire(slot, record)
        elif record.state == DONE:
            slot.drop_bytes()
        elif record.state == OPEN and slot.offset() == record.length:
            waiting.append(slot.name)
    return waiting


def _expire(slot: Slot, record: Record) -> None:
    with suppress(errors.InUse, errors.NoSuchUpload), slot.locked():
        if slot.record().expires > now():
            return
        if record.state in (DONE, GONE):
            slot.remove()
        else:
            _end(slot, record)
