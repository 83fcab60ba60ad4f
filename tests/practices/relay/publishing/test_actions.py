"""Publishing, correcting, taking back: what leaves, what stays and why, what is erased."""

from pathlib import Path
from typing import Any

import pytest

from tejido.ground import blobs
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotAllowed, NotFound
from tejido.ground.people import GUEST, OPERATOR, Viewer
from tejido.ground.store.models import Event
from tejido.ground.store.public import row_key
from tejido.practices.relay import access
from tejido.practices.relay import actions as relay
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.events import HOP_REVISED
from tejido.practices.relay.publishing import actions, errors, tasks
from tejido.practices.relay.publishing import public as reading
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.models import Behind, Edition, Kept, Voice
from tejido.practices.relay.publishing.reasons import Reason
from tejido.practices.relay.redaction import voicing
from tests.engines.speech.sounds import tone, write
from tests.practices.relay.builders import YES, Node, a_report
from tests.practices.relay.publishing.builders import Chain, Lagos, a_chain, approve, chosen, published, translate
from tests.practices.relay.review.test_actions import redact

FACILITATOR = Viewer(9, frozenset({"facilitator", "member"}), "Rosa")


def texts(slug: str) -> list[list[str] | None]:
    """What each place of the newest edition says; None where nothing is to be read."""
    return [[line.text for line in one.voice.lines] if one.voice else None for one in reading.edition(slug).items]


def statuses(slug: str, number: int | None = None) -> list[str]:
    return [one.status for one in reading.edition(slug, number=number).items]


def correct_first(chain: Chain, text: str) -> None:
    """A person puts other words in place of the first line of the report, and approves them."""
    line = access.lines(access.report(chain.report).lines)[0]
    relay.correct_segment(viewer=OPERATOR, report=chain.report, segment=line.id, base=line.base, text=text)
    approve(chain.report)


def test_a_chain_is_published_in_order_and_anybody_may_read_it(chain: Chain) -> None:
    slug = published(chain)
    (found,) = reading.editions(viewer=GUEST)
    assert (found.slug, found.number, found.newest, found.withdrawn, found.mine) == (slug, 1, True, False, True)
    assert (found.titles, found.questions) == ({"es": "Calor"}, {"es": "¿Cuánto calor hace?"})
    assert [(one.number, one.answers, one.status) for one in found.items] == [(1, None, "shown"), (2, 1, "shown")]
    assert texts(slug) == [["Hace calor.", "Mucho."], ["Aquí también."]]
    assert (found.voices[0].who, found.voices[0].place, found.licence) == ("Noche", "Chicago", "CC-BY-NC-SA-4.0")
    assert found == reading.edition(slug) == reading.history(slug)[0]
    assert reading.voice(found.voices[0].key) == found.voices[0]
    assert reading.editions(viewer=GUEST, mine=False) == ()
    (listed,) = reading.editions(viewer=GUEST, words=False)
    assert [(voice.lines, voice.langs) for voice in listed.voices] == [((), ("es",))] * 2


def test_only_keepers_publish(chain: Chain) -> None:
    for act in (
        lambda: actions.publish(viewer=FACILITATOR, choice=chosen(chain)),
        lambda: actions.preview(viewer=FACILITATOR, choice=chosen(chain)),
        lambda: actions.correct(viewer=FACILITATOR, slug="abcdefg2", choice=chosen(chain)),
        lambda: actions.unpublish(viewer=FACILITATOR, slug="abcdefg2"),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Answer(("pass",), "own", "spoken", "es"), Reason.NO_CONSENT),
        (Answer(("pass", "translate", "archive"), "none", "spoken", "es"), Reason.NO_CONSENT),
    ],
)
def test_without_consent_nothing_leaves_and_nothing_is_half_published(node: Node, said: Answer, reason: Reason) -> None:
    chain = a_chain(node, said)
    found = actions.preview(viewer=OPERATOR, choice=chosen(chain, hops=(chain.hop, chain.reply)))
    assert [[note.reason for note in one.notes] for one in found.plan.items] == [[reason], [reason]]
    events = Event.objects.count()
    with pytest.raises(errors.NothingLeaves):
        published(chain, hops=(chain.hop, chain.reply))
    assert (Event.objects.count(), Edition.objects.count(), Voice.objects.count()) == (events, 0, 0)


