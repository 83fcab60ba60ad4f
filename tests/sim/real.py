"""The same kind of play on real stores: three nodes with SQLite databases in a temporary folder, in one process that goes
from one to the other; real core, crashes within a transaction, disks that are full, backups that come back, words erased."""

import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from tejido.log.payload import epoch_key_id

NAMES = ("ana", "bo", "cy")
STEPS = (12, 25)
DATABASE = "node.sqlite3"
OURS = "SELECT COUNT(*) FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.org = %s"


class Crash(Exception):
    """The process died within a transaction."""


def main(first: int, seeds: int) -> int:
    """Play these seeds and tell; the exit status is 1 where one failed."""
    began, failed = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="tejido-sim-") as folder:
        template = _template(Path(folder))
        for seed in range(first, first + seeds):
            failed += _tell(seed, template, Path(folder) / str(seed))
    print(f"{seeds} seeds on real stores, {failed} failed, {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


def _template(folder: Path) -> Path:
    """A node's folder with an empty database, made once."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
    os.environ["TEJIDO_NODE"] = str(folder / "template")
    (folder / "template").mkdir()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from tejido.ground.store import tables

    tables.ensure()
    found = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    return found


def _tell(seed: int, template: Path, folder: Path) -> int:
    play = RealPlay(seed, template, folder)
    try:
        play.run()
    except Exception as error:  # noqa: BLE001 - whatever a node could not stand is what we look for
        traceback.print_exc()
        print("\n".join(play.story))
        print(f"seed {seed}: {type(error).__name__}: {error}")
        print(f"repeat it with: python -m tests.sim --real --seed {seed}")
        return 1
    finally:
        play.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


class RealNode:
    """A node's folder and its connection."""

    def __init__(self, name: str, template: Path, folder: Path) -> None:
        from django.db import connections

        self.name, self.folder = name, folder / name
        self.folder.mkdir(parents=True)
        self.database = self.folder / DATABASE
        shutil.copy(template, self.database)
        self.connection: Any = connections.create_connection("default")
        self.connection.settings_dict = {**self.connection.settings_dict, "NAME": str(self.database)}
        self.org, self.device = b"", b""

    @contextmanager
    def here(self) -> Iterator[None]:
        """Within this block the process is this node."""
        from django.conf import settings
        from django.db import connections

        before, was = connections["default"], settings.NODE_DIR
        connections["default"], settings.NODE_DIR = self.connection, self.folder
        try:
            yield
        finally:
            connections["default"], settings.NODE_DIR = before, was

    def backup(self) -> None:
        """The database alone is copied, as people do."""
        self.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.database, self.folder / "backup")

    def restore(self) -> None:
        """It comes back while the keys' folder stays."""
        self.connection.close()
        for path in self.folder.glob(f"{DATABASE}-*"):
            path.unlink()
        shutil.copy(self.folder / "backup", self.database)


