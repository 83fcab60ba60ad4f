"""What real nodes do every day, and what befalls their disks: each deed says in a word what it did."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

from django.db import OperationalError

from tejido.ground.charter import actions as charter
from tejido.ground.devices import renewing
from tejido.ground.network import actions
from tejido.ground.network.families import PROFILE
from tejido.ground.network.selectors import own_space
from tejido.ground.store import appending, boot, control, db, erasing, retiring
from tejido.ground.store.hashing import state_hashes
from tejido.ground.store.ingest import ingest
from tejido.ground.store.public import Fact, append
from tejido.ground.store.rebuilding import rebuild
from tejido.ground.store.spaces import share_keys
from tejido.log.admit import Incoming
from tejido.log.payload import Payload
from tejido.practices.relay.events import CHAIN_OPENED
from tests.sim.real.node import RealNode
from tests.sim.real.play import RealPlay, own_epoch

OURS = """SELECT COUNT(*) FROM store_event e JOIN store_log l ON l.id = e.log_id
          WHERE CAST(l.descriptor AS TEXT) LIKE %s"""
ALL = """SELECT l.hash, e.header, e.signature, p.data, k.key_id, k.wrapped FROM store_event e
         JOIN store_log l ON l.id = e.log_id LEFT JOIN store_payload p ON p.event_id = e.id
         LEFT JOIN store_payloadkey k ON k.event_id = e.id ORDER BY e.id"""


class Crash(Exception):
    """The process died within a transaction."""


def today() -> date:
    """As nodes tell it."""
    return datetime.now(UTC).date()


def say(play: RealPlay, node: RealNode) -> str:
    """A word of its own: in its profile, as a question in the relay room, or at home."""
    word = f"palabra-{play.rng.randbytes(8).hex()}"
    profile = Fact(PROFILE, {"languages": [], "name": word, "place": ""})
    question = Fact(CHAIN_OPENED, {"circle": "ab" * 32, "lang": "en", "question": "¿?", "title": word})
    with node.here():
        if play.rng.random() < 0.1:
            play.private[append(own_space(), profile)[0].hash] = word
            return f"{node.name} at home {word}"
    if not play.inside(node):
        return f"{node.name} is not in it"
    with node.here():
        done = append(play.network, play.rng.choice((profile, profile, question)))[0]
    play.words[done.hash] = word
    return f"{node.name} {word}"


def call(play: RealPlay, node: RealNode) -> str:
    """An exchange over a bad line, which may end at any turn."""
    other = play.rng.choice([one for one in play.nodes if one is not node])
    turns = play.exchange(node, other, chance=0.2)
    return f"{node.name} → {other.name}, {turns} turns"


def redact(play: RealPlay, node: RealNode) -> str:
    """One of our words goes, and its bytes."""
    held = node.held()
    mine = [event for event in play.words if play.book.events[event].log.org == node.org and held.get(event) == 1]
    if not mine or not play.inside(node):
        return f"{node.name} has nothing to take back"
    event = play.rng.choice(mine)
    with node.here():
        kind = play.book.events[event].kind
        appending.redact(play.network, event, aggregate=event, kind=kind, stub={}, reason="asked")
        erasing.scrub()
    return f"{node.name} {play.words[event]}"


def crash(play: RealPlay, node: RealNode) -> str:
    """The process dies after the events were written and before they are folded: nothing of it happened."""
    with node.here():
        before = db.value("SELECT COUNT(*) FROM store_event")
        with patch.object(control, "refold", side_effect=Crash), _expecting(Crash):
            append(own_space(), Fact(PROFILE, {"languages": [], "name": "x", "place": ""}))
        assert db.value("SELECT COUNT(*) FROM store_event") == before, f"{node.name} kept half of a transaction"
    return node.name


def full(play: RealPlay, node: RealNode) -> str:
    """No page more fits into the database; then there is room again."""
    with node.here():
        before = db.value("SELECT COUNT(*) FROM store_event")
        db.rows(f"PRAGMA max_page_count = {db.value('PRAGMA page_count')}")
        try:
            for _ in range(40):
                append(own_space(), Fact(PROFILE, {"languages": [], "name": "much", "place": ""}))
        except OperationalError as error:
            said = str(error)
        else:
            said = "there was still room"
        assert "full" in said or said == "there was still room", said
        db.rows("PRAGMA max_page_count = 1073741823")
        kept = db.value("SELECT COUNT(*) FROM store_event") - before
    return f"{node.name} {said} after {kept}"


def back(play: RealPlay, node: RealNode) -> str:
    """A backup is made, or the last one comes back; nothing is written into the old log again."""
    with node.here():
        if not node.saved:
            node.backup()
            return f"{node.name} is saved"
        epoch, mine = own_epoch(), [f"%{node.device.hex()}%"]
        written = db.value(OURS, mine)
        node.restore()
        if play.rng.random() < 0.5:
            return f"{node.name} is restored while it runs"
        boot.forget()
        fewer = db.value(OURS, mine) < written
        boot.ensure()
        assert not fewer or own_epoch() != epoch, f"{node.name} goes on in its old log"
    return f"{node.name} is restored"


def again(play: RealPlay, node: RealNode) -> str:
    """What follows from the log is made anew, and everything is taken in once more: nothing changes."""
    with node.here():
        before = state_hashes()
        if play.rng.random() < 0.5:
            rebuild()
        else:
            report = ingest(play.rng.sample(found := _everything(), len(found)))
            assert (report.accepted, report.filled, report.refused) == (0, 0, []), (
                "taking in what is held changes something"
            )
        assert state_hashes() == before, f"{node.name} folds something else when it folds anew"
    return node.name


def _everything() -> list[Incoming]:
    return [
        Incoming(
            bytes(log), bytes(header), bytes(signature),
            None if data is None else Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b"")),
        )
        for log, header, signature, data, key_id, wrapped in db.rows(ALL)
    ]  # fmt: skip


def renew(play: RealPlay, _node: RealNode) -> str:
    """The founder begins a new key, as each quarter."""
    if not play.inside(play.founder):
        return "the founder has come back and knows nothing yet"
    with play.founder.here():
        share_keys(play.network, renew=True)
        return play.current_key()


def retire(play: RealPlay, node: RealNode) -> str:
    """A year has gone by, by this node's clock: keys of spaces go that nothing needs."""
    with node.here():
        return f"{node.name} destroys {retiring.carry_out(today() + timedelta(days=365))}"


def tend(play: RealPlay, node: RealNode) -> str:
    """What a node does by itself in the background: keys for new devices and after revocations, what members decided; what
    lies under keys that nobody gives any more is wrapped anew."""
    with node.here():
        done = renewing.carry_out(today())
        done += ["gone"] * retiring.carry_out(today())
        info = play.info()
        if info is not None and info.admitted:
            done += ["level"] * actions.level(info)
            done += [one[:8] for one in charter.carry_out(network=info)]
    return f"{node.name} {done}"


@contextmanager
def _expecting(kind: type[Exception]) -> Iterator[None]:
    try:
        yield
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected")


Deed = Callable[[RealPlay, RealNode], str]
ORDINARY: tuple[Deed, ...] = (say, say, say, call, call, tend)
TROUBLE: tuple[Deed, ...] = (redact, crash, full, back, again, renew, retire)
