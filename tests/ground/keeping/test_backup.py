"""The backup file: what is in it, what is not, and what is refused."""

import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from tejido.ground import blobs
from tejido.ground.errors import Conflict, Invalid, Problem
from tejido.ground.keeping import archive, dumps, records
from tejido.ground.keeping.archive import BadBackup, Lock, Secret, WrongSecret
from tejido.ground.keeping.backing_up import back_up
from tejido.ground.keeping.records import Backup
from tejido.ground.network.families import PROFILE
from tejido.ground.store.public import Fact, append, redact
from tests.ground.keeping.conftest import Node

WORDS = "a passphrase of several words"
CANARY = "canary-5f1e"
NONE = Secret()
OURS, THEIRS = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
TO_US = Lock(recipients=(str(OURS.to_public()),))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def unpacked(path: Path, secret: Secret = NONE) -> list[str]:
    folder = path.with_name("unpacked")
    archive.unpack(path, folder, secret, lambda size: None)
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_everything_that_makes_the_node_is_in_it(node: Node, out: Path) -> None:
    (node.folder / "node.json").write_text("{}")
    (node.folder / "sheets").mkdir()
    (node.folder / "sheets" / "admin-1.txt").write_text("secret")
    seen: list[tuple[int, int]] = []
    made = back_up(out / "b", Lock(), progress=lambda done, total: seen.append((done, total)))
    assert unpacked(out / "b") == sorted(
        [
            "node.json",
            "keys/age.key",
            "keys/device.key",
            dumps.name(),
            *(f"blobs/{node.blob}/{n}" for n in ("0", "descriptor")),
        ]
    )
    assert made.backup.size == (out / "b").stat().st_size
    assert (out / "b").stat().st_mode & 0o777 == 0o600
    assert seen[-1][0] == seen[-1][1] > 0
    assert sorted(path.name for path in node.folder.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("closed", [True, False])
def test_nothing_shows_through_a_closed_one_but_its_date(node: Node, out: Path, closed: bool) -> None:
    append(node.public, Fact(PROFILE, {"languages": ["en"], "name": CANARY, "place": ""}))
    back_up(out / "b", Lock(passphrase=WORDS) if closed else Lock())
    assert (CANARY.encode() in (out / "b").read_bytes()) != closed
    header = archive.read_header(out / "b")
    assert header.how == ("passphrase" if closed else "plain")
    assert datetime.now(UTC) - records.parsed(header.created) < timedelta(hours=1)


def test_what_was_erased_does_not_travel(node: Node, out: Path) -> None:
    body = {"languages": ["en"], "name": CANARY, "place": ""}
    one = append(
        node.public, Fact(PROFILE, body, blobs=(blobs.put(CANARY.encode(), sealed=False, media_type="a/b").id,))
    )[0]
    redact(node.public, one.hash, aggregate=one.aggregate, kind=PROFILE, stub={}, reason="asked")
    back_up(out / "b", Lock())
    assert CANARY.encode() not in (out / "b").read_bytes()
    folder = out / "unpacked"
    archive.unpack(out / "b", folder, Secret(), lambda size: None)
    for path in folder.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes(), path


def test_a_damaged_file_is_left_out_and_told(node: Node, out: Path) -> None:
    chunk = next((node.folder / "blobs").glob(f"*/{node.blob}/0"))
    stored = chunk.read_bytes()
    chunk.write_bytes(bytes([stored[0] ^ 1]) + stored[1:])
    made = back_up(out / "b", Lock())
    assert [node.blob[:12] in problem for problem in made.problems] == [True]
    assert f"blobs/{node.blob}/descriptor" not in unpacked(out / "b")


def test_only_the_right_secret_opens_it(node: Node, out: Path) -> None:
    back_up(out / "b", Lock(passphrase=WORDS))
    back_up(out / "c", TO_US)
    assert "keys/age.key" in unpacked(out / "b", Secret(passphrase=WORDS))
    for name, secret in [("b", Secret(passphrase="no")), ("b", NONE), ("c", Secret(identity=str(THEIRS))), ("c", NONE)]:
        with pytest.raises(WrongSecret):
            unpacked(out / name, secret)
    shutil.rmtree(out / "unpacked")
    assert "keys/age.key" in unpacked(out / "c", Secret(identity=f"# created: today\n{OURS}\n"))


def test_what_cannot_be_is_refused_before_anything_is_written(node: Node, out: Path) -> None:
    (out / "there").write_bytes(b"")
    bad: list[tuple[Path, Lock, type[Problem]]] = [
        (out / "there", Lock(), Conflict),
        (out / "absent" / "b", Lock(), Invalid),
        (node.folder / "b", Lock(), Invalid),
        (out / "b", Lock(passphrase="short"), Invalid),
        (out / "b", Lock(recipients=("age1nonsense",)), WrongSecret),
    ]
    for path, lock, error in bad:
        with pytest.raises(error):
            back_up(path, lock)
    assert [path.name for path in out.iterdir()] == ["there"]
    assert records.backups() == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20_000])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def other(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 something else")


def no_header(path: Path) -> None:
    path.write_bytes(archive.MAGIC + b"{]\n")


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("harm", [cut, flip, other, no_header])
def test_a_harmed_backup_is_refused(node: Node, out: Path, harm: Callable[[Path], None], closed: bool) -> None:
    back_up(out / "b", TO_US if closed else Lock())
    harm(out / "b")
    with pytest.raises(BadBackup):
        unpacked(out / "b", Secret(identity=str(OURS)))


def _made_up(path: Path, *members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> None:
    header = archive.Header("2026-01-01T00:00:00Z", "sqlite", "plain", "", "0")
    with path.open("wb") as file:
        file.write(archive.MAGIC + header.encode())
        with tarfile.open(fileobj=file, mode="w|") as tar:
            for name, data in members:
                info = tarfile.TarInfo(name)
                info.size, info.type, info.linkname = len(data), kind, "/etc/passwd"
                tar.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "keys/../../evil", "blobs/x/0", "keys/device.key.sh", "sheets/a"]
)
def test_a_strange_name_is_never_written(out: Path, name: str) -> None:
    _made_up(out / "b", (name, b"x"))
    with pytest.raises(BadBackup, match="strange name"):
        unpacked(out / "b")
    assert not list(out.glob("**/evil"))


