"""Worlds in which everything happens that can make two nodes disagree."""

from dataclasses import dataclass, field
from functools import lru_cache

from tejido.ground.store.registry import REDACT
from tejido.log import membership
from tejido.log.descriptors import Space
from tejido.log.identity import (
    DEVICE,
    RECOVERED,
    RESOLVED,
    REVOKED,
    ROTATED,
    Resolution,
    recovered_body,
    resolved_body,
    revoked_body,
    rotated_body,
)
from tejido.log.keys import SigningKey
from tejido.log.membership import Pin
from tejido.log.writer import Written
from tests.ground.store.notes import OPENED, OTHER, SAID
from tests.support.authors import Author, Room, World, again, fixed_random, seed

MARKER = "zanahoria-9214"  # the text that is erased


@dataclass
class Scene:
    """A world, the spaces that the node knows, and a few events by name."""

    world: World
    spaces: list[Space]
    named: dict[str, Written] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)


@lru_cache
def busy() -> Scene:
    """Two spaces, four organisations; redactions, a fork, a removed member, renewed keys, strays from other rooms."""
    with fixed_random():
        return _busy()


def _busy() -> Scene:
    world = World()
    ana, bo, cy, node, dee = (world.author(name) for name in ("ana", "bo", "cy", "node", "dee"))
    public = world.room(ana, public=True, members=[bo, cy, node], name="public")
    private = world.room(ana, public=False, members=[bo, cy, node], name="private")
    scene = Scene(world, [public.space, private.space], rooms={"public": public, "private": private})
    for room in (public, private):
        _talk(scene, room, ana, bo, cy, dee)
    _fork(scene, public, bo)
    _remove(scene, private, ana, bo, cy, node)
    _second_device(scene, public, bo)
    _strays(scene, public, private, bo)
    return scene


def _talk(scene: Scene, room: Room, ana: Author, bo: Author, cy: Author, dee: Author) -> None:
    world, tag = scene.world, "public" if room.space.public else "private"
    note = world.say(ana, room, OPENED, {"text": "what happened?"}, deps=[room.opened])
    said = world.say(bo, room, SAID, {"text": MARKER}, note.hash, deps=[note.hash], blobs=[seed("blob").hex()])
    world.say(cy, room, SAID, {"text": "from cy"}, note.hash, deps=[said.hash])
    world.say(dee, room, SAID, {"text": "from an outsider"}, note.hash, deps=[note.hash], key=seed("no key of theirs"))
    hers = world.say(bo, room, OPENED, {"text": f"{MARKER} again"})
    world.say(cy, room, SAID, {"text": "an answer"}, hers.hash, deps=[hers.hash])
    _redact(world, room, bo, said, note.hash)
    _redact(world, room, bo, hers, hers.hash)
    _redact(world, room, cy, note, note.hash)  # not hers to erase
    _redact(world, room, bo, hers, note.hash)  # claims another aggregate for its stub
    world.say(bo, room, SAID, {"text": "after all"}, note.hash)
    world.say(bo, room, "unknown.kind", {"any": ["thing"]}, note.hash)
    scene.named |= {f"{tag} note": note, f"{tag} said": said, f"{tag} hers": hers}


def _redact(world: World, room: Room, author: Author, target: Written, aggregate: bytes) -> Written:
    body = {"kind": OPENED, "reason": "asked", "stub": {"left": "a stub"}, "target": target.hash.hex()}
    return world.say(author, room, REDACT, body, aggregate, deps=[target.hash])


def _fork(scene: Scene, room: Room, bo: Author) -> None:
    """A copy of bo's laptop in another epoch forks: two events on either branch."""
    world, note = scene.world, scene.named["public note"]
    copy = again(bo, b"e" * 16)
    start = world.say(copy, room, SAID, {"text": "from the copy"}, note.hash)
    for branch in ("left", "right"):
        one = world.say(copy, room, SAID, {"text": f"{branch} 1"}, note.hash, after=start.head)
        two = world.say(copy, room, SAID, {"text": f"{branch} 2"}, note.hash, after=one.head)
        scene.named |= {f"{branch} 1": one, f"{branch} 2": two}


