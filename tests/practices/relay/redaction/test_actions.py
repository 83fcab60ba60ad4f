"""A report is cut, heard and kept; what came before is nowhere on the node."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.engines import speech
from tejido.engines.speech import model
from tejido.engines.speech.timeline import MARK
from tejido.ground import blobs, work
from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotAllowed, NotFound
from tejido.ground.people import GUEST, OPERATOR, Viewer
from tejido.practices.relay import actions, after, recordings, voices
from tejido.practices.relay import selectors as relay
from tejido.practices.relay import tasks as transcription
from tejido.practices.relay.drafts import Transcription
from tejido.practices.relay.events import Segment
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.redaction import actions as redaction
from tejido.practices.relay.redaction import errors, selectors, tasks
from tejido.practices.relay.redaction.domain import Marks
from tejido.practices.relay.redaction.drafts import Marking, Waveform
from tests.practices.relay.builders import YES, Node, a_report
from tests.practices.relay.test_recordings import recorded

MEMBER = Viewer(1, frozenset({"member"}), "Amina")
TEXT, WORD = "Here the foreman Zulmirante shouts", "Zulmirante"
TIMES = (0, 200, 250, 400, 450, 900, 1000, 1800, 1900, 2400)


def heard(node: Node, text: str = TEXT) -> str:
    """A recording that has been written down, with the times of its words."""
    key = recorded(node)
    words = TIMES if text == TEXT else ()
    found = [
        Segment("m-0", text, 0, 2500, "machine", None, words),
        Segment("m-1", "and we stay", 2500, 3500, "machine"),
    ]
    actions.record_transcript(viewer=OPERATOR, report=key, model="base", lang="en", found=found)
    Transcription.objects.filter(report=key).delete()
    return key


def marked(key: str, marks: Marks, mode: str = "cut", viewer: Viewer = OPERATOR) -> None:
    base = selectors.redaction(viewer=viewer, report=key).base
    redaction.mark(viewer=viewer, report=key, base=base, marks=marks, mode=mode)


def cut(key: str, marks: Marks, mode: str = "cut") -> None:
    """Mark, and let a worker cut it."""
    marked(key, marks, mode)
    redaction.cut(viewer=OPERATOR, report=key)
    tasks.cut.call(key)


def everything() -> Iterator[tuple[str, str]]:
    """Every row of every table; what the search index has dropped is overwritten outside of transactions only."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("search_fts_"):
                continue
            cursor.execute(f"SELECT * FROM {table}")
            yield table, str(cursor.fetchall())


def file_ids() -> set[str]:
    return set(blobs.ids())


