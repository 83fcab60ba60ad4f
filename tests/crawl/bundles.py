"""Bundles of the seeded node, one in each direction, and a look into them as their recipient and as a carrier has it."""

import io
from collections.abc import Iterator
from pathlib import Path

from tejido.ground.bundles import making, reading, shelf, tasks
from tejido.ground.bundles.planning import Wish
from tejido.ground.network.families import PROFILE
from tejido.ground.network.selectors import org_id
from tejido.ground.store import keyring, logs
from tejido.log.descriptors import Space
from tejido.log.payload import Payload
from tejido.replication import frames, parts, sealing
from tejido.replication.bundle import Reader
from tejido.replication.frames import Frame
from tests.crawl.seed import Seeded
from tests.support.authors import Room, age_of
from tests.support.bundles import parts_of, stream_of


def made_for(*orgs: bytes) -> str:
    """A bundle made here, with everything that they may have."""
    row = making.request(Wish(tuple(sorted(orgs))))
    tasks.make_now(row.id)
    return row.id


def part_from(made: Seeded, name: str = "6c" * 16) -> bytes:
    """A whole bundle by Lagos, in one part."""
    row = logs.space_row(made.network)
    room = Room(Space.parse(bytes(row.descriptor)), made.lagos, [*made.stick.keys.values()][-1:])
    one = made.world.say(made.lagos, room, PROFILE, {"languages": [], "name": "by bundle", "place": ""})
    log = made.lagos.log(room.space)
    stream = stream_of(made.lagos, [org_id()], log, room.space, [one], name=name)
    ours = keyring.age_identity(keyring.folder() / keyring.AGE).to_public()
    return parts_of(stream, [str(ours)], name=name)[0]


def arrived_from(made: Seeded) -> str:
    """A bundle by Lagos that came and was looked at."""
    name = reading.gather(io.BytesIO(part_from(made, "7d" * 16))).id
    tasks.read_now(name)
    return name


def keys_of(made: Seeded) -> dict[str, dict[str, str]]:
    """What the addresses of bundles name, by the word before it."""
    sent, arrived = {"bundle": made_for(made.lagos.org), "number": "1"}, {"bundle": arrived_from(made)}
    return {"send": sent, "made": sent, "take": arrived, "arriving": arrived}


def inside(bundle: str, name: str) -> Iterator[Payload]:
    """Payloads that an organisation finds in a bundle made here, by its own age key."""
    found: list[Frame] = []
    reader = Reader(lambda _: None, found.append)
    sealing.unseal(io.BytesIO(b"".join(_bytes(bundle))), age_of(name), reader)
    reader.finish()
    for frame in found:
        if frame.kind == frames.PAYLOAD:
            yield Payload.unpack(frame.body[32:])


def _bytes(bundle: str) -> Iterator[bytes]:
    folder: Path = shelf.made(bundle)
    for number in shelf.numbers(folder):
        yield shelf.part(folder, number).read_bytes()[parts.HEAD :]
