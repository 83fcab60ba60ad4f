"""What a node's processes do in these tests: `python -m tests.ground.keeping.act DOING [ARGUMENT]` with `TEJIDO_NODE` set.

Each line printed is acknowledged: it is written after the commit, and flushed.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tejido.site.cli import setup

CANARY = "canary-5f1e-before-the-backup"


def profile(text: str) -> dict[str, object]:
    """A body that any network takes."""
    return {"languages": ["en"], "name": text, "place": ""}


def _network() -> bytes:
    from tejido.ground.network import selectors

    return selectors.networks()[0].space


def say(text: str) -> None:
    """Append one event to the network space and print its hash."""
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.public import Fact, append

    print(append(_network(), Fact(PROFILE, profile(text)))[0].hash.hex(), flush=True)


def append_for_ever(_: str) -> None:
    """Append until killed, a line an event."""
    number = 0
    while True:
        number += 1
        say(f"event {number} of process {os.getpid()}")


def fill(count: str) -> None:
    """Append many events in few transactions."""
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.public import Fact, append

    for start in range(0, int(count), 200):
        facts = [Fact(PROFILE, profile(f"event {start + n}")) for n in range(200)]
        append(_network(), *facts)
    print(count, flush=True)


def erase(digest: str) -> None:
    """Redact one of our events."""
    from tejido.ground.network.families import PROFILE
    from tejido.ground.store.public import redact

    target = bytes.fromhex(digest)
    redact(_network(), target, aggregate=target, kind=PROFILE, stub={}, reason="asked")


def held(_: str) -> None:
    """Hashes of all events, state hashes, epoch, and how many are erased, as one JSON object."""
    from tejido.ground.store.hashing import state_hashes
    from tejido.ground.store.models import Event, Own

    own = Own.objects.get()
    states = {bytes(h).hex(): state for h, state in Event.objects.values_list("hash", "state")}
    hashes = state_hashes()
    private = {space: value for space, value in hashes.items() if bytes.fromhex(space) == _network()}
    print(json.dumps({"events": states, "network": private, "epoch": bytes(own.epoch).hex(), "why": own.epoch_reason}))


def open_network(folder: str) -> None:
    """Open a network and write an invitation."""
    from tejido.ground.network import actions

    info = actions.open_network(name="Network")
    actions.invite(network=info.space, path=Path(folder) / "invitation")


def join(folder: str) -> None:
    """Answer the invitation."""
    from tejido.ground.network import actions

    actions.join(invitation=Path(folder) / "invitation", request=Path(folder) / "request")


def admit(folder: str) -> None:
    """Admit whoever asks, and exchange."""
    from tejido.ground.network import actions

    actions.admit(request=Path(folder) / "request")
    exchange(folder)


def exchange(folder: str) -> None:
    """Through the folder's `carrier`."""
    from tejido.ground.network.exchanging import exchange_folder

    exchange_folder(Path(folder) / "carrier")


def token(name: str) -> None:
    """Make an account with a token; a fingerprint of what opens is all that is kept."""
    from tejido.ground.people import OPERATOR
    from tejido.ground.people.actions import create_account
    from tejido.ground.tokens.actions import make_token_for

    account = create_account(viewer=OPERATOR, username=name)
    print(make_token_for(viewer=OPERATOR, account_id=account.pk, name="script", scopes=["me"]).id, flush=True)


DOINGS: dict[str, Callable[[str], None]] = {
    "say": say,
    "append": append_for_ever,
    "fill": fill,
    "erase": erase,
    "token": token,
    "held": held,
    "open": open_network,
    "join": join,
    "admit": admit,
    "exchange": exchange,
}

if __name__ == "__main__":
    setup.django()
    DOINGS[sys.argv[1]](sys.argv[2] if len(sys.argv) > 2 else "")
