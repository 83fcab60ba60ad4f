"""Two throwaway nodes in one network, the commands run on them, and what is looked at afterwards."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tejido.ground.errors import Problem
from tejido.site import hosting


class Failed(Problem):
    """The rehearsal did not end as it should: %(what)s. If the steps above look right, report it; --keep leaves the nodes."""

    status = 1
    code = "drill-failed"


@dataclass
class Rehearsal:
    """A folder with nodes beneath, an exchange folder, and somebody who is told what happens."""

    folder: Path
    tell: Callable[[str], None] = print
    nodes: list[str] = field(default_factory=list)

    @property
    def stick(self) -> Path:
        """What carries everything between the nodes."""
        return self.folder / "stick"

    def at(self, name: str) -> Path:
        """A node's data folder."""
        return self.folder / name

    def sheets(self, name: str, *files: str) -> list[str]:
        """The sheets of a node's organisation, as files."""
        return [str(self.folder / f"sheets-{name}" / f"{file}.txt") for file in files]

    def say(self, text: str) -> None:
        """A line of the story."""
        self.tell(f"\n# {text}")

    def run(self, name: str, *words: str | Path, fails: bool = False) -> str:
        """One `tejido` command on a node, shown as typed; its output. Raises `Failed` unless it ends as it should."""
        typed = [str(word).replace(f"{self.folder}/", "") for word in words]
        self.tell(f"$ tejido --data {name} {' '.join(typed)}")
        done = subprocess.run(
            hosting.command(self.at(name), *map(str, words)), env=hosting.bare(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        said = (done.stdout + done.stderr).strip()
        for line in said.splitlines()[:12]:
            self.tell(f"  {line}")
        if bool(done.returncode) != fails:
            raise Failed(what=f"that command ended with status {done.returncode}")
        return said

    def begin(self) -> None:
        """Chicago opens a network and admits Lagos; both hold the same."""
        self.stick.mkdir(parents=True)
        for name in ("chicago", "lagos"):
            self.create(name)
        self.run("chicago", "network", "open", "Rehearsal")
        self.run("chicago", "invite", self.folder / "invitation")
        self.run("lagos", "join", self.folder / "invitation", "--request", self.folder / "request")
        self.run("chicago", "admit", self.folder / "request")
        self.exchange("chicago", "lagos")
        for name in ("chicago", "lagos"):
            self.write(name, f"{name.title()} before")
        self.exchange("chicago", "lagos", "chicago")
        self.agree("chicago", "lagos")

    def create(self, name: str) -> None:
        """A node of an organisation of its own."""
        self.run(name, "node", "create", name.title(), "--sheets", self.folder / f"sheets-{name}")
        self.nodes.append(name)

    def write(self, name: str, what: str) -> None:
        """Something that others can see."""
        self.run(name, "network", "profile", what)

    def exchange(self, *names: str) -> None:
        """Each in turn, through the stick."""
        for name in names:
            self.run(name, "exchange", "folder", self.stick)

    def round_trip(self, *names: str) -> None:
        """Exchange, let the workers give keys, exchange again."""
        self.exchange(*names)
        for name in names:
            self.run(name, "worker", "--once")
        self.exchange(*names, names[0])

    def states(self, name: str) -> dict[str, str]:
        """State hash of each shared space."""
        done = subprocess.run(
            hosting.command(self.at(name), "state", "--json"),
            env=hosting.bare(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(what=f"the state of {name} cannot be read: {done.stderr.strip()}")
        return {one["space"]: one["hash"] for one in json.loads(done.stdout)}

    def agree(self, *names: str) -> None:
        """All hold the same and have come to the same state."""
        found = [self.states(name) for name in names]
        if not found[0] or any(one != found[0] for one in found):
            raise Failed(what=f"{' and '.join(names)} do not show the same state")
        self.tell(f"= {' and '.join(names)} show the same state")

    def sound(self, name: str) -> None:
        """`tejido check` finds no fault."""
        self.run(name, "check")
        self.tell(f"= nothing wrong with {name}")

    def holds(self, name: str, words: str, *, not_: bool = False) -> None:
        """Whether these words lie readable in a node's files, or on the stick; database and all."""
        files = (path for path in self.at(name).rglob("*") if path.is_file())
        found = any(words.encode() in path.read_bytes() for path in files)
        if found == not_:
            raise Failed(what=f"“{words}” {'can' if found else 'cannot'} be read on {name}")
        self.tell(f"= “{words}” {'cannot' if not_ else 'can'} be read on {name}")

    def epoch(self, name: str, reason: str) -> None:
        """The node writes in an epoch that was begun for this reason."""
        line = next(line for line in self.run(name, "node", "show").splitlines() if line.startswith("epoch"))
        self.expect(reason in line, f"{name} did not begin a new epoch")

    def device(self, name: str, state: str = "this node") -> str:
        """The first device of its organisation that the list shows in a state."""
        lines = self.run(name, "device", "list").splitlines()
        for line, following in pairwise(lines):
            if line.startswith("device") and state in following:
                return line.split()[1]
        raise Failed(what=f"{name} shows no device that is “{state}”")

    def written(self, name: str) -> int:
        """How many events of its own device a node holds."""
        listed = self.run(name, "device", "list")
        return int(next(line for line in listed.splitlines() if "this node, " in line).split()[2])

    def expect(self, what: bool, otherwise: str) -> None:
        """Raise `Failed` unless it holds."""
        if not what:
            raise Failed(what=otherwise)


def python(folder: Path, code: str, arguments: Sequence[str] = ()) -> None:
    """Do to a node what no command does: for an adversary's part. Raises `Failed`."""
    environment = {**hosting.bare(), "TEJIDO_NODE": str(folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(what=done.stderr.strip().splitlines()[-1])
