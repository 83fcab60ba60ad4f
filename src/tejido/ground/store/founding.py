"""Founding an organisation on this node: genesis, first device, and its own space."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tejido.ground import originals
from tejido.ground.errors import Conflict
from tejido.ground.store import boot, db, keyring, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Own
from tejido.ground.store.spaces import open_space
from tejido.log import writer
from tejido.log.identity import DEVICE, Quorum, genesis_body
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft

PRINTED = 3
NEEDED = 2


@dataclass(frozen=True)
class Sheets:
    """Private keys for print: two of three sign. They are not kept on the node."""

    org: bytes
    admin: tuple[SigningKey, ...]
    recovery: tuple[SigningKey, ...]
    next: tuple[SigningKey, ...]


def found(keep: Callable[[Sheets], object] = lambda _: None) -> Sheets:
    """Make an organisation of this node; raises `Conflict` if it has one.

    `keep` writes the sheets before anything is committed: a founding that is cut short leaves no organisation whose keys
    nobody has, and can be run again."""
    if Own.objects.exists():
        raise Conflict("This node has an organisation already; a second one needs a node of its own.")
    admin, recovery, following = (tuple(SigningKey.generate() for _ in range(PRINTED)) for _ in range(3))
    body = genesis_body(
        Quorum(NEEDED, tuple(k.public for k in admin)),
        Quorum(NEEDED, tuple(k.public for k in recovery)),
        [k.public for k in following],
    )
    key, age = keyring.create()
    day = datetime.now(UTC).date().isoformat()
    signers = list(enumerate(admin))[:NEEDED]
    genesis = writer.write_genesis(body, day, signers)
    device = Draft(DEVICE, {"age": age, "key": key.public.hex()}, day, 0, aggregate=genesis.hash)
    first = writer.write_identity(genesis.hash, genesis.head, device, signers)
    sheets = Sheets(genesis.hash, admin, recovery, following)
    with db.writing():
        ingest([genesis.incoming])
        ingest([first.incoming])
        Own.objects.create(id=1, org=genesis.hash, device=key.public, epoch=b"", own_space=0)
        boot.new_epoch("the node was created")
        boot.renew()
        own = open_space("own", public=False)
        Own.objects.update(own_space=logs.space_row(own).id)
        originals.remember(key.seed for key in recovery)
        keep(sheets)
    return sheets
