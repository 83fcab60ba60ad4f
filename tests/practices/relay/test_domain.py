"""What the relay's events make."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.consent.domain import terms
from tejido.ground.store.entry import BadBody, Entry
from tejido.practices.relay import domain, events, states
from tejido.practices.relay.segments import digest
from tests.ground.folding import broken, entry, hexes, ordered

CONSENT = {"purposes": ["pass", "translate"], "audio": "none", "since": "2026-11-19"}
SEGMENTS = [{"id": "m-0", "text": "hola", "start": 0, "end": 900, "by": "machine"}]
BLOB = {"id": hexes("blob"), "key": "k", "size": 900, "type": "audio/ogg"}
HOP: dict[str, Any] = {
    "chain": hexes("chain"),
    "role": "report",
    "circle": hexes("circle"),
    "lang": "es",
    "day": "2026-11-19",
    "consent": CONSENT,
    "segments": SEGMENTS,
    "audio": BLOB,
    "duration": 900,
}
REPORT: dict[str, Any] = {
    "role": "report",
    "chain": hexes("chain"),
    "circle": hexes("circle"),
    "lang": "es",
    "day": "2026-11-19",
    "preview": BLOB,
    "duration": 900,
}
BODIES: dict[str, dict[str, Any]] = {
    events.CIRCLE_OPENED: {"name": "Puerto", "place": "Chicago", "langs": ["es", "en"]},
    events.CIRCLE_CHANGED: {"name": "Puerto Sur", "place": "", "langs": ["es"]},
    events.CHAIN_OPENED: {"title": "Heat", "question": "How hot is it?", "lang": "en", "circle": hexes("circle")},
    events.CHAIN_CHANGED: {"title": "Heat at work", "question": "How hot?"},
    events.REPORT_ADDED: REPORT,
    events.REPORT_PASSED: {"space": hexes("space"), "hop": hexes("hop")},
    events.TRANSCRIPT_DRAFTED: {"model": "base", "lang": "es", "segments": SEGMENTS},
    events.SEGMENT_CORRECTED: {
        "segment": "m-0",
        "base": digest("hola"),
        "text": "¡Hola!",
    },
    events.SEGMENT_APPROVED: {"segment": "m-0", "text": digest("hola")},
    events.REPORT_RECUT: {
        "mode": "cut",
        "spans": 1,
        "lang": "es",
        "model": "base",
        "segments": [{**SEGMENTS[0], "id": "r-0", "text": "[…]"}],
        "preview": {**BLOB, "id": hexes("cut")},
        "duration": 700,
    },
    events.REPORT_VOICED: {"voice": "disguised", "audio": BLOB, "duration": 900, "of": hexes("blob")},
    events.REPORT_ASKED: {"clip": BLOB, "duration": 900, "lang": "es", "day": "2026-11-19"},
    events.VOICE_CHOSEN: {"circles": "disguised", "public": "none"},
    events.HOP_PASSED: HOP,
    events.HOP_REVISED: {"consent": CONSENT, "segments": [{**SEGMENTS[0], "text": "¡Hola!", "by": "person"}]},
    events.ANSWER_INVITED: {
        "chain": hexes("chain"),
        "circle": hexes("circle"),
        "to_org": hexes("other"),
        "deadline": "2026-11-25",
    },
    events.INVITATION_ENDED: {},
}
FOLDS = (domain.fold_circle, domain.fold_chain, domain.fold_report, domain.fold_hop, domain.fold_invitation)


def event(kind: str, name: str = "", *, lam: int = 1, owner: str = "org", **changed: Any) -> Entry:
    return entry(kind, {**BODIES.get(kind, {}), **changed}, name, owner, b"" if lam == 1 else b"a", lam)


def redact(stub: dict[str, object], owner: str = "org") -> Entry:
    return entry("redact", {"target": b"a".hex(), "stub": stub}, owner=owner, aggregate=b"a", lam=9)


@pytest.mark.parametrize("kind", sorted(events.CATALOGUE.payloads))
def test_every_kind_has_a_body_that_is_read_and_written_alike(kind: str) -> None:
    payload = events.CATALOGUE.payloads[kind].from_body(BODIES[kind])
    assert events.CATALOGUE.payloads[kind].from_body(payload.body()) == payload


@pytest.mark.parametrize(
    ("kind", "changed", "message"),
    [
        (events.HOP_PASSED, {"role": "commentary"}, "parent"),
        (events.HOP_PASSED, {"parent": hexes("x")}, "parent"),
        (events.HOP_PASSED, {"duration": 600_001}, "duration"),
        (events.HOP_PASSED, {"segments": SEGMENTS * 2}, "two have one id"),
        (events.HOP_PASSED, {"consent": {"purposes": []}}, "consent: audio: is missing"),
        (events.REPORT_ADDED, {"role": "song"}, "role"),
        (events.TRANSCRIPT_DRAFTED, {"segments": [{**SEGMENTS[0], "start": 901}]}, "in order"),
        (events.TRANSCRIPT_DRAFTED, {"segments": [{"id": "a", "text": "x", "end": 1}]}, "both or neither"),
        (events.CIRCLE_OPENED, {"langs": []}, "langs"),
        (events.ANSWER_INVITED, {"deadline": "soon"}, "deadline"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(kind: str, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(BadBody, match=message):
        events.CATALOGUE.check(kind)({**BODIES[kind], **changed})


def test_a_circle_stands_as_it_last_described_itself() -> None:
    state = domain.fold_circle([event(events.CIRCLE_OPENED), event(events.CIRCLE_CHANGED, lam=2)])
    assert state is not None
    assert (state.name, state.place, state.langs) == ("Puerto Sur", "", ("es",))


def test_others_do_not_change_a_chain() -> None:
    entries = [event(events.CHAIN_OPENED), event(events.CHAIN_CHANGED, lam=2, owner="other")]
    state = domain.fold_chain(entries)
    assert state is not None
    assert state.title == "Heat"


def test_a_report_gathers_its_drafts_corrections_and_passages() -> None:
    state = domain.fold_report(
        [
            event(events.REPORT_ADDED),
            event(events.TRANSCRIPT_DRAFTED, lam=2),
            event(events.SEGMENT_CORRECTED, lam=3),
            event(events.REPORT_PASSED, lam=4),
        ]
    )
    assert state is not None
    assert state.transcript is not None
    assert [(line.text, line.by) for line in state.transcript.lines] == [("¡Hola!", "person")]
    assert state.passages == (states.Passage(hexes("space"), hexes("hop")),)


def test_a_hop_shows_what_was_passed_and_then_what_replaced_it() -> None:
    passed = event(events.HOP_PASSED)
    state = domain.fold_hop([passed])
    assert state is not None
    assert (state.status, state.edition, state.lines[0].by) == ("shown", 1, "machine")
    revised = domain.fold_hop([passed, event(events.HOP_REVISED, lam=2)])
    assert revised is not None
    assert (revised.edition, revised.lines[0].text, revised.lines[0].by) == (2, "¡Hola!", "person")
    assert revised.audio == state.audio


def test_a_copy_without_consent_folds_to_nothing() -> None:
    assert domain.fold_hop([event(events.HOP_PASSED, consent={**CONSENT, "purposes": ["archive"]})]) is None
    assert domain.fold_hop([event(events.HOP_PASSED, consent=None)]) is None


def test_a_copy_whose_consent_was_narrowed_shows_only_its_place() -> None:
    narrow = {**CONSENT, "purposes": []}
    state = domain.fold_hop([event(events.HOP_PASSED), event(events.HOP_REVISED, lam=2, consent=narrow)])
    assert state is not None
    assert (state.status, state.lines, state.audio, state.pseudonym) == ("withheld", (), None, "")
    assert state.chain == hexes("chain")


def test_a_redacted_hop_is_a_tombstone_in_its_place() -> None:
    state = domain.fold_hop([event(events.HOP_PASSED, role="commentary", parent=hexes("root"))])
    assert state is not None
    stub = domain.stub(state)
    assert set(stub) == {"chain", "parent", "role", "circle", "lang", "day"}
    tomb = domain.fold_hop([redact(stub)])
    assert tomb is not None
    assert (tomb.status, tomb.parent, tomb.role, tomb.lines) == ("withdrawn", hexes("root"), "commentary", ())


def test_a_redact_with_a_broken_stub_leaves_nothing() -> None:
    assert domain.fold_hop([redact({"chain": "x"})]) is None
    assert domain.fold_hop([entry("redact", None)]) is None


def test_a_redact_by_somebody_else_changes_nothing() -> None:
    passed = event(events.HOP_PASSED)
    state = domain.fold_hop([passed])
    assert state
    assert domain.fold_hop([passed, redact(domain.stub(state), owner="other")]) == state


WHOLE: dict[str, Any] = {"whole": True, "pseudonym": "Nadia", "audio": {**BLOB, "id": hexes("second")}, "duration": 700}


def _kept(kind: str) -> Entry:
    fold = domain.fold_hop if kind == events.HOP_PASSED else domain.fold_report
    state = fold([event(kind)])
    assert state is not None
    return redact(domain.kept_stub(domain.stub(state), state.at))


def test_an_erased_first_edition_folds_as_if_it_were_there() -> None:
    second = event(events.HOP_REVISED, lam=2, **WHOLE)
    whole, erased = (
        domain.fold_hop([event(events.HOP_PASSED), second]),
        domain.fold_hop([second, _kept(events.HOP_PASSED)]),
    )
    assert whole is not None
    assert whole == erased
    assert (whole.edition, whole.pseudonym, whole.duration, whole.at) == (2, "Nadia", 700, 1_790_000_000)
    assert whole.audio is not None
    assert whole.audio.id == hexes("second")


def test_a_whole_edition_without_sound_takes_the_sound_away() -> None:
    state = domain.fold_hop([event(events.HOP_PASSED), event(events.HOP_REVISED, lam=2, whole=True)])
    assert state is not None
    assert (state.audio, state.pseudonym) == (None, "")


def test_erased_editions_count_whether_or_not_they_were_ever_here() -> None:
    third = event(events.HOP_REVISED, "third", lam=3, **WHOLE)
    gone = entry("redact", {"target": hexes("second"), "stub": {}}, "x", aggregate=b"a", lam=10)
    state = domain.fold_hop([third, _kept(events.HOP_PASSED), gone])
    assert state is not None
    assert state.edition == 3


def test_an_edition_stands_only_while_no_redact_takes_everything() -> None:
    second, kept = event(events.HOP_REVISED, lam=2, **WHOLE), _kept(events.HOP_PASSED)
    state = domain.fold_hop([event(events.HOP_PASSED)])
    assert state
    whole = entry("redact", {"target": b"a".hex(), "stub": domain.stub(state)}, "all", aggregate=b"a", lam=10)
    for entries in ([second, kept, whole], [kept], [second, whole]):
        tomb = domain.fold_hop(entries)
        assert tomb is not None
        assert (tomb.status, tomb.lines, tomb.audio, tomb.at) == ("withdrawn", (), None, None)
    partial = event(events.HOP_REVISED, lam=2)
    tomb = domain.fold_hop([partial, kept])
    assert tomb is not None
    assert tomb.status == "withdrawn"


def test_an_edition_by_somebody_else_counts_for_nothing() -> None:
    kept = _kept(events.HOP_PASSED)
    tomb = domain.fold_hop([event(events.HOP_REVISED, lam=2, owner="other", **WHOLE), kept])
    assert tomb is not None
    assert tomb.status == "withdrawn"


def test_a_recut_replaces_every_draft_and_correction_before_it() -> None:
    before = [event(events.REPORT_ADDED), event(events.TRANSCRIPT_DRAFTED, lam=2), event(events.REPORT_VOICED, lam=3)]
    cut, passed = event(events.REPORT_RECUT, lam=4), event(events.REPORT_PASSED, lam=3)
    before += [event(events.REPORT_ASKED, lam=2), event(events.VOICE_CHOSEN, lam=2)]
    late = event(events.SEGMENT_CORRECTED, lam=5)  # made to a text from before: it names no segment any more
    state = domain.fold_report([*before, passed, cut, late])
    assert state is not None
    assert state.transcript is not None
    assert [(line.text, line.by) for line in state.transcript.lines] == [("[…]", "machine")]
    assert (state.cut, state.duration, state.voices, len(state.passages)) == ("cut", 700, (), 1)
    assert (state.circles, state.public) == ("disguised", "none")
    assert len(state.asked) == 1
    erased = domain.fold_report([*before[-2:], passed, cut, late, _kept(events.REPORT_ADDED)])
    assert erased == state
    assert domain.fold_report([passed, _kept(events.REPORT_ADDED)]) is None
    whole = entry("redact", {"target": b"a".hex(), "stub": {}}, "all", aggregate=b"a", lam=10)
    assert domain.fold_report([passed, cut, _kept(events.REPORT_ADDED), whole]) is None


def test_publication_needs_the_speaker_and_an_approving_person() -> None:
    held = terms(["transcript"], "disguised")
    assert domain.may_publish(held, "approved")
    assert domain.may_publish(held, "approved", "disguised")
    assert domain.may_publish(held, "approved", "revoiced")
    assert not domain.may_publish(held, "approved", "own")
    assert not domain.may_publish(held, "review")
    assert not domain.may_publish(terms(["pass"], "own"), "approved", "own")
    assert not domain.may_give_to_third_parties(held, "machine")


@pytest.mark.parametrize(
    ("given", "answers"),
    [
        (domain.Given("c", "root", "them", "x"), True),
        (domain.Given("c", "deeper", "them", "x"), True),
        (domain.Given("c", "", "them", "x"), False),
        (domain.Given("other", "root", "them", "x"), False),
        (domain.Given("c", "root", "us", "x"), False),
    ],
)
def test_an_invitation_is_answered_by_the_one_it_asked(given: domain.Given, answers: bool) -> None:
    assert domain.answers(domain.Asked("c", "", "them", ""), given) == answers


def test_an_invitation_may_name_hop_and_circle() -> None:
    asked = domain.Asked("c", "root", "them", "x")
    assert domain.answers(asked, domain.Given("c", "root", "them", "x"))
    assert not domain.answers(asked, domain.Given("c", "other", "them", "x"))
    assert not domain.answers(asked, domain.Given("c", "root", "them", "y"))


def test_a_report_says_what_it_waits_for() -> None:
    step: dict[str, Any] = {
        "transcribed": True,
        "transcription": "",
        "may_pass": True,
        "passed": False,
        "changed": False,
    }
    assert domain.next_step(**{**step, "transcribed": False}) == "transcribing"
    assert domain.next_step(**{**step, "transcribed": False, "transcription": "unavailable"}) == "stuck"
    assert domain.next_step(**{**step, "may_pass": False}) == "consent"
    assert domain.next_step(**step) == "to-pass"
    assert domain.next_step(**{**step, "passed": True}) == "passed"
    assert domain.next_step(**{**step, "passed": True, "changed": True}) == "changed"


@pytest.mark.parametrize(
    ("answered", "today", "status"),
    [(False, "2026-11-25", "open"), (False, "2026-11-26", "late"), (True, "2026-12-30", "answered")],
)
def test_a_deadline_colours_and_never_locks(answered: bool, today: str, status: str) -> None:
    assert domain.invitation_status("2026-11-25", answered=answered, today=date.fromisoformat(today)) == status


def test_an_invitation_taken_back_says_so() -> None:
    state = domain.fold_invitation([event(events.ANSWER_INVITED), event(events.INVITATION_ENDED, lam=2)])
    assert state is not None
    assert state.ended


def test_a_corrected_report_differs_from_its_copy() -> None:
    added, drafted = event(events.REPORT_ADDED), event(events.TRANSCRIPT_DRAFTED, lam=2)
    report, hop = domain.fold_report([added, drafted]), domain.fold_hop([event(events.HOP_PASSED)])
    later = domain.fold_report([added, drafted, event(events.SEGMENT_CORRECTED, lam=3)])
    assert report
    assert hop
    assert later
    assert report.transcript
    assert later.transcript
    assert not domain.differs(report.transcript.lines, hop.lines)
    assert domain.differs(later.transcript.lines, hop.lines)


@given(st.data())
def test_folds_never_raise_and_give_no_words_without_consent(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from([*sorted(BODIES), "redact"]), min_size=1, max_size=4))
    stub = {"stub": {"chain": hexes("chain"), "role": "report"}}
    entries = [
        entry(kind, data.draw(broken(BODIES.get(kind, stub))), str(i), aggregate=b"a" if i else b"", lam=i + 1)
        for i, kind in enumerate(kinds)
    ]
    for fold in FOLDS:
        state = fold(ordered(entries))
        if isinstance(state, states.HopState) and not state.terms.allows("pass"):
            assert state.lines == ()
            assert state.audio is None


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_editions_fold_alike_in_every_order_of_arrival(one: list[int], two: list[int]) -> None:
    gone = entry("redact", {"target": hexes("gone"), "stub": {}}, "gone", aggregate=b"a", lam=10)
    foreign = redact({}, owner="other")
    revised = [event(events.HOP_REVISED, str(i), lam=2 + i, **WHOLE) for i in range(2)]
    entries = [*revised, _kept(events.HOP_PASSED), gone, foreign, event(events.HOP_REVISED, owner="other", lam=6)]
    first, second = ([entries[i] for i in order] for order in (one, two))
    assert domain.fold_hop(ordered(first)) == domain.fold_hop(ordered(second))


@given(st.permutations(range(5)), st.data())
def test_folding_does_not_depend_on_arrival(order: list[int], data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from(["hola", "a", "b"]), min_size=3, max_size=3))
    bases = data.draw(st.lists(st.sampled_from(["hola", "a", "b"]), min_size=3, max_size=3))
    entries = [event(events.REPORT_ADDED), event(events.TRANSCRIPT_DRAFTED, lam=2)]
    for i in range(3):
        base = digest(bases[i])
        lam = data.draw(st.integers(3, 4))
        entries.append(event(events.SEGMENT_CORRECTED, str(i), lam=lam, base=base, text=texts[i]))
    assert domain.fold_report(ordered([entries[i] for i in order])) == domain.fold_report(ordered(entries))
