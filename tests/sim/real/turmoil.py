"""What befalls a network: who is removed, leaves and comes back, whose disk is copied, stolen, lost."""

from tejido.ground.charter import actions as charter
from tejido.ground.charter import leaving
from tejido.ground.charter import selectors as charters
from tejido.ground.charter.defaults import CHAPTERS, RULES
from tejido.ground.devices import actions as devices
from tejido.ground.devices import returning
from tejido.ground.devices import selectors as lineage
from tejido.ground.devices.errors import NothingHeld
from tejido.ground.devices.returning import FORM
from tejido.ground.devices.sheets import Sheet
from tejido.ground.network import actions, papers
from tejido.ground.people import OPERATOR
from tejido.ground.store import boot
from tejido.ground.store.founding import Sheets
from tests.sim.real import deeds
from tests.sim.real.node import RealNode
from tests.sim.real.play import RealPlay, own_epoch

MOST_NODES = 5


def remove(play: RealPlay, _node: RealNode) -> str:
    """The founder takes a member off the list; where a charter is in force the members are asked."""
    others = [node for node in play.members() if node.org != play.founder.org]
    if not others or not play.inside(play.founder):
        return "nobody is left"
    other = play.rng.choice(others)
    with play.founder.here():
        info = play.info()
        assert info is not None
        if charters.course_of(info).in_force is None:
            actions.remove(network=play.network, org=other.org)
            return other.name
        key = charter.ask_suspension(viewer=OPERATOR, network=info, org=other.org.hex())
        charter.speak(viewer=OPERATOR, network=info, matter=key)
    return f"{other.name} is to be suspended"


def admit(play: RealPlay, node: RealNode) -> str:
    """Whoever is outside asks to be let in, again."""
    out = [one for one in play.nodes if one not in play.members() and one.org != play.founder.org]
    out = [one for one in out if one.device in play.auditor.of(one).devices.get(one.org, ())]
    if not out or not play.inside(play.founder):
        return "nobody is outside"
    guest = play.rng.choice(out)
    play.ask_in(guest)
    del node
    return guest.name


def vote(play: RealPlay, node: RealNode) -> str:
    """A charter is proposed, or somebody says yes to whatever is open."""
    if not play.inside(node):
        return f"{node.name} is not in it"
    with node.here():
        info = play.info()
        assert info is not None
        made = charters.course_of(info)
        if node.org.hex() not in made.members:
            return f"{node.name} has no say"
        if not made.standings and made.in_force is None:
            charter.propose(viewer=OPERATOR, network=info, chapters=CHAPTERS, rules=RULES)
            return f"{node.name} proposes a charter"
        open_ones = [one for one in made.standings if one.status == "open" and node.org.hex() in one.electorate]
        for one in open_ones:
            charter.speak(viewer=OPERATOR, network=info, matter=charters.key_of(one.matter))
            play.note()
        return f"{node.name} says yes to {len(open_ones)}"


def leave(play: RealPlay, node: RealNode) -> str:
    """Somebody says that it leaves, or deletes all that it holds of what it left."""
    with node.here():
        info = play.info()
        if node.org == play.founder.org or info is None:
            return f"{node.name} stays"
        if leaving.may_purge(info) and play.rng.random() < 0.6:
            leaving.purge(viewer=OPERATOR, network=info)
            purged = True
        elif play.inside(node) and node.org.hex() in charters.course_of(info).members:
            charter.leave(viewer=OPERATOR, network=info)
            purged = False
        else:
            return f"{node.name} waits"
    if purged:
        play.auditor.nothing_left(node, play.spaces, play.words.values())
        play.ask_in(node)
    return f"{node.name} {'purges and asks again' if purged else 'leaves'}"


def clone(play: RealPlay, node: RealNode) -> str:
    """A disk is copied and both machines run for a while; somebody may have taken care that the copy does not notice it."""
    lies, play.made = play.rng.random() < 0.6, play.made + 1
    copy = node.copied(f"{node.name}-copy{play.made}")
    play.gone.append(copy)
    if lies:
        copy.lie_about_its_place()
        play.auditor.liars.add(node.org)
    with copy.here():
        before = own_epoch()
        reason = boot.ensure()
        assert bool(reason) != lies, "a copied disk is noticed, but for one whose boot file was changed"
        assert (own_epoch() == before) == lies
    said = [deeds.say(play, copy)]
    play.note()
    if play.rng.random() < 0.7:
        said.append(deeds.say(play, node))
        play.note()
    other = play.rng.choice([one for one in play.nodes if one is not node])
    play.exchange(copy, other, chance=0.1)
    return f"{copy.name}{' lies' if lies else ''}: {', '.join(said)}, to {other.name}"


