"""What people do in the relay room, on a node of their own."""

import pytest
from django.db import connection

from tejido.ground.consent import public as consent
from tejido.ground.errors import Invalid, NotAllowed, NotFound
from tejido.ground.network.selectors import own_space
from tejido.ground.people import GUEST, OPERATOR, Viewer
from tejido.ground.store.public import Fact, append
from tejido.practices.relay import access, actions, errors, recordings, selectors
from tejido.practices.relay import events as ev
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.models import Hop, Report
from tests.practices.relay.builders import PASS_ONLY, YES, Node, a_report
from tests.practices.relay.test_recordings import CLIP

MEMBER = Viewer(1, frozenset({"member"}), "Amina")


def events() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_event")
        return int(cursor.fetchone()[0])


def test_a_chain_begins_with_its_question(node: Node) -> None:
    page = selectors.chain(viewer=OPERATOR, key=node.chain)
    assert (page.chain.title, page.chain.question, page.chain.lang) == ("Calor", "¿Cuánto calor hace?", "es")
    assert page.chain.circle
    assert (page.chain.circle.name, page.chain.circle.org_name) == ("Noche", "Warehouse Workers")
    assert page.chain.mine
    assert page.hops == ()


def test_a_typed_report_is_kept_and_then_passed_on(node: Node) -> None:
    key = a_report(node)
    page = selectors.report(viewer=OPERATOR, key=key)
    assert [line.text for line in page.lines] == ["Hace calor.", "Mucho."]
    assert page.report.step == "to-pass"
    assert selectors.chain(viewer=OPERATOR, key=node.chain).hops == ()
    hop = actions.pass_on(viewer=OPERATOR, report=key)
    (passed,) = selectors.chain(viewer=OPERATOR, key=node.chain).hops
    assert (passed.key, passed.role, passed.excerpt, passed.by) == (hop, "report", "Hace calor. Mucho.", "person")
    assert selectors.report(viewer=OPERATOR, key=key).report.step == "passed"


def test_without_consent_nothing_passes(node: Node) -> None:
    key = a_report(node, said=None)
    assert selectors.report(viewer=OPERATOR, key=key).report.step == "consent"
    before = events()
    with pytest.raises(consent.ConsentMissing):
        actions.pass_on(viewer=OPERATOR, report=key)
    assert events() == before
    actions.grant_consent(viewer=OPERATOR, report=key, said=PASS_ONLY)
    assert actions.pass_on(viewer=OPERATOR, report=key)


def test_the_gate_stands_before_every_append_to_a_wider_space(node: Node) -> None:
    key = a_report(node)
    actions.pass_on(viewer=OPERATOR, report=key)
    row = Hop.objects.get()
    lines = [{"id": "x", "text": "secret"}]
    body = {"consent": consent.carried(consent.terms(["pass"], "own", "2026-11-20")), "segments": lines}
    fact = Fact(ev.HOP_REVISED, body, bytes.fromhex(row.aggregate))
    with pytest.raises(consent.ConsentMissing):
        append(node.network, fact)
    other = a_report(node, said=None)
    subject = bytes.fromhex(Report.objects.get(key=other).aggregate)
    with consent.speaking_for(subject), pytest.raises(consent.ConsentMissing):
        append(node.network, fact)


def test_answers_make_a_tree(node: Node) -> None:
    root = actions.pass_on(viewer=OPERATOR, report=a_report(node))
    for role, text in (("commentary", "¿Y de noche?"), ("parallel", "Aquí también.")):
        words = Words("es", text=text)
        key = actions.answer(viewer=OPERATOR, hop=root, role=role, circle=node.circle, words=words, said=YES)
        actions.pass_on(viewer=OPERATOR, report=key)
    page = selectors.chain(viewer=OPERATOR, key=node.chain)
    assert (page.hops[0].number, page.hops[0].depth, page.hops[0].role) == (1, 0, "report")
    assert {hop.role for hop in page.hops[1:]} == {"commentary", "parallel"}
    assert (page.chain.voices, page.chain.answers, page.chain.languages, page.chain.places) == (3, 2, 1, 1)
    assert page.chain.hours is not None
    (item,) = selectors.chains(viewer=OPERATOR)[0:10]
    assert item == page.chain


def test_a_correction_replaces_what_it_saw_and_is_refused_when_stale(node: Node) -> None:
    key = a_report(node, "Ase calor.")
    (line,) = selectors.report(viewer=OPERATOR, key=key).lines
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="Hace calor.")
    before = events()
    with pytest.raises(errors.StaleCorrection) as caught:
        actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="Hace frío.")
    assert (caught.value.params["current"], caught.value.params["proposed"]) == ("Hace calor.", "Hace frío.")
    assert events() == before
    with pytest.raises(errors.NoSuchSegment):
        actions.correct_segment(viewer=OPERATOR, report=key, segment="nope", base=line.base, text="x")


