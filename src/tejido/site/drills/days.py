"""The bad days: each a story in commands, told to whoever rehearses it."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tejido.site.drills.rehearsal import Rehearsal, python

FORGED = """
import django; django.setup()
import orjson
from tejido.ground.store import boot, keyring
path = keyring.folder() / boot.FILE
value = orjson.loads(path.read_bytes())
path.write_bytes(orjson.dumps({**value, "place": boot.place(path)}))
"""


def restored_backup(day: Rehearsal) -> None:
    """A disk breaks; the node comes back from last week's backup and must not continue its old log."""
    day.begin()
    phrase = day.folder / "passphrase"
    phrase.write_text("a long enough passphrase\n")
    day.say("Last week's backup; then Lagos goes on writing, and others receive it.")
    day.run("lagos", "backup", day.folder / "backup", "--passphrase-file", phrase)
    day.write("lagos", "Lagos after the backup")
    day.exchange("lagos", "chicago")
    day.say("The disk breaks. The backup becomes a node again: it begins a new epoch.")
    shutil.rmtree(day.at("lagos"))
    day.run("again", "restore", day.folder / "backup", "--to", day.at("again"), "--passphrase-file", phrase)
    day.write("again", "Lagos is back")
    day.exchange("again", "chicago", "again")
    day.agree("again", "chicago")
    day.sound("chicago")
    day.sound("again")
    _no_fork(day, "chicago")


def cloned_disk(day: Rehearsal) -> None:
    """Somebody copies a node's folder to a second machine, and both run."""
    day.begin()
    day.say("The folder is copied. Both go on: the copy finds that it lies elsewhere, and begins a new epoch.")
    shutil.copytree(day.at("lagos"), day.at("copy"))
    day.write("lagos", "Lagos, the first")
    day.write("copy", "Lagos, the copy")
    day.exchange("lagos", "copy", "chicago", "lagos", "copy")
    day.agree("lagos", "copy", "chicago")
    _no_fork(day, "chicago")
    day.say("Both wrote, neither forked. Still: keep one. Two nodes are two devices; see the page on keys and devices.")


def lying_node(day: Rehearsal) -> None:
    """Somebody copies a node, forges the file that would betray the copy, and signs two things for one place."""
    day.begin()
    day.say("A copy with a forged boot file: it continues the very same log.")
    shutil.copytree(day.at("lagos"), day.at("liar"))
    python(day.at("liar"), FORGED)
    day.write("lagos", "Lagos says yes")
    day.write("liar", "Lagos says no")
    day.exchange("lagos", "liar", "chicago")
    found = day.run("chicago", "device", "list")
    day.expect("fork" in found, "Chicago did not find the fork")
    day.say(
        "Both branches are kept as proof; the log counts up to the fork. Lagos' admin sheets say which branch goes on."
    )
    day.exchange("lagos")
    branch = next(line.strip() for line in _fork(day.run("lagos", "device", "list")))
    day.run("lagos", "key", "resolve", branch, *day.sheets("lagos", "admin-1", "admin-2"))
    day.exchange("lagos", "chicago", "lagos")
    day.agree("lagos", "chicago")


def lost_laptop(day: Rehearsal) -> None:
    """One of an organisation's machines is lost; a second one ends it."""
    day.begin()
    day.say("Lagos makes a second device while it still has the first, as every organisation should.")
    day.run("lagos", "device", "paper", "own", day.folder / "paper")
    day.run(
        "second",
        "device",
        "add",
        "--from",
        day.folder / "paper",
        "--name",
        "Second",
        *day.sheets("lagos", "admin-1", "admin-3"),
    )
    day.round_trip("second", "chicago")
    day.agree("second", "chicago")
    lost = day.device("lagos")
    day.say("The first one is lost. Two admin sheets end it.")
    shutil.rmtree(day.at("lagos"))
    day.run("second", "key", "revoke", lost, *day.sheets("lagos", "admin-1", "admin-3"))
    day.round_trip("second", "chicago")
    day.device("second", "revoked")
    day.agree("second", "chicago")
    day.sound("second")


def all_devices_lost(day: Rehearsal) -> None:
    """Every machine is gone. Two recovery sheets and a partner bring the organisation back."""
    day.begin()
    _come_back(day)
    day.write("back", "Chicago is back")
    day.exchange("back", "lagos", "back")
    day.agree("back", "lagos")
    day.sound("back")


def _come_back(day: Rehearsal) -> None:
    words = day.run("chicago", "node", "show").splitlines()[1].strip()
    day.say(
        "Chicago, which owns the network, loses everything. Lagos writes the way back: it holds no key and nothing that was said."
    )
    day.run("lagos", "device", "paper", words, day.folder / "paper")
    recovery = day.sheets("chicago", "recovery-1", "recovery-3")
    day.run(
        "back",
        "key",
        "recover",
        "--from",
        day.folder / "paper",
        "--name",
        "Back",
        "--sheets",
        day.folder / "sheets-new",
        *recovery,
    )
    day.round_trip("back", "lagos")
    day.agree("back", "lagos")


def seized_node(day: Rehearsal) -> None:
    """A machine is in hands that nobody trusts: it is ended, and gets nothing that is written from then on."""
    day.begin()
    lost = day.device("chicago")
    _come_back(day)
    day.say("The seized device is ended with the new admin sheets; the old ones count no more.")
    day.run("back", "key", "revoke", lost, *day.sheets("chicago", "admin-1", "admin-2"), fails=True)
    new = [str(day.folder / "sheets-new" / f"admin-{number}.txt") for number in (1, 2)]
    day.run("back", "key", "revoke", lost, *new)
    day.round_trip("back", "lagos")
    day.write("back", "Not for the thief")
    day.exchange("back", "lagos")
    day.say("Whoever has it goes on using it, and even finds the stick.")
    day.write("chicago", "The thief writes")
    day.exchange("chicago", "lagos", "back")
    day.agree("back", "lagos")
    day.expect(
        "Not for the thief" not in day.run("chicago", "network", "list"),
        "the seized node read what was written afterwards",
    )
    day.expect(not _spoken(day.stick, b"Not for the thief"), "the stick holds words in the open")


def _spoken(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _no_fork(day: Rehearsal, name: str) -> None:
    day.expect(not _fork(day.run(name, "device", "list")), f"{name} holds a fork")


def _fork(listed: str) -> list[str]:
    """The branches that a list of devices shows."""
    lines = listed.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith("fork")), None)
    return [] if start is None else [line for line in lines[start + 1 :] if len(line.strip()) == 64]


DRILLS: dict[str, Callable[[Rehearsal], None]] = {
    "restored-backup": restored_backup,
    "cloned-disk": cloned_disk,
    "lying-node": lying_node,
    "lost-laptop": lost_laptop,
    "all-devices-lost": all_devices_lost,
    "seized-node": seized_node,
}
