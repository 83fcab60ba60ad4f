"""Erasure of two reports in one live chain on four nodes, then a search through every file, table and carrier.

Chicago (SQLite, its server running), Gaziantep and Lagos (SQLite) and Ankara (PostgreSQL where there is one) exchange by
a shared folder; Lagos is away while the reports are withdrawn. Each report is recorded, typed, corrected, passed on and
answered; beside it a recording waits half-transcribed. Chicago makes a backup before and after.
"""

import base64
import json
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.crawl import grep
from tests.crawl.grep import Needle
from tests.harness import postgres, run, zygote
from tests.harness.nodes import NodeProc, Nodes

CLIPS = run.ROOT / "src" / "tejido" / "demo" / "clips"
PURPOSES = "pass,translate,transcript,archive"
PLANTED = "Plumbârgo"


@dataclass
class Told:
    """A report at its origin: its keys, and everything of it that must be gone afterwards."""

    at: NodeProc
    report: str
    hop: str
    words: tuple[str, ...]
    sounds: dict[str, bytes] = field(default_factory=dict)

    def needles(self) -> list[Needle]:
        texts = [one for word in self.words for one in grep.of_text(word, word)]
        return texts + [one for name, data in self.sounds.items() for one in grep.of_bytes(f"sound: {name}", data)]


def inside(node: NodeProc, *words: str) -> Any:
    """What `tests.crawl.inside` sees on a node."""
    done = zygote.call("tests.crawl.inside", list(words), {**node.env, "TEJIDO_NODE": str(node.folder)})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass
class Federation:
    """The four, their shared folder, and who speaks for whom."""

    folder: Path
    nodes: dict[str, NodeProc]
    circles: dict[str, str] = field(default_factory=dict)
    chain: str = ""

    @property
    def exchange(self) -> Path:
        return self.folder / "exchange"

    def __getitem__(self, name: str) -> NodeProc:
        return self.nodes[name]

    def meet(self, *names: str, at: Path | None = None) -> None:
        """Exchange through a folder, one after the other."""
        for name in names:
            self[name].call("exchange", "folder", at or self.exchange)

    def join(self, founder: str) -> None:
        """One network of all."""
        self[founder].call("network", "open", "Weavers")
        for name in [name for name in self.nodes if name != founder]:
            paper = self.folder / f"{name}.invitation"
            self[founder].call("invite", paper)
            self[name].call("join", paper)
            self[founder].call("admit", f"{paper}-request")
        self.meet(founder, *self.nodes)
        for name, node in self.nodes.items():
            self.circles[name] = node.call("circle", "open", f"Circle of {name}", "--place", name).stdout.strip()

    def tell(self, name: str, clip: str, words: tuple[str, str, str], hop: str = "") -> Told:
        """Record and type, correct, pass on, correct again: two editions travel."""
        node, source = self[name], self.folder / clip
        shutil.copy(CLIPS / clip, source)
        source.write_bytes(source.read_bytes() + PLANTED.encode())
        first, second, third = words
        said = ["--circle", self.circles[name], "--lang", "en", "--consent", PURPOSES, "--voice", "own"]
        typed = ["--text", f"{first} stood here.", "--pseudonym", f"{first} herself"]
        kind = ["answer", hop, "parallel"] if hop else ["report", "add", "--chain", self.chain]
        report = node.call(*kind, source, *said, *typed).stdout.strip()
        inside(node, "correct", report, f"{second} stood here.")
        told = Told(node, report, node.call("pass", report).stdout.strip(), (*words, PLANTED))
        inside(node, "correct", report, f"{third} stood here.")
        told.sounds = {"original": _middle(source), **_sounds(node, report)}
        source.unlink()
        return told

    def half_heard(self, name: str, clip: str, word: str) -> Told:
        """A recording whose transcription a killed worker has left, not passed on."""
        node = self[name]
        words = ["--circle", self.circles[name], "--lang", "en", "--chain", self.chain]
        report = node.call("report", "add", CLIPS / clip, *words).stdout.strip()
        inside(node, "hear", report, f"{word} was saved before the kill.")
        return Told(node, report, "", (word,), _sounds(node, report))

    def type(self, name: str, hop: str, text: str) -> str:
        """A typed answer, passed on; the hop's key."""
        words = ["--circle", self.circles[name], "--lang", "en", "--consent", "pass", "--text", text]
        report = self[name].call("answer", hop, "commentary", *words).stdout.strip()
        return self[name].call("pass", report).stdout.strip()

    def tree(self, name: str) -> list[tuple[str, str, str, str]]:
        """Hops in reading order: key, what it answers, status, words."""
        page = self[name].json("chain", "show", self.chain)
        return [(hop["key"], hop["parent"], hop["status"], hop["excerpt"]) for hop in page["hops"]]


def _sounds(node: NodeProc, report: str) -> dict[str, bytes]:
    return {name: base64.b64decode(data) for name, data in inside(node, "sounds", report).items()}


