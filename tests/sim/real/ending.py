"""After everything has come to rest: whoever is outside stays outside, and old keys go for good."""

from tejido.ground.store import keyring, logs, retiring
from tejido.log.payload import epoch_key_id
from tests.sim.auditor import must
from tests.sim.real import deeds
from tests.sim.real.node import RealNode
from tests.sim.real.play import RealPlay

YEARS = 3


def outsiders(play: RealPlay) -> None:
    """Removed members and revoked devices ask everybody for everything, and are told nothing."""
    inside = play.members()
    outside = [node for node in play.nodes if node not in inside]
    if not outside:
        return
    before = set(play.book.events)
    play.step(deeds.say, play.founder)
    said = play.book.events.keys() - before
    for other in inside:
        if other is not play.founder:
            play.exchange(other, play.founder)
    for node in outside:
        for other in inside:
            play.exchange(node, other)
            play.exchange(other, node)
        must(not said & node.held().keys(), f"{node.name} is outside and holds what was said afterwards")
        play.auditor.kept_out(node, play.words)
        play.auditor.node(node)


def keys_go(play: RealPlay) -> None:
    """After one more key and some rounds no member holds an older one, in the log or beside it, but for boxes whose
    author is in the network no more: nobody else can take these back."""
    play.step(deeds.renew, play.founder)
    for _ in range(YEARS):
        for node in play.members():
            play.step(deeds.retire, node)
        for _ in range(2):
            for node in play.members():
                if node is not play.founder:
                    play.exchange(node, play.founder)
    ours = {key for key, space in play.auditor.keys_of.items() if space == play.network}
    listed = play.auditor.of(play.founder).members[play.network]
    for node in play.members():
        _gone(play, node, ours, listed)


def _gone(play: RealPlay, node: RealNode, ours: set[bytes], listed: frozenset[bytes]) -> None:
    with node.here():
        row = logs.space_row(play.network)
        current = keyring.current_epoch_key(row.id)
        given = retiring._given(row)
        left = {key for one in given if one.org not in listed for key in keyring.open_boxes(one.body)}
        named = {box["key_id"] for one in given if one.org not in listed for box in one.body["boxes"]}
        found = {key for one in given if one.org in listed for key in keyring.open_boxes(one.body)}
    must(found <= {current} | left, f"a box of an old key lies in {node.name}'s log")
    old = {key for key in ours if key != current and epoch_key_id(key).hex() not in named}
    for path, data in node.files():
        must(not [key for key in old if key in data], f"an old key lies in {node.name}'s {path.name}")
