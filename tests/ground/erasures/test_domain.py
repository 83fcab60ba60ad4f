"""Whom a redact asks, and who has answered: pure rules."""

from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.erasures import domain
from tejido.ground.erasures.domain import Order, Request

A, B, C = (bytes([n]) * 32 for n in (1, 2, 3))
R, S = (bytes([n]) * 32 for n in (8, 9))


def at(lam: int) -> Order:
    return (lam, A, A, lam, A)


LISTS = [(at(1), frozenset({A})), (at(5), frozenset({A, B})), (at(9), frozenset({A, C}))]


def test_members_when_it_was_written_are_asked_and_nobody_else() -> None:
    assert domain.asked(LISTS, at(4), A) == frozenset()
    assert domain.asked(LISTS, at(7), A) == {B}
    assert domain.asked(LISTS, at(12), A) == {C}, "B had left, and is told nothing"
    assert domain.asked(LISTS, at(0), A) == frozenset()
    assert domain.left_before(LISTS, at(7)) == frozenset()
    assert domain.left_before(LISTS, at(12)) == {B}
    assert domain.left_before([], at(12)) == frozenset()


def test_an_answer_is_whole_or_none() -> None:
    requests = [Request(R, frozenset({B, C})), Request(S, frozenset({B}))]
    assert domain.answered(requests, {}) == {B: False, C: False}
    assert domain.answered(requests, {R: [B, C]}) == {B: False, C: True}
    assert domain.answered(requests, {R: [B, C], S: [B]}) == {B: True, C: True}
    assert domain.answered(requests, {R: [A], S: [A]}) == {B: False, C: False}, "who was not asked does not count"


@given(st.permutations(range(4)), st.lists(st.tuples(st.sampled_from([R, S]), st.sampled_from([A, B, C]))))
def test_the_order_of_requests_and_answers_makes_no_difference(
    order: list[int], said: list[tuple[bytes, bytes]]
) -> None:
    requests = [
        Request(R, frozenset({B})),
        Request(R, frozenset({C})),
        Request(S, frozenset({B, C})),
        Request(S, frozenset()),
    ]
    receipts: dict[bytes, set[bytes]] = {}
    for redact, org in [*said, *said]:
        receipts.setdefault(redact, set()).add(org)
    assert domain.answered([requests[n] for n in order], receipts) == domain.answered(requests, receipts)


def test_only_replaced_editions_may_wait() -> None:
    assert domain.may_wait(["replaced", "replaced"])
    assert not domain.may_wait(["replaced", "withdrawn"])
    assert not domain.may_wait(["something a later version says"])
