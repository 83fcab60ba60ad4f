"""What nodes do, and what befalls them: each deed is drawn by the seed and says in a word what it did."""

from tejido.log.writer import Head
from tejido.replication import driving
from tejido.replication.access import Peer
from tejido.replication.messages import read
from tejido.replication.states import Server
from tests.sim import faults
from tests.sim.auditor import must
from tests.sim.carriers import poured
from tests.sim.exchange import read_all
from tests.sim.fold import RATED, SAID, state_hashes
from tests.sim.node import Node
from tests.sim.play import Bag, Play

MOST_NODES = 6


def say(play: Play) -> str:
    """Words: a note, an answer, something of a later schema, something of a kind that nobody knows, a file."""
    node = play.node()
    space = play.place(node)
    if space is None:
        return f"{node.name} is nowhere"
    notes = [one for one in play.notes(node, space) if one.hash == one.aggregate]
    if not notes or play.rng.random() < 0.3:
        blobs = dict([play.blob()]) if play.rng.random() < 0.3 else {}
        done = node.note(space.id, tuple(blobs))
        node.store.vault |= blobs if done else {}
    else:
        kind, schema = play.rng.choice(((SAID, 1), (SAID, 1), (SAID, 2), (RATED, 1), ("nobody.knows", 7)))
        done = node.answer(space.id, play.rng.choice(notes).hash, kind, schema)
    return f"{node.name} says {done.hash.hex()[:8]}" if done else f"{node.name} has no key"


def redact(play: Play) -> str:
    """One of our own is taken back; rarely somebody else's, which does nothing, or a redact, which does nothing either."""
    node = play.node()
    space = play.place(node)
    notes = play.notes(node, space) if space else []
    notes = [one for one in notes if one.kind != "space.key"]  # boxes go when others were written: `shed`
    mine = [one for one in notes if one.log.org == node.org and not one.kind.startswith("space.")]
    found = mine if mine and play.rng.random() < 0.9 else notes
    if space is None or not found:
        return f"{node.name} has nothing to take back"
    target = play.rng.choice(found)
    if play.rng.random() < 0.5 and node.honest:
        _wrap(play, node)  # somebody carries it about from before
    if play.rng.random() < 0.3:
        node.renew_epoch()  # another log, which may come before its target
    done = node.redact(space.id, target)
    return f"{node.name} takes {target.hash.hex()[:8]} back" if done else f"{node.name} has no key"


def turn(play: Play) -> str:
    """One question and its answer."""
    one = play.session()
    goes_on = one.turn(play.line(), play.line())
    if not goes_on and one in play.sessions:
        play.sessions.remove(one)
    return f"{one.caller.name} → {one.server.name}, turn {one.turns}{'' if goes_on else ', the last'}"


def call(play: Play) -> str:
    """A whole exchange."""
    caller, server = play.rng.sample(play.nodes, 2)
    one = play.line()
    session = play.new_session(caller, server)
    while session.turn(one, one):
        must(session.turns < 400, f"{caller.name} and {server.name} do not come to an end")
    return f"{caller.name} → {server.name}, {session.turns} turns"


def lie(play: Play) -> str:
    """A member, or a stranger, asks for what it may not have and says what is not so."""
    evil, victim = play.rng.sample(play.nodes, 2)
    said = faults.lies(evil, victim, play.rng)
    state = Server(victim.store, Peer(evil.org, evil.device.key.public))
    _, answer = driving.turn(state, victim.store, iter(said), victim.now, play.rng, driving.Report())
    for message in answer:
        play.auditor.watch(victim, evil, message)
    return f"{evil.name} to {victim.name}: {', '.join(type(one).__name__ for one in said)}"


def noise(play: Play) -> str:
    """Bytes that are no frames, or frames of anything."""
    victim, rng = play.node(honest=True), play.rng
    data = rng.choice((
        rng.randbytes(40),
        b"H\xff\xff\xff\xff",
        b"P" + (60).to_bytes(4, "big") + rng.randbytes(60),
        b"W" + (2000).to_bytes(4, "big") + b"[" * 2000,
        b"H" + (40).to_bytes(4, "big") + b'{"identities":[],"logs":[],"space":1e99}',
    ))  # fmt: skip
    other = play.node()
    state = Server(victim.store, Peer(other.org, other.device.key.public))
    driving.turn(state, victim.store, read(iter([data])), victim.now, rng, driving.Report())
    return f"{victim.name} hears {data[:12]!r}"


