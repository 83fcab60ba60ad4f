"""Sealed originals: each sheet opens them, the node does not; keys come from the sheets by a way of their own."""

from pathlib import Path

import pyrage
import pytest
from nacl.bindings import crypto_scalarmult_base
from pytest_django import Settings

from tejido.ground import originals
from tejido.ground.network import sheets
from tejido.ground.originals.derive import CONTEXT, bech32, hkdf
from tejido.ground.originals.models import Recipient
from tejido.ground.store import boot, founding, keyring

SEED = bytes(range(32))


def test_the_derivation_is_the_published_one() -> None:
    """RFC 5869, test case 3 (no salt, no info), the first 32 bytes; BIP 173's own example of an empty string."""
    assert hkdf(b"\x0b" * 22, b"").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert bech32("a", b"") == "a12uel5l"
    secret = hkdf(SEED, CONTEXT)
    assert str(originals.identity(SEED)) == bech32("age-secret-key-", secret).upper()
    assert originals.recipient(SEED) == bech32("age", crypto_scalarmult_base(secret))
    assert originals.recipient(SEED) == "age1uchr7a5vyl2u0yg27lzce44f5wq8mxlne8e2tc4eegdhd85tcpdswwkry5"


@pytest.fixture
def made(db: None, settings: Settings, tmp_path: Path) -> founding.Sheets:
    settings.NODE_DIR = tmp_path / "node"
    boot.forget()
    return founding.found()


def test_founding_remembers_whom_to_seal_to_and_no_key(made: founding.Sheets) -> None:
    assert originals.known() == sorted(originals.recipient(key.seed) for key in made.recovery)
    held = b"".join(path.read_bytes() for path in (keyring.folder()).iterdir())
    assert not any(key.seed.hex().encode() in held for key in made.recovery)


def test_any_one_sheet_opens_an_original_and_nothing_else_does(made: founding.Sheets, tmp_path: Path) -> None:
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(b"where, when, and with what" * 9999)
    originals.seal(plain, closed)
    assert b"with what" not in closed.read_bytes()
    for number, key in enumerate(made.recovery):
        target = tmp_path / f"opened-{number}"
        originals.open_sealed(closed, target, key.seed)
        assert target.read_bytes() == plain.read_bytes()
        assert target.stat().st_mode & 0o077 == 0
    for key in (*made.admin, *made.next):
        with pytest.raises(originals.NotOpened):
            originals.open_sealed(closed, tmp_path / "no", key.seed)
        assert not (tmp_path / "no").exists()


def test_the_nodes_own_keys_do_not_open_it(made: founding.Sheets, tmp_path: Path) -> None:
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(b"secret")
    originals.seal(plain, closed)
    identity = (keyring.folder() / "age.key").read_text().strip()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(closed.read_bytes(), [pyrage.x25519.Identity.from_str(identity)])


def test_without_a_sheet_nothing_is_sealed_until_one_is_shown(made: founding.Sheets, tmp_path: Path) -> None:
    Recipient.objects.all().delete()
    with pytest.raises(originals.NoRecipients):
        originals.seal(tmp_path, tmp_path / "closed")
    with pytest.raises(originals.NotOurSheet):
        originals.add([made.admin[0].seed])
    assert originals.known() == []
    assert originals.add([made.recovery[1].seed]) == 1
    assert originals.add([made.recovery[1].seed, made.recovery[2].seed]) == 1
    assert len(originals.known()) == 2


def test_a_damaged_file_leaves_nothing(made: founding.Sheets, tmp_path: Path) -> None:
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(b"x" * 300_000)
    originals.seal(plain, closed)
    closed.write_bytes(closed.read_bytes()[:-1])
    with pytest.raises(originals.NotOpened):
        originals.open_sealed(closed, tmp_path / "out", made.recovery[0].seed)
    assert not (tmp_path / "out").exists()


def test_a_sheet_is_read_as_it_is_printed_or_as_its_key_alone(made: founding.Sheets, tmp_path: Path) -> None:
    paths = {path.name: path for path in sheets.write(made, tmp_path / "sheets")}
    text = paths["recovery-1.txt"].read_text()
    assert "alone opens the original recordings" in text
    assert "alone" not in paths["admin-1.txt"].read_text()
    seed = made.recovery[0].seed
    assert originals.key_on(text) == seed
    spaced = " ".join(seed.hex()[i : i + 4] for i in range(0, 64, 4))
    assert originals.key_on(f"  {spaced.upper()}\n") == seed
    for bad in (paths["admin-1.txt"].read_text(), "", "key 12", seed.hex()[:-1]):
        with pytest.raises(originals.NotASheet):
            originals.key_on(bad)
