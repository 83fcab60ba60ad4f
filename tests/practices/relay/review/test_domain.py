"""What events of a translation make, and what must go with its subject."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.consent.domain import terms
from tejido.ground.store.entry import Entry
from tejido.practices.relay.events import Segment
from tejido.practices.relay.review import domain
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.pieces import PieceState, matched, percent, state_of
from tejido.practices.relay.segments import Line, digest, first_line
from tests.ground.folding import broken, entry, hexes, ordered

LINE = first_line(Segment("s-1", "Hace calor.", by="machine"))
SECOND = first_line(Segment("s-2", "Mucho."))
CONSENT = {"purposes": ["pass", "translate"], "audio": "none", "since": "2026-11-19"}
MACHINE = {
    "id": "s-1",
    "source": LINE.base,
    "text": "It makes heat.",
    "by": "machine",
    "engine": "apertium es→en",
    "suspects": [{"code": "too-long", "params": {"percent": 240}}],
}
COPY = {"hop": hexes("hop"), "source_lang": "es", "lang": "en", "consent": CONSENT, "segments": [MACHINE]}
BODIES: dict[str, dict[str, Any]] = {
    ev.TRANSLATION_DRAFTED: {
        "kind": "report", "subject": hexes("report"), "source_lang": "es", "lang": "en", "segments": [MACHINE],
    },
    ev.TRANSLATION_REDRAFTED: {"segments": [{**MACHINE, "text": "It is heat."}]},
    ev.TRANSLATION_CORRECTED: {
        "segment": "s-1", "base": digest("It makes heat."), "text": "It is hot.", "source": LINE.base,
    },
    ev.TRANSLATION_APPROVED: {"segment": "s-1", "text": digest("It is hot."), "source": LINE.base},
    ev.TRANSLATION_SENT: {"space": hexes("space"), "copy": hexes("copy")},
    ev.TRANSLATION_PASSED: COPY,
    ev.TRANSLATION_REVISED: {**COPY, "segments": [{**MACHINE, "text": "It is hot.", "by": "person", "approved": True}]},
}  # fmt: skip


def event(kind: str, name: str = "", *, lam: int = 1, owner: str = "org", **changed: Any) -> Entry:
    return entry(kind, {**BODIES[kind], **changed}, name, owner, b"" if lam == 1 else b"a", lam)


def piece(*entries: Entry) -> PieceState:
    state = domain.fold_translation([event(ev.TRANSLATION_DRAFTED), *entries])
    assert state is not None
    return state.pieces[0]


CORRECTED = event(ev.TRANSLATION_CORRECTED, lam=2)
APPROVED = event(ev.TRANSLATION_APPROVED, lam=3)


@pytest.mark.parametrize("kind", sorted(ev.CATALOGUE.payloads))
def test_every_kind_has_a_body_that_is_read_and_written_alike(kind: str) -> None:
    payload = ev.CATALOGUE.payloads[kind].from_body(BODIES[kind])
    assert ev.CATALOGUE.payloads[kind].from_body(payload.body()) == payload


def test_a_piece_goes_from_draft_to_review_to_approved() -> None:
    drafted = piece()
    assert (drafted.text, drafted.by, drafted.state(LINE.base)) == ("It makes heat.", "machine", "draft")
    assert drafted.suspects[0].code == "too-long"
    written = piece(CORRECTED)
    assert (written.text, written.by, written.state(LINE.base)) == ("It is hot.", "person", "review")
    assert (written.machine, written.beside) == ("It makes heat.", "It makes heat.")
    assert piece(CORRECTED, APPROVED).state(LINE.base) == "approved"


def test_a_machines_draft_is_approved_as_it_stands() -> None:
    done = piece(event(ev.TRANSLATION_APPROVED, lam=2, text=digest("It makes heat.")))
    assert (done.by, done.state(LINE.base), done.text == done.machine) == ("machine", "approved", True)


def test_an_approval_lapses_with_a_change_of_the_text_or_of_the_source() -> None:
    again = event(ev.TRANSLATION_CORRECTED, lam=4, base=digest("It is hot."), text="It's hot.")
    assert piece(CORRECTED, APPROVED, again).state(LINE.base) == "review"
    assert piece(CORRECTED, APPROVED).state(digest("Hace mucho calor.")) == "review"
    anew = event(ev.TRANSLATION_APPROVED, "anew", lam=5, source=digest("Hace mucho calor."))
    assert piece(CORRECTED, APPROVED, anew).state(digest("Hace mucho calor.")) == "approved"


def test_texts_written_at_once_stand_side_by_side_until_settled() -> None:
    beside = event(ev.TRANSLATION_CORRECTED, "beside", lam=3, text="How hot it is!")
    both = piece(CORRECTED, beside)
    assert (both.text, both.others) == ("How hot it is!", ("It is hot.",))
    approved = event(ev.TRANSLATION_APPROVED, lam=4, text=digest("How hot it is!"))
    assert piece(CORRECTED, beside, approved).state(LINE.base) == "review"
    one = event(
        ev.TRANSLATION_CORRECTED, "one", lam=5, base=digest("How hot it is!"), text="So hot.",
        settles=[digest("It is hot.")],
    )  # fmt: skip
    assert piece(CORRECTED, beside, one).others == ()


def test_a_machines_second_run_stands_beside_a_persons_words_and_replaces_its_own() -> None:
    again = event(ev.TRANSLATION_REDRAFTED, lam=4)
    assert piece(again).text == "It is heat."
    kept = piece(CORRECTED, again)
    assert (kept.text, kept.beside, kept.by) == ("It is hot.", "It is heat.", "person")
    approved = event(ev.TRANSLATION_APPROVED, lam=3, text=digest("It makes heat."))
    assert (piece(approved, again).text, piece(approved, again).state(LINE.base)) == ("It makes heat.", "approved")


def test_others_write_nothing_into_a_translation() -> None:
    foreign = event(ev.TRANSLATION_CORRECTED, lam=2, owner="other")
    assert piece(foreign).text == "It makes heat."


def test_a_text_is_as_far_as_its_least_segment() -> None:
    state = domain.fold_translation([event(ev.TRANSLATION_DRAFTED), CORRECTED, APPROVED])
    assert state is not None
    pieces = {one.id: one for one in state.pieces}
    silent = first_line(Segment("s-9", " "))
    assert state_of(matched(pieces, [LINE, silent])) == "approved"
    assert state_of(matched(pieces, [LINE, SECOND])) == "draft"
    assert state_of([]) == "draft"
    assert (percent(["approved", "draft", "approved"]), percent([]), percent(["approved"])) == (66, 0, 100)


def test_a_copy_stands_in_its_last_edition_when_the_earlier_ones_are_erased() -> None:
    first, second = event(ev.TRANSLATION_PASSED), event(ev.TRANSLATION_REVISED, lam=2)
    both = domain.fold_passed([first, second])
    assert both is not None
    assert (both.pieces[0].text, both.pieces[0].state(LINE.base)) == ("It is hot.", "approved")
    stub = {"hop": COPY["hop"], "source_lang": "es", "lang": "en"}
    erased = entry("redact", {"target": b"a".hex(), "stub": {**stub, "kept": True}}, aggregate=b"a", lam=3)
    assert domain.fold_passed([second, erased]) == both
    gone = entry("redact", {"target": b"a".hex(), "stub": stub}, "2", aggregate=b"a", lam=4)
    assert domain.fold_passed([second, erased, gone]) is None
    assert domain.fold_passed([second]) is None


def test_a_copy_without_consent_to_translate_is_not_there() -> None:
    little = {**CONSENT, "purposes": ["pass"]}
    assert domain.fold_passed([event(ev.TRANSLATION_PASSED, consent=little)]) is None
    later = event(ev.TRANSLATION_REVISED, lam=2, consent=little)
    assert domain.fold_passed([event(ev.TRANSLATION_PASSED), later]) is None


def test_what_must_go_and_what_may_stay_when_words_are_taken_out_of_the_subject() -> None:
    allowed = terms(["pass", "translate"])
    assert not domain.must_go(domain.Standing(True, allowed))
    assert domain.must_go(domain.Standing(False, allowed))
    assert domain.must_go(domain.Standing(True, terms(["pass"])))
    pieces = [
        PieceState("s-1", LINE.base, "It is hot.", "person", base=digest("It is hot.")),
        PieceState(
            "s-2", SECOND.base, "Very.", "person",
            base=digest("Very."), approved=digest("Very."), approved_source=SECOND.base,
        ),
    ]  # fmt: skip
    renamed = first_line(Segment("n-1", "Mucho."))
    stay = domain.kept(pieces, [renamed])
    assert [(one.id, one.text) for one in stay.pieces] == [("n-1", "Very.")]
    assert stay.approved == (("n-1", digest("Very."), SECOND.base),)


def test_every_text_that_a_translation_was_made_from_is_known() -> None:
    later = event(ev.TRANSLATION_CORRECTED, "later", lam=4, source=SECOND.base)
    entries = [event(ev.TRANSLATION_DRAFTED), CORRECTED, APPROVED, later, event(ev.TRANSLATION_SENT, lam=5)]
    assert domain.made_from(entries) == {LINE.base, SECOND.base}
    assert domain.made_from([event(ev.TRANSLATION_PASSED)]) == {LINE.base}


def test_only_words_made_from_what_travelled_travel_and_they_say_whether_a_person_checked() -> None:
    state = domain.fold_translation([event(ev.TRANSLATION_DRAFTED), CORRECTED, APPROVED])
    assert state is not None
    pieces = {one.id: one for one in state.pieces}
    (sent,) = domain.travelling(pieces, (LINE, SECOND))
    assert (sent.id, sent.text, sent.approved, sent.engine) == ("s-1", "It is hot.", True, "")
    changed = first_line(Segment("s-1", "Hace mucho calor."))
    assert domain.travelling(pieces, (changed,)) == ()


@given(st.permutations(range(5)), st.data())
def test_the_order_of_arrival_changes_nothing(order: list[int], data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from("abc"), min_size=4, max_size=4))
    entries = [event(ev.TRANSLATION_DRAFTED)]
    for i, text in enumerate(texts):
        base = digest(data.draw(st.sampled_from(["It makes heat.", *texts])))
        entries.append(event(ev.TRANSLATION_CORRECTED, str(i), lam=i + 2, base=base, text=text))
    assert domain.fold_translation(ordered([entries[i] for i in order])) == domain.fold_translation(entries)


@given(st.data(), st.sampled_from(sorted(BODIES)))
def test_no_body_breaks_a_fold(data: st.DataObject, kind: str) -> None:
    body = data.draw(broken(BODIES[kind]))
    odd = entry(kind, body, aggregate=b"a", lam=2)
    for fold, opening in (
        (domain.fold_translation, ev.TRANSLATION_DRAFTED),
        (domain.fold_passed, ev.TRANSLATION_PASSED),
    ):
        fold([event(opening), odd])
        fold([entry(kind, body)])


def test_lines_without_words_need_no_translation() -> None:
    assert matched({}, [Line("s", "  ", None, None, "machine", digest("  "))]) == []
