"""The organisations of every seed: founded once a process, with the keys that never change."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from tejido.log import writer
from tejido.log.descriptors import Log
from tejido.log.identity import DEVICE, Quorum, genesis_body
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft, Written
from tests.sim.remember import drawn
from tests.support.authors import DAY, seed

NAMES = ("ana", "bo", "cy", "dee", "eve", "fay")
DEVICES = 2


@dataclass(frozen=True)
class Device:
    """A device's signing key and its age recipient, which is a mere name here (see `Boxes`)."""

    key: SigningKey
    age: str


@dataclass(frozen=True)
class Organisation:
    """Keys and identity events of one organisation: the genesis, then one `org.device` for each of its devices."""

    name: str
    org: bytes
    admin: tuple[SigningKey, ...]
    recovery: tuple[SigningKey, ...]
    following: tuple[SigningKey, ...]
    devices: tuple[Device, ...]
    identity: tuple[Written, ...]

    @property
    def log(self) -> Log:
        """Its identity log."""
        return Log.of_identity(self.org)


@lru_cache
def organisation(name: str) -> Organisation:
    """The same one for the same name, in every process."""
    with drawn(Random(name)):
        return _found(name)


def _found(name: str) -> Organisation:
    admin, recovery, following = (
        tuple(SigningKey(seed(f"sim {name} {role} {place}")) for place in range(2))
        for role in ("admin", "recovery", "next")
    )
    quorums = [Quorum(1, tuple(key.public for key in keys)) for keys in (admin, recovery)]
    body = genesis_body(quorums[0], quorums[1], [key.public for key in following])
    events = [writer.write_genesis(body, DAY, [(0, admin[0])])]
    org = events[0].hash
    devices = tuple(
        Device(SigningKey(seed(f"sim {name} device {place}")), f"age1{name}{place}") for place in range(DEVICES)
    )
    for device in devices:
        draft = Draft(DEVICE, {"age": device.age, "key": device.key.public.hex()}, DAY, 0, aggregate=org)
        events.append(writer.write_identity(org, events[-1].head, draft, [(0, admin[0])]))
    return Organisation(name, org, admin, recovery, following, devices, tuple(events))


class Boxes:
    """Epoch keys for age recipients, symbolic but exact: a box opens for the recipient it was made for and says nothing
    to anybody else. (age itself takes half a millisecond a box.)"""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._made: dict[str, tuple[str, bytes]] = {}

    def wrap(self, key: bytes, recipient: str) -> str:
        """A box of `key` for one recipient."""
        token = self._rng.randbytes(12).hex()
        self._made[token] = (recipient, key)
        return token

    def open(self, token: object, recipient: str) -> bytes | None:
        """The key in a box; None for everybody else."""
        made = self._made.get(token) if isinstance(token, str) else None
        return made[1] if made and made[0] == recipient else None
