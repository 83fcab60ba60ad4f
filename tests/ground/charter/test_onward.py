"""A founder that does nothing: the others agree on a successor, go on in it and let somebody in there; the founder comes back
and is let in like anybody. Four real nodes, one folder.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.ground.charter.batch import commands
from tests.harness.nodes import NodeProc, Nodes
from tests.story.look import look

OLD, NEW, RIVAL = "Open ears", "Open ears, together", "Other ears"


@dataclass
class Onward:
    """Four nodes and the stick between them."""

    folder: Path
    chicago: NodeProc
    gaziantep: NodeProc
    lagos: NodeProc
    warsaw: NodeProc

    @property
    def exchange(self) -> list[str | Path]:
        """The command that exchanges through the stick."""
        return ["exchange", "folder", self.folder / "stick"]


def of(network: str, *words: str) -> list[str | Path]:
    """A command about that network."""
    return [*words, "--network", network]


def test_the_others_go_on_without_a_founder_that_is_silent(nodes: Nodes) -> None:
    (nodes.folder / "stick").mkdir()
    life = Onward(nodes.folder, *(nodes.create(name) for name in ("Chicago", "Gaziantep", "Lagos", "Warsaw")))
    chain = _founded(life)
    matter = _agreed(life)
    _gone_on(life, matter, chain)
    _let_in(life)
    _come_back(life, matter)


def _founded(life: Onward) -> str:
    """Chicago opens a network, lets two in, agrees with itself on a charter, and falls silent. A chain that it leaves."""
    invitation = life.folder / "invitation"
    commands(life.chicago, ["network", "open", OLD], ["invite", invitation])
    for node in (life.gaziantep, life.lagos):
        request = life.folder / f"request-{node.name}"
        commands(node, ["join", invitation, "--request", request])
        commands(life.chicago, ["admit", request])
    said = commands(
        life.chicago, ["network", "profile", "Committee"], ["charter", "propose"], ["circle", "open", "Docks"],
        ["chain", "open", "What happened?", "--circle", "$2", "--title", "The week"], life.exchange,
    )  # fmt: skip
    return said[3].key


def _agreed(life: Onward) -> str:
    """Nothing is founded before enough agree; of two that are proposed, one gets the voices. Its key."""
    put = commands(
        life.gaziantep, life.exchange, ["network", "profile", "Refugee union"],
        ["successor", "propose", NEW, "--words", "Nobody answers."],
        ["successor", "propose", NEW], ["successor", "found", "$2"], ["successor", "join", "$2"], life.exchange, fails=(4, 5),
    )  # fmt: skip
    assert put[2].key == put[3].key
    rival = commands(
        life.lagos, life.exchange, ["network", "profile", "Students"], ["successor", "propose", RIVAL],
        ["successor", "agree", put[2].key], ["successor", "found", "$2"], ["successor", "found", put[2].key],
        ["successor", "list"], life.exchange, fails=(4, 5),
    )  # fmt: skip
    assert f"decided     {NEW}  2 of 2 beside the founder go on; it takes 2" in rival[6].text
    assert f"open        {RIVAL}  0 of 2" in rival[6].text
    return put[2].key


def _gone_on(life: Onward, matter: str, chain: str) -> None:
    """Founded with the charter, joined with one command; the old one is for reading."""
    founded = commands(
        life.gaziantep, life.exchange, ["successor", "found", matter], of(OLD, "successor", "found", matter),
        of(NEW, "charter", "show"), of(NEW, "admission", "members"), life.exchange,
    )  # fmt: skip
    assert founded[1].text == founded[2].text
    assert "edition   1" in founded[3].text
    assert founded[4].text.count("before there was a charter") == 1
    joined = commands(
        life.lagos, life.exchange, ["successor", "join", matter], of(OLD, "successor", "join", matter), life.exchange,
        ["network", "list"], ["circle", "open", "Campus"], ["chain", "open", "And here?", "--circle", "$5", "--title", "Here"],
        ["report", "add", "--chain", chain, "--circle", "$5", "--lang", "en", "--text", "Quiet.", "--consent", "pass"],
        ["pass", "$7"], ["chain", "list"], life.exchange, fails=(8,),
    )  # fmt: skip
    assert f"{NEW}  member  2" in joined[4].text
    assert all(title in joined[9].text for title in ("The week", "Here"))


def _let_in(life: Onward) -> None:
    """Somebody new, by the charter that came along, which Chicago could not be asked about."""
    invitation, request = life.folder / "invitation-new", life.folder / "request-warsaw"
    commands(life.lagos, of(NEW, "invite", str(invitation)))
    commands(life.warsaw, ["join", invitation, "--request", request])
    asked = commands(life.lagos, ["admission", "ask", request], life.exchange)[0]
    said = commands(life.gaziantep, life.exchange, of(NEW, "admission", "support", asked.key), life.exchange)
    assert said[1].text.startswith("done")
    found = commands(life.warsaw, life.exchange, life.exchange, ["admission", "members"], ["chain", "list"])
    assert found[2].text.count("admitted within the charter: 2 of 2 agree; the charter asks for 2") == 1
    assert "Here" in found[3].text
    assert "The week" not in found[3].text  # nothing of the old one was carried over


def _come_back(life: Onward, matter: str) -> None:
    """Chicago reads where the others are, asks to come, and is let in by two of them; then all hold the same."""
    back = commands(
        life.chicago, life.exchange, ["successor", "list"], ["successor", "join", matter],
        of(OLD, "successor", "join", matter), ["network", "list"], life.exchange,
    )  # fmt: skip
    assert f"done        {NEW}  2 of 2" in back[1].text
    assert f"{NEW}  waiting for admission" in back[4].text
    heard = commands(life.gaziantep, life.exchange, of(OLD, "successor", "list"))
    org = next(line.split()[1] for line in heard[1].text.splitlines() if "Committee" in line)
    brought = commands(life.gaziantep, of(OLD, "successor", "bring", matter, org), life.exchange)[0]
    commands(life.lagos, life.exchange, of(NEW, "admission", "support", brought.key), life.exchange)
    commands(life.gaziantep, life.exchange, of(NEW, "admission", "carry"), life.exchange)
    found = commands(life.chicago, life.exchange, life.exchange, ["network", "list"], ["chain", "list"], life.exchange)
    assert f"{NEW}  member  4" in found[2].text
    assert "Here" in found[3].text
    for node in (life.lagos, life.gaziantep, life.warsaw):
        commands(node, life.exchange)
    ours = look(life.chicago).states
    assert (
        look(life.lagos).states.items()
        >= {space: ours[space] for space in look(life.warsaw).states if space in ours}.items()
    )
