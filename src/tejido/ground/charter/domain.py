"""The rules of the charter, pure: one matter from its events, and the course of a network from its matters and member lists.

A *matter* is something that members have a say in: a charter proposed, somebody who asks to join, a suspension, a successor
(a new network in which members go on without the owner of this one's space); or that somebody leaves. Each folds by itself.
What they come to is told by running through all of them together with the member lists of the network's space in the order
of the log, as everybody can: who had a say, how many it took, whether what the space's owner then did was within the
charter. Nothing here reads a clock.

Who has a say: members at the place where the matter was put that are members still. So voices fall when somebody goes,
and nobody who was let in since decides about it. A suspension is decided without whoever it is about, a successor without
the owner, and whoever the owner puts out against the charter keeps its say in that. A successor takes nothing from the
owner: this network stays as it is, and each member goes or stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tejido.ground.bodies import opening
from tejido.ground.charter.events import CATALOGUE, CREATING, FOUNDED, GO_ON, VOICES, about
from tejido.ground.store.entry import Entry
from tejido.log.descriptors import Space
from tejido.log.errors import Malformed

Place = tuple[int, str, str, int, str]
"""Where something stands in the order of a space: (lam, org, log, seq, hash), ids in hex."""
OPEN, REFUSED, DECIDED, DONE, OVERTAKEN, VOID = "open", "refused", "decided", "done", "overtaken", "void"
IN_FORCE, REPLACED = "in-force", "replaced"
SUCCESSOR, BEGAN = "successor", "began"
MOST_HALF = "51%"
"""How many go on in a successor where no charter says: more than half of those beside the owner."""
MOST_FOUNDED = 8
FOUNDER, BEFORE, WITHIN, OUTSIDE, BACK, GONE, SUSPENDED = (
    "founder", "before", "within", "outside", "back", "left", "suspended",
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """What one member said, in one event."""

    org: str
    yes: bool
    words: str
    day: str
    place: Place


@dataclass(frozen=True)
class Matter:
    """`what`: charter, admit, suspend, left, successor or began; `about`: the organisation that it concerns, in hex, or empty.

    The body of a successor holds besides `founded`, what its proposer said of its spaces, and `coming`: requests by who asks."""

    what: str
    hash: str
    org: str
    about: str
    day: str
    place: Place
    body: dict[str, Any]
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A member list that the owner wrote: `relied` are the matters that it names."""

    place: Place
    orgs: frozenset[str]
    day: str = ""
    relied: tuple[str, ...] = ()


def place_of(entry: Entry) -> Place:
    """An event's place in the order of its space."""
    return (entry.lam, entry.org.hex(), entry.log.hex(), entry.seq, entry.hash.hex())


def fold(entries: Sequence[Entry]) -> Matter | None:
    """One matter with what was said about it; malformed events count for nothing. Every organisation may say something:
    whether it has a say is told by the course."""
    kind = next((kind for kind in CREATING if opening(entries, kind)), "")
    first = opening(entries, kind) if kind else None
    said = first and CATALOGUE.read(first)
    if first is None or said is None:
        return None
    what = CREATING[kind]
    voices = tuple(voice for entry in entries if (voice := _voice(entry, what)))
    body = said.body()
    if what == SUCCESSOR:
        body |= {"founded": _foundings(entries, first.org)[:MOST_FOUNDED], "coming": _coming(entries)}
    return Matter(what, first.hash.hex(), first.org.hex(), about(said), first.day, place_of(first), body, voices)


def _voice(entry: Entry, what: str) -> Voice | None:
    meant, yes = VOICES.get(entry.kind, ("", False))
    said: Any = CATALOGUE.read(entry)
    if meant != what or said is None:
        return None
    return Voice(entry.org.hex(), yes, said.words, entry.day, place_of(entry))


def _foundings(entries: Sequence[Entry], org: bytes) -> list[dict[str, Any]]:
    """What the proposer said of the spaces that it opened: `space` is the id of the members' one, in hex."""
    said = [(entry, CATALOGUE.read(entry)) for entry in entries if entry.kind == FOUNDED and entry.org == org]
    found = [(entry, payload.body()) for entry, payload in said if payload is not None]
    return [
        {**body, "place": place_of(entry), "space": ids[0]}
        for entry, body in found
        if (ids := _owned(body["spaces"], org))
    ]