def test_what_nobody_approved_stays_and_its_place_is_kept_for_what_answers_it(chain: Chain) -> None:
    line = access.lines(access.report(chain.report).lines)[0]
    relay.correct_segment(viewer=OPERATOR, report=chain.report, segment=line.id, base=line.base, text="Otra cosa.")
    found = actions.preview(viewer=OPERATOR, choice=chosen(chain))
    assert [(one.leaves, [n.reason for n in one.notes]) for one in found.plan.items] == [
        ("stays", [Reason.NOT_APPROVED]),
        ("words", []),
    ]
    slug = published(chain)
    first = reading.edition(slug).items[0]
    assert (first.number, first.status, first.day) == (1, "withheld", "")
    assert texts(slug) == [None, ["Aquí también."]]


def test_a_leaf_that_stays_is_not_mentioned(node: Node) -> None:
    chain = a_chain(node)
    relay.withdraw(viewer=OPERATOR, report=chain.answer, purposes=["transcript"], erase_too=False)
    assert texts(published(chain)) == [["Hace calor.", "Mucho."]]


def test_languages_leave_where_every_line_is_approved(chain: Chain) -> None:
    translate(chain.report, "en", ["It is hot.", "Very."])
    found = actions.preview(viewer=OPERATOR, choice=chosen(chain, langs=("en", "es")))
    assert [(one.langs, [(n.reason, n.lang) for n in one.notes]) for one in found.plan.items] == [
        (("es", "en"), []),
        (("es",), [(Reason.NOT_TRANSLATED, "en")]),
    ]
    slug = published(chain, langs=("en", "es"), titles={"en": "Heat"})
    edition = reading.edition(slug)
    assert (edition.langs, edition.titles) == (("en", "es"), {"en": "Heat", "es": "Calor"})
    assert [dict(voice.versions) for voice in edition.voices] == [{"en": ("It is hot.", "Very.")}, {}]


def test_a_language_that_nothing_is_in_is_refused(chain: Chain) -> None:
    with pytest.raises(errors.EmptyLanguage, match="“fr”"):
        published(chain, langs=("es", "fr"))
    with pytest.raises(errors.NoLanguage):
        published(chain, langs=())
    assert not Edition.objects.exists()


def test_translations_stay_where_the_speaker_did_not_agree_to_them(node: Node) -> None:
    chain = a_chain(node)
    translate(chain.report, "en", ["It is hot.", "Very."])
    relay.withdraw(viewer=OPERATOR, report=chain.report, purposes=["translate"], erase_too=False)
    found = actions.preview(viewer=OPERATOR, choice=chosen(chain, langs=("es", "en")))
    assert [(n.reason, n.lang) for n in found.plan.items[0].notes] == [(Reason.TRANSLATION_NOT_ALLOWED, "en")]


def test_a_correction_is_a_new_edition_and_the_old_one_is_shown_as_such(chain: Chain) -> None:
    slug = published(chain)
    with pytest.raises(errors.NothingNew):
        actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain))
    correct_first(chain, "Hace mucho calor.")
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain, changes=("A word.",)))
    new, old = reading.history(slug)
    assert [(one.number, one.newest, one.withdrawn, one.changes) for one in (new, old)] == [
        (2, True, False, ("A word.",)),
        (1, False, False, ()),
    ]
    assert texts(slug)[0] == ["Hace mucho calor.", "Mucho."]
    assert [line.text for line in old.voices[0].lines] == ["Hace calor.", "Mucho."]
    assert old.voices[1].key == new.voices[1].key  # what did not change is not copied again
    assert reading.edition(slug, number=1) == old


def test_a_correction_can_erase_what_stood_before(chain: Chain) -> None:
    slug = published(chain)
    correct_first(chain, "Hace mucho calor.")
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain), keep_earlier=False)
    assert statuses(slug, 1) == ["withdrawn", "shown"]
    assert statuses(slug) == ["shown", "shown"]


def test_what_is_added_later_gets_the_next_number(chain: Chain) -> None:
    slug = published(chain, hops=(chain.reply,))
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain))
    assert [(one.number, one.answers) for one in reading.edition(slug).items] == [(1, 2), (2, None)]


def test_unpublishing_leaves_an_address_and_can_be_undone_by_publishing_again(chain: Chain) -> None:
    slug = published(chain)
    correct_first(chain, "Hace mucho calor.")
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain))
    actions.unpublish(viewer=OPERATOR, slug=slug)
    for edition in reading.history(slug):
        assert (edition.withdrawn, edition.titles, edition.items) == (True, {}, ())
    assert set(Voice.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert "Calor" not in str(list(Edition.objects.values())) + str(list(Voice.objects.values()))
    with pytest.raises(errors.Unpublished):
        actions.unpublish(viewer=OPERATOR, slug=slug)
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain))
    assert reading.edition(slug).number == 3
    assert texts(slug)[0] == ["Hace mucho calor.", "Mucho."]


