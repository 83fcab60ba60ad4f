"""Writing a bundle: once to count and to hash, once to sign, close and cut. Neither pass keeps more than a page in memory."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from tejido.ground import work
from tejido.ground.bundles import planning, shelf
from tejido.ground.bundles.errors import NoRoom, Restless
from tejido.ground.bundles.models import Made, Sent
from tejido.ground.bundles.planning import Wish
from tejido.ground.bundles.replica import BundleStore
from tejido.ground.errors import Problem
from tejido.ground.store import db, keyring
from tejido.ground.store.public import own_row
from tejido.ground.witness import public as witness
from tejido.log.errors import Malformed
from tejido.replication import bundle, carrying, parts, sealing
from tejido.replication.bundle import BadBundle, Manifest, Tally
from tejido.replication.carrying import Plan
from tejido.replication.frames import Frame
from tejido.replication.parts import Label, Splitter

TRIES = 3
NO_SPLIT = 1 << 62
Tell = Callable[[int], None]
OpenPart = Callable[[int], BinaryIO]


@dataclass(frozen=True)
class Written:
    """A bundle that was written: what it holds, and the label of each part."""

    plan: Plan
    manifest: Manifest
    labels: tuple[Label, ...]


def new_id() -> str:
    """A random id, which names a bundle and tells nothing."""
    return secrets.token_hex(16)


def write(wish: Wish, name: str, open_part: OpenPart, tell: Tell = lambda _: None) -> Written:
    """Write a bundle into the parts that `open_part(number)` opens; the labels are to be put over their first bytes.

    What changes meanwhile would break its digest: then it is written anew, and `open_part(1)` called again."""
    store = BundleStore()
    for space in carrying.common(store, bytes(own_row().org), wish.recipients):
        witness.own(space.space.id, today=timezone.now().date())
    for _ in range(TRIES):
        plan = planning.planned(wish, store)
        expected = planning.estimate(wish, plan).size
        with suppress(BadBundle):
            return _written(wish, plan, name, open_part, _Passes(expected, tell))
    raise Restless


def _written(wish: Wish, plan: Plan, name: str, open_part: OpenPart, passes: "_Passes") -> Written:
    store = BundleStore()
    tally = bundle.count(passes.watched(carrying.give(store, plan), 0, 300))
    manifest = _manifest(plan, name, tally)
    splitter = Splitter(name, wish.part_bytes or NO_SPLIT, open_part)
    given = passes.watched(carrying.give(store, plan), 300, 1000)
    try:
        pieces = bundle.write(bundle.sign(manifest, keyring.device_key()), given)
        sealing.seal(pieces, planning.ages_of(plan.recipients), splitter)
    finally:
        splitter.close()
    return Written(plan, manifest, tuple(splitter.labels()))


def _manifest(plan: Plan, name: str, tally: Tally) -> Manifest:
    own = own_row()
    day = timezone.now().date().isoformat()
    org, device = bytes(own.org), bytes(own.device)
    return Manifest(org, device, plan.recipients, plan.ranges, tally.counts, tally.size, tally.digest, day, name)


@dataclass
class _Passes:
    """Tells how far the writing is, in thousandths."""

    expected: int
    tell: Tell

    def watched(self, given: Iterable[Frame], begin: int, end: int) -> Iterator[Frame]:
        """The same frames."""
        done = 0
        for frame in given:
            done += len(frame.body)
            self.tell(min(end - 1, begin + (end - begin) * done // self.expected))
            yield frame


def stamp(path: Path, label: Label) -> None:
    """Put a part's label over its first bytes."""
    with path.open("r+b") as file:
        file.write(label.encode())


def to_folder(wish: Wish, folder: Path, name: str, tell: Tell = lambda _: None) -> Written:
    """Write the parts as numbered files into a folder, which is emptied first; raises what `write` does, or `NoRoom`."""

    def open_part(number: int) -> BinaryIO:
        if number == 1:
            shelf.fresh(folder)
        return shelf.open_new(shelf.part(folder, number))

    try:
        done = write(wish, name, open_part, tell)
        for label in done.labels:
            stamp(shelf.part(folder, label.number), label)
    except OSError as error:
        shelf.remove(folder)
        raise NoRoom from error
    return done


def note_sent(done: Written) -> None:
    """Remember up to where each log went; for "since the last one"."""
    now = timezone.now()
    for org in done.plan.recipients:
        for one in done.plan.ranges:
            values = {"seq": one.last, "hash": one.head, "at": now}
            Sent.objects.update_or_create(org=org, log=one.log, defaults=values)


def request(wish: Wish) -> Made:
    """A bundle to be made for keeping here some days; `carry_out` makes it."""
    plan = planning.planned(wish, BundleStore())
    if not shelf.room(planning.estimate(wish, plan).size):
        raise NoRoom
    return Made.objects.create(
        id=new_id(),
        at=timezone.now(),
        recipients=[one.hex() for one in wish.recipients],
        since=wish.since,
        blobs=wish.blobs,
        part_bytes=wish.part_bytes,
    )


def carry_out(name: str, tell: Tell = lambda _: None) -> None:
    """Make a bundle that was asked for; why it could not be made stands with it. Done already, it stays as it is."""
    made = Made.objects.filter(id=name, state=Made.State.WAITING).first()
    if made is None:
        return
    wish = Wish(tuple(map(bytes.fromhex, made.recipients)), made.since, made.blobs, made.part_bytes)
    try:
        done = _quiet(wish, made, tell)
    except (Problem, Malformed) as problem:
        shelf.remove(shelf.made(name))
        Made.objects.filter(id=name).update(state=Made.State.FAILED, error=str(problem)[:500])
        return
    counts = done.manifest.counts
    values = {"events": counts["events"], "recordings": counts["blobs"], "parts": len(done.labels)}
    size = shelf.size(shelf.made(name))
    with db.writing():
        Made.objects.filter(id=name).update(state=Made.State.READY, size=size, at=timezone.now(), **values)
        note_sent(done)


def _quiet(wish: Wish, made: Made, tell: Tell) -> Written:
    """Written while nothing within it was erased: what is erased before it is ready must not be in it."""
    for _ in range(TRIES):
        spans = planning.listed(planning.planned(wish, BundleStore()).spans)
        before = planning.erased_within(spans)
        done = to_folder(wish, shelf.made(made.id), made.id, tell)
        spans = planning.listed(done.plan.spans)
        if planning.erased_within(spans) == before:
            Made.objects.filter(id=made.id).update(spans=spans, erased=before)
            return done
    raise Restless


def claim_key(name: str) -> str:
    """The name of the work on it."""
    return f"bundles:make:{name}"


def forget(names: Sequence[str]) -> None:
    """Delete bundles made here; what a process that dies in between leaves of their files is tidied away later."""
    Made.objects.filter(id__in=list(names)).delete()
    for name in names:
        transaction.on_commit(partial(shelf.remove, shelf.made(name)), robust=True)
    work.forget([claim_key(name) for name in names])


def labelled(name: str, number: int) -> str:
    """What the file of a part is called where it leaves the node."""
    made = Made.objects.get(id=name)
    return parts.part_name(name, number, made.parts)