def _owned(spaces: Iterable[Mapping[str, str]], org: bytes) -> list[str]:
    """The ids of spaces as they are described; nothing where one is not that organisation's, or not what it is said to be."""
    try:
        found = [Space.parse(one["space"].encode()) for one in spaces]
    except Malformed:
        return []
    sound = [one.owner == org for one in found] == [True, True] and [one.public for one in found] == [False, True]
    return [one.id.hex() for one in found] if sound else []


def _coming(entries: Sequence[Entry]) -> dict[str, str]:
    """The last request of each organisation that asks to come over once it is founded."""
    said = [(entry.org.hex(), CATALOGUE.read(entry)) for entry in entries if entry.kind == GO_ON]
    return {org: payload.paper for org, payload in said if payload is not None and payload.paper}  # type: ignore[attr-defined]


def need(rule: str, members: int) -> int:
    """How many of `members` a rule asks for: never more than there are, never none."""
    if rule.endswith("%"):
        return max(1, -(-members * int(rule[:-1]) // 100))
    return max(1, min(int(rule), members))


@dataclass(frozen=True)
class Standing:
    """How a matter stands. `yes` and `no`: who has a say and said so; `electorate`: who has a say; `need`: how many it takes.

    `edition`: the number of the charter by which it is decided, 0 where there is none and the founder's word suffices.
    `decided`: the place at which enough had agreed. For charters `status` is open, in-force, replaced, overtaken or void.
    `founded`: what the proposer of a successor said once it was decided; its `status` is done from then on."""

    matter: Matter
    status: str
    electorate: frozenset[str] = frozenset()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    need: int = 1
    edition: int = 0
    decided: Place | None = None
    founded: Mapping[str, Any] | None = None

    @property
    def silent(self) -> frozenset[str]:
        """Who has a say and has not used it."""
        return self.electorate - set(self.yes) - set(self.no)


@dataclass(frozen=True)
class Edition:
    """A charter that came into force, and when: numbers count from 1."""

    number: int
    hash: str
    place: Place
    matter: Matter
    yes: tuple[str, ...]
    members: int
    need: int


@dataclass(frozen=True)
class Change:
    """Somebody came into the network or went, as the owner's list says, and whether it was within the charter.

    `how`: founder (opened it), before (there was no charter), within, outside, back (reinstated), left, suspended."""

    org: str
    came: bool
    how: str
    day: str
    place: Place
    standing: Standing | None = None


@dataclass(frozen=True)
class Course:
    """What a network has come to. `leaving`: members that said so and still stand in the list, each with its event.
    `began`: which network it goes on from, as its owner says."""

    editions: tuple[Edition, ...] = ()
    standings: tuple[Standing, ...] = ()
    changes: tuple[Change, ...] = ()
    members: frozenset[str] = frozenset()
    leaving: Mapping[str, str] = field(default_factory=dict)
    suspended: frozenset[str] = frozenset()
    began: Matter | None = None

    @property
    def in_force(self) -> Edition | None:
        """The charter in force."""
        return self.editions[-1] if self.editions else None

    def since(self, org: str) -> Change | None:
        """The change that made an organisation a member, or ended that, last."""
        return next((one for one in reversed(self.changes) if one.org == org), None)

    def standing(self, matter: str) -> Standing | None:
        """How one matter stands, by its hash."""
        return next((one for one in self.standings if one.matter.hash == matter), None)

    def successors(self) -> tuple[Standing, ...]:
        """Networks that members founded to go on in, the one with the most of them first."""
        found = [one for one in self.standings if one.founded]
        return tuple(sorted(found, key=lambda one: (-len(one.yes), one.matter.place)))

    def due(self) -> tuple[Standing, ...]:
        """Decisions that the owner has not carried out."""
        return tuple(one for one in self.standings if one.status == DECIDED and one.matter.what in ("admit", "suspend"))


@dataclass
class _Open:
    """A matter on its way."""

    matter: Matter
    at: frozenset[str]
    rule: str
    edition: int
    status: str = OPEN
    said: dict[str, bool] = field(default_factory=dict)
    electorate: frozenset[str] = frozenset()
    decided: Place | None = None
    need: int = 1
    agreed: set[str] = field(default_factory=set)
    founded: Mapping[str, Any] | None = None

    def standing(self) -> Standing:
        """As it is now."""
        yes = tuple(sorted(org for org, said in self.said.items() if said and org in self.electorate))
        no = tuple(sorted(org for org, said in self.said.items() if not said and org in self.electorate))
        return Standing(
            self.matter, self.status, self.electorate, yes, no, self.need, self.edition, self.decided, self.founded
        )


def course(matters: Iterable[Matter], lists: Sequence[Listed], owner: str) -> Course:
    """Run through it all in order; the same events give the same course, whatever the order in which they came."""
    run = _Run(owner)
    steps: list[tuple[Place, Any, Any]] = [(one.place, one, None) for one in lists]
    for matter in matters:
        steps.append((matter.place, matter, None))
        steps += [(voice.place, matter, voice) for voice in matter.voices]
        steps += [(tuple(said["place"]), matter, said) for said in matter.body.get("founded", ())]
    for _, what, said in sorted(steps, key=lambda step: step[0]):
        if isinstance(what, Listed):
            run.list(what)
        elif said is None:
            run.put(what)
        elif isinstance(said, Voice):
            run.say(what, said)
        else:
            run.found(what, said)
    return run.result()


class _Run:
    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.members: frozenset[str] = frozenset()
        self.open: dict[str, _Open] = {}
        self.editions: list[Edition] = []
        self.changes: list[Change] = []
        self.leaving: dict[str, str] = {}
        self.suspended: set[str] = set()
        self.put_out: set[str] = set()
        self.began: Matter | None = None

    # --- matters

    def put(self, matter: Matter) -> None:
        """Somebody puts something to the members, or leaves."""
        if matter.what == "left":
            if matter.org in self.members - {self.owner}:
                self.leaving[matter.org] = matter.hash
            return
        if matter.what == BEGAN:
            self.began = self.began or (matter if matter.org == self.owner else None)
            return
        without = self.owner if matter.what == SUCCESSOR else matter.about
        one = _Open(matter, self.members - {without}, self._rule(matter), len(self.editions))
        self.open[matter.hash] = one
        one.status = self._status_at_first(matter)
        if one.status == OPEN:
            self._hear(one, matter.org, yes=True)
            self._count(one, matter.place)

    def _rule(self, matter: Matter) -> str:
        """The rule by which it is decided; empty where the founder's word suffices."""
        if not self.editions:
            return MOST_HALF if matter.what == SUCCESSOR else ""
        rules = self.editions[-1].matter.body["rules"]
        back = matter.what == "admit" and matter.about in self.suspended
        by = {"charter": "amend", SUCCESSOR: "amend", "admit": "admit", "suspend": "suspend"}
        return str(rules[by["suspend" if back else matter.what]])

    def _status_at_first(self, matter: Matter) -> str:
        if matter.org not in self.members:
            return VOID
        named = matter.body["replaces" if matter.what == "charter" else "charter"]
        if named != (self.editions[-1].hash if self.editions else ""):
            return OVERTAKEN
        if matter.what == "admit":
            known = matter.body["paper"] or matter.about in self.suspended
            return VOID if matter.about in self.members or not known else OPEN
        if matter.what == SUCCESSOR:
            return VOID if matter.org == self.owner else OPEN
        if matter.what == "suspend":
            return OPEN if matter.about in self.members - {self.owner} else VOID
        return OPEN

    def say(self, matter: Matter, voice: Voice) -> None:
        """A member says yes or no; the last word counts, until enough have said yes. Into a successor, one goes at any time."""
        one = self.open.get(matter.hash)
        if one is None:
            return
        if one.status in (OPEN, REFUSED):
            self._hear(one, voice.org, yes=voice.yes)
            self._count(one, voice.place)
        elif matter.what == SUCCESSOR and one.status in (DECIDED, DONE):
            self._hear(one, voice.org, yes=voice.yes)

    def found(self, matter: Matter, said: Mapping[str, Any]) -> None:
        """The proposer opened the successor: counts once enough have agreed, and with nobody in it who had not."""
        one = self.open.get(matter.hash)
        if one is not None and one.status == DECIDED and set(said["members"]) <= one.agreed:
            one.status, one.founded = DONE, said

    def _hear(self, one: _Open, org: str, *, yes: bool) -> None:
        if one.matter.what == "charter":  # a voice is with one proposal at a time, so that no two can win
            for other in self.open.values():
                if other.matter.what == "charter" and other.status == OPEN:
                    other.said.pop(org, None)
        if one.matter.what == SUCCESSOR and yes:  # nobody is in two at once; what was founded stays
            for other in self.open.values():
                if other.matter.what == SUCCESSOR and other.said.get(org):
                    del other.said[org]
            one.agreed.add(org)
        one.said[org] = yes

    def _count(self, one: _Open, place: Place) -> None:
        one.electorate = one.at & (self.members | self.put_out if one.matter.what == SUCCESSOR else self.members)
        said = {org: yes for org, yes in one.said.items() if org in one.electorate}
        yes, no = sum(said.values()), len(said) - sum(said.values())
        one.need = need(one.rule, len(one.electorate)) if one.rule else 1
        met = yes >= one.need if one.rule else said.get(self.owner, False)
        one.status = OPEN
        if met and one.electorate:
            one.status, one.decided = DECIDED, place
            if one.matter.what == "charter":
                self._comes_into_force(one, place)
        elif one.rule and len(one.electorate) - no < one.need:
            one.status = REFUSED

    def _comes_into_force(self, one: _Open, place: Place) -> None:
        for other in self.open.values():
            if other.matter.what == "charter":
                if other.status == IN_FORCE:
                    other.status = REPLACED
                elif other.status in (OPEN, REFUSED):
                    other.status = OVERTAKEN
        one.status, counted = IN_FORCE, one.standing()
        number = len(self.editions) + 1
        members = len(one.electorate)
        self.editions.append(Edition(number, one.matter.hash, place, one.matter, counted.yes, members, one.need))

    # --- member lists

    def list(self, listed: Listed) -> None:
        """The owner wrote who is in: who came, who went, and by what decision."""
        before, self.members = self.members, listed.orgs
        for org in sorted(before - listed.orgs):
            self.changes.append(self._went(org, listed))
        for org in sorted(listed.orgs - before):
            self.changes.append(self._came(org, listed))
        last = {one.org: one for one in self.changes}
        self.put_out = {org for org, one in last.items() if not one.came and one.how == OUTSIDE}
        for one in self.open.values():
            if one.status in (OPEN, REFUSED):
                self._count(one, listed.place)

    def _came(self, org: str, listed: Listed) -> Change:
        one = self._deciding("admit", org, listed.relied)
        back = org in self.suspended
        self.suspended.discard(org)
        if org == self.owner:
            return Change(org, True, FOUNDER, listed.day, listed.place)
        how = self._how(one, BACK if back else WITHIN)
        return Change(org, True, how, listed.day, listed.place, self._used(one))

    def _went(self, org: str, listed: Listed) -> Change:
        if org in self.leaving:
            del self.leaving[org]
            return Change(org, False, GONE, listed.day, listed.place)
        one = self._deciding("suspend", org, listed.relied)
        self.suspended.add(org)
        return Change(org, False, self._how(one, SUSPENDED), listed.day, listed.place, self._used(one))

    def _deciding(self, what: str, org: str, relied: Sequence[str]) -> _Open | None:
        """The matter by which it was decided: the one that the list names, or a decided one, or the latest that stands open."""
        found = [
            one
            for one in self.open.values()
            if one.matter.what == what and one.matter.about == org and one.status in (OPEN, REFUSED, DECIDED)
        ]
        found.sort(key=lambda one: (one.matter.hash in relied, one.status == DECIDED, one.matter.place))
        return found[-1] if found else None

    def _how(self, one: _Open | None, within: str) -> str:
        if one is not None and one.status == DECIDED:
            return within
        return OUTSIDE if self.editions else BEFORE

    def _used(self, one: _Open | None) -> Standing | None:
        """A decision is good for once."""
        if one is None:
            return None
        said, one.status = one.standing(), DONE
        return said

    def result(self) -> Course:
        """Where it has come to."""
        standings = tuple(one.standing() for one in self.open.values())
        return Course(
            tuple(self.editions), standings, tuple(self.changes), self.members,
            dict(self.leaving), frozenset(self.suspended), self.began,
        )  # fmt: skip