def _middle(path: Path) -> bytes:
    data = path.read_bytes()
    return data[len(data) // 2 :][:48]


def held(node: NodeProc, told: Iterable[Told], folder: Path) -> list[str]:
    """What a node still holds: its folder's files; on PostgreSQL every row, and the files of its tables and indexes."""
    needles = [needle for one in told for needle in one.needles()]
    found = grep.in_folder(node.folder, needles)
    if node.env.get(postgres.URL_VARIABLE):
        listed = folder / "needles"
        listed.write_text("\n".join(base64.b64encode(needle.data).decode() for needle in needles if needle.data))
        found += inside(node, "rows", f"@{listed}") + inside(node, "relations", f"@{listed}")
        listed.unlink()
    return found


def _database(request: pytest.FixtureRequest) -> str:
    if not postgres.available():
        return ""
    make = request.getfixturevalue("postgres_database")
    return str(make())


@pytest.fixture
def federation(nodes: Nodes, tmp_path: Path, request: pytest.FixtureRequest) -> Federation:
    """Four nodes in one network, a chain opened in Chicago and known to all."""
    (tmp_path / "exchange").mkdir()
    where: Mapping[str, str] = {"chicago": "", "gaziantep": "", "lagos": "", "ankara": _database(request)}
    with ThreadPoolExecutor(2) as pool:
        created = pool.map(lambda one: nodes.create(one[0], database=one[1]), where.items())
    made = Federation(tmp_path, {node.name: node for node in created})
    made.join("chicago")
    opened = ["--circle", made.circles["chicago"], "--title", "Heat"]
    made.chain = made["chicago"].call("chain", "open", "How hot?", *opened).stdout.strip()
    made.meet(*made.nodes)
    return made


def agree(federation: Federation, shape: list[tuple[str, str, str, str]], told: list[Told]) -> None:
    """Every node shows that tree, checks clean, holds nothing of what was told, and has the others' state."""
    shared = []
    for name in federation.nodes:
        assert federation.tree(name) == shape
        found = federation[name].json("check")
        assert [one for one in found if one["level"] == "fault"] == []
        assert [one for one in found if one["check"] == "erasure" and one["level"] != "ok"] == []
        own = inside(federation[name], "own")
        shared.append({space: state for space, state in inside(federation[name], "states").items() if space != own})
        assert held(federation[name], told, federation.folder) == []
    assert len(shared[0]) == 2
    assert all(states == shared[0] for states in shared)


def confirmed(node: NodeProc, key: str) -> tuple[int, int]:
    """How many nodes have confirmed the erasure of something of ours, of how many."""
    (found,) = node.json("erasures", key)
    return found["standing"]["confirmed"], found["standing"]["asked"]


def back_up(node: NodeProc, file: Path) -> Path:
    """A backup that is left open, so that what is in it can be searched."""
    node.call("backup", file, "--plain")
    return file


def restored(nodes: Nodes, backup: Path) -> NodeProc:
    """The node in a backup, on a machine of its own."""
    made = nodes.at(f"from-{backup.name}", database="")
    made.call("restore", backup, "--to", made.folder)
    return made


def backups_forget(nodes: Nodes, federation: Federation, earlier: Path, later: Path, passed: Told, never: Told) -> None:
    """A backup made afterwards holds nothing. One made before holds it; a node restored from it takes back what it passed
    on with its first exchange, and only what nobody else ever knew of comes back with it."""
    needles = [needle for one in (passed, never) for needle in one.needles()]
    assert grep.in_file(earlier, needles)
    assert grep.in_file(later, needles) == set()
    assert held(restored(nodes, later), [passed, never], later.parent) == []
    old = restored(nodes, earlier)
    assert held(old, [passed], later.parent)
    old.call("exchange", "folder", federation.exchange)
    old.call("worker", "--once")
    assert inside(old, "receipts") == inside(federation["chicago"], "receipts"), "what was confirmed once is not again"
    assert held(old, [passed], later.parent) == []
    assert held(old, [never], later.parent)
    old.call("withdraw", never.report)
    old.call("worker", "--once")
    assert held(old, [never], later.parent) == []


@dataclass(frozen=True)
class Chain:
    """chicago ← gaziantep ← ankara ← lagos: the first and third told, the others typed (their hops)."""

    first: Told
    between: str
    third: Told
    last: str


def a_chain(federation: Federation) -> Chain:
    """Told, answered, and put into Spanish where it was told and by a circle that received it; one of those travels."""
    everybody = list(federation.nodes)
    first = federation.tell("chicago", "chicago-report.webm", ("Zübrakone", "Kwîstalor", "Fendrümas"))
    federation.meet("chicago", "gaziantep")
    between = federation.type("gaziantep", first.hop, "We know this heat.")
    federation.meet("gaziantep", "ankara")
    third = federation.tell("ankara", "lagos-parallel.ogg", ("Mêrvolitz", "Tåskubren", "Ölpendrik"), between)
    federation.meet("ankara", "lagos")
    last = federation.type("lagos", third.hop, "And here it rains.")
    federation.meet(*reversed(everybody), *everybody)
    for name, key, told_in, word in (
        ("chicago", first.report, first, "Trêdumanos"),
        ("lagos", first.hop, first, "Lâgvertido"),
        ("ankara", third.report, third, "Ankâromeo"),
        ("gaziantep", third.hop, third, "Gâzintelo"),
    ):
        assert inside(federation[name], "translate", key, "es", f"{word} estuvo aquí.") == [f"{word} estuvo aquí."]
        told_in.words += (word,)
    federation.meet(*reversed(everybody), *everybody)
    return Chain(first, between, third, last)


def all_confirmed(federation: Federation, first: Told, third: Told) -> None:
    """Three of three, the one on PostgreSQL in the weaker words."""
    (found,) = federation["chicago"].json("erasures", first.hop)
    weaker = ["keys-destroyed"] if federation["ankara"].env.get(postgres.URL_VARIABLE) else ["overwritten"]
    assert sorted(node["how"] for node in found["standing"]["nodes"]) == [*weaker, "overwritten", "overwritten"]
    assert confirmed(federation["ankara"], third.hop) == (3, 3)


def published(federation: Federation, told: Told) -> None:
    """Its own organisation publishes it with its sound, and so does another that heard it."""
    everybody = list(federation.nodes)
    inside(told.at, "publish", told.report)
    federation.meet(*everybody, *everybody)
    federation["gaziantep"].call("publish", federation.chain, "--lang", "en")
    federation.meet(*everybody, *everybody)
    for name in everybody:
        found = federation[name].json("editions")
        assert [[one["status"] for one in edition["items"]] for edition in found] == [["shown"], ["shown"]]
        assert all(one["voice"]["audio"] for edition in found for one in edition["items"])


@pytest.mark.slow
@pytest.mark.sqlite  # the federation is mixed on both passes
def test_a_withdrawn_report_leaves_nothing_anywhere(
    federation: Federation, nodes: Nodes, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    safe = tmp_path_factory.mktemp("safe")
    everybody, stick, copy = list(federation.nodes), tmp_path / "stick", tmp_path / "copy"
    federation["chicago"].serve()
    chain = a_chain(federation)
    first, between, third, last = chain.first, chain.between, chain.third, chain.last
    published(federation, first)
    waiting = [
        federation.half_heard("chicago", "chicago-commentary.webm", "Brâxumi"),
        federation.half_heard("ankara", "lagos-commentary.ogg", "Snôvekli"),
    ]
    stick.mkdir()
    federation.meet(*everybody, at=stick)
    shutil.copytree(federation.exchange, copy)
    told = [first, third, *waiting]
    for name in everybody:
        assert [hop[2] for hop in federation.tree(name)] == ["shown"] * 4
    for one in told:
        found = held(one.at, [one], tmp_path)
        assert one.at.env.get(postgres.URL_VARIABLE) or found, "what is not found before proves nothing afterwards"
        assert set(one.sounds) >= {"preview", "sealed"}

    earlier = back_up(federation["chicago"], safe / "earlier")

    for one in told:
        one.at.call("withdraw", one.report)
    here = [name for name in everybody if name != "lagos"]
    federation.meet(*here, *here, *here)  # who published another's voice takes it back once it has heard
    for name in here:
        federation[name].call("worker", "--once")
        assert held(federation[name], told, tmp_path) == []
    assert grep.in_folder(federation.exchange, [n for one in told for n in one.needles()]) == []
    assert held(federation["lagos"], [first, third], tmp_path), "Lagos has not heard of it yet"
    federation.meet(*here, "chicago")
    assert confirmed(federation["chicago"], first.hop) == confirmed(federation["ankara"], third.hop) == (2, 3)
    assert "not yet: " in federation["chicago"].call("erasures", first.hop).stdout

    # Lagos comes back with the old stick in its pocket, then meets the others
    federation.meet("lagos", at=stick)
    federation.meet("lagos")
    federation["lagos"].call("worker", "--once")
    assert held(federation["lagos"], told, tmp_path) == []
    # old files come back: nobody takes them in, and they go
    for name in everybody:
        federation.meet(name, at=stick)
        federation.meet(name, at=copy)
    federation.meet(*everybody, *everybody)
    all_confirmed(federation, first, third)
    assert [inside(federation[name], "receipts") for name in here] == [2, 2, 2], (
        "one event a space for all that was erased"
    )
    everything = [needle for one in told for needle in one.needles()]
    assert grep.in_folder(tmp_path, everything) == []

    shape = [(first.hop, "", "withdrawn", ""), (between, first.hop, "shown", "We know this heat.")]
    shape += [(third.hop, between, "withdrawn", ""), (last, third.hop, "shown", "And here it rains.")]
    agree(federation, shape, told)
    backups_forget(nodes, federation, earlier, back_up(federation["chicago"], safe / "later"), first, waiting[0])