def test_a_voice_that_another_publication_shows_stays(chain: Chain) -> None:
    one = published(chain)
    correct_first(chain, "Hace mucho calor.")
    actions.correct(viewer=OPERATOR, slug=one, choice=chosen(chain))
    two = published(chain, hops=(chain.hop,))
    actions.unpublish(viewer=OPERATOR, slug=one)
    assert statuses(two) == ["shown"]


@pytest.mark.parametrize("erase_too", [True, False])
def test_withdrawal_takes_the_public_voice_back_at_once(chain: Chain, erase_too: bool) -> None:
    slug = published(chain)
    relay.withdraw(viewer=OPERATOR, report=chain.report, erase_too=erase_too)
    assert statuses(slug) == ["withdrawn", "shown"]
    assert "Hace calor" not in str(list(Voice.objects.values()))
    with pytest.raises(NotFound):
        reading.voice(Voice.objects.get(status="withdrawn").key)


def test_a_narrower_answer_takes_it_back_too(chain: Chain) -> None:
    slug = published(chain)
    said = Answer(("pass", "translate"), "none", "spoken", "es")
    relay.grant_consent(viewer=OPERATOR, report=chain.report, said=said)
    assert statuses(slug) == ["withdrawn", "shown"]


def test_an_answer_that_still_allows_what_was_published_changes_nothing(chain: Chain) -> None:
    slug = published(chain)
    said = Answer(("pass", "transcript"), "none", "spoken", "es")
    relay.grant_consent(viewer=OPERATOR, report=chain.report, said=said)
    assert statuses(slug) == ["shown", "shown"]


def test_words_that_were_taken_out_go_at_once_and_an_ordinary_correction_waits(chain: Chain) -> None:
    slug = published(chain)
    correct_first(chain, "Eleanor dijo: hace calor.")
    assert statuses(slug) == ["shown", "shown"]
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain))
    redact(chain.report, 0)
    assert statuses(slug) == ["withdrawn", "shown"]
    assert "Eleanor" not in str(list(Voice.objects.values()))


def test_an_erased_report_cannot_be_published_again(chain: Chain) -> None:
    slug = published(chain, hops=(chain.hop,))
    relay.withdraw(viewer=OPERATOR, report=chain.report)
    with pytest.raises(errors.NothingLeaves):
        actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain, hops=(chain.hop,)))
    assert len(reading.history(slug)) == 1


def test_a_restored_node_publishes_nothing_that_the_network_knows_to_be_narrower(chain: Chain) -> None:
    relay.grant_consent(viewer=OPERATOR, report=chain.report, said=Answer(("pass",), "none", "spoken", "es"))
    with pytest.MonkeyPatch.context() as patch:  # what the backup brings back at home
        patch.setattr(consent, "in_force_many", lambda keys: {key: consent.terms(consent.FLAGS, "own") for key in keys})
        found = actions.preview(viewer=OPERATOR, choice=chosen(chain))
    assert found.plan.items[0].notes[0].reason == Reason.NO_CONSENT


def test_a_command_is_carried_out_once(chain: Chain) -> None:
    one = actions.publish(viewer=OPERATOR, choice=chosen(chain), command="publish-1")
    assert actions.publish(viewer=OPERATOR, choice=chosen(chain), command="publish-1") == one
    assert Edition.objects.count() == 1


def test_what_was_seen_is_what_leaves(chain: Chain) -> None:
    base = actions.preview(viewer=OPERATOR, choice=chosen(chain)).plan.base
    correct_first(chain, "Hace mucho calor.")
    with pytest.raises(errors.PlanChanged):
        actions.publish(viewer=OPERATOR, choice=chosen(chain), base=base)
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        (Choice(langs=("es",)), errors.NothingChosen),
        (Choice(chains=("a" * 26,), langs=("es",)), NotFound),
        ({"hops": ("a" * 26,)}, errors.NothingChosen),
        ({"since": "2999-01-01"}, errors.NothingChosen),
        ({"since": "yesterday"}, errors.BadPeriod),
        ({"since": "2026-11-22", "until": "2026-11-21"}, errors.BadPeriod),
        ({"licence": "WTFPL"}, errors.UnknownLicence),
    ],
)
def test_bad_choices_are_refused_with_a_reason(chain: Chain, choice: object, error: type[Exception]) -> None:
    whole = choice if isinstance(choice, Choice) else chosen(chain, **choice)  # type: ignore[arg-type]
    with pytest.raises(error):
        actions.publish(viewer=OPERATOR, choice=whole)
    assert not Edition.objects.exists()


