"""The bad days: each a story in commands, told to whoever rehearses it."""

import shutil
from collections.abc import Callable

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
    written = day.written("lagos")
    day.say("The disk breaks. The backup becomes a node again: it begins a new epoch.")
    shutil.rmtree(day.at("lagos"))
    day.run("again", "restore", day.folder / "backup", "--to", day.at("again"), "--passphrase-file", phrase)
    day.write("again", "Lagos is back")
    day.exchange("again", "chicago", "again")
    day.epoch("again", "restored from a backup")
    day.expect(day.written("again") > written, "not all that Lagos wrote after the backup came back")
    _well(day, "again", "chicago")


def cloned_disk(day: Rehearsal) -> None:
    """Somebody copies a node's folder to a second machine, and both run."""
    day.begin()
    day.say("The folder is copied. Both go on: the copy finds that it lies elsewhere, and begins a new epoch.")
    shutil.copytree(day.at("lagos"), day.at("copy"))
    day.write("lagos", "Lagos, the first")
    day.write("copy", "Lagos, the copy")
    day.exchange("lagos", "copy", "chicago", "lagos", "copy")
    day.epoch("copy", "it was copied")
    _well(day, "lagos", "copy", "chicago")
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
    day.expect(len(_fork(found)) == 2, "Chicago does not show both branches of the fork")
    day.say(
        "Both branches are kept as proof; the log counts up to the fork. Lagos' admin sheets say which branch goes on."
    )
    day.exchange("lagos")
    branch = next(line.strip() for line in _fork(day.run("lagos", "device", "list")))
    day.run("lagos", "key", "resolve", branch, *day.sheets("lagos", "admin-1", "admin-2"))
    day.exchange("lagos", "chicago", "lagos")
    day.agree("lagos", "chicago")
    proof = day.run("chicago", "check", fails=True)
    day.expect("wrote two different events" in proof, "Chicago kept no proof of the fork")


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
    day.expect(day.device("second", "revoked") == lost, "another device was ended than the lost one")
    day.holds("second", "Lagos before")
    _well(day, "second", "chicago")


def all_devices_lost(day: Rehearsal) -> None:
    """Every machine is gone. Two recovery sheets and a partner bring the organisation back."""
    day.begin()
    _come_back(day)
    day.write("back", "Chicago is back")
    day.exchange("back", "lagos", "back")
    _well(day, "back", "lagos")


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
    for words in ("Chicago before", "Lagos before"):
        day.holds("back", words)
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
    day.holds("lagos", "Not for the thief")
    day.holds("chicago", "Not for the thief", not_=True)
    day.holds("stick", "Not for the thief", not_=True)
    day.holds("lagos", "The thief writes", not_=True)


def left_and_returned(day: Rehearsal) -> None:
    """An organisation leaves, deletes what it holds of the network, and joins again later."""
    day.begin()
    day.say("Lagos leaves. It can delete once it has said so, and Chicago's node takes it off the list of members.")
    day.run("lagos", "network", "leave", "--purge", fails=True)
    day.run("lagos", "network", "leave")
    day.exchange("lagos", "chicago")
    day.run("chicago", "admission", "carry")
    day.expect("left by its own wish" in day.run("chicago", "admission", "members"), "Chicago did not hear of it")
    day.exchange("chicago", "lagos")
    day.holds("lagos", "Chicago before")
    day.run("lagos", "network", "leave", "--purge")
    day.expect(day.run("lagos", "network", "list") == "", "Lagos still shows the network")
    day.holds("lagos", "Chicago before", not_=True)
    day.say("What Lagos said stays with the others. What is said from now on, Lagos cannot read, stick or not.")
    day.holds("chicago", "Lagos before")
    day.write("chicago", "Chicago meanwhile")
    day.exchange("chicago", "lagos")
    day.holds("lagos", "Chicago meanwhile", not_=True)
    _join_again(day)


def _join_again(day: Rehearsal) -> None:
    day.say("Lagos asks to join again and is let in: everything comes back, its own words too.")
    day.run("lagos", "join", day.folder / "invitation", "--request", day.folder / "request-again")
    day.run("chicago", "admit", day.folder / "request-again")
    day.round_trip("chicago", "lagos")
    for words in ("Lagos before", "Chicago meanwhile"):
        day.holds("lagos", words)
    day.agree("chicago", "lagos")
    day.say("It goes on in a new epoch, never in its old log.")
    day.write("lagos", "Lagos is back")
    day.exchange("lagos", "chicago", "lagos")
    day.holds("chicago", "Lagos is back")
    day.epoch("lagos", "a network was left")
    _well(day, "chicago", "lagos")


def _well(day: Rehearsal, *names: str) -> None:
    """All agree, nothing is wrong with any, and none holds a fork."""
    day.agree(*names)
    for name in names:
        day.sound(name)
        _no_fork(day, name)


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
    "left-and-returned": left_and_returned,
}
