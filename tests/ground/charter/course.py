"""A network as its members write it, without a node: for tests of the rules."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tejido.ground.charter.domain import Course, Listed, Matter, Place, Voice, course
from tejido.ground.charter.events import Proposed, Rules

FOUNDER = "f" * 64


def org(name: str) -> str:
    """An organisation's id; the founder's own."""
    return FOUNDER if name == "founder" else sha256(name.encode()).hexdigest()


@dataclass
class Story:
    """What happens in a network, one thing after the other; the course is that of the founder's space."""

    matters: dict[str, Matter] = field(default_factory=dict)
    lists: list[Listed] = field(default_factory=list)
    clock: int = 0

    def place(self, who: str) -> Place:
        """The next place in the order."""
        self.clock += 1
        digest = sha256(f"{who}{self.clock}".encode()).hexdigest()
        return (self.clock, org(who), org(f"log of {who}"), self.clock, digest)

    def list(self, *names: str, relied: tuple[str, ...] = ()) -> None:
        """The founder writes who is in."""
        self.lists.append(Listed(self.place("founder"), frozenset(map(org, names)), "2026-11-22", relied))

    def propose(self, who: str, admit: str = "2", amend: str = "66%", suspend: str = "66%", note: str = "") -> str:
        """A charter that replaces the one in force."""
        said = self.course().in_force
        rules = Rules(admit, amend, suspend)
        chapters = {"members": {"en": f"Version {self.clock}."}}
        body = Proposed(chapters, rules, said.hash if said else "", note).body()
        return self._put("charter", who, "", body)

    def ask(self, who: str, newcomer: str, *, paper: str = "signed", charter: str | None = None) -> str:
        """Somebody asks to join, or is to come back."""
        body = {"charter": self._charter(charter), "name": newcomer, "org": org(newcomer), "paper": paper, "words": ""}
        return self._put("admit", who, org(newcomer), body)

    def suspend(self, who: str, member: str) -> str:
        """A member is to be suspended."""
        return self._put("suspend", who, org(member), {"charter": self._charter(None), "org": org(member), "words": ""})

    def succeed(self, who: str, name: str = "Next", *, charter: str | None = None) -> str:
        """Somebody proposes to go on in a network that it founds."""
        body = {"charter": self._charter(charter), "name": name, "words": "", "founded": [], "coming": {}}
        return self._put("successor", who, "", body)

    def found(self, who: str, matter: str, *names: str) -> None:
        """Its proposer says that it is founded, with these."""
        one, place = self.matters[matter], self.place(who)
        said = {"members": sorted(map(org, names)), "spaces": [], "space": place[4], "place": place}
        body = {**one.body, "founded": [*one.body["founded"], said]}
        self.matters[matter] = replace(one, body=body)

    def leave(self, who: str) -> str:
        """A member leaves."""
        return self._put("left", who, "", {})

    def _charter(self, named: str | None) -> str:
        said = self.course().in_force
        return named if named is not None else said.hash if said else ""

    def _put(self, what: str, who: str, about: str, body: dict[str, Any]) -> str:
        place = self.place(who)
        self.matters[place[4]] = Matter(what, place[4], org(who), about, "2026-11-22", place, body)
        return place[4]

    def say(self, who: str, matter: str, *, yes: bool = True) -> None:
        """Somebody says yes or no."""
        one = self.matters[matter]
        voice = Voice(org(who), yes, "", "2026-11-22", self.place(who))
        self.matters[matter] = replace(one, voices=(*one.voices, voice))

    def course(self) -> Course:
        """What it has come to."""
        return course(self.matters.values(), self.lists, FOUNDER)

    def status(self, matter: str) -> str:
        """How a matter stands."""
        found = self.course().standing(matter)
        assert found is not None
        return found.status