def _remove(scene: Scene, room: Room, ana: Author, bo: Author, cy: Author, node: Author) -> None:
    """cy is removed; what she writes beyond her pin counts for nothing; the key is renewed."""
    world, note = scene.world, scene.named["private note"]
    head = cy.heads[cy.log(room.space).id]
    pins = {cy.log(room.space).id.hex(): {"hash": head.hash.hex(), "seq": head.seq}}
    room.keys.append(seed("key after cy"))
    world.set_members(room, [ana, bo, node], pins)
    world.say(cy, room, SAID, {"text": "beyond the pin"}, note.hash, key=room.keys[0])
    world.say(bo, room, SAID, {"text": "among us"}, note.hash)
    fork = world.say(cy, room, SAID, {"text": "instead"}, note.hash, key=room.keys[0], after=head)
    scene.named["beyond"] = fork


def _second_device(scene: Scene, room: Room, bo: Author) -> None:
    """bo writes with a device that the identity names only later, and someone with one that it never names."""
    world, note = scene.world, scene.named["public note"]
    for name in ("named later", "never named"):
        key = SigningKey(seed(name))
        other = Author("bo", bo.admin, key, bo.org, bo.identity)
        world.say(other, room, SAID, {"text": name}, note.hash)
        _redact(world, room, other, scene.named["public note"], note.hash)
        if name == "named later":
            device = bo.name_device(key.public, bo.recipient)
            world._keep(device, bo.org)
        else:
            mine = world.say(bo, room, OPENED, {"text": "stays"})
            _redact(world, room, other, mine, mine.hash)
            scene.named["stays"] = mine


def _strays(scene: Scene, public: Room, private: Room, bo: Author) -> None:
    """Events that name an aggregate of another space, of another room, or one that nobody has."""
    world = scene.world
    world.say(bo, public, SAID, {"text": "from elsewhere"}, scene.named["private note"].hash)
    world.say(bo, private, SAID, {"text": "from elsewhere"}, scene.named["public note"].hash)
    for room in (public, private):
        world.say(bo, room, OTHER, {}, scene.named["public note"].hash)
        world.say(bo, room, OTHER, {})
        world.say(bo, room, SAID, {"text": "to nothing"}, seed("nothing"))
    world.say(bo, public, membership.MEMBERS, {"members": [], "pins": "none"}, public.opened)  # not the owner


@lru_cache
def owner_forks() -> Scene:
    """The owner of a space forks its log: members and keys beyond the fork lose their effect."""
    with fixed_random():
        world = World()
        ana, bo, cy, node = (world.author(name) for name in ("ana", "bo", "cy", "node"))
        room = world.room(ana, public=False, members=[bo, node], name="forked")
        head = ana.heads[ana.log(room.space).id]
        note = world.say(bo, room, OPENED, {"text": "one"})
        world.set_members(room, [ana, bo, cy, node])
        world.renew(room)
        world.say(cy, room, SAID, {"text": "was I ever in?"}, note.hash)
        world.say(bo, room, SAID, {"text": "under a key from beyond the fork"}, note.hash)
        world.say(ana, room, SAID, {"text": "the other branch"}, note.hash, after=head, key=room.keys[0])
        return Scene(world, [room.space], rooms={"forked": room})


@lru_cache
def sheets() -> Scene:
    """What printed sheets do: a fork resolved, a device revoked, rotated keys, and a recovery that overrides all of that."""
    with fixed_random():
        world = World()
        ana, bo, cy, node = (world.author(name) for name in ("ana", "bo", "cy", "node"))
        room = world.room(ana, public=False, members=[bo, cy, node], name="sheets")
        scene = Scene(world, [room.space], rooms={"sheets": room})
        scene.named["note"] = world.say(ana, room, OPENED, {"text": "what happened?"}, deps=[room.opened])
        _resolved_fork(scene, room, bo)
        _stolen_laptop(scene, room, cy)
        _owner_recovers(scene, room, ana)
        _rotates(scene, bo)
        return scene


def _resolved_fork(scene: Scene, room: Room, bo: Author) -> None:
    """Of three branches one goes on; a later fork of the same log is resolved, too, a third one is not."""
    world, note = scene.world, scene.named["note"]
    head = world.say(bo, room, SAID, {"text": "below"}, note.hash).head
    for place, words in enumerate(("first", "second", "third")):
        made = [world.say(bo, room, SAID, {"text": f"{words} {i}"}, note.hash, after=head) for i in range(2)]
        for i, one in enumerate(made):
            more = world.say(bo, room, SAID, {"text": f"{words} {i} on"}, note.hash, after=one.head)
            scene.named[f"{words} {i}"] = more
        if place < 2:
            branches = frozenset(one.hash for one in made)
            resolution = Resolution(bo.log(room.space).id, made[0].head.seq, branches, made[place].hash)
            world.decide(bo, RESOLVED, resolved_body(resolution))
            head = scene.named[f"{words} {place}"].head