def test_marked_words_are_cut_heard_and_then_gone(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = heard(node)
        hop = actions.pass_on(viewer=OPERATOR, report=key)
    before = Report.objects.get(key=key)
    old, old_hop = BlobRef.from_dict(orjson.loads(before.preview)), Hop.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        cut(key, Marks(words=(("m-0", 3),)))
    waiting = selectors.redaction(viewer=OPERATOR, report=key)
    assert (waiting.state, [one.text for one in waiting.after]) == (
        "ready",
        [f"Here the foreman {MARK} shouts", "and we stay"],
    )
    assert waiting.trial is not None
    assert len(blobs.read(selectors.trial_audio(viewer=OPERATOR, report=key))) == waiting.trial.size
    assert waiting.duration < before.duration - 800
    with django_capture_on_commit_callbacks(execute=True):
        assert redaction.keep(viewer=MEMBER, report=key) == 1
    page = relay.report(viewer=OPERATOR, key=key)
    assert [line.text for line in page.lines] == [f"Here the foreman {MARK} shouts", "and we stay"]
    assert page.lines[1].start is not None
    assert page.lines[1].start < 2500
    assert page.report.duration == waiting.duration
    assert page.report.step == "passed"
    row = Hop.objects.get()
    assert (row.key, row.status, row.edition, row.at) == (hop, "shown", 2, old_hop.at)
    assert WORD not in row.lines
    assert orjson.loads(row.audio)["id"] == waiting.trial.id != old.id
    assert file_ids() == {waiting.trial.id}
    assert blobs.is_erased(old.id)
    for table, rows in everything():
        assert WORD not in rows, table
        assert old.key not in rows, table
    assert not Marking.objects.exists()


def test_everything_is_erased_after_a_cut_too(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = heard(node)
        actions.pass_on(viewer=OPERATOR, report=key)
        cut(key, Marks(words=(("m-0", 3),)))
        redaction.keep(viewer=OPERATOR, report=key)
        actions.withdraw(viewer=OPERATOR, report=key)
    (hop,) = relay.chain(viewer=OPERATOR, key=node.chain).hops
    assert (hop.status, hop.excerpt, hop.heard, hop.at) == ("withdrawn", "", False, None)
    with pytest.raises(NotFound):
        relay.report(viewer=OPERATOR, key=key)
    assert file_ids() == set()
    for table, rows in everything():
        assert "foreman" not in rows, table


def test_a_report_can_be_cut_twice(node: Node) -> None:
    key = heard(node)
    actions.pass_on(viewer=OPERATOR, report=key)
    cut(key, Marks(words=(("m-0", 3),)), "tone")
    redaction.keep(viewer=OPERATOR, report=key)
    second = relay.report(viewer=OPERATOR, key=key).lines[1].id
    cut(key, Marks(segments=(second,)))
    redaction.keep(viewer=OPERATOR, report=key)
    assert [line.text for line in relay.report(viewer=OPERATOR, key=key).lines] == [f"Here the foreman {MARK} shouts"]
    assert Hop.objects.get().edition == 3


def test_typed_words_go_without_waiting(node: Node) -> None:
    key = a_report(node, "Eleanor lo dijo.\nNadie más.")
    (first, _) = relay.report(viewer=OPERATOR, key=key).lines
    marked(key, Marks(words=((first.id, 0),)))
    redaction.cut(viewer=OPERATOR, report=key)
    redaction.keep(viewer=OPERATOR, report=key)
    assert [line.text for line in relay.report(viewer=OPERATOR, key=key).lines] == [f"{MARK} lo dijo.", "Nadie más."]
    assert Report.objects.get().cut == "words"
    for table, rows in everything():
        assert "Eleanor" not in rows, table


def test_a_corrected_line_after_a_cut_is_an_ordinary_correction(node: Node) -> None:
    key = heard(node)
    cut(key, Marks(words=(("m-0", 3),)))
    redaction.keep(viewer=OPERATOR, report=key)
    line = relay.report(viewer=OPERATOR, key=key).lines[1]
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="and we stayed")
    assert [one.text for one in relay.report(viewer=OPERATOR, key=key).lines][1] == "and we stayed"


def test_marks_on_other_words_are_refused_and_a_trial_of_them_is_not_kept(node: Node) -> None:
    key = heard(node)
    base = selectors.redaction(viewer=OPERATOR, report=key).base
    cut(key, Marks(words=(("m-0", 3),)))
    line = relay.report(viewer=OPERATOR, key=key).lines[1]
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="and we stayed")
    with pytest.raises(errors.StaleMarks):
        redaction.keep(viewer=OPERATOR, report=key)
    with pytest.raises(errors.StaleMarks):
        redaction.mark(viewer=OPERATOR, report=key, base=base, marks=Marks(words=(("m-0", 1),)))
    page = selectors.redaction(viewer=OPERATOR, report=key)
    assert (page.state, page.trial, page.marks) == ("stale", None, Marks())


def test_nothing_is_kept_that_nobody_could_hear(node: Node) -> None:
    key = heard(node)
    with pytest.raises(errors.NothingMarked):
        redaction.cut(viewer=OPERATOR, report=key)
    marked(key, Marks(words=(("m-0", 3),)))
    for _ in range(2):
        with pytest.raises(errors.NotMade):
            redaction.keep(viewer=OPERATOR, report=key)
        redaction.cut(viewer=OPERATOR, report=key)


