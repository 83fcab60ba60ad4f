"""Writing, approving, drafting, sharing, and what becomes of a translation when its subject changes."""

from dataclasses import replace

import pytest
from django.db.models import Model
from pytest_django import Settings

from tejido.ground import memory, search, work
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotAllowed, NotFound
from tejido.ground.network.selectors import own_space_key
from tejido.ground.people import OPERATOR, Viewer
from tejido.ground.store.models import Event
from tejido.practices.relay import actions as relay
from tejido.practices.relay import selectors as relay_selectors
from tejido.practices.relay.actions import Answer
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.redaction import actions as redaction
from tejido.practices.relay.redaction import selectors as redactions
from tejido.practices.relay.redaction.domain import Marks
from tejido.practices.relay.review import actions, errors, measures, reading, selectors, subjects, tasks
from tejido.practices.relay.review.actions import Seen
from tejido.practices.relay.review.models import Drafting, Passed, Translation, Typing
from tejido.practices.relay.review.records import Bench, Row
from tests.practices.relay.builders import YES, Node, a_report

MEMBER = Viewer(7, frozenset({"member"}), "Rosa")
TRANSLATOR = Viewer(8, frozenset({"translator", "member"}), "Baran")


def redact(report: str, line: int) -> None:
    """Take a line's first two words out of a typed report."""
    page = redactions.redaction(viewer=OPERATOR, report=report)
    name = page.page.lines[line].id
    redaction.mark(viewer=OPERATOR, report=report, base=page.base, marks=Marks(words=((name, 0), (name, 1))))
    redaction.cut(viewer=OPERATOR, report=report)
    redaction.keep(viewer=OPERATOR, report=report)


def opened(report: str, into: str = "en") -> Bench:
    return selectors.bench(viewer=OPERATOR, key=report, into=into)


def seen(row: Row) -> Seen:
    return Seen(row.base, row.source_base)


def drafted(report: str, lang: str = "en") -> Bench:
    """A translation with the machine's draft, made as a worker makes it."""
    actions.start(viewer=MEMBER, key=report, lang=lang)
    tasks.translate.call(f"{report}:{lang}")
    return opened(report, lang)


def write(report: str, row: Row, text: str, into: str = "en", viewer: Viewer = MEMBER) -> None:
    actions.correct(viewer=viewer, key=report, into=into, segment=row.id, seen=seen(row), text=text)


def approve(report: str, row: Row, into: str = "en", text: str | None = None) -> None:
    actions.approve(viewer=TRANSLATOR, key=report, into=into, segment=row.id, seen=seen(row), text=text)


def approved(report: str, into: str = "en") -> Bench:
    for row in opened(report, into).rows:
        approve(report, row, into)
    return opened(report, into)


def rows_of(*models: type[Model]) -> list[int]:
    return [model._default_manager.count() for model in models]


def test_a_transcript_is_approved_segment_by_segment(report: str) -> None:
    first, second = opened(report, "original").rows
    assert (first.state, opened(report, "original").percent) == ("review", 0)
    approve(report, first, "original")
    assert [row.state for row in opened(report, "original").rows] == ["approved", "review"]
    assert opened(report, "original").percent == 50
    approve(report, second, "original", text="Mucho, mucho.")
    done = opened(report, "original")
    assert (done.state, done.rows[1].text) == ("approved", "Mucho, mucho.")
    write(report, done.rows[0], "Hace mucho calor.", "original")
    lapsed = opened(report, "original").rows[0]
    assert (lapsed.state, lapsed.lapsed) == ("review", True)


def test_the_state_of_a_transcript_travels_with_its_hop(report: str) -> None:
    approved(report, "original")
    hop = relay_selectors.hop(viewer=OPERATOR, key=relay.pass_on(viewer=OPERATOR, report=report))
    assert hop.hop.state == "approved"
    assert [line.state for line in hop.lines] == ["approved", "approved"]


def test_members_write_and_only_some_approve(report: str) -> None:
    row = opened(report, "original").rows[0]
    with pytest.raises(NotAllowed):
        actions.approve(viewer=MEMBER, key=report, into="original", segment=row.id, seen=seen(row))
    guest = Viewer(9, frozenset({"guest"}), "")
    with pytest.raises(NotAllowed):
        write(report, row, "…", "original", viewer=guest)


def test_the_machine_drafts_in_the_background(report: str) -> None:
    made = drafted(report)
    assert [(row.text, row.by, row.state) for row in made.rows] == [
        ("It is hot.", "machine", "draft"), ("Very much so.", "machine", "draft"),
    ]  # fmt: skip
    assert made.rows[0].engine == "memory 100 %"
    assert made.under_way is None
    assert not Drafting.objects.exists()