def _stolen_laptop(scene: Scene, room: Room, cy: Author) -> None:
    """Revoked with a pin; whoever stole it writes on, erases, and forks the log below the pin."""
    world, note = scene.world, scene.named["note"]
    hers = world.say(cy, room, OPENED, {"text": "cy's own"}, blobs=[seed("blob").hex()])
    last = world.say(cy, room, SAID, {"text": "cy's last"}, note.hash)
    thief = world.say(cy, room, SAID, {"text": "the thief's"}, note.hash)
    _redact(world, room, cy, hers, hers.hash)
    world.say(cy, room, SAID, {"text": "another past"}, note.hash, after=hers.head)
    pins = {cy.log(room.space).id: Pin(last.head.seq, last.hash)}
    world.decide(cy, REVOKED, revoked_body(cy.device.public, pins))
    world.decide(cy, DEVICE, {"age": cy.recipient, "key": cy.device.public.hex()})
    scene.named |= {"cy's own": hers, "thief": thief}


def _owner_recovers(scene: Scene, room: Room, ana: Author) -> None:
    """Somebody with ana's admin sheets names a device that opens the space to others; recovery sheets override it."""
    world, note, kept = scene.world, scene.named["note"], ana.identity[-1].head
    thief = Author("ana", ana.admin, SigningKey(seed("ana's thief")), ana.org, ana.identity)
    body = {"age": ana.recipient, "key": thief.device.public.hex()}
    world.decide(ana, DEVICE, body)
    room.keys.append(seed("the thief's key"))
    world.say(thief, room, membership.MEMBERS, {"members": [], "pins": {}}, room.opened)
    world.share_keys(room, writer_=thief)
    room.keys.pop()
    new = [key.public for key in ana.keys("third")]
    world.decide(ana, RECOVERED, recovered_body(ana.quorum("second"), new), "recovery", kept)
    pin = ana.heads[ana.log(room.space).id]
    world.decide(
        ana, REVOKED, revoked_body(ana.device.public, {ana.log(room.space).id: Pin(pin.seq, pin.hash)}), "second"
    )
    fresh = Author("ana", ana.admin, SigningKey(seed("ana's new device")), ana.org, ana.identity)
    world.decide(ana, DEVICE, {"age": ana.recipient, "key": fresh.device.public.hex()}, "second")
    beyond = world.share_keys(room, [*room.keys, seed("a key beyond the end")], ana)
    scene.named["back"] = world.say(fresh, room, SAID, {"text": "ana is back"}, note.hash, deps=[beyond.hash])
    world.renew(Room(room.space, fresh, room.keys, room.members, room.opened))


def _rotates(scene: Scene, bo: Author) -> None:
    world, later = scene.world, [key.public for key in bo.keys("later")]
    world.decide(bo, ROTATED, rotated_body(bo.quorum("next"), later), "next")
    world.decide(bo, DEVICE, {"age": bo.recipient, "key": seed("bo's second").hex()}, "next")


@lru_cache
def lasting() -> Scene:
    """Redacts of what cannot be taken back: of a redact, of a member list, of a space's opening; and of boxes of its key,
    which another event holds, too."""
    with fixed_random():
        world = World()
        ana, bo, cy, node = (world.author(name) for name in ("ana", "bo", "cy", "node"))
        room = world.room(ana, public=False, members=[bo, node], name="lasting")
        note = world.say(bo, room, OPENED, {"text": MARKER})
        lists = world.set_members(room, [ana, bo, cy, node])
        world.say(cy, room, SAID, {"text": "am I in?"}, note.hash)
        taken_back = _redact(world, room, bo, note, note.hash)
        found = {REDACT: (bo, taken_back), membership.MEMBERS: (ana, lists[0]), membership.KEY: (ana, lists[1])}
        found[membership.OPENED] = (ana, world.find(room.opened))
        for place, (kind, (author, target)) in enumerate(found.items()):
            later = again(author, bytes([place]) * 16)  # in logs of their own, which may come before their targets
            body = {"kind": kind, "reason": "asked", "stub": {}, "target": target.hash.hex()}
            world.say(later, room, REDACT, body, target.hash)
        return Scene(world, [room.space], {"note": note, "redact": taken_back, "boxes": lists[1]}, {"lasting": room})
