"""What a person may do with bundles: the permission first, then the action. Pages, the API and commands call these."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tejido.ground.bundles import glance, making, planning, reading, shelf, tasks
from tejido.ground.bundles.errors import NotWhole, TooManyParts
from tejido.ground.bundles.models import Arriving, Made
from tejido.ground.bundles.planning import Estimate, Wish
from tejido.ground.bundles.records import ArrivingGlance, MadeGlance
from tejido.ground.bundles.replica import BundleStore
from tejido.ground.errors import Invalid, NotFound
from tejido.ground.network import policies
from tejido.ground.people import Viewer, require
from tejido.replication.parts import Readable

MEGABYTE = 1_000_000
LEAST_PART, MOST_PART = 1, 2000  # megabytes


class Nobody(Invalid):
    """Choose at least one organisation of your networks."""

    code = "nobody"


def wish(*, viewer: Viewer, to: Sequence[str], since: str, blobs: bool, megabytes: int) -> Wish:
    """What somebody asks for; raises `Nobody`, or `Invalid`. `megabytes` of a part, 0 for one file."""
    known = {one.org for one in glance.members(viewer=viewer)}
    if not to or not set(to) <= known:
        raise Nobody
    if since not in planning.SINCE:
        raise Invalid
    if megabytes and not LEAST_PART <= megabytes <= MOST_PART:
        raise TooManyParts
    return Wish(tuple(sorted(bytes.fromhex(one) for one in set(to))), since, blobs, megabytes * MEGABYTE)


def preview(*, viewer: Viewer, asked: Wish) -> Estimate:
    """About how large it will be; nothing is made."""
    require(viewer, policies.EXCHANGE)
    return planning.estimate(asked, planning.planned(asked, BundleStore()))


def make(*, viewer: Viewer, asked: Wish) -> MadeGlance:
    """Make it: by the worker, or here where none is free."""
    require(viewer, policies.EXCHANGE)
    row = making.request(asked)
    tasks.soon(tasks.make, tasks.make_now, row.id)
    return glance.made_one(viewer=viewer, bundle=row.id)


def part(*, viewer: Viewer, bundle: str, number: int) -> tuple[str, Path]:
    """One part of a bundle that is ready: what it is called, and where it lies. Raises `NotFound`."""
    found = next((one for one in glance.made_one(viewer=viewer, bundle=bundle).parts if one.number == number), None)
    if found is None:
        raise NotFound
    return found.name, shelf.part(shelf.made(bundle), number)


def remove(*, viewer: Viewer, bundle: str) -> None:
    """Delete a bundle that was made here."""
    require(viewer, policies.EXCHANGE)
    if not Made.objects.filter(id=bundle).exists():
        raise NotFound
    making.forget([bundle])


def gather(*, viewer: Viewer, files: Iterable[Readable]) -> list[str]:
    """Keep parts; the ids of their bundles. Those that are whole now are looked at."""
    require(viewer, policies.EXCHANGE)
    found = [reading.gather(file) for file in files]
    names = list(dict.fromkeys(one.id for one in found))
    for name in names:
        row = Arriving.objects.filter(id=name, error="").first()
        if row is not None and not row.said and not reading.missing(row):
            tasks.soon(tasks.read, tasks.read_now, name)
    return names


def take(*, viewer: Viewer, bundle: str) -> ArrivingGlance:
    """Take in a bundle that was looked at; one that was taken in already stays as it is."""
    found = glance.arrived(viewer=viewer, bundle=bundle)
    if found.report is None:
        if found.error or found.missing:
            raise NotWhole
        Arriving.objects.filter(id=bundle).update(agreed=True)
        tasks.soon(tasks.read, tasks.read_now, bundle)
    return glance.arrived(viewer=viewer, bundle=bundle)


def discard(*, viewer: Viewer, bundle: str) -> None:
    """Throw away what came of a bundle."""
    require(viewer, policies.EXCHANGE)
    if not Arriving.objects.filter(id=bundle).exists():
        raise NotFound
    reading.discard(bundle)