def test_a_draft_goes_on_where_a_killed_worker_left_it(report: str, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.start(viewer=MEMBER, key=report, lang="en")
    monkeypatch.setattr(tasks, "BATCH", 1)
    real, asked = memory.draft, []

    def dies(texts: list[str], *rest: str, **more: object) -> object:
        asked.append(list(texts))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(texts, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(memory, "draft", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.translate.call(f"{report}:en")
    assert len(Drafting.objects.get().pieces) == 1
    assert opened(report).under_way
    tasks.translate.call(f"{report}:en")
    assert asked == [["Hace calor."], ["Mucho."], ["Mucho."]]
    assert [row.text for row in opened(report).rows] == ["It is hot.", "Very much so."]


def test_without_an_engine_people_write_it(report: str) -> None:
    made = drafted(report, "ti")
    assert made.under_way
    assert (made.under_way.state, made.under_way.code) == ("unavailable", "no-engine")
    write(report, made.rows[0], "ሙቐት ኣሎ።", "ti")
    assert opened(report, "ti").rows[0].state == "review"


def test_a_second_run_never_writes_over_a_person(report: str) -> None:
    row = drafted(report).rows[0]
    write(report, row, "It's hot in here.")
    again = drafted(report).rows[0]
    assert (again.text, again.by, again.beside) == ("It's hot in here.", "person", "It is hot.")


def test_without_consent_nothing_is_drafted_neither_now_nor_when_the_work_begins(node: Node, report: str) -> None:
    silent = a_report(node, said=Answer(("pass",), "none", "spoken", "es"))
    for begin in (actions.start, actions.write_by_hand):
        with pytest.raises(consent.ConsentMissing):
            begin(viewer=MEMBER, key=silent, lang="en")
    actions.start(viewer=MEMBER, key=report, lang="en")
    row = Drafting.objects.get()
    relay.withdraw(viewer=OPERATOR, report=report, purposes=["translate"], erase_too=False)
    assert rows_of(Drafting, Translation) == [0, 0]
    row.save(force_insert=True)  # a hint that was left behind
    tasks.translate.call(row.key)
    assert rows_of(Drafting, Translation) == [0, 0]


def test_what_was_changed_meanwhile_is_not_overwritten(report: str) -> None:
    row = drafted(report).rows[0]
    write(report, row, "It is so hot.")
    with pytest.raises(errors.StaleText) as stale:
        write(report, row, "It's hot.", viewer=TRANSLATOR)
    assert stale.value.params["current"] == "It is so hot."
    assert stale.value.params["proposed"] == "It's hot."


def test_an_approval_of_a_changed_text_is_refused_with_both_texts(report: str) -> None:
    row = drafted(report).rows[0]
    write(report, row, "It is so hot.")
    with pytest.raises(errors.StaleApproval) as stale:
        approve(report, row, text=row.text)
    assert (stale.value.params["current"], stale.value.params["proposed"]) == ("It is so hot.", "It is hot.")
    assert opened(report).rows[0].state == "review"


def test_an_approval_is_refused_where_the_source_has_changed(report: str) -> None:
    row = drafted(report).rows[0]
    spoken = opened(report, "original").rows[0]
    write(report, spoken, "No hace calor.", "original")
    with pytest.raises(errors.StaleSource) as stale:
        approve(report, row)
    assert stale.value.params["source"] == "No hace calor."
    approve(report, opened(report).rows[0], text="It is not hot.")
    assert opened(report).rows[0].state == "approved"


def test_a_change_of_the_source_lets_an_approval_lapse(report: str) -> None:
    drafted(report)
    assert approved(report).percent == 100
    write(report, opened(report, "original").rows[0], "Hace mucho calor.", "original")
    row = opened(report).rows[0]
    assert (row.state, row.lapsed, row.moved) == ("review", True, True)
    approve(report, row)
    assert opened(report).rows[0].state == "approved"


def test_empty_words_and_unsettled_ones_are_not_approved(report: str) -> None:
    actions.write_by_hand(viewer=MEMBER, key=report, lang="fr")
    with pytest.raises(errors.NothingToApprove):
        approve(report, opened(report, "fr").rows[0], "fr")
    with pytest.raises(errors.SameLanguage):
        actions.start(viewer=MEMBER, key=report, lang="es")
    with pytest.raises(NotFound):
        opened(report, "de")


def test_every_version_is_kept_and_can_be_taken_again(report: str) -> None:
    row = drafted(report).rows[0]
    write(report, row, "It is so hot.")
    approve(report, opened(report).rows[0])
    found = selectors.versions(viewer=MEMBER, key=report, into="en", segment=row.id)
    assert [(one.text, one.what, one.current) for one in found] == [
        ("It is hot.", "machine", False), ("It is so hot.", "person", False), ("It is so hot.", "approved", True),
    ]  # fmt: skip
    spoken = opened(report, "original").rows[0]
    write(report, spoken, "Calor.", "original")
    said = selectors.versions(viewer=MEMBER, key=report, into="original", segment=spoken.id)
    assert [(one.text, one.what) for one in said] == [("Hace calor.", "person"), ("Calor.", "person")]


def test_what_is_typed_is_kept_and_seen_until_it_is_saved(report: str) -> None:
    row = drafted(report).rows[0]
    place = {"key": report, "into": "en", "segment": row.id}
    actions.look_in(viewer=MEMBER, **place)
    assert selectors.pulse(viewer=TRANSLATOR, key=report, into="en").who == {row.id: ["Rosa"]}
    assert selectors.pulse(viewer=MEMBER, key=report, into="en").who == {}
    actions.look_in(viewer=MEMBER, **place, text="It is h", base=row.base)
    assert selectors.bench(viewer=MEMBER, key=report, into="en").rows[0].typing == "It is h"
    assert selectors.bench(viewer=TRANSLATOR, key=report, into="en").rows[0].typing is None
    before = Event.objects.count()
    actions.look_in(viewer=MEMBER, **place, text="It is hotter", base=row.base)
    assert Event.objects.count() == before
    write(report, row, "It is hotter")
    assert not Typing.objects.exists()
    actions.look_in(viewer=MEMBER, **place, text="…", base=row.base)
    actions.leave(viewer=MEMBER, **place)
    assert not Typing.objects.exists()


def test_the_pulse_changes_when_somebody_saves(report: str) -> None:
    row = drafted(report).rows[0]
    first = selectors.pulse(viewer=MEMBER, key=report, into="en")
    assert selectors.pulse(viewer=MEMBER, key=report, into="en") == first
    write(report, row, "Hot.", viewer=TRANSLATOR)
    after = selectors.pulse(viewer=MEMBER, key=report, into="en")
    assert after.version != first.version
    assert after.lines[0][2] == "review"


def test_a_translation_is_passed_on_and_read_by_whoever_reads_that_language(report: str) -> None:
    drafted(report)
    with pytest.raises(errors.NotPassedOn):
        actions.share(viewer=OPERATOR, key=report, lang="en")
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    copy = actions.share(viewer=OPERATOR, key=report, lang="en")
    assert Passed.objects.get().key == copy
    assert reading.reading_languages(viewer=MEMBER, hops=[hop]) == ["en"]
    Translation.objects.all().delete()  # as on another node, which has the copy alone
    found = reading.renderings(viewer=MEMBER, hops=[hop], lang="en")[hop]
    assert [(one.text, one.mark) for one in found.said] == [("It is hot.", "machine"), ("Very much so.", "machine")]
    assert found.mark == "machine"


def test_a_new_edition_replaces_the_copy_and_erases_the_earlier_one(report: str) -> None:
    drafted(report)
    relay.pass_on(viewer=OPERATOR, report=report)
    copy = actions.share(viewer=OPERATOR, key=report, lang="en")
    with pytest.raises(errors.NothingNew):
        actions.share(viewer=OPERATOR, key=report, lang="en")
    redacted = Event.objects.filter(state=2).count()
    approved(report)
    assert actions.share(viewer=OPERATOR, key=report, lang="en") == copy
    assert Event.objects.filter(state=2).count() == redacted + 1
    pieces = subjects.pieces(Passed.objects.get().pieces).values()
    assert [piece.approved == piece.base for piece in pieces] == [True, True]


def test_without_consent_to_translate_no_copy_leaves_whatever_a_caller_does(node: Node, report: str) -> None:
    drafted(report)
    relay.pass_on(viewer=OPERATOR, report=report)
    relay.grant_consent(viewer=OPERATOR, report=report, said=replace(YES, purposes=("pass", "archive")))
    assert rows_of(Translation, Passed) == [0, 0]
    with pytest.raises(consent.ConsentMissing):
        actions.write_by_hand(viewer=MEMBER, key=report, lang="en")


def test_a_withdrawn_report_takes_its_translations_with_it(report: str, node: Node) -> None:
    drafted(report)
    approved(report)
    tasks.remember.call(Translation.objects.get().key)
    assert memory.look_up("Hace calor.", "es", "en", least=100, most=5)
    relay.pass_on(viewer=OPERATOR, report=report)
    actions.share(viewer=OPERATOR, key=report, lang="en")
    actions.look_in(viewer=MEMBER, key=report, into="en", segment=opened(report).rows[0].id, text="x", base="a" * 16)
    actions.start(viewer=MEMBER, key=report, lang="fr")
    relay.withdraw(viewer=OPERATOR, report=report)
    assert rows_of(Translation, Passed, Drafting, Typing, Report) == [0] * 5
    assert {one.origin for one in memory.look_up("Hace calor.", "es", "en")} == {"review:elsewhere"}
    spaces = [own_space_key()]
    assert not search.search("hot", spaces=spaces, kinds=["relay.translation"]).total
    actions.settle_all()


def test_the_sweeper_finds_what_was_left_behind(report: str) -> None:
    drafted(report)
    Report.objects.all().delete()
    assert selectors.benches(viewer=MEMBER)[0:5] == []
    actions.settle_all()
    assert rows_of(Translation) == [0]


def test_words_cut_from_a_report_are_gone_from_its_translation(report: str) -> None:
    drafted(report)
    approved(report)
    relay.pass_on(viewer=OPERATOR, report=report)
    hop = Hop.objects.get()
    copy = actions.share(viewer=OPERATOR, key=report, lang="en")
    assert hop.edition == 1
    row = opened(report, "original").rows[0]
    write(report, row, "Calor.", "original")
    relay.revise(viewer=OPERATOR, report=report)
    assert "hot" not in Passed.objects.get(key=copy).pieces
    assert opened(report).rows[0].text == "It is hot."  # our own log still holds the words that it translates


def test_measures(report: str) -> None:
    rows = drafted(report).rows
    approve(report, rows[0])
    approve(report, rows[1], text="Very.")
    relay.pass_on(viewer=OPERATOR, report=report)
    spoken, pair = measures.measured(viewer=MEMBER)
    assert (spoken.source_lang, spoken.lang, spoken.texts, spoken.approved) == ("es", "", 1, 0)
    assert (pair.source_lang, pair.lang, pair.drafted, pair.approved, pair.unchanged_percent) == ("es", "en", 2, 2, 50)
    assert pair.chrf is not None
    assert 0 < pair.chrf < 100
    assert pair.review_minutes == 0
    assert pair.publication_hours is None


def test_the_memory_learns_what_is_approved_and_forgets_what_lapses(report: str) -> None:
    drafted(report)
    row = opened(report).rows[0]
    approve(report, row, text="It's hot.")
    key = Translation.objects.get().key
    tasks.remember.call(key)
    assert {one.target for one in memory.look_up("Hace calor.", "es", "en", least=100)} == {"It is hot.", "It's hot."}
    write(report, opened(report).rows[0], "Hot!")
    tasks.remember.call(key)
    assert {one.target for one in memory.look_up("Hace calor.", "es", "en", least=100)} == {"It is hot."}


def test_unfinished_drafts_are_queued_again(report: str) -> None:
    actions.start(viewer=MEMBER, key=report, lang="en")
    tasks.unfinished()
    work.run_once()
    assert opened(report).rows[0].text == "It is hot."


def test_a_worker_drafts_by_itself_into_the_languages_that_a_keeper_chose(
    node: Node, report: str, settings: Settings
) -> None:
    silent = a_report(node, "No.", said=Answer(("pass",), "none", "spoken", "es"))
    settings.NODE = replace(settings.NODE, translate_into=("en", "es"))
    tasks.by_itself()
    work.run_once()
    tasks.by_itself()
    assert [row.text for row in opened(report).rows] == ["It is hot.", "Very much so."]
    assert not Translation.objects.filter(subject=silent).exists()
    assert Translation.objects.count() == 1


def test_one_is_seen_only_where_one_was_last(report: str) -> None:
    first, second = opened(report, "original").rows
    for row in (first, second, first):
        actions.look_in(viewer=MEMBER, key=report, into="original", segment=row.id)
    found = selectors.bench(viewer=TRANSLATOR, key=report, into="original")
    assert selectors.present(found, TRANSLATOR) == {first.id: ["Rosa"]}


def test_words_cut_by_redaction_are_gone_from_every_translation(report: str) -> None:
    drafted(report)
    approved(report)
    relay.pass_on(viewer=OPERATOR, report=report)
    actions.share(viewer=OPERATOR, key=report, lang="en")
    redact(report, line=0)
    found = opened(report)
    assert [(row.text, row.state) for row in found.rows] == [("Very much so.", "approved")]
    assert "hot" not in Translation.objects.get().pieces
    assert "hot" not in Passed.objects.get().pieces
