"""A node in a network, and a stranger: another organisation with a device of its own, whose signed files are real."""

from dataclasses import dataclass, field
from typing import Any

import pyrage

from tejido.ground.network import papers
from tejido.ground.network.actions import open_network, state_profile
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.store import boot, founding
from tejido.log import canon, keys, writer
from tejido.log.descriptors import Space
from tejido.log.identity import DEVICE, Quorum, genesis_body
from tejido.log.keys import SigningKey
from tejido.log.words import fingerprint
from tejido.log.writer import Draft

DAY = "2026-11-20"


def a_network(*, named: bool = True) -> NetworkInfo:
    """A network that this node has founded, and in which it has said who it is."""
    boot.forget()
    founding.found()
    made = open_network(name="Fábricas")
    if named:
        state_profile(network=made.space, name="Warehouse Workers", place="Chicago", languages=["es", "en"])
    return made


@dataclass
class Stranger:
    """An organisation that lives nowhere but in its keys."""

    key: SigningKey = field(default_factory=SigningKey.generate)

    def __post_init__(self) -> None:
        admin, recovery, following = ([SigningKey.generate() for _ in range(3)] for _ in range(3))
        body = genesis_body(
            Quorum(2, tuple(k.public for k in admin)),
            Quorum(2, tuple(k.public for k in recovery)),
            [k.public for k in following],
        )
        signers = list(enumerate(admin))[:2]
        genesis = writer.write_genesis(body, DAY, signers)
        self.org, self.signers = genesis.hash, signers
        self.opener = pyrage.x25519.Identity.generate()
        self.age = str(self.opener.to_public())
        said = {"age": self.age, "key": self.key.public.hex()}
        device = Draft(DEVICE, said, DAY, 0, aggregate=self.org)
        first = writer.write_identity(self.org, genesis.head, device, signers)
        self.identity = [genesis.incoming, first.incoming]

    @property
    def words(self) -> str:
        """Of its fingerprint."""
        return fingerprint(self.org)

    def paper(self, form: str, body: dict[str, Any], **changes: Any) -> bytes:
        """A signed file; `changes` replace what it says of its signer."""
        said = {
            "body": body,
            "device": self.key.public.hex(),
            "form": form,
            "identity": [papers._packed(one) for one in self.identity],
            "org": self.org.hex(),
        }
        data = canon.encode(said | changes)
        return self.key.sign(keys.FILE, data).hex().encode() + b"\n" + data + b"\n"

    def request(self, network: NetworkInfo, **changes: Any) -> bytes:
        """Its request to be admitted."""
        return self.paper(papers.REQUEST, {"network": network.space.hex()}, **changes)

    def invitation(self, name: str = "Tenants") -> bytes:
        """Its invitation to a network that it has opened."""
        network, public = Space.new(self.org, public=False), Space.new(self.org, public=True)
        spaces = [
            {"folder": "ab" * 16, "purpose": "network", "space": network.data.decode()},
            {"folder": "cd" * 16, "purpose": "public", "space": public.data.decode()},
        ]
        return self.paper(papers.INVITATION, {"name": name, "spaces": spaces})