def test_corrections_are_sent_to_those_who_have_the_earlier_words(node: Node) -> None:
    key = a_report(node, "Ase calor.")
    with pytest.raises(errors.NotPassed):
        actions.revise(viewer=OPERATOR, report=key)
    actions.pass_on(viewer=OPERATOR, report=key)
    with pytest.raises(errors.NothingChanged):
        actions.revise(viewer=OPERATOR, report=key)
    (line,) = selectors.report(viewer=OPERATOR, key=key).lines
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="Hace calor.")
    assert selectors.report(viewer=OPERATOR, key=key).report.step == "changed"
    actions.revise(viewer=OPERATOR, report=key)
    (hop,) = selectors.chain(viewer=OPERATOR, key=node.chain).hops
    assert (hop.excerpt, hop.edition) == ("Hace calor.", 2)


def test_withdrawal_erases_and_leaves_a_tombstone(node: Node) -> None:
    key = a_report(node)
    root = actions.pass_on(viewer=OPERATOR, report=key)
    words = Words("es", text="Aquí también.")
    child = actions.answer(viewer=OPERATOR, hop=root, role="parallel", circle=node.circle, words=words, said=YES)
    actions.pass_on(viewer=OPERATOR, report=child)
    actions.withdraw(viewer=MEMBER, report=key)
    gone, stays = selectors.chain(viewer=OPERATOR, key=node.chain).hops
    assert (gone.key, gone.status, gone.excerpt, gone.heard) == (root, "withdrawn", "", False)
    assert (stays.parent, stays.depth, stays.status) == (root, 1, "shown")
    with pytest.raises(NotFound):
        selectors.report(viewer=OPERATOR, key=key)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            assert "Mucho" not in str(cursor.fetchall()), table


def test_what_was_withdrawn_can_no_longer_be_answered(node: Node) -> None:
    key = a_report(node)
    hop = actions.pass_on(viewer=OPERATOR, report=key)
    actions.withdraw(viewer=OPERATOR, report=key)
    with pytest.raises(errors.VoiceGone):
        actions.answer(viewer=OPERATOR, hop=hop, role="parallel", circle=node.circle, words=Words("es", text="x"))


def test_asking_anew_without_a_yes_to_passing_takes_the_copies_back(node: Node) -> None:
    key = a_report(node)
    actions.pass_on(viewer=OPERATOR, report=key)
    actions.grant_consent(viewer=OPERATOR, report=key, said=Answer(("archive",), "none", "spoken", "es"))
    assert Hop.objects.get().status == "withdrawn"


def test_a_purpose_can_be_taken_back_alone(node: Node) -> None:
    key = a_report(node)
    actions.pass_on(viewer=OPERATOR, report=key)
    actions.withdraw(viewer=MEMBER, report=key, purposes=["transcript", "audio"], erase_too=False)
    (hop,) = selectors.chain(viewer=OPERATOR, key=node.chain).hops
    assert hop.status == "shown"
    assert "transcript" not in Hop.objects.get().purposes.split()
    actions.withdraw(viewer=MEMBER, report=key, purposes=["pass"], erase_too=False)
    (hop,) = selectors.chain(viewer=OPERATOR, key=node.chain).hops
    assert hop.status == "withdrawn"
    page = selectors.report(viewer=OPERATOR, key=key)
    assert page.lines
    assert page.report.step == "consent"


def test_the_same_command_twice_makes_one_report(node: Node) -> None:
    words = Words("es", text="Una vez.")
    once = {"viewer": OPERATOR, "chain": node.chain, "circle": node.circle, "words": words, "command": "c1"}
    assert actions.add_report(**once) == actions.add_report(**once)  # type: ignore[arg-type]
    assert Report.objects.count() == 1


def test_passing_twice_is_refused_and_the_same_command_is_not(node: Node) -> None:
    key = a_report(node)
    hop = actions.pass_on(viewer=OPERATOR, report=key, command="p1")
    assert actions.pass_on(viewer=OPERATOR, report=key, command="p1") == hop
    with pytest.raises(errors.AlreadyPassed):
        actions.pass_on(viewer=OPERATOR, report=key)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (Words("es"), errors.NothingSaid),
        (Words("xx-nope", text="a"), errors.UnknownLanguage),
        (Words("es", text="a", day="2999-01-01"), errors.DayAhead),
        (Words("es", text="a", day="soon"), Invalid),
        (Words("es", text="a", pseudonym="x" * 81), Invalid),
        (Words("es", text="a\n" * 601), errors.TooManyWords),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(node: Node, words: Words, problem: type[Exception]) -> None:
    before = events()
    with pytest.raises(problem):
        actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words)
    assert events() == before


