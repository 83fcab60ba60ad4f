"""Another organisation of the network that publishes, and whose publications this node holds."""

from typing import Any

from tejido.ground.blobs import BlobRef
from tejido.ground.network import selectors as networks
from tejido.ground.store import logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.public import row_key
from tejido.ground.store.spaces import set_members
from tejido.log.descriptors import Space
from tejido.practices.relay.publishing import events as ev
from tests.practices.relay.builders import Node
from tests.practices.relay.publishing.builders import Lagos
from tests.support.authors import Room

TERMS = {"purposes": ["transcript"], "audio": "none", "since": "2026-11-20"}


class Partner(Lagos):
    """Lagos, in the public space as well."""

    def __init__(self, node: Node) -> None:
        """Join the network's public space."""
        super().__init__(node)
        info = next(one for one in networks.networks() if one.space == node.network)
        assert info.public_space
        set_members(info.public_space, [self.org.org])
        self.room = Room(Space.parse(bytes(logs.space_row(info.public_space).descriptor)), self.org)

    def publish(self, slug: str, title: str, words: str, *, sound: BlobRef | None = None, **more: Any) -> str:
        """A publication of one voice; its row key."""
        heard: dict[str, Any] = {"audio": sound.to_dict(), "voice": "own", "duration": 1000} if sound else {}
        segment = {"id": "a", "text": words, "start": None, "end": None, "by": "person"}
        voice = self.say(
            ev.VOICE_PUBLISHED, who="Main gate", place="Lagos", day="2026-11-20", lang="en", role="report",
            consent={**TERMS, "audio": "own"} if sound else TERMS, segments=[segment], **heard,
        )  # fmt: skip
        item = {"number": 1, "voice": voice.hash.hex(), "role": "report", "day": "2026-11-20"}
        self.say(
            ev.EDITION_PUBLISHED, slug=slug, number=1, titles={"en": title}, langs=["en"], items=[item],
            licence={"name": "CC-BY-4.0"}, day="2026-11-20", **more,
        )  # fmt: skip
        return row_key(voice.hash)

    def say(self, event: str, aggregate: bytes = b"", **body: Any) -> Any:
        """One event that arrives here."""
        if event not in ev.CATALOGUE.payloads:
            return super().say(event, aggregate, **body)
        checked = ev.CATALOGUE.payloads[event].from_body(body).body()
        made = self.world.say(self.org, self.room, event, checked, aggregate)
        ingest([made.incoming], known_logs=[self.org.log(self.room.space)])
        return made