class RealPlay:
    """One seed."""

    def __init__(self, seed: int, template: Path, folder: Path) -> None:
        self.rng = Random(seed)
        self.nodes = [RealNode(name, template, folder) for name in NAMES]
        self.network = b""
        self.words: dict[bytes, tuple[RealNode, str]] = {}
        self.erased: dict[bytes, str] = {}  # redact → word
        self.keys: set[bytes] = set()  # of the network's space, as they were drawn
        self.story: list[str] = []

    def close(self) -> None:
        """End the connections."""
        for node in self.nodes:
            node.connection.close()

    def run(self) -> None:
        """Found, meet, live, heal, look."""
        self._begin()
        deeds = [
            self.say,
            self.say,
            self.say,
            self.call,
            self.call,
            self.redact,
            self.crash,
            self.full,
            self.back,
            self.again,
            self.renew,
            self.retire,
        ]
        for _ in range(self.rng.randint(*STEPS)):
            deed = self.rng.choice(deeds)
            self.story.append(f"{deed.__name__}: {deed(self.rng.choice(self.nodes))}")
        for _ in range(4):
            for node in self.nodes[1:]:
                self._exchange(node, self.nodes[0], broken=False)
        self._outlive()
        self._look()

    def _begin(self) -> None:
        from tejido.ground.network import actions, selectors
        from tejido.ground.store import boot, founding
        from tejido.ground.store.models import Own

        boot.forget()
        for node in self.nodes:
            with node.here():
                founding.found()
                own = Own.objects.get()
                node.org, node.device = bytes(own.org), bytes(own.device)
        first, *others = self.nodes
        with first.here():
            self.network = actions.open_network(name="Net").space
            self._remember_key()
            actions.invite(network=self.network, path=first.folder / "invitation")
        for node in others:
            with node.here():
                actions.join(invitation=first.folder / "invitation", request=node.folder / "request")
            with first.here():
                actions.admit(request=node.folder / "request")
            self._exchange(node, first, broken=False)
        with first.here():
            assert len(selectors.networks()) == 1

    # --- deeds

    def say(self, node: RealNode) -> str:
        """A profile with a word of its own."""
        from tejido.ground.network.families import PROFILE
        from tejido.ground.store.public import Fact, append

        word = f"palabra-{self.rng.randbytes(8).hex()}"
        with node.here():
            done = append(self.network, Fact(PROFILE, {"languages": [], "name": word, "place": ""}))[0]
        self.words[done.hash] = (node, word)
        return f"{node.name} {word}"

    def call(self, node: RealNode) -> str:
        """An exchange over a bad line, which may end at any turn."""
        other = self.rng.choice([one for one in self.nodes if one is not node])
        return f"{node.name} → {other.name}, {self._exchange(node, other, broken=True)} turns"

    def redact(self, node: RealNode) -> str:
        """One of our words goes, and its bytes."""
        from tejido.ground.network.families import PROFILE
        from tejido.ground.store import appending, db, erasing

        mine = [(event, word) for event, (author, word) in self.words.items() if author is node]
        if not mine:
            return "nothing"
        event, word = self.rng.choice(mine)
        with node.here():
            if not db.value("SELECT 1 FROM store_event WHERE hash = %s", [event]):
                return "a restored node does not know it"
            done = appending.redact(self.network, event, aggregate=event, kind=PROFILE, stub={}, reason="asked")
            erasing.scrub()
        self.words.pop(event)
        self.erased[done.hash] = word
        return f"{node.name} {word}"

    def crash(self, node: RealNode) -> str:
        """The process dies after the events were written and before they are folded: nothing of it happened."""
        from tejido.ground.store import control, db

        with node.here():
            before = db.value("SELECT COUNT(*) FROM store_event")
            with patch.object(control, "refold", side_effect=Crash), _expecting(Crash):
                self.say(node)
            assert db.value("SELECT COUNT(*) FROM store_event") == before, f"{node.name} kept half of a transaction"
        return node.name

    def full(self, node: RealNode) -> str:
        """No page more fits into the database; then there is room again."""
        from django.db import OperationalError

        from tejido.ground.store import db

        with node.here():
            before = db.value("SELECT COUNT(*) FROM store_event")
            db.rows(f"PRAGMA max_page_count = {db.value('PRAGMA page_count')}")
            try:
                for _ in range(40):
                    self.say(node)
            except OperationalError as error:
                said = str(error)
            else:
                said = "there was still room"
            assert "full" in said or said == "there was still room", said
            db.rows("PRAGMA max_page_count = 1073741823")
            kept = db.value("SELECT COUNT(*) FROM store_event") - before
        return f"{node.name} {said} after {kept}"

    def back(self, node: RealNode) -> str:
        """A backup is made, or the last one comes back; nothing is written into the old log again."""
        from tejido.ground.store import boot, db
        from tejido.ground.store.models import Own

        with node.here():
            if not (node.folder / "backup").exists():
                node.backup()
                return f"{node.name} is saved"
            epoch, written = bytes(Own.objects.get().epoch), db.value(OURS, [node.org])
            node.restore()
            if self.rng.random() < 0.5:
                return f"{node.name} is restored while it runs"
            boot.forget()
            fewer = db.value(OURS, [node.org]) < written
            boot.ensure()
            assert not fewer or bytes(Own.objects.get().epoch) != epoch, f"{node.name} goes on in its old log"
        self.words = {event: one for event, one in self.words.items() if one[0] is not node or self._somewhere(event)}
        return f"{node.name} is restored"

    def _somewhere(self, event: bytes) -> bool:
        from tejido.ground.store import db

        for node in self.nodes:
            with node.here():
                if db.value("SELECT 1 FROM store_event WHERE hash = %s", [event]):
                    return True
        return False

    def again(self, node: RealNode) -> str:
        """What follows from the log is made anew: it is the same."""
        from tejido.ground.store.hashing import state_hashes
        from tejido.ground.store.rebuilding import rebuild

        with node.here():
            before = state_hashes()
            rebuild()
            assert state_hashes() == before, f"{node.name} folds something else when it folds anew"
        return node.name

    def renew(self, _node: RealNode) -> str:
        """The founder begins a new key, as each quarter."""
        from tejido.ground.store.spaces import share_keys

        with self.nodes[0].here():
            share_keys(self.network, renew=True)
            return self._remember_key()

    def _remember_key(self) -> str:
        from tejido.ground.store import keyring, logs

        key = keyring.current_epoch_key(logs.space_row(self.network).id)
        assert key is not None
        self.keys.add(key)
        return epoch_key_id(key).hex()[:8]

    def retire(self, node: RealNode) -> str:
        """A year has gone by, by this node's clock: keys of spaces go that nothing needs."""
        from tejido.ground.store import retiring

        with node.here():
            gone = retiring.carry_out(datetime.now(UTC).date() + timedelta(days=365))
        return f"{node.name} destroys {gone}"

    # --- exchange

    def _exchange(self, caller: RealNode, server: RealNode, *, broken: bool) -> int:
        from tejido.ground.network.replica import NodeStore
        from tejido.replication import driving
        from tejido.replication.access import Peer
        from tejido.replication.messages import Message
        from tejido.replication.states import Caller, Server
        from tests.sim.exchange import carried
        from tests.sim.faults import Line

        line: Callable[[list[bytes]], list[bytes]] = Line(self.rng, 0.2 if broken else 0.0)
        now, turns = int(time.time()), 0
        with caller.here():
            state = Caller(NodeStore(), Peer(server.org, server.device))
            state, said = driving.begin(state, now, self.rng)
        while said and not (broken and self.rng.random() < 0.05):
            turns += 1
            assert turns < 400, "an exchange does not come to an end"
            with server.here():
                other = Server(NodeStore(), Peer(caller.org, caller.device))
                answer: tuple[Message, ...]
                heard = carried(said, line)
                _, answer = driving.turn(other, NodeStore(), heard, now, self.rng, driving.Report())
            with caller.here():
                heard = carried(answer, line)
                state, said = driving.turn(state, NodeStore(), heard, now, self.rng, driving.Report())
        for node in (caller, server):
            self._scrub(node)
        return turns

    def _scrub(self, node: RealNode) -> None:
        from tejido.ground.store import erasing

        with node.here():
            if erasing.unscrubbed():
                erasing.scrub()

    # --- at the end

    def _outlive(self) -> None:
        """After one more key and two rounds nobody holds an older one, in the log or beside it."""
        from tejido.ground.store import db, keyring, logs, retiring

        self.renew(self.nodes[0])
        for _ in range(3):
            for node in self.nodes:
                self.retire(node)
            for node in self.nodes[1:]:
                self._exchange(node, self.nodes[0], broken=False)
            for node in self.nodes[1:]:
                self._exchange(node, self.nodes[0], broken=False)
        for node in self.nodes:
            with node.here():
                row = logs.space_row(self.network)
                current = keyring.current_epoch_key(row.id)
                given = [key for one in retiring._given(row) for key in keyring.open_boxes(one.body)]
                assert set(given) == {current}, f"a box of an old key lies in {node.name}'s log"
                assert not db.value("SELECT 1 FROM store_event WHERE state = 0"), f"{node.name} cannot read something"
            old = self.keys - {current}
            for path in node.folder.glob(f"{DATABASE}*"):
                data = path.read_bytes()
                assert not [key for key in old if key in data], f"an old key lies in {node.name}'s {path.name}"

    def _look(self) -> None:
        from tejido.ground.store import db
        from tejido.ground.store.hashing import state_hashes

        held, hashes = [], []
        for node in self.nodes:
            with node.here():
                sql = """SELECT e.hash, e.state FROM store_event e JOIN store_log l ON l.id = e.log_id
                         JOIN store_space s ON s.id = l.space_id WHERE s.hash = %s ORDER BY e.hash"""
                held.append([(bytes(digest), state) for digest, state in db.rows(sql, [self.network])])
                hashes.append(state_hashes()[self.network.hex()])
                assert not db.value("SELECT COUNT(*) FROM store_log WHERE forked_at IS NOT NULL"), "a log forked"
                assert not db.value("SELECT COUNT(*) FROM store_waiting"), f"something waits at {node.name}"
        assert held[0] == held[1] == held[2], "the nodes do not hold the same"
        assert len(set(hashes)) == 1, "the nodes hold the same and fold different states"
        self._grep()

    def _grep(self) -> None:
        """Every file of every node's database, for every word of which a redact is held."""
        from tejido.ground.store import db

        for node in self.nodes:
            self._scrub(node)
            with node.here():
                held = {bytes(event) for (event,) in db.rows("SELECT hash FROM store_event WHERE state = 1")}
            erased = [word.encode() for redact, word in self.erased.items() if redact in held]
            for path in node.folder.glob(f"{DATABASE}*"):
                data = path.read_bytes()
                assert not [word for word in erased if word in data], (
                    f"an erased word lies in {node.name}'s {path.name}"
                )


@contextmanager
def _expecting(kind: type[Exception]) -> Iterator[None]:
    try:
        yield
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected")
