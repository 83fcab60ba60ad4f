"""Rotation, recovery, revocation and resolution: who must sign, and that a fold depends on the set of events alone."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.log import identity
from tejido.log.branches import Link, course
from tejido.log.descriptors import Log
from tejido.log.errors import BadPayload, BadSignature
from tejido.log.identity import Quorum, Resolution
from tejido.log.keys import SigningKey
from tejido.log.membership import Pin
from tejido.log.writer import Written
from tests.support.authors import seed
from tests.support.lines import Line, by, grown, public, quorum, rotate
from tests.support.memory import Memory


def refusal(line: Line) -> Exception:
    out = line.take()
    assert [one.incoming.header for one in out.refused] == [line.written[-1].incoming.header]
    return out.refused[0].error


def test_promised_keys_take_over_and_old_ones_sign_nothing_more() -> None:
    line = Line()
    rotate(line, to=quorum("next"), signers=by("next", 0, 2))
    line.device("laptop", "next")
    assert not line.take().refused
    assert line.said().admin == quorum("next")
    assert line.devices() == {seed("laptop")}
    line.device("thief", "admin")
    assert isinstance(refusal(line), BadSignature)


def test_a_rotation_may_bring_a_new_key_beside_promised_ones_that_sign() -> None:
    line = Line()
    mixed = Quorum(2, (*public("next")[:2], SigningKey(seed("fresh")).public))
    rotate(line, to=mixed, signers=by("next"))
    assert not line.take().refused


@pytest.mark.parametrize(("role", "places"), [("admin", (0, 1)), ("next", (0,)), ("other", (0, 1))])
def test_who_may_not_rotate(role: str, places: tuple[int, ...]) -> None:
    line = Line()
    rotate(line, to=quorum(role if role != "admin" else "next"), signers=by(role, *places))
    assert isinstance(refusal(line), BadSignature)


def test_a_rotation_asks_for_no_fewer_signatures_than_before() -> None:
    line = Line()
    rotate(line, to=quorum("next", 1), signers=by("next", 0))
    assert isinstance(refusal(line), BadPayload)


def test_what_says_who_signs_next_comes_with_its_payload() -> None:
    line = Line()
    made = line.recover()
    line.written[-1] = Written(made.hash, made.incoming._replace(payload=None), made.head, made.plain)
    assert isinstance(refusal(line), BadPayload)


def test_admin_keys_do_not_recover_and_recovery_keys_name_no_device() -> None:
    line = Line()
    line.recover("admin")
    assert isinstance(refusal(line), BadSignature)
    line = Line()
    line.device("laptop", "recovery")
    assert isinstance(refusal(line), BadSignature)


def test_a_recovery_overrides_what_admin_keys_signed_at_its_place_and_after() -> None:
    line = Line()
    kept = line.device("kept")
    stolen = line.device("thief", after=kept.head)
    line.device("another thief", after=stolen.head)
    line.recover(after=kept.head)
    line.device("rescued", "new admin")
    assert not line.take().refused
    said = line.said()
    assert set(said.devices) == {seed("kept"), seed("rescued")}
    assert said.forked_at is None
    assert said.overridden == {line.written[2].hash, line.written[3].hash}


def test_old_admin_keys_cannot_stop_what_stands_below_a_recovery() -> None:
    line = Line()
    first = line.device("kept")
    line.recover()
    line.device("thief", after=line.written[0].head)
    assert first.hash in line.said().chain
    assert line.devices() == {seed("kept")}
    assert line.said().forked_at is None


def test_two_recoveries_at_one_place_stop_until_a_third_replaces_both() -> None:
    line = Line()
    kept = line.device("kept")
    two = [line.recover(to=name, after=kept.head) for name in ("one", "two")]
    line.device("unknown", "one admin", after=two[0].head)
    assert line.said().forked_at == 2
    assert line.devices() == {seed("kept")}
    line.recover(to="third", after=kept.head, over=[one.hash for one in two])
    line.device("rescued", "third admin")
    assert not line.take().refused
    assert line.devices() == {seed("kept"), seed("rescued")}


def test_a_recovery_may_change_the_recovery_keys() -> None:
    line = Line()
    line.recover(recovery=quorum("safer"))
    line.recover("safer", to="again")
    assert not line.take().refused
    line.recover("recovery", to="late")
    assert isinstance(refusal(line), BadSignature)


def test_a_fork_by_admin_keys_stops_until_a_resolution_names_that_very_fork() -> None:
    line = Line()
    branches = [line.device(name, after=line.written[0].head) for name in ("one", "two")]
    assert line.said().forked_at == 1
    line.resolve([branches[0], line.written[0]], branches[0], branches[0].head)
    assert line.said().forked_at == 1
    done = line.resolve(branches, branches[1], branches[1].head)
    assert line.devices() == {seed("two")}
    assert line.said().overridden >= {branches[0].hash}
    line.device("third", after=line.written[0].head)
    assert line.said().forked_at == 1
    assert done.hash not in line.said().chain


def test_resolutions_that_contradict_each_other_decide_nothing() -> None:
    line = Line()
    branches = [line.device(name, after=line.written[0].head) for name in ("one", "two")]
    for one in branches:
        line.resolve(branches, one, one.head)
    assert line.said().forked_at == 1


def test_a_revoked_key_never_comes_back_and_its_pins_add_up() -> None:
    line = Line()
    line.device("lost")
    logs = [Log(line.org, seed("lost"), seed(str(i))[:16], seed("space")) for i in range(2)]
    for i, log in enumerate(logs):
        line.say(identity.REVOKED, identity.revoked_body(seed("lost"), {log.id: Pin(i, seed("event"))}), by("admin"))
    line.device("lost")
    said = line.said()
    assert said.devices == {}
    assert said.named(logs[0])
    assert [said.pin(log) for log in logs] == [Pin(0, seed("event")), Pin(1, seed("event"))]


@pytest.mark.parametrize(
    "body", [{}, {"key": 1, "pins": {}}, {"key": "00" * 32, "pins": []}, {"key": "xx", "pins": {}}]
)
def test_a_malformed_revocation_changes_nothing(body: dict[str, Any]) -> None:
    line = Line()
    line.device("laptop")
    line.say(identity.REVOKED, body, by("admin"))
    assert not line.take().refused
    assert line.devices() == {seed("laptop")}


@given(st.randoms(use_true_random=False))
def test_a_fold_and_the_accepted_set_do_not_depend_on_the_order(rng: random.Random) -> None:
    line = grown(rng)
    assert line.said() == line.said(rng)
    todo, known = [one.incoming for one in line.written], Memory()
    rng.shuffle(todo)
    known.logs[line.org] = Log.of_identity(line.org)
    while todo:
        out = known.take(todo)
        assert out.accepted
        assert not out.refused
        todo = [one.incoming for one in out.waiting]
    assert known.places.keys() == {one.hash for one in line.written}


def links(text: str) -> list[Link]:
    """`"a- b:a c:a"`: b and c follow a."""
    made: dict[str, Link] = {}
    for word in text.split():
        name, _, before = word.partition(":")
        prev = made.get(before)
        made[name] = Link(name.encode(), prev.hash if prev else b"", prev.seq + 1 if prev else 0)
    return list(made.values())


FORK = links("a b:a c:a d:b e:c f:d")


def kept(*resolved: Resolution, pin: Pin | None = None) -> tuple[str, int | None]:
    found = course(FORK, 1, resolved, pin)
    return b"".join(link.hash for link in found.kept).decode(), found.stopped_at


def test_a_forked_log_goes_on_along_the_branch_that_a_resolution_of_this_fork_keeps() -> None:
    both = frozenset({b"b", b"c"})
    assert kept() == ("", 1)
    assert kept(Resolution(b"", 1, both, b"b")) == ("bdf", None)
    assert kept(Resolution(b"", 1, both, b"b"), Resolution(b"", 1, both, b"c")) == ("ce", None)
    assert kept(Resolution(b"", 2, both, b"b")) == ("", 1)
    assert kept(Resolution(b"", 1, frozenset({b"b", b"x"}), b"b")) == ("", 1)
    assert kept(Resolution(b"", 1, both | {b"x"}, b"c")) == ("ce", None)


def test_the_pin_of_a_revoked_device_decides_a_fork_below_it() -> None:
    assert kept(pin=Pin(2, b"e")) == ("ce", None)
    assert kept(pin=Pin(3, b"e")) == ("", 1)
    assert kept(pin=Pin(2, b"x")) == ("", 1)