def test_an_invitation_waits_until_it_is_answered(node: Node) -> None:
    them = b"\x07" * 32
    with pytest.raises(errors.DeadlinePast):
        actions.invite_to_answer(
            viewer=OPERATOR, chain=node.chain, circle=node.circle, to_org=them, deadline="2020-01-01"
        )
    key = actions.invite_to_answer(
        viewer=OPERATOR, chain=node.chain, circle=node.circle, to_org=them, deadline="2999-01-01", note="Please"
    )
    (asked,) = selectors.chain(viewer=OPERATOR, key=node.chain).invitations
    assert (asked.key, asked.status, asked.note, asked.mine) == (key, "open", "Please", True)
    actions.end_invitation(viewer=OPERATOR, invitation=key)
    assert selectors.chain(viewer=OPERATOR, key=node.chain).invitations == ()


def test_members_record_and_facilitators_pass_on(node: Node) -> None:
    words = Words("es", text="Hola.")
    key = actions.add_report(viewer=MEMBER, chain=node.chain, circle=node.circle, words=words, said=YES)
    with pytest.raises(NotAllowed):
        actions.pass_on(viewer=MEMBER, report=key)
    with pytest.raises(NotAllowed):
        actions.open_circle(viewer=MEMBER, name="x", place="", langs=["es"])
    for read in (
        lambda: selectors.chains(viewer=GUEST),
        lambda: selectors.chain(viewer=GUEST, key=node.chain),
        lambda: selectors.reports(viewer=GUEST),
        lambda: selectors.report(viewer=GUEST, key=key),
        lambda: selectors.circles(viewer=GUEST),
    ):
        with pytest.raises(NotAllowed):
            read()


def test_the_number_of_queries_does_not_grow_with_the_rows(node: Node, django_assert_num_queries: object) -> None:
    from django.test.utils import CaptureQueriesContext

    def count(read: object) -> int:
        with CaptureQueriesContext(connection) as found:
            read()  # type: ignore[operator]
        return len(found)

    reads = (
        lambda: selectors.chain(viewer=OPERATOR, key=node.chain),
        lambda: selectors.chains(viewer=OPERATOR)[0:20],
        lambda: selectors.reports(viewer=OPERATOR)[0:20],
        lambda: selectors.circles(viewer=OPERATOR),
    )
    root = actions.pass_on(viewer=OPERATOR, report=a_report(node))
    few = [count(read) for read in reads]
    for number in range(4):
        actions.open_chain(viewer=OPERATOR, circle=node.circle, title=f"{number}", question="?", lang="en")
        words = Words("en", text=f"Answer {number}.")
        key = actions.answer(viewer=OPERATOR, hop=root, role="parallel", circle=node.circle, words=words, said=YES)
        actions.pass_on(viewer=OPERATOR, report=key)
        actions.open_circle(viewer=OPERATOR, name=f"C{number}", place="", langs=["en"])
    assert [count(read) for read in reads] == few


def test_search_finds_chains_by_question_and_by_words(node: Node) -> None:
    actions.pass_on(viewer=OPERATOR, report=a_report(node, "El almacén arde."))
    for query in ("cuanto calor", "almacen"):
        assert [chain.key for chain in selectors.chains(viewer=OPERATOR, query=query)[0:5]] == [node.chain]
    assert len(selectors.chains(viewer=OPERATOR, query="nada")) == 0
    assert len(selectors.reports(viewer=OPERATOR, query="almacen")) == 1


@pytest.mark.parametrize(("tag", "found"), [("ES", "es"), ("pt_br", "pt-BR"), (" ar ", "ar")])
def test_language_tags_get_their_usual_spelling(tag: str, found: str) -> None:
    assert access.language(tag) == found


def test_the_own_space_is_no_network(node: Node) -> None:
    assert own_space() != node.network


def test_a_no_in_a_later_answer_takes_the_copies_back(node: Node) -> None:
    key = a_report(node)
    actions.pass_on(viewer=OPERATOR, report=key)
    actions.grant_consent(viewer=OPERATOR, report=key, said=Answer(("archive",), "none", "spoken", "es"))
    (hop,) = selectors.chain(viewer=OPERATOR, key=node.chain).hops
    assert (hop.status, hop.excerpt) == ("withdrawn", "")
    assert selectors.report(viewer=OPERATOR, key=key).report.step == "consent"


def test_no_samples_stay_where_the_words_were_typed_beside_the_recording(node: Node) -> None:
    words = Words("en", audio=CLIP, text="We typed it.")
    actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words)
    assert [*recordings.work_folder().iterdir()] == []