def test_new_marks_and_giving_up_throw_the_trial_away(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = heard(node)
    kept = file_ids()
    for again in (True, False):
        with django_capture_on_commit_callbacks(execute=True):
            cut(key, Marks(words=(("m-0", 3),)))
        assert len(file_ids() - kept) == 1
        with django_capture_on_commit_callbacks(execute=True):
            if again:
                marked(key, Marks(segments=("m-1",)))
            else:
                redaction.forget(viewer=OPERATOR, report=key)
        assert file_ids() == kept


def test_while_a_machine_still_writes_nothing_is_cut(node: Node) -> None:
    key = recorded(node)
    marked(key, Marks(spans=((0, 500),)))
    with pytest.raises(errors.StillTranscribing):
        redaction.cut(viewer=OPERATOR, report=key)


def test_what_a_machine_wrote_of_the_earlier_recording_does_not_come_back(node: Node) -> None:
    key = heard(node)
    cut(key, Marks(words=(("m-0", 3),)))
    redaction.keep(viewer=OPERATOR, report=key)
    with pytest.raises(Exception, match=r"."):
        actions.correct_segment(viewer=OPERATOR, report=key, segment="m-0", base="0" * 64, text=WORD)
    assert WORD not in Report.objects.get().lines


def test_others_drop_what_they_made_of_it(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(after, "_DROPS", [*after._DROPS, told.append])
    key = heard(node)
    cut(key, Marks(words=(("m-0", 3),)))
    redaction.keep(viewer=OPERATOR, report=key)
    actions.withdraw(viewer=OPERATOR, report=key)
    assert told == [key, key]


def test_a_picture_is_drawn_once_and_goes_with_the_recording(node: Node) -> None:
    key = heard(node)
    assert selectors.redaction(viewer=OPERATOR, report=key).peaks is None
    tasks.draw.call(key)
    peaks = selectors.redaction(viewer=OPERATOR, report=key).peaks
    assert peaks is not None
    assert len(peaks) == tasks.COLUMNS
    assert max(peaks) == 100
    actions.withdraw(viewer=OPERATOR, report=key)
    assert not Waveform.objects.exists()


def test_a_killed_worker_leaves_nothing_in_the_open(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    key = heard(node)
    marked(key, Marks(words=(("m-0", 3),)))
    redaction.cut(viewer=OPERATOR, report=key)
    monkeypatch.setattr(speech, "cut", killed)
    with pytest.raises(KeyboardInterrupt):
        tasks.cut.call(key)
    assert not list((settings.NODE_DIR / "work").glob("*/source"))
    monkeypatch.undo()
    assert work.due([tasks.claim_key(key)])
    tasks.cut.call(key)
    assert selectors.redaction(viewer=OPERATOR, report=key).state == "ready"


def test_members_may_take_words_out_and_guests_may_not_look(node: Node) -> None:
    key = heard(node)
    marked(key, Marks(words=(("m-0", 3),)), viewer=MEMBER)
    for refused in (
        lambda: selectors.redaction(viewer=GUEST, report=key),
        lambda: selectors.trial_audio(viewer=GUEST, report=key),
        lambda: redaction.cut(viewer=GUEST, report=key),
        lambda: redaction.keep(viewer=GUEST, report=key),
        lambda: redaction.forget(viewer=GUEST, report=key),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_circles_never_hear_the_own_voice_instead_of_a_chosen_one(node: Node) -> None:
    key = heard(node)
    row = Report.objects.get(key=key)
    row.circles = "disguised"
    assert voices.for_circles(row) == voices.SILENT
    assert YES.purposes


@pytest.mark.speech
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["cut", "tone"])
def test_a_recogniser_does_not_find_what_was_taken_out(node: Node, mode: str) -> None:
    """The whole way: recognised, marked, cut, kept; then the kept recording recognised once more."""
    places = model.Places(cache=Path(settings.NODE_DIR) / "models")
    if not model.available(places):
        pytest.skip("no recognition model is installed here")
    key = recorded(node)
    transcription.transcribe.func(key)
    lines = relay.report(viewer=OPERATOR, key=key).lines
    said = [(line.id, i, plain(word)) for line in lines for i, word in enumerate(line.text.split())]
    name = max((word for *_, word in said), key=len)
    cut(key, Marks(words=tuple((segment, i) for segment, i, word in said if word == name)), mode)
    redaction.keep(viewer=OPERATOR, report=key)
    with recordings.samples(key, relay.report_audio(viewer=OPERATOR, key=key)) as samples:
        heard_again = list(speech.transcribe(samples, model.find(places), speech.Settings(language="en")))
    words = {plain(word) for segment in heard_again for word in segment.text.split()}
    assert name not in words
    rest = {word for *_, word in said if word != name}
    assert len(rest & words) > 0.7 * len(rest), "what was not marked is still heard"
    assert name not in {
        plain(word) for line in relay.report(viewer=OPERATOR, key=key).lines for word in line.text.split()
    }


def plain(word: str) -> str:
    """A word without what stands around it."""
    return word.strip(".,;:!?…\"'“”-").casefold()
