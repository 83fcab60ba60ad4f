"""Exchange in the background: a button starts it, the page shows how far it is, a killed one goes on at the next."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from tejido.ground import work
from tejido.ground.errors import Problem
from tejido.ground.network import actions, folders, selectors
from tejido.ground.network.exchanging import exchange_folder
from tejido.ground.store.models import Own

UNEVEN = "network:lists"
RUNNING = frozenset({"running", "waiting"})


def key_of(folder: str) -> str:
    """The id of a folder in the queue."""
    return sha256(folder.encode()).hexdigest()[:32]


def claim_key(folder: str) -> str:
    """The name of the work on a folder."""
    return f"exchange:{key_of(folder)}"


def request(folder: str) -> None:
    """Let the worker exchange with a folder as soon as it can."""
    work.enqueue_once(exchange, key_of(folder))


def asked_for(paths: Collection[str]) -> dict[str, int]:
    """Of these folders those whose exchange was asked for and is not done: how far it is, in percent."""
    waiting = work.waiting_for(exchange)
    found = work.progress_of([claim_key(path) for path in paths])
    at = {path: found.get(claim_key(path)) for path in paths}
    running = {path: one.permille // 10 for path, one in at.items() if one and one.state in RUNNING}
    return {path: 0 for path in paths if key_of(path) in waiting} | running


@work.task()
def exchange(key: str) -> None:
    """Exchange with one configured folder; how it went is kept with it, also where there was none."""
    for path in folders.configured():
        if key_of(path) == key:
            with work.claim(claim_key(path)) as held:
                _exchange(path, held)


def _exchange(path: str, held: work.Held) -> None:
    try:
        exchange_folder(Path(path), held.now_and_then())
    except Problem:
        return  # it stands on the page


@work.sweeper
def uneven() -> None:
    """Queue the levelling of member lists of which one was lost with a device."""
    if Own.objects.exists() and any(map(actions.uneven, selectors.networks())) and work.due([UNEVEN]):
        work.enqueue_once(level, "lists")


@work.task()
def level(which: str) -> None:
    """Write public member lists after the networks' own."""
    del which
    with work.claim(UNEVEN):
        for info in selectors.networks():
            actions.level(info)
