"""A network that another organisation has founded, with this node in it: its other members live in their keys alone and
write real events.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tejido.ground.charter import defaults
from tejido.ground.charter.events import FOUNDED, GO_ON, PROPOSED, SUCCESSOR
from tejido.ground.network import papers
from tejido.ground.network import selectors as networks
from tejido.ground.network.families import OPENED
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.store import boot, db, founding
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Org
from tejido.log import canon, keys, writer
from tejido.log.descriptors import Space
from tejido.log.writer import Draft, Head, Written
from tests.support.authors import AT, DAY, Author, World

TOP = """SELECT e.hash, e.lam FROM store_event e JOIN store_log l ON l.id = e.log_id JOIN store_space s ON s.id = l.space_id
         WHERE s.hash = %s ORDER BY e.lam DESC, e.id DESC LIMIT 1"""


@dataclass
class Us:
    """This node's organisation, as whoever gives it keys sees it."""

    org: bytes
    recipient: str


@dataclass
class Elsewhere:
    """The network “Open ears” of Founder, with some members (`bo`, `cy`, …) and this organisation in it."""

    members: Sequence[str]
    world: World = field(default_factory=World)
    authors: dict[str, Author] = field(default_factory=dict)

    def __post_init__(self) -> None:
        boot.forget()
        founding.found()
        own = Org.objects.get(hash=networks.org_id())
        us: Any = Us(bytes(own.hash), next(iter(own.devices.values())))
        self.authors = {name: self.world.author(name) for name in ("founder", *self.members)}
        everybody = [*self.authors.values(), us]
        self.public = self.world.room(self.founder, public=True, members=everybody, name="public")
        self.room = self.world.room(self.founder, public=False, members=everybody, name="network")
        said = {"name": "Open ears", "public_space": self.public.space.id.hex()}
        self.world.say(self.founder, self.room, OPENED, said)
        spaces = (self.room.space, self.public.space)
        ingest([one.incoming for one in self.world.written], spaces=spaces, known_logs=self.world.logs.values())

    @property
    def founder(self) -> Author:
        """Who owns the network's spaces."""
        return self.authors["founder"]

    @property
    def info(self) -> NetworkInfo:
        """The network as it is now."""
        return next(one for one in networks.networks() if one.space == self.room.space.id)

    def say(self, who: str | Author, kind: str, body: dict[str, Any], aggregate: bytes = b"") -> Written:
        """Somebody's next event in the network, after everything that is held here; it arrives at once."""
        author = self.authors[who] if isinstance(who, str) else who
        log = author.log(self.room.space)
        ((top, lam),) = db.rows(TOP, [self.room.space.id])
        draft = Draft(kind, body, DAY, AT, aggregate=aggregate, deps=(bytes(top),))
        made = writer.write(
            log, author.heads.get(log.id, Head()), draft, author.device, lam=lam, epoch_key=self.room.key
        )
        author.heads[log.id] = made.head
        ingest([made.incoming], known_logs=[log])
        return made

    def charter(self, **rules: str) -> Written:
        """The founder's first charter."""
        body = {"chapters": defaults.CHAPTERS, "rules": {**defaults.RULES.body(), **rules}, "replaces": "", "note": ""}
        return self.say("founder", PROPOSED, body)

    def succeed(self, who: str | Author, name: str, charter: Written | None = None) -> bytes:
        """Somebody proposes a successor; its hash."""
        body = {"charter": charter.hash.hex() if charter else "", "name": name, "words": "Nobody answers."}
        return self.say(who, SUCCESSOR, body).hash

    def go_on(self, who: str, matter: bytes, *, asks: str = "") -> None:
        """Somebody goes on in it; `asks`: with a request to be let in there, by the space's id in hex."""
        paper = self.request(who, asks).decode() if asks else ""
        self.say(who, GO_ON, {"paper": paper, "words": ""}, matter)

    def found(self, who: str, matter: bytes, *others: bytes, owner: str = "") -> str:
        """Somebody says that it is founded, with spaces of `owner` (default: its own); the members' one's id in hex."""
        mine = self.authors[owner or who].org
        both = [Space.new(mine, public=public) for public in (False, True)]
        spaces = [
            {"folder": "ab" * 16, "purpose": name, "space": one.data.decode()}
            for name, one in zip(("network", "public"), both, strict=True)
        ]
        members = sorted({self.authors[who].org.hex(), *(org.hex() for org in others)})
        self.say(who, FOUNDED, {"members": members, "spaces": spaces}, matter)
        return both[0].id.hex()

    def request(self, who: str, network: str) -> bytes:
        """Somebody's signed request to be let into a network."""
        author = self.authors[who]
        said = {
            "body": {"name": who, "network": network}, "device": author.device.public.hex(), "form": papers.REQUEST,
            "identity": [papers._packed(one.incoming) for one in author.identity], "org": author.org.hex(),
        }  # fmt: skip
        data = canon.encode(said)
        return author.device.sign(keys.FILE, data).hex().encode() + b"\n" + data + b"\n"
