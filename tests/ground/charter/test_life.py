"""Three organisations through the whole life of a network, by the command line and one folder: charter, invited by a member
that is not the founder, admitted by two, suspended, taken back, left, purged, joined again.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.ground.charter.batch import Said, commands
from tests.harness.nodes import NodeProc, Nodes
from tests.story.look import look

SAID = "The gate was shut."


@dataclass
class Life:
    """Three nodes and the stick between them."""

    folder: Path
    chicago: NodeProc
    gaziantep: NodeProc
    lagos: NodeProc

    @property
    def exchange(self) -> list[str | Path]:
        """The command that exchanges through the stick."""
        return ["exchange", "folder", self.folder / "stick"]


def named(said: Said) -> dict[str, tuple[str, str]]:
    """What `admission members` printed: by name, the organisation's id and how it came in or went."""
    parts = [line.split("  ", 2) for line in said.text.splitlines()]
    return {rest.partition(": ")[0]: (org, rest.partition(": ")[2]) for org, _, rest in parts}


def test_the_whole_life(nodes: Nodes) -> None:
    (nodes.folder / "stick").mkdir()
    life = Life(nodes.folder, *(nodes.create(name) for name in ("Chicago", "Gaziantep", "Lagos")))
    chain = _founded(life)
    _admitted_by_two(life)
    report = _suspended_and_taken_back(life, chain)
    _left_purged_and_joined_again(life, report)


def _founded(life: Life) -> str:
    """Chicago opens a network with a charter and a chain, and admits Gaziantep: its own yes is enough. The chain's key."""
    invitation, request = life.folder / "invitation", life.folder / "request-gaziantep"
    said = commands(
        life.chicago, ["network", "open", "Open ears"], ["charter", "show"], ["charter", "propose"], ["charter", "propose"],
        ["circle", "open", "Docks"], ["chain", "open", "What happened?", "--circle", "$4", "--title", "The week"],
        ["invite", invitation],
    )  # fmt: skip
    assert "founder alone" in said[1].text
    assert (said[2].text.split()[0], said[2].key) == ("in-force", said[3].key)
    commands(life.gaziantep, ["join", invitation, "--request", request])
    commands(life.chicago, ["admit", request], life.exchange)
    found = commands(
        life.gaziantep, life.exchange, ["network", "profile", "Refugee union"], life.exchange, ["admission", "members"],
        ["invite", life.folder / "invitation-lagos"],
    )  # fmt: skip
    assert named(found[3])["Refugee union"][1] == "admitted within the charter: 1 of 1 agree; the charter asks for 1"
    return said[5].key


def _admitted_by_two(life: Life) -> None:
    """Gaziantep, which did not found the network, invites Lagos and puts its request; Chicago agrees and carries it out."""
    request = life.folder / "request-lagos"
    commands(life.lagos, ["join", life.folder / "invitation-lagos", "--request", request])
    asked = commands(life.gaziantep, ["admission", "ask", request], ["admission", "ask", request], life.exchange)
    assert asked[0].key == asked[1].key
    said = commands(
        life.chicago, life.exchange, ["admission", "list"], ["admission", "support", asked[0].key],
        ["admission", "support", asked[0].key], life.exchange,
    )  # fmt: skip
    assert "Lagos  1 of 2 agree; the charter asks for 2" in said[1].text
    assert said[2].text == said[3].text
    assert said[2].text.startswith("done")
    for node in (life.lagos, life.gaziantep):
        found = commands(node, life.exchange, ["admission", "members"])
        assert named(found[1])["Lagos"][1] == "admitted within the charter: 2 of 2 agree; the charter asks for 2"


def _suspended_and_taken_back(life: Life, chain: str) -> str:
    """Without its own voice, and by the same rule. The key of a report that Lagos passed on before."""
    spoken = commands(
        life.lagos, ["network", "profile", "Students"], ["circle", "open", "Campus"],
        ["report", "add", "--chain", chain, "--circle", "$1", "--lang", "en", "--text", SAID, "--consent", "pass"],
        ["pass", "$2"], life.exchange, ["admission", "members"],
    )  # fmt: skip
    lagos = named(spoken[5])["Students"][0]
    put = commands(
        life.gaziantep, life.exchange, ["admission", "suspend", lagos, "--words", "No answer."], life.exchange
    )[1]
    commands(life.chicago, life.exchange, ["admission", "support", put.key], life.exchange)
    heard = commands(
        life.lagos, life.exchange, ["admission", "members"], ["admission", "oppose", put.key], ["circle", "open", "Late"],
        fails=(2,),
    )  # fmt: skip
    said = named(heard[1])["Students"][1]  # it cannot read the list that it is not on, but it can read who agreed
    assert said == "the members have decided to suspend it: 2 of 2 agree; the charter asks for 2"
    told = commands(
        life.gaziantep,
        life.exchange,
        ["admission", "members"],
        ["admission", "suspend", lagos, "--back"],
        life.exchange,
    )
    assert named(told[1])["Students"][1].startswith("suspended within the charter: 2 of 2 agree")
    back = told[2]
    commands(life.chicago, life.exchange, ["admission", "support", back.key], life.exchange)
    found = commands(life.lagos, life.exchange, ["admission", "members"], life.exchange)
    assert named(found[1])["Students"][1].startswith("taken back within the charter: 2 of 2 agree")
    return spoken[2].key


def _left_purged_and_joined_again(life: Life, report: str) -> None:
    """All of it comes again, its own old voice too, and what it writes then makes no fork."""
    commands(life.chicago, life.exchange)
    shared = look(life.chicago).states.items() & look(life.lagos).states.items()
    assert len(shared) == 2  # the network's space and the public one
    commands(
        life.lagos,
        ["network", "leave", "--purge"],
        ["network", "leave"],
        ["network", "leave"],
        life.exchange,
        fails=(0,),
    )
    gone = commands(life.chicago, life.exchange, ["admission", "carry"], ["admission", "members"], life.exchange)
    assert named(gone[2])["Students"][1] == "left by its own wish"
    request = life.folder / "request-again"
    left = commands(
        life.lagos, life.exchange, ["network", "leave", "--purge"], ["network", "list"], ["report", "list"], life.exchange,
        ["join", life.folder / "invitation-lagos", "--request", request],
    )  # fmt: skip
    assert left[2].text == ""
    assert report in left[3].text  # its own reports stay
    assert len(look(life.lagos).states.items() & shared) == 1  # the public one: nothing was written in it
    asked = commands(life.gaziantep, life.exchange, ["admission", "ask", request], life.exchange)[1]
    commands(life.chicago, life.exchange, ["admission", "support", asked.key], life.exchange)
    found = commands(
        life.lagos, life.exchange, life.exchange, ["chain", "list"], ["chain", "show", "$2"],
        ["network", "profile", "Students", "--place", "Lagos"],
        life.exchange,
    )  # fmt: skip
    assert "The week" in found[2].text
    assert SAID in found[3].text
    commands(life.chicago, life.exchange)
    ours, theirs = look(life.chicago).states, look(life.lagos).states
    for space, _ in shared:
        assert ours[space] == theirs[space]
