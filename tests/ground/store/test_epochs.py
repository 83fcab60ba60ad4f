"""An old log is never resumed; an ordinary restart opens no epoch."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from tejido.ground.devices.selectors import devices
from tejido.ground.errors import Invalid
from tejido.ground.network import actions, selectors
from tejido.ground.network.families import PROFILE
from tejido.ground.store import boot, db, founding, keyring, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Own
from tejido.ground.store.public import Fact, append, own_row
from tejido.log import writer
from tejido.log.descriptors import Log
from tejido.log.writer import Draft, Head, Written
from tests.support.authors import found


@pytest.fixture
def node(transactional_db: None, tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A founded node whose transactions are real."""
    settings.NODE_DIR = tmp_path / "node"
    boot.forget()
    founding.found()
    boot.ensure()
    yield tmp_path / "node"
    boot.forget()


def epoch() -> bytes:
    return bytes(Own.objects.get().epoch)


def restart() -> str:
    """As a new process does."""
    boot.forget()
    return boot.ensure()


def say(name: str = "x") -> bytes:
    return append(selectors.own_space(), Fact(PROFILE, {"languages": [], "name": name, "place": ""}))[0].hash


def log_of(event: bytes) -> bytes:
    sql = "SELECT l.hash FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE e.hash = %s"
    return bytes(db.value(sql, [event]))


def file() -> Path:
    return keyring.folder() / boot.FILE


def test_ordinary_restarts_stay_in_their_epoch(node: Path) -> None:
    before, first = epoch(), say()
    for _ in range(3):
        assert restart() == ""
        assert log_of(say()) == log_of(first)
    assert epoch() == before