def test_a_season_takes_the_voices_of_a_period_from_several_chains(chain: Chain) -> None:
    other = relay.open_chain(viewer=OPERATOR, circle=chain.node.circle, title="Lluvia", question="¿Llueve?", lang="es")
    report = a_report(Node(chain.node.network, chain.node.circle, other), "Llueve.")
    approve(report)
    relay.pass_on(viewer=OPERATOR, report=report)
    day = access.report(report).day
    choice = chosen(chain, chains=(chain.node.chain, other), since=day, until=day, titles={"es": "Temporada"})
    slug = actions.publish(viewer=OPERATOR, choice=choice)
    assert sorted(map(str, texts(slug))) == ["['Aquí también.']", "['Hace calor.', 'Mucho.']", "['Llueve.']"]
    with pytest.raises(errors.TitleMissing):
        actions.publish(viewer=OPERATOR, choice=chosen(chain, chains=(chain.node.chain, other)))


def spoken(node: Node, folder: Path, said: Answer = YES) -> str:
    """A recording with typed words, approved and passed on; the report's key."""
    path = write(folder / "hum.m4a", tone(1), {"title": "Zanzibar"})
    words = Words("es", audio=path, text="Hace calor.")
    report = relay.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=said)
    approve(report)
    relay.pass_on(viewer=OPERATOR, report=report)
    return report


def test_sound_leaves_as_an_open_copy_and_is_erased_with_it(node: Node, tmp_path: Path) -> None:
    report = spoken(node, tmp_path)
    slug = actions.publish(viewer=OPERATOR, choice=Choice(chains=(node.chain,), langs=("es",)))
    (voice,) = reading.edition(slug).voices
    assert voice.audio is not None
    assert (voice.audio.key, voice.voice) == ("", "own")
    assert voice.duration > 0
    assert b"Zanzibar" not in blobs.read(voice.audio)
    actions.unpublish(viewer=OPERATOR, slug=slug)
    assert blobs.is_erased(voice.audio.id)
    actions.correct(viewer=OPERATOR, slug=slug, choice=Choice(chains=(node.chain,), langs=("es",)))
    again = reading.edition(slug).voices[0].audio
    assert again == voice.audio
    assert (blobs.has(voice.audio.id), blobs.is_erased(voice.audio.id)) == (True, False)
    relay.withdraw(viewer=OPERATOR, report=report)
    assert blobs.is_erased(voice.audio.id)