def resolve(play: RealPlay, node: RealNode) -> str:
    """Sheets decide which branch of a forked log goes on."""
    if not play.knows_itself(node) or node.device not in play.auditor.of(node).devices.get(node.org, ()):
        return f"{node.name} does not know enough"
    with node.here():
        forks = lineage.forks(node.org)
        for fork in forks:
            devices.resolve(play.rng.choice(fork.branches), play.by_admin(node.org))
    return f"{node.name} decides {len(forks)}"


def second(play: RealPlay, node: RealNode) -> str:
    """An organisation takes a second device into use, by admin sheets and a paper."""
    if len(play.nodes) >= MOST_NODES or not play.inside(node) or not play.knows_itself(node):
        return f"{node.name} has no need"
    play.made += 1
    fresh = _way_back(play, node, node)
    with fresh.here():
        returning.join(_way(play), play.by_admin(node.org))
    fresh.learn_itself()
    play.nodes.append(fresh)
    return f"{node.name} has {fresh.name}, too"


def _way_back(play: RealPlay, helper: RealNode, lost: RealNode) -> RealNode:
    with helper.here():
        (play.folder / "way").write_bytes(returning.paper_for(lost.org))
    return RealNode.empty(f"{lost.name}-{play.made}", play.template, play.folder / f"{lost.name}-{play.made}")


def _way(play: RealPlay) -> returning.Way:
    return returning.way(papers.read(play.folder / "way", FORM))


def revoke(play: RealPlay, node: RealNode) -> str:
    """A device was seized: another one of its organisation ends it, by admin sheets; it goes on by itself for a while."""
    others = [one for one in play.nodes if one.org == node.org and one is not node]
    if not others or not play.knows_itself(node) or node.device not in play.auditor.of(node).devices.get(node.org, ()):
        return f"{node.name} is alone"
    other = play.rng.choice(others)
    with node.here():
        if other.device not in play.auditor.of(node).devices.get(node.org, ()):
            return f"{other.name} is revoked already"
        try:
            devices.revoke(other.device, play.by_admin(node.org))
        except NothingHeld:
            return f"{node.name} has to exchange first"
    if other is play.founder:
        play.nodes[0], play.nodes[play.nodes.index(node)] = node, other
    return f"{node.name} ends {other.name}"


def lose(play: RealPlay, node: RealNode) -> str:
    """All devices of an organisation are lost: recovery sheets and a partner's paper bring it back."""
    mine = [one for one in play.nodes if one.org == node.org]
    helpers = [one for one in play.members() if one.org != node.org and play.inside(one)]
    helpers = [one for one in helpers if node.org in play.auditor.of(one).members.get(play.network, ())]
    helpers = [one for one in helpers if _knows(play, one, node.org, mine)]
    if not helpers:
        return f"nobody could help {node.name}"
    play.made += 1
    fresh = _way_back(play, play.rng.choice(helpers), node)
    held = play.sheets[node.org]

    def keep(made: Sheets) -> None:
        play.sheets[node.org] = Sheets(made.org, made.admin, made.recovery or held.recovery, made.next)

    with fresh.here():
        returning.recover(_way(play), [Sheet(held.recovery[place]) for place in (0, 2)], keep)
    fresh.learn_itself()
    for one in mine:
        one.close()
        play.nodes.remove(one)
    play.nodes.insert(0 if node.org == play.book.spaces[play.network].owner else len(play.nodes), fresh)
    return f"{node.name} is lost, {fresh.name} comes"


def _knows(play: RealPlay, helper: RealNode, org: bytes, lost: list[RealNode]) -> bool:
    """Whether a helper holds all of the organisation's identity that anybody but the lost holds."""
    held = helper.held()
    kinds = {one.hash for one in play.book.events.values() if one.log.identity and one.log.org == org}
    rest = [one for one in (*play.nodes, *play.gone) if one not in lost]
    return all(event in held for one in rest for event in kinds & one.held().keys())


def midway(play: RealPlay, node: RealNode) -> str:
    """Something of this befalls others while an exchange is under way."""
    other = play.rng.choice([one for one in play.nodes if one is not node])
    what = play.rng.choice((remove, admit, revoke, leave, deeds.renew, deeds.redact, deeds.say, resolve))
    whom = play.rng.choice(play.nodes)
    turns = play.exchange(node, other, chance=0.1, between=lambda: play.step(what, whom))
    return f"{node.name} → {other.name}, {turns} turns"


TROUBLE: tuple[deeds.Deed, ...] = (remove, admit, vote, leave, clone, resolve, second, revoke, lose, midway)