def crash(play: Play) -> str:
    """Between append and projection: what was committed stays, what follows from it is made anew."""
    node = play.node(honest=True)
    before = (state_hashes(node.store, node.version), node.store.payloads.keys(), dict(node.store.state))
    node.store.rebuild()
    after = (state_hashes(node.store, node.version), node.store.payloads.keys(), dict(node.store.state))
    must(before == after, f"{node.name} makes something else of the same after a crash")
    play.forget_sessions(node)
    return node.name


def again(play: Play) -> str:
    """Everything is taken in once more: nothing changes."""
    node = play.node(honest=True)
    before = (node.store.version, state_hashes(node.store, node.version))
    for space in list(node.store.spaces_known):
        events = node.store.everything(space)
        node.store.ingest(play.rng.sample(events, len(events)), (), ())
    must(node.store.version == before[0], f"{node.name} changes when it takes in what it holds")
    return node.name


def full(play: Play) -> str:
    """No room on a disk, or room again."""
    node = play.node()
    node.store.full = not node.store.full
    return f"{node.name} {'is full' if node.store.full else 'has room'}"


def save(play: Play) -> str:
    """A backup."""
    node = play.node()
    node.save()
    return node.name


def restore(play: Play) -> str:
    """A backup comes back: what was written since is known to others alone."""
    saved = [node for node in play.nodes if node.saved]
    if not saved:
        return save(play)
    node = play.rng.choice(saved)
    node.restore()
    play.forget_sessions(node)
    space = play.place(node)
    done = node.note(space.id) if space and play.rng.random() < 0.5 else None
    return f"{node.name}{' says ' + done.hash.hex()[:8] if done else ''}"


def clone(play: Play) -> str:
    """A disk is copied and both machines run; the copy notices it, unless somebody took care that it does not."""
    if len(play.nodes) >= MOST_NODES:
        return "enough nodes"
    node = play.node()
    if node.second:
        return "it is not copied"
    other = node.twin(f"{node.name}'s copy {len(play.nodes)}")
    if play.rng.random() < 0.4 and node.org not in {space.owner for space in play.spaces}:
        play.auditor.liars.add(node.org)
        node.obeys_epochs = other.obeys_epochs = False
        other.epoch = other.store.mine = node.epoch
    play.nodes.append(other)
    return f"{other.name}{'' if other.obeys_epochs else ', unnoticed'}"


def fork(play: Play) -> str:
    """An author signs two events at the same place of its log, for different ears."""
    liars = [node for node in play.nodes if not node.honest]
    node = play.rng.choice(liars) if liars else play.nodes[-1]
    space = play.place(node)
    if space is None or node.second:
        return f"{node.name} is nowhere"
    node.honest = False
    play.auditor.liars.add(node.org)
    notes = play.notes(node, space)
    mine = [one for one in notes if one.log.org == node.org and one.log.device == node.device.key.public]
    mine = [one for one in mine if one.log.epoch == node.epoch]
    after = play.rng.choice(mine) if mine else None
    head = Head(after.seq, after.hash, after.lam) if after else Head()
    other = node.twin(f"{node.name}'s other face {len(play.nodes)}")
    done = node.say(space.id, SAID, {"text": play.rng.randbytes(6).hex()}, after=head)
    if len(play.nodes) < MOST_NODES and play.rng.random() < 0.5:
        other.epoch, other.obeys_epochs = node.epoch, False
        play.nodes.append(other)
    return f"{node.name} at {head.seq + 1}: {done.hash.hex()[:8] if done else 'no key'}"


def admit(play: Play) -> str:
    """The owner of a space lets somebody in."""
    space = play.rng.choice(play.spaces)
    owner = play.rng.choice([node for node in play.nodes if node.org == space.owner])
    guest = play.rng.choice([node for node in play.nodes if node.org != space.owner])
    if not play.members(owner, space):
        return f"{owner.name} knows no list"
    play.invite(owner, guest, space)
    return f"{owner.name} admits {guest.name}"


def dismiss(play: Play) -> str:
    """The owner of a space removes a member, in the middle of whatever goes on."""
    space = play.rng.choice(play.spaces)
    owner = play.rng.choice([node for node in play.nodes if node.org == space.owner])
    known = sorted(play.members(owner, space) - {owner.org})
    if not known:
        return "nobody is left"
    gone = play.rng.choice(known)
    owner.set_members(space.id, [org for org in (*known, owner.org) if org != gone])
    return f"{owner.name} dismisses {play.ledger.name(gone)}"