def test_nothing_lies_in_the_open_where_publishing_came_to_nothing(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken(node, tmp_path)
    before, events = set(blobs.ids()), Event.objects.count()

    def fail(*_: object) -> None:
        raise errors.NothingNew

    monkeypatch.setattr(actions, "_must_be_new", fail)
    with pytest.raises(errors.NothingNew):
        actions.publish(viewer=OPERATOR, choice=Choice(chains=(node.chain,), langs=("es",)))
    assert (Event.objects.count(), Voice.objects.count()) == (events, 0)
    (fresh,) = set(blobs.ids()) - before
    assert blobs.is_erased(fresh)  # its bytes go with the commit


@pytest.mark.parametrize(
    ("said", "more", "reason"),
    [
        (Answer(consent.FLAGS, "none", "spoken", "es"), {}, Reason.VOICE_NOT_ALLOWED),
        (Answer(consent.FLAGS, "disguised", "spoken", "es"), {}, Reason.NO_SAFER_VOICE),
        (YES, {"sound": False}, Reason.WORDS_ONLY),
    ],
)
def test_words_leave_without_a_voice_that_may_not(
    node: Node, tmp_path: Path, said: Answer, more: dict[str, Any], reason: Reason
) -> None:
    spoken(node, tmp_path, said)
    choice = Choice(chains=(node.chain,), langs=("es",), **more)
    (one,) = actions.preview(viewer=OPERATOR, choice=choice).plan.items
    assert (one.leaves, [note.reason for note in one.notes]) == ("words", [reason])
    (voice,) = reading.edition(actions.publish(viewer=OPERATOR, choice=choice)).voices
    assert (voice.audio, voice.voice, voice.duration, voice.lines[0].start) == (None, "none", 0, None)


def test_a_safer_choice_of_voice_takes_the_published_one_back(node: Node, tmp_path: Path) -> None:
    report = spoken(node, tmp_path)
    slug = actions.publish(viewer=OPERATOR, choice=Choice(chains=(node.chain,), langs=("es",)))
    voicing.choose(viewer=OPERATOR, report=report, circles="own", public="none")
    actions.settle_all()
    assert statuses(slug) == ["withdrawn"]
    again = actions.correct(viewer=OPERATOR, slug=slug, choice=Choice(chains=(node.chain,), langs=("es",)))
    assert reading.edition(again).voices[0].audio is None


def test_answers_quote_by_reference_and_only_what_is_published_too(node: Node) -> None:
    report = a_report(node)
    approve(report)
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    line = access.lines(access.hop(hop).lines)[1]
    words = Words("es", text="Y tanto.", quotes=(line.id,))
    answer = relay.answer(viewer=OPERATOR, hop=hop, role="commentary", circle=node.circle, words=words, said=YES)
    approve(answer)
    reply = relay.pass_on(viewer=OPERATOR, report=answer)
    chain = Chain(node, report, hop, answer, reply)
    whole, alone = published(chain), published(chain, hops=(reply,))
    assert [(quote.number, quote.segment) for quote in reading.edition(whole).items[1].quotes] == [(1, line.id)]
    assert reading.edition(alone).items[0].quotes == ()
    found = actions.preview(viewer=OPERATOR, choice=chosen(chain, hops=(reply,)))
    assert [note.reason for note in found.plan.items[0].notes] == [Reason.QUOTE_STAYS]


ALLOWS = ["pass", "transcript", "translate"]


def test_voices_of_others_leave_as_far_as_their_carried_consent_and_approval_allow(chain: Chain) -> None:
    lagos = Lagos(chain.node)
    lagos.hop(chain.hop, "Here it rains.", ALLOWS)
    lagos.hop(chain.hop, "Not approved.", ALLOWS, approved=False)
    lagos.hop(chain.hop, "Not public.", ["pass"])
    slug = published(chain, langs=("es", "en"))
    assert sorted(map(str, texts(slug))) == [
        "['Aquí también.']", "['Hace calor.', 'Mucho.']", "['Here it rains.']",
    ]  # fmt: skip
    voice = next(one for one in reading.edition(slug).voices if one.lang == "en")
    assert (voice.who, voice.place, voice.versions) == ("Main gate", "Lagos", {})


def test_a_hop_of_others_that_was_narrowed_or_withdrawn_goes_with_the_next_sweep(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    lagos = Lagos(chain.node)
    made = [lagos.hop(chain.hop, text, ALLOWS) for text in ("One.", "Two.", "Three.", "Four.")]
    translate(row_key(made[0].hash), "es", ["Uno."])
    slug = published(chain, langs=("es", "en"))
    assert statuses(slug) == ["shown"] * 6
    lagos.say(HOP_REVISED, made[0].hash, **lagos.edition("One.", ["pass", "transcript"]), whole=True)
    lagos.redact(made[1], "withdrawn")
    lagos.say(HOP_REVISED, made[2].hash, **lagos.edition("[…]", ALLOWS), whole=True)
    lagos.redact(made[2], "redacted")
    lagos.say(HOP_REVISED, made[3].hash, **lagos.edition("Four!", ALLOWS), whole=True)
    lagos.redact(made[3], "replaced")
    monkeypatch.setattr(tasks, "_settled_at", -1e9)
    tasks.left_behind()
    said = {one.voice.lines[0].text for one in reading.edition(slug).items if one.voice and one.voice.lang == "en"}
    assert said == {"Four."}
    assert statuses(slug).count("withdrawn") == 3


def test_our_translation_of_anothers_voice_is_published_with_it(chain: Chain) -> None:
    lagos = Lagos(chain.node)
    hop = lagos.hop(chain.hop, "Here it rains.", ALLOWS)
    translate(row_key(hop.hash), "es", ["Aquí llueve."])
    slug = published(chain)
    assert {"es": ("Aquí llueve.",)} in [dict(voice.versions) for voice in reading.edition(slug).voices]


def test_what_editions_were_made_from_stays_in_the_own_space(chain: Chain) -> None:
    published(chain)
    row = Kept.objects.get()
    assert row.space != Edition.objects.get().space
    assert row_key(bytes.fromhex(Voice.objects.order_by("key")[0].aggregate)) not in (chain.hop, chain.reply)


def test_home_says_when_an_edition_is_behind_until_it_is_corrected(chain: Chain) -> None:
    slug = published(chain)
    actions.look_again()
    assert not Behind.objects.exists()
    correct_first(chain, "Hace mucho calor.")
    actions.look_again([chain.hop])
    assert list(Behind.objects.values_list("slug", "voices")) == [(slug, 1)]
    actions.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain))
    assert not Behind.objects.exists()
    relay.withdraw(viewer=OPERATOR, report=chain.report, purposes=["transcript"], erase_too=False)
    actions.settle_all()
    assert not Behind.objects.exists()  # there is nothing of it that could be published
