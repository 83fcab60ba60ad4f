"""What the disk says counts: pieces that nobody checked, uploads that nobody goes on with, a finish that was cut off."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.http import HttpRequest, QueryDict
from django.test import Client
from pytest_django import Settings

from tejido.ground import uploads, work
from tejido.ground.errors import Conflict
from tejido.ground.uploads import actions, errors, registry, shelf, tasks, tus
from tejido.ground.uploads.actions import Body
from tests.ground.people.builders import an_account

CONTENT = b"five " * 2_000


class Taker:
    """A purpose that notes what it gets, and fails when told to."""

    def __init__(self) -> None:
        self.got: list[uploads.Finished] = []
        self.bytes: list[bytes] = []
        self.fail: Exception | None = None

    def begin(self, request: HttpRequest, fields: QueryDict) -> None:
        """Everything is good."""

    def finish(self, finished: uploads.Finished) -> str:
        """Note it."""
        if self.fail:
            raise self.fail
        self.got.append(finished)
        self.bytes.append(finished.path.read_bytes())
        return f"/made/{len(self.got)}/"


@pytest.fixture
def taker(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[Taker]:
    settings.NODE_DIR = tmp_path
    made, before = Taker(), dict(registry._purposes)
    registry.purpose("test", made.begin, made.finish)
    yield made
    registry._purposes.clear()
    registry._purposes.update(before)


def begin(owner: str = "account:7", length: int = len(CONTENT), **said: str) -> tuple[str, shelf.Slot]:
    whole = {"purpose": "test", "form": "", "type": "", "sha256": "", "command": "once"} | said
    secret = actions.begin(owner, tus.Metadata(**whole), "header", "a=1&b=2", length)
    return secret, actions.find(secret, {owner})


def body(content: bytes, length: int | None = None) -> Body:
    return Body(BytesIO(content).read, len(content) if length is None else length)


def send(slot: shelf.Slot, content: bytes = CONTENT) -> actions.Status:
    return actions.receive(slot, slot.offset(), body(content), None)


def test_what_finish_gets(taker: Taker) -> None:
    account = an_account("amina", "member")
    _, slot = begin(registry.owner_of_account(account.pk), type="audio/ogg")
    assert send(slot).record.url == "/made/1/"
    (got,) = taker.got
    assert (got.type, got.size, got.command, got.fields["b"]) == ("audio/ogg", len(CONTENT), "once", "2")
    assert (got.viewer.name, "member" in got.viewer.roles) == ("amina", True)
    assert taker.bytes == [CONTENT]
    assert not slot.data.exists()
    assert "a=1" not in (slot.folder / shelf.RECORD).read_text(), "what the sender wrote is gone"


def test_the_holder_of_a_token_is_a_guest(taker: Taker) -> None:
    owner = uploads.owner_of_token("secret")
    _, slot = begin(owner)
    send(slot)
    assert (taker.got[0].owner, taker.got[0].viewer.signed_in) == (owner, False)
    assert "secret" not in owner


def test_a_finish_that_was_cut_off_is_done_by_the_worker(taker: Taker) -> None:
    _, slot = begin()
    taker.fail = RuntimeError("the process dies here")
    with pytest.raises(RuntimeError):
        send(slot)
    assert slot.record().state == shelf.OPEN
    taker.fail = None
    tasks.left_behind()
    work.run_once()
    assert slot.record().state == shelf.DONE
    assert len(taker.got) == 1
    tasks.left_behind()
    work.run_once()
    assert len(taker.got) == 1


def test_a_finish_that_was_cut_off_is_done_by_whoever_looks(taker: Taker) -> None:
    secret, slot = begin()
    taker.fail = RuntimeError("the process dies here")
    with pytest.raises(RuntimeError):
        send(slot)
    taker.fail = None
    assert actions.status(slot).record.url == "/made/1/"
    assert actions.status(actions.find(secret, {"account:7"})).record.url == "/made/1/"
    assert len(taker.got) == 1


def test_a_refusal_is_kept_and_can_be_tried_again(taker: Taker) -> None:
    _, slot = begin()
    taker.fail = Conflict()
    with pytest.raises(Conflict):
        send(slot)
    tasks.left_behind()
    work.run_once()
    trouble = actions.status(slot).record.trouble
    assert trouble
    assert trouble.code == "conflict"
    taker.fail = None
    assert send(slot, b"").record.url == "/made/1/"


def test_an_unchecked_piece_of_a_killed_server_does_not_count(taker: Taker) -> None:
    _, slot = begin()
    actions.receive(slot, 0, body(CONTENT[:100]), None)
    slot.doubt_from(100)
    slot.data.write_bytes(CONTENT[:50] + b"x" * 500)
    assert slot.offset() == 100
    slot.data.write_bytes(CONTENT[:550])
    assert actions.receive(slot, 100, body(CONTENT[100:]), None).record.url == "/made/1/"
    assert taker.bytes == [CONTENT]


def test_a_checked_piece_whose_line_is_cut_does_not_count(taker: Taker) -> None:
    _, slot = begin()
    with pytest.raises(errors.Cut):
        actions.receive(slot, 0, body(CONTENT[:100], length=200), tus.Checksum("sha1", bytes(20)))
    assert slot.offset() == 0
    with pytest.raises(errors.Cut):
        actions.receive(slot, 0, body(CONTENT[:100], length=200), None)
    assert slot.offset() == 100


def test_nobody_goes_on_with_it(taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, slot = begin()
    send(slot, CONTENT[:100])
    later = actions.now() + actions.EXPIRES_S + 1
    monkeypatch.setattr(actions, "now", lambda: later)
    with pytest.raises(errors.Gone):
        actions.find(secret, {"account:7"})
    actions.sweep()
    assert not slot.data.exists()
    with pytest.raises(errors.Gone):
        actions.find(secret, {"account:7"})
    monkeypatch.setattr(actions, "now", lambda: later + actions.ENDED_S + 1)
    actions.sweep()
    assert not slot.folder.exists()
    with pytest.raises(errors.NoSuchUpload):
        actions.find(secret, {"account:7"})


def test_each_byte_puts_the_end_off(taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    _, slot = begin()
    later = actions.now() + actions.EXPIRES_S - 10
    monkeypatch.setattr(actions, "now", lambda: later)
    send(slot, CONTENT[:10])
    assert slot.record().expires == later + actions.EXPIRES_S


def test_nothing_stays_of_an_account_that_is_removed(taker: Taker) -> None:
    account, other = an_account("amina"), an_account("badu")
    mine, theirs = begin(f"account:{account.pk}")[1], begin(f"account:{other.pk}")[1]
    account.delete()
    assert not mine.folder.exists()
    assert theirs.folder.exists()


def test_people_see_what_they_are_sending(taker: Taker) -> None:
    account = an_account("amina")
    _, slot = begin(registry.owner_of_account(account.pk))
    send(slot, CONTENT[:5_000])
    client = Client()
    client.force_login(account)
    assert "4 of 9 KB, with its form" in client.get("/me/data/").content.decode()
    send(slot, CONTENT[5_000:])
    assert "Recording being sent" not in client.get("/me/data/").content.decode()


def test_quotas(taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "OWNER_BYTES", 250)
    monkeypatch.setattr(actions, "NODE_BYTES", 450)
    begin(length=200)
    with pytest.raises(errors.TooManyUploads):
        begin(length=100)
    begin(owner="account:8", length=200)
    with pytest.raises(errors.NoRoom):
        begin(owner="account:9", length=100)
    with pytest.raises(errors.TooLarge):
        begin(owner="account:9", length=registry.RECORDING_BYTES + 1)


def test_an_upload_whose_beginning_was_cut_off_is_swept(taker: Taker) -> None:
    (shelf.root() / f"{shelf.NEW}x").mkdir()
    actions.sweep()
    assert [path.name for path in shelf.root().iterdir() if path.is_dir()] == []


def test_others_cannot_look_into_the_folder(taker: Taker) -> None:
    _, slot = begin()
    assert shelf.root().stat().st_mode & 0o077 == 0
    assert slot.folder.stat().st_mode & 0o077 == 0