def renew(play: Play) -> str:
    """A new quarter: a new epoch key."""
    space = play.rng.choice(play.spaces)
    owner = play.rng.choice([node for node in play.nodes if node.org == space.owner])
    known = play.members(owner, space)
    if known:
        owner.set_members(space.id, sorted(known), renew=True)
    return owner.name


def shed(play: Play) -> str:
    """Boxes of keys are taken back: all that an owner has is given once more, then its events of before go."""
    space = play.rng.choice([one for one in play.spaces if not one.public] or play.spaces)
    owner = play.rng.choice([node for node in play.nodes if node.org == space.owner])
    if not owner.honest or space.public or not play.members(owner, space):
        return f"{owner.name} keeps its boxes"
    return f"{owner.name} takes {owner.shed(space.id)} back"


def leave(play: Play) -> str:
    """A node leaves a space and purges it; it may be let in again."""
    node, space = play.node(), play.rng.choice(play.spaces)
    if node.org == space.owner or space.id not in node.store.spaces_known:
        return f"{node.name} stays"
    node.purge(space.id)
    play.forget_sessions(node)
    return node.name


def wrap(play: Play) -> str:
    """A bundle is written for the members of a space."""
    return _wrap(play, play.node(honest=True))


def _wrap(play: Play, node: Node) -> str:
    shared = [one for one in node.store.spaces() if node.org in node.store.members(one)]
    if not shared:
        return f"{node.name} is nowhere"
    space = play.rng.choice(shared)
    ages = {device.age for org in node.store.members(space) if (who := node.store.identities.get(org))
            for device in who.devices.values()}  # fmt: skip
    play.bags.append(Bag(frozenset(ages), poured(node, space)))
    return f"{node.name}, {len(play.bags[-1].said)} frames"


def unwrap(play: Play) -> str:
    """A bundle is read, once or twice, in part or damaged."""
    node = play.node()
    bags = [bag for bag in play.bags if node.device.age in bag.recipients]
    if not bags or play.rng.random() < 0.4:
        return wrap(play)
    bag = play.rng.choice(bags[-3:])
    cut = play.rng.randint(0, len(bag.said)) if play.rng.random() < 0.3 else len(bag.said)
    read_all(node, bag.said[:cut], play.rng)
    return f"{node.name}, {cut} of {len(bag.said)} frames"


def stick(play: Play) -> str:
    """A stick is put in; whoever never heard of a space does not find its directory."""
    node = play.node()
    for space in node.store.spaces():
        if node.org in play.ledger.listed[space.space.id]:
            play.stick.visit(node, space, play.rng, members=node.org in node.store.members(space))
    return node.name


def laptop(play: Play) -> str:
    """A second device of an organisation: it is given what the first one holds."""
    if len(play.nodes) >= MOST_NODES or any(node.second for node in play.nodes):
        return "enough nodes"
    node = play.rng.choice([node for node in play.nodes if node.obeys_epochs and node.honest])
    other = Node(f"{node.name}'s laptop", node.organisation, play.tools, device=1, version=node.version)
    other.second = True
    for space in play.spaces:
        if space.id in node.store.spaces_known:
            other.store.learn_space(space)
    play.nodes.append(other)
    return other.name


def revoke(play: Play) -> str:
    """The second device is stolen: its organisation ends it, in the middle of whatever goes on; the thief goes on."""
    laptops = [node for node in play.nodes if node.second]
    if not laptops:
        return laptop(play)
    first = next(node for node in play.nodes if node.org == laptops[0].org and not node.second)
    if not laptops[0].honest or first.store.full or not first.honest:
        return "once is enough"
    first.revoke(1)
    laptops[0].honest = False
    return f"{first.name} ends {laptops[0].name}"


def peek(play: Play) -> str:
    """A stranger has heard of a space and asks for it."""
    node, space = play.node(), play.rng.choice(play.spaces)
    node.store.learn_space(space)
    return node.name


def upgrade(play: Play) -> str:
    """A node gets the program's next version and folds anew."""
    node = play.node()
    node.version = 2
    node.store.rebuild()
    return node.name


ORDINARY = [say, say, say, turn, turn, turn, call]
TROUBLE = [
    redact, redact, lie, noise, crash, again, full, restore, restore, clone, fork, admit, dismiss, renew, shed, leave, unwrap,
    stick, peek, upgrade, revoke,
]  # fmt: skip
