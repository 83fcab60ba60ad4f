"""The one kind of event: a node says what it holds no more."""

import re
from dataclasses import dataclass
from typing import Annotated

from tejido.ground.bodies import BadBody, Catalogue, Payload, each, hash_text, pattern

CONFIRMED = "erasure.confirmed"
FAMILY = "erasures.receipt"
MOST = 500  # redacts one event may name: 34 KB
OVERWRITTEN, KEYS_DESTROYED = "overwritten", "keys-destroyed"


@dataclass(frozen=True)
class Confirmed(Payload):
    """The writer's node holds nothing more of what these redact events name, and takes it in no more.

    `how`: `overwritten` (database files and journals hold no byte of it) or `keys-destroyed` (payload keys are gone and
    tables rewritten, but the database server's own journals, replicas and backups may hold both for some days).
    """

    redacts: Annotated[tuple[str, ...], each(hash_text, most=MOST, least=1)]
    how: Annotated[str, pattern(re.compile(r"[a-z][a-z-]{0,39}"), "a word of a-z and -")]

    def verify(self) -> None:
        if len(set(self.redacts)) != len(self.redacts):
            raise BadBody("redacts: names one twice")


CATALOGUE = Catalogue({CONFIRMED: Confirmed})
