"""What publication's events make, whatever arrives, and what of it must go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.consent.domain import Terms, terms
from tejido.ground.store.entry import BadBody, Entry
from tejido.practices.relay.publishing import domain
from tejido.practices.relay.publishing import events as ev
from tejido.practices.relay.publishing.domain import Standing, Told
from tests.ground.folding import broken, entry, hexes, ordered

CONSENT = {"purposes": ["transcript", "translate"], "audio": "own", "since": "2026-11-19"}
SOUND = {"id": hexes("sound"), "key": "", "size": 9, "type": "audio/mp4"}
VOICE: dict[str, Any] = {
    "who": "Noche", "place": "Chicago", "day": "2026-11-18", "lang": "es", "role": "report", "consent": CONSENT,
    "segments": [{"id": "s-1", "text": "Hace calor.", "start": 0, "end": 900, "by": "machine"}],
    "versions": [{"lang": "en", "texts": ["It is hot."]}], "audio": SOUND, "voice": "own", "duration": 900,
}  # fmt: skip
EDITION: dict[str, Any] = {
    "slug": "abcdefg2", "number": 1, "titles": {"es": "Calor"}, "langs": ["es"], "day": "2026-11-22",
    "items": [
        {"number": 2, "voice": None, "role": "parallel", "answers": 1},
        {"number": 1, "voice": hexes("voice"), "role": "report", "day": "2026-11-18"},
    ],
    "licence": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
}  # fmt: skip
KEPT: dict[str, Any] = {
    "space": hexes("space"), "edition": hexes("edition"), "slug": "abcdefg2", "number": 1, "chains": [hexes("chain")],
    "items": [{"number": 1, "hop": hexes("hop"), "voice": hexes("voice"), "cuts": 0, "edition": 1, "sound": None}],
}  # fmt: skip
BODIES = {
    ev.VOICE_PUBLISHED: VOICE, ev.EDITION_PUBLISHED: EDITION, ev.EDITION_WITHDRAWN: {}, ev.PUBLICATION_KEPT: KEPT,
}  # fmt: skip
FOLDS = {
    ev.VOICE_PUBLISHED: domain.fold_voice,
    ev.EDITION_PUBLISHED: domain.fold_edition,
    ev.PUBLICATION_KEPT: domain.fold_kept,
}
STUB = {"slug": "abcdefg2", "number": 1, "day": "2026-11-22", "langs": ["es"]}


def redacted(first: Entry, stub: dict[str, Any], owner: str = "org") -> Entry:
    body = {"kind": first.kind, "reason": "withdrawn", "stub": stub, "target": first.hash.hex()}
    return entry("redact", body, "gone", owner, first.hash, 9)


@pytest.mark.parametrize("kind", sorted(ev.CATALOGUE.payloads))
def test_every_kind_has_a_body_that_is_read_and_written_alike(kind: str) -> None:
    payload = ev.CATALOGUE.payloads[kind].from_body(BODIES[kind])
    assert ev.CATALOGUE.payloads[kind].from_body(payload.body()) == payload


def test_a_voice_folds_to_words_versions_and_sound() -> None:
    state = domain.fold_voice([entry(ev.VOICE_PUBLISHED, VOICE)])
    assert state is not None
    assert state.audio is not None
    assert [(line.text, line.lang, line.by) for line in state.lines] == [("Hace calor.", "es", "machine")]
    assert (state.versions, state.audio.id, state.status) == ({"en": ("It is hot.",)}, SOUND["id"], "shown")


@pytest.mark.parametrize(
    "changed",
    [
        {"consent": {**CONSENT, "purposes": []}},
        {"consent": {**CONSENT, "purposes": ["transcript"]}},
        {"consent": {**CONSENT, "audio": "disguised"}},
        {"audio": None},
        {"audio": {**SOUND, "key": "a secret"}},
        {"versions": [{"lang": "en", "texts": []}]},
        {"versions": [{"lang": "es", "texts": ["Hace calor."]}]},
    ],
)
def test_a_voice_without_consent_to_what_it_shows_or_out_of_joint_folds_to_nothing(changed: dict[str, Any]) -> None:
    assert domain.fold_voice([entry(ev.VOICE_PUBLISHED, {**VOICE, **changed})]) is None


def test_a_voice_that_was_taken_back_leaves_its_place() -> None:
    gone = domain.fold_voice([redacted(entry(ev.VOICE_PUBLISHED, VOICE), {})])
    assert gone == domain.VoiceState(gone.org, status="withdrawn") if gone else False


def test_an_edition_lists_its_places_in_order() -> None:
    state = domain.fold_edition([entry(ev.EDITION_PUBLISHED, EDITION)])
    assert state is not None
    assert [(one.number, one.voice, one.answers) for one in state.items] == [(1, hexes("voice"), None), (2, None, 1)]
    assert (state.licence, state.form, state.withdrawn) == ("CC-BY-4.0", "each", False)


def test_a_withdrawn_edition_keeps_its_address_and_nothing_that_it_said() -> None:
    first = entry(ev.EDITION_PUBLISHED, EDITION)
    over = entry(ev.EDITION_WITHDRAWN, {}, aggregate=first.hash, lam=2)
    told = domain.fold_edition([first, over])
    assert told == domain.fold_edition([over, redacted(first, STUB)]) == domain.fold_edition([redacted(first, STUB)])
    assert told is not None
    assert (told.slug, told.number, told.withdrawn, told.titles, told.items) == ("abcdefg2", 1, True, {}, ())


def test_nobody_else_withdraws_an_edition() -> None:
    first = entry(ev.EDITION_PUBLISHED, EDITION)
    foreign = entry(ev.EDITION_WITHDRAWN, {}, "foreign", "other", first.hash, 2)
    state = domain.fold_edition([first, foreign])
    assert state is not None
    assert not state.withdrawn


@pytest.mark.parametrize(
    "changed", [{"titles": {"en": "Heat"}}, {"slug": "ABCDEFG1"}, {"items": []}, {"items": [EDITION["items"][0]] * 2}]
)
def test_an_edition_out_of_joint_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadBody):
        ev.EditionPublished.from_body({**EDITION, **changed})


@given(st.data())
def test_folds_survive_whatever_arrives_in_any_order(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(FOLDS)))
    first = entry(kind, data.draw(broken(BODIES[kind]) | st.just(BODIES[kind])))
    stub = data.draw(broken(STUB))
    later = [entry(ev.EDITION_WITHDRAWN, {}, aggregate=first.hash, lam=2), redacted(first, stub)]
    given_ = data.draw(st.permutations([first, *later]))
    FOLDS[kind](ordered(given_))
    assert FOLDS[kind](ordered(later)) == FOLDS[kind](ordered(list(reversed(later))))


HELD = terms(["transcript", "translate"], "own", "2026-11-19")
SAYS = Told(HELD, frozenset({"Hace calor."}), "own", 1)
STANDS = Standing(there=True, held=HELD, cuts=1, said=frozenset({"Hace calor."}), tier="own")


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (STANDS, ""),
        (Standing(False), "gone"),
        (Standing(True, terms(["transcript"], "own"), 1, SAYS.texts), "consent"),
        (Standing(True, terms(["transcript", "translate"], "disguised"), 1, SAYS.texts), "consent"),
        (Standing(True, HELD, 2, frozenset({"[…]"})), "redacted"),
        (Standing(True, HELD, 2, SAYS.texts), ""),  # words were taken out elsewhere: a quote, say
        (Standing(True, HELD, 1, frozenset({"Hace mucho calor."})), ""),  # corrected: it waits for a new edition
        (Standing(True, HELD, 1, SAYS.texts, sound=False), "sound"),
        (Standing(True, HELD, 1, SAYS.texts, tier="disguised"), "tier"),
        (Standing(True, HELD, 1, SAYS.texts, tier="none"), "tier"),
        (Standing(True, HELD, 1, SAYS.texts, tier=""), ""),
    ],
)
def test_what_must_go_at_once(now: Standing, why: str) -> None:
    assert domain.must_go(SAYS, now) == why


def test_words_alone_care_for_no_voice() -> None:
    words = Told(Terms(("transcript",)), frozenset({"Hace calor."}), "none", 0)
    assert domain.must_go(words, Standing(True, HELD, 0, words.texts, sound=False, tier="none")) == ""
