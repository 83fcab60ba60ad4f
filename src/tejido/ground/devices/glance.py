"""All that the page about keys and devices shows."""

from dataclasses import dataclass

from tejido.ground.devices import policies, selectors
from tejido.ground.devices.selectors import DeviceInfo, ForkInfo, Reach, Told
from tejido.ground.network.selectors import org_name
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import known_own
from tejido.log.words import fingerprint


@dataclass(frozen=True)
class Fork:
    """A fork that stops a log, whose it is, and whether this organisation's sheets can resolve it."""

    name: str
    own: bool
    found: ForkInfo

    @property
    def proof(self) -> tuple[tuple[str, str], ...]:
        """Each branch's first event and its signed header."""
        return tuple(zip(self.found.hashes, self.found.headers, strict=True))


@dataclass(frozen=True)
class Seen:
    """Keys and devices of this organisation. `words`: of its fingerprint."""

    words: str
    confirmed: bool
    devices: tuple[DeviceInfo, ...]
    forks: tuple[Fork, ...]
    reach: tuple[Reach, ...]
    told: tuple[Told, ...]


def keys_and_devices(*, viewer: Viewer) -> Seen:
    """Only keepers see it."""
    require(viewer, policies.MANAGE)
    org = bytes(known_own().org)
    forks = (Fork(org_name(one.org), one.org == org, one) for one in selectors.forks())
    return Seen(
        words=fingerprint(org),
        confirmed=selectors.sheets_confirmed(org),
        devices=tuple(selectors.devices(org)),
        forks=tuple(forks),
        reach=tuple(selectors.reach()),
        told=tuple(selectors.told()),
    )
