"""No record means no; a doubt narrows; a withdrawal beats a grant that did not know of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.consent import domain
from tejido.ground.consent.domain import NOTHING, ConsentMissing, Terms, terms
from tejido.ground.consent.events import FLAGS, PURPOSES, TIERS
from tejido.ground.store.entry import BadBody, Entry
from tests.ground.folding import broken, entry, hexes, ordered

SUBJECT = hexes("report")
TERMS = st.builds(
    terms,
    st.sets(st.sampled_from(FLAGS)),
    st.sampled_from(TIERS),
    st.sampled_from(["2026-11-01", "2026-11-02"]),
)


def granted(
    name: str, purposes: list[str], *, audio: str = "none", replaces: tuple[Entry, ...] = (), lam: int = 1
) -> Entry:
    body = {
        "subject": SUBJECT,
        "purposes": purposes,
        "audio": audio,
        "form": "spoken",
        "lang": "ar",
        "day": "2026-11-20",
        "replaces": [e.hash.hex() for e in replaces],
    }
    return entry("consent.granted", body, name, aggregate=b"" if lam == 1 else b"a", lam=lam)


def withdrawn(name: str, purposes: list[str], *, replaces: tuple[Entry, ...], lam: int) -> Entry:
    names = [e.hash.hex() for e in replaces]
    body = {"subject": SUBJECT, "purposes": purposes, "day": "2026-11-21", "replaces": names}
    return entry("consent.withdrawn", body, name, aggregate=b"a", lam=lam)


def held(*entries: Entry) -> Terms:
    state = domain.fold(ordered(entries))
    assert state is not None
    return state.terms


def test_no_record_means_no() -> None:
    assert domain.fold([]) is None
    assert domain.in_force([]) == NOTHING
    assert not any(NOTHING.allows(purpose) for purpose in PURPOSES)


def test_an_answer_allows_what_it_names_and_no_more() -> None:
    now = held(granted("a", ["pass", "translate"], audio="disguised"))
    assert now == Terms(("pass", "translate"), "disguised", "2026-11-20")
    assert domain.may_pass(now)
    assert domain.may_translate(now)
    assert not domain.may_publish_transcript(now)
    assert not domain.may_archive(now)
    assert domain.audio_tier(now) == "disguised"


def test_a_later_answer_replaces_the_earlier() -> None:
    first = granted("a", ["pass"])
    assert held(first, granted("b", ["pass", "archive"], replaces=(first,), lam=2)).purposes == ("archive", "pass")


def test_concurrent_answers_allow_what_both_allow() -> None:
    first = granted("a", ["pass"])
    one = granted("b", ["pass", "archive"], replaces=(first,), lam=2, audio="own")
    two = granted("c", ["pass", "transcript"], replaces=(first,), lam=2, audio="revoiced")
    state = domain.fold(ordered([first, one, two]))
    assert state is not None
    assert state.conflict
    assert state.terms == Terms(("pass",), "revoiced", "2026-11-20")


def test_a_withdrawal_takes_back_what_it_names() -> None:
    first = granted("a", ["pass", "archive"], audio="own")
    assert held(first, withdrawn("b", ["pass", "audio"], replaces=(first,), lam=2)).purposes == ("archive",)


@pytest.mark.parametrize("lam", [2, 3, 9])
def test_a_withdrawal_beats_a_grant_that_did_not_know_of_it(lam: int) -> None:
    first = granted("a", ["pass", "archive"])
    later = granted("b", ["pass", "archive", "transcript"], replaces=(first,), lam=lam)
    assert held(first, withdrawn("c", ["pass"], replaces=(first,), lam=3), later).purposes == ("archive",)


def test_a_grant_after_a_withdrawal_holds_again() -> None:
    first = granted("a", ["pass"])
    gone = withdrawn("b", ["pass"], replaces=(first,), lam=2)
    assert held(first, gone, granted("c", ["pass"], replaces=(gone,), lam=3)).purposes == ("pass",)


def test_another_organisation_can_neither_grant_nor_withdraw() -> None:
    first = granted("a", [])
    foreign = entry("consent.granted", {**first.body, "purposes": ["pass"]}, "x", owner="other", aggregate=b"a", lam=5)
    assert held(first, foreign) == Terms((), "none", "2026-11-20")


def test_several_records_of_one_report_allow_what_all_allow() -> None:
    one, two = domain.fold([granted("a", ["pass"])]), domain.fold([granted("b", ["pass", "archive"])])
    assert one
    assert two
    assert domain.in_force([one, two]).purposes == ("pass",)


@given(TERMS, TERMS)
def test_the_narrower_of_two_lies_within_both(a: Terms, b: Terms) -> None:
    both = domain.narrower(a, b)
    assert both.within(a)
    assert both.within(b)
    assert both == domain.narrower(b, a)
    assert domain.narrower(a, a) == a


@given(TERMS.filter(lambda t: bool(t.since)))
def test_a_copy_carries_purposes_and_date_and_nothing_else(held_now: Terms) -> None:
    body = domain.carried(held_now)
    assert set(body) == {"purposes", "audio", "since"}
    assert domain.from_body(body) == domain.without(held_now, ["contact"], held_now.since)


def test_malformed_carried_terms_allow_nothing() -> None:
    with pytest.raises(BadBody):
        domain.from_body({"purposes": ["pass"]})
    assert domain.carried_in({"consent": {"purposes": ["pass"]}}) == NOTHING
    assert domain.carried_in({}) == NOTHING


ALL = terms(FLAGS, "own", "2026-11-01")


def copy(held_now: Terms, **more: Any) -> dict[str, Any]:
    return {"consent": domain.carried(held_now), "segments": ["words"], **more}


def test_the_guard_lets_everything_into_the_own_space() -> None:
    domain.guard("own", "report.added", {}, NOTHING)


def test_the_guard_lets_a_copy_pass_with_consent() -> None:
    domain.guard("network", "hop.passed", copy(ALL), ALL)
    domain.guard("public", "edition", copy(ALL, audio={"id": "x"}, voice="disguised"), ALL)


@pytest.mark.parametrize(
    ("space", "body", "now"),
    [
        ("network", {}, ALL),
        ("network", copy(ALL), NOTHING),
        ("network", copy(terms(["archive"], "none", "2026-11-01")), ALL),
        ("network", copy(ALL), terms(["archive"], "own", "2026-11-01")),
        ("public", copy(terms(["pass"], "own", "2026-11-01")), ALL),
        ("public", {"consent": domain.carried(terms(["pass"], "own", "2026-11-01"))}, ALL),
        ("public", copy(ALL, audio={"id": "x"}), terms(FLAGS, "disguised", "2026-11-01")),
        ("public", copy(terms(FLAGS, "disguised", "2026-11-01"), audio={"id": "x"}, voice="own"), ALL),
    ],
)
def test_the_guard_refuses_what_is_not_allowed(space: domain.SpaceKind, body: dict[str, Any], now: Terms) -> None:
    with pytest.raises(ConsentMissing):
        domain.guard(space, "hop.passed", body, now)


@given(st.data())
def test_folding_survives_any_body_and_never_invents_consent(data: st.DataObject) -> None:
    first = granted("a", ["pass"])
    bodies = [data.draw(broken(first.body)) for _ in range(3)]
    kinds = data.draw(st.lists(st.sampled_from(["consent.granted", "consent.withdrawn", "x"]), min_size=3, max_size=3))
    entries = [
        entry(k, b, str(i), aggregate=b"a" if i else b"", lam=i + 1)
        for i, (k, b) in enumerate(zip(kinds, bodies, strict=True))
    ]
    state = domain.fold(ordered(entries))
    if state is not None:
        said = {p for b in bodies if isinstance(b, dict) and isinstance(b.get("purposes"), list) for p in b["purposes"]}
        assert set(state.terms.purposes) <= said


@given(st.permutations(range(5)), st.data())
def test_folding_does_not_depend_on_arrival(order: list[int], data: st.DataObject) -> None:
    entries = [granted("0", ["pass", "archive"], audio="own")]
    for i in range(1, 5):
        known = tuple(entries[k] for k in sorted(data.draw(st.sets(st.integers(0, i - 1), max_size=2))))
        purposes = data.draw(st.lists(st.sampled_from(FLAGS), unique=True, min_size=1))
        make = data.draw(st.sampled_from([granted, withdrawn]))
        entries.append(make(str(i), purposes, replaces=known, lam=data.draw(st.integers(2, 4))))
    assert domain.fold(ordered([entries[i] for i in order])) == domain.fold(ordered(entries))