def test_links_doubles_and_a_missing_manifest_are_refused(out: Path) -> None:
    _made_up(out / "b", ("node.json", b""), kind=tarfile.SYMTYPE)
    with pytest.raises(BadBackup, match="does not belong"):
        unpacked(out / "b")
    _made_up(out / "c", ("node.json", b"{}"))
    with pytest.raises(BadBackup, match="too early"):
        unpacked(out / "c")
    _made_up(out / "d", ("backups.json", b"[]"), ("backups.json", b"[]"))
    with pytest.raises((BadBackup, FileExistsError)):
        unpacked(out / "d")
    _made_up(out / "e", ("manifest.json", json.dumps({"node.json": [2, "00"]}).encode()))
    with pytest.raises(BadBackup, match="damaged or missing"):
        unpacked(out / "e")


def test_backups_older_than_an_erasure_are_named(node: Node, out: Path) -> None:
    made = back_up(out / "b", Lock())
    assert records.backups() == [made.backup]
    old = replace(made.backup, path="/stick/old", created=made.backup.created - timedelta(days=30))
    records.add(old)
    assert records.backups_before(made.backup.created - timedelta(days=1)) == [old]
    assert records.backups_before(datetime.now(UTC)) == [old, made.backup]
    assert (old.there, made.backup.there) == (False, True)
    assert records.forget(Path("/stick/old"))
    assert not records.forget(Path("/stick/old"))
    assert records.backups() == [Backup(str(out / "b"), made.backup.created, made.backup.size)]


def test_without_postgresqls_tools_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dumps, "VERSIONS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dumps.NoClient, match="postgresql-client"):
        dumps.program("pg_dump")


def test_the_age_program_alone_can_open_it(node: Node, out: Path) -> None:
    """What the how-to says: cut off two lines, and the rest is an ordinary age file over an ordinary tar."""
    back_up(out / "b", TO_US)
    rest = subprocess.run(["tail", "-n", "+3", str(out / "b")], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(rest, [OURS]))) as tar:
        assert tar.getnames()[-1] == archive.MANIFEST