DAMAGE: dict[str, Callable[[], object]] = {
    "missing": lambda: file().unlink(),
    "empty": lambda: file().write_bytes(b""),
    "half": lambda: file().write_bytes(file().read_bytes()[:20]),
    "a list": lambda: file().write_bytes(b"[]"),
    "a number": lambda: file().write_bytes(b'{"nonce":1}'),
    "an empty nonce": lambda: file().write_bytes(b'{"nonce":""}'),
    "of another time": lambda: file().write_bytes(file().read_bytes().replace(b'"nonce":"', b'"nonce":"0')),
    "elsewhere": lambda: shutil.copy(file(), file().with_suffix(".new")) and file().with_suffix(".new").replace(file()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_boot_file_that_does_not_fit_opens_an_epoch_before_anything_is_written(node: Path, damage: str) -> None:
    before, old = epoch(), say()
    DAMAGE[damage]()
    boot.forget()
    fresh = say()
    assert epoch() != before
    assert log_of(fresh) != log_of(old)
    after = epoch()
    assert restart() == ""
    assert epoch() == after


def test_whoever_only_reads_looks_for_no_lost_past(node: Path) -> None:
    """Pages and lists of a node whose folder was copied change nothing; the first thing written begins an epoch before."""
    before, old = epoch(), say()
    DAMAGE["elsewhere"]()
    boot.forget()
    rows = (Own.objects.values().get(), file().read_bytes())
    assert (selectors.org_id(), len(selectors.own_space()), selectors.networks()) == (
        bytes(Own.objects.get().org),
        32,
        [],
    )
    assert [one.own for one in devices(selectors.org_id())] == [True]
    assert rows == (Own.objects.values().get(), file().read_bytes())
    assert log_of(say()) != log_of(old)
    assert epoch() != before


def test_no_selector_asks_in_the_way_of_whoever_writes() -> None:
    source = Path(selectors.__file__).parents[2]
    reading = [path for name in ("selectors", "glance", "projector", "panels") for path in source.rglob(f"{name}.py")]
    assert len(reading) > 10
    assert [path.name for path in reading if "own_row(" in path.read_text() or "boot.ensure" in path.read_text()] == []


def test_an_older_database_under_a_newer_folder(node: Path) -> None:
    """Restored within one run: nonce and place are the same, only the events are fewer."""
    say("before the backup")
    with in_the_past():
        lost = say("after the backup")
        lost_log = log_of(lost)
    assert db.value("SELECT COUNT(*) FROM store_event WHERE hash = %s", [lost]) == 0
    fresh = say("after the restore")
    assert log_of(fresh) != lost_log
    assert "older" in Own.objects.get().epoch_reason or "fewer" in Own.objects.get().epoch_reason


def test_an_older_database_at_the_next_start(node: Path) -> None:
    before = epoch()
    with in_the_past():
        say("lost")
    assert "restored" in restart()
    assert epoch() != before


def test_an_older_database_into_which_others_are_taken_first(node: Path) -> None:
    """What an exchange brings would fill the gap by which the next append knows that something was lost."""
    say("before the backup")
    with in_the_past():
        lost_log = log_of(say("after the backup"))
    ingest([one.incoming for name in ("bo", "cy") for one in found(name).identity])
    after = epoch()
    assert log_of(say("after the restore")) != lost_log
    assert epoch() == after
    assert restart() == ""


class in_the_past:  # noqa: N801
    """What happens inside is taken out of the database again, as restoring a backup does, and stays in the folder."""

    def __enter__(self) -> None:
        self.tables = {
            t: db.rows(f'SELECT * FROM "{t}"') for t in connection.introspection.table_names() if "store_" in t
        }

    def __exit__(self, *_: object) -> None:
        with transaction.atomic():
            for table, rows in self.tables.items():
                db.execute(f'DELETE FROM "{table}"')
                for row in rows:
                    marks = ",".join(["%s"] * len(row))
                    db.execute(f'INSERT INTO "{table}" VALUES ({marks})', list(row))


def test_an_epoch_is_not_lost_with_the_append_that_opened_it(node: Path) -> None:
    """The first append after a restore fails; the second one must not go on in the old log."""
    before, old = epoch(), say()
    file().unlink()
    boot.forget()
    with pytest.raises(Invalid):
        append(selectors.own_space(), Fact(PROFILE, {"name": 7}))
    assert log_of(say()) != log_of(old)
    assert epoch() != before


def test_an_epoch_opened_in_a_transaction_that_is_rolled_back_is_opened_again(node: Path) -> None:
    before, old = epoch(), say()
    file().unlink()
    boot.forget()
    with transaction.atomic():
        assert epoch() == before
        say("rolled back")
        assert epoch() != before
        transaction.set_rollback(True)
    assert epoch() == before
    assert log_of(say()) != log_of(old)
    assert epoch() != before


def test_one_epoch_within_one_transaction(node: Path) -> None:
    file().unlink()
    boot.forget()
    with transaction.atomic():
        first, second = say("one"), say("two")
    assert log_of(first) == log_of(second) == log_of(say("three"))


def test_a_failed_first_append_costs_no_epoch(node: Path) -> None:
    before = epoch()
    boot.forget()
    with pytest.raises(Invalid):
        append(selectors.own_space(), Fact(PROFILE, {"name": 7}))
    assert restart() == ""
    assert epoch() == before


def ahead() -> Written:
    """The next event of our current log, as a copy of this node would write it."""
    own, space = own_row(), selectors.own_space()
    log = Log(bytes(own.org), bytes(own.device), bytes(own.epoch), space)
    row = logs.snapshot().logs[log.id].row
    lam = int(db.value("SELECT lam FROM store_event WHERE hash = %s", [bytes(row.head_hash)]))
    head = Head(row.head_seq, bytes(row.head_hash), lam)
    key = keyring.current_epoch_key(row.space_id)
    draft = Draft(PROFILE, {"languages": [], "name": "the copy", "place": ""}, "2026-11-20", 0)
    return writer.write(log, head, draft, keyring.device_key(), lam=0, epoch_key=key)


def test_our_own_log_met_elsewhere_opens_an_epoch_at_once(node: Path) -> None:
    say()
    before, event = epoch(), ahead()
    assert ingest([event.incoming]).accepted == 1
    assert epoch() != before
    assert log_of(say()) != event.incoming.log
    assert db.value("SELECT forked_at FROM store_log WHERE hash = %s", [event.incoming.log]) is None
    after = epoch()
    ingest([event.incoming])
    assert epoch() == after


def test_also_where_the_event_must_wait(node: Path) -> None:
    say()
    before, first = epoch(), ahead()
    log = Log(bytes(own_row().org), bytes(own_row().device), before, selectors.own_space())
    draft = Draft(PROFILE, {"languages": [], "name": "later", "place": ""}, "2026-11-20", 0)
    key = keyring.current_epoch_key(logs.space_row(log.space).id)
    second = writer.write(log, first.head, draft, keyring.device_key(), lam=0, epoch_key=key)
    assert ingest([second.incoming]).waiting == 1
    assert epoch() != before


def test_our_own_events_coming_back_open_none(node: Path) -> None:
    info = actions.open_network(name="N")
    before = epoch()
    sql = """SELECT l.hash, e.header, e.signature FROM store_event e JOIN store_log l ON l.id = e.log_id"""
    from tejido.log.admit import Incoming

    ingest([Incoming(bytes(log), bytes(header), bytes(sig)) for log, header, sig in db.rows(sql)])
    assert epoch() == before
    assert info.name == "N"


def test_founding_again_after_a_power_cut(transactional_db: None, tmp_path: Path, settings: Settings) -> None:
    """Keys were written, the database was not."""
    settings.NODE_DIR = tmp_path / "cut"
    boot.forget()
    keyring.create()
    founding.found()
    assert say()
    assert len(list(keyring.folder().glob("*.unused-*"))) == 2


@pytest.mark.sqlite
def test_erased_bytes_leave_every_file(node: Path) -> None:
    from tejido.ground.store import erasing
    from tejido.ground.store.public import redact

    marker = "colinabo-7766 and much more text so that it would fill a page by itself " * 40
    path = Path(connection.settings_dict["NAME"])
    public = actions.open_network(name="N").public_space
    assert public is not None
    event = append(public, Fact(PROFILE, {"languages": [], "name": "colinabo-7766", "place": "", "more": marker}))[0]
    assert found_in(path, b"colinabo-7766")
    redact(public, event.hash, aggregate=event.aggregate, kind=PROFILE, stub={}, reason="asked")
    assert erasing.unscrubbed() == 1
    assert erasing.scrub()
    assert erasing.unscrubbed() == 0
    assert found_in(path, b"colinabo-7766") == []


def found_in(path: Path, needle: bytes) -> list[str]:
    return [one.name for one in path.parent.glob(path.name + "*") if needle in one.read_bytes()]


@pytest.mark.sqlite
def test_scrubbing_waits_for_readers(node: Path) -> None:
    from tejido.ground.store import erasing
    from tejido.ground.store.public import redact

    event = say("gone")
    reader = sqlite3.connect(connection.settings_dict["NAME"])
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM store_event").fetchone()
    redact(selectors.own_space(), event, aggregate=event, kind=PROFILE, stub={}, reason="asked")
    connection.cursor().execute("PRAGMA busy_timeout = 100")
    assert not erasing.scrub()
    assert erasing.unscrubbed() == 1
    reader.rollback()
    reader.close()
    assert erasing.scrub()
