"""Files into the memory: whole, once, and what is wrong is said."""

import zipfile
from pathlib import Path

import pytest

from tejido.engines.language import tmx
from tejido.ground import memory
from tejido.ground.errors import Invalid, NotAllowed
from tejido.ground.memory import actions, files, importing, selectors, tasks
from tejido.ground.memory.models import Feature, Origin, Term, Unit
from tejido.ground.memory.problems import AlreadyThere, BadTerm, NotByHand, TooLarge, UnknownFile
from tejido.ground.people import GUEST, OPERATOR
from tests.ground.memory.files import a_glossary, a_tmx, a_zip

pytestmark = pytest.mark.django_db


def take_in(path: Path) -> tuple[str, int]:
    """Import a file now."""
    return actions.import_file(viewer=OPERATOR, path=path)


def test_every_pair_of_a_unit_becomes_an_entry(tmp_path: Path) -> None:
    key, added = take_in(a_tmx(tmp_path))
    assert added == 3
    assert [(one.a_lang, one.b_lang, one.b_text) for one in Unit.objects.order_by("id")] == [
        ("en", "es-LA", "el portón está cerrado"), ("en", "es-LA", "pedimos agua"), ("en", "ar", "نطلب الماء"),
    ]  # fmt: skip
    (found,) = memory.look_up("the gate was closed", "en", "es")
    assert (found.target, found.origin) == ("el portón está cerrado", "tmx:words.tmx")
    assert Origin.objects.get(key=key).state == "ready"
    assert list(files.folder().iterdir()) == []


def test_the_same_file_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    take_in(a_tmx(tmp_path))
    with pytest.raises(AlreadyThere):
        take_in(a_tmx(tmp_path, "another-name.tmx"))
    assert Unit.objects.count() == 3
    assert Origin.objects.count() == 1


def test_an_import_that_was_killed_goes_on_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    units = [tmx.Unit((("en", f"sentence number {n}"), ("es", f"frase número {n}")), "en") for n in range(700)]

    class Killed(BaseException):
        pass

    def die(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        actions.import_file(viewer=OPERATOR, path=a_tmx(tmp_path, units=units), progress=die)
    origin = Origin.objects.get()
    assert (origin.state, Unit.objects.count()) == ("waiting", importing.BATCH)
    tasks.take_in.call(origin.key)
    assert Unit.objects.count() == 700
    assert Origin.objects.get().state == "ready"


def test_packed_files_and_glossaries(tmp_path: Path) -> None:
    assert take_in(a_zip(tmp_path))[1] == 3
    assert take_in(a_glossary(tmp_path))[1] == 2
    (hint,) = memory.hints("The Strike goes on", "en-GB", "es")
    assert (hint.term, hint.target) == ("strike", "huelga")
    (back,) = memory.hints("أعلنوا الإضراب", "ar", "en")
    assert back.target == "strike"
    assert memory.hints("strikers", "en", "es") == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.tmx", b"<tmx><body><tu>", "Line 1"),
        ("a.tmx", b"%PDF-1.7", "Line 1"),
        ("a.csv", b"a,b\n", "sourceLang is missing"),
        ("a.zip", b"no archive", "Line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_kept_as_failed_and_can_be_tried_again(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(Invalid, match=said):
            take_in(path)
    origin = Origin.objects.get()
    assert origin.state == "failed"
    assert said in origin.said
    assert list(files.folder().iterdir()) == []


def test_what_no_file_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownFile):
        actions.hand_in(viewer=OPERATOR, name="song.mp3", chunks=[b"x"])
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(TooLarge):
        actions.hand_in(viewer=OPERATOR, name="a.tmx", chunks=[b"x" * 8, b"x" * 8])
    assert list(files.folder().iterdir()) == []
    with pytest.raises(NotAllowed):
        actions.hand_in(viewer=GUEST, name="a.tmx", chunks=[])


def test_an_archive_with_two_memories_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.tmx", "x")
        archive.writestr("b.tmx", "x")
    with pytest.raises(Invalid, match="TMX file"):
        take_in(path)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[60:90] = bytes(30)
    path.write_bytes(bytes(raw))
    with pytest.raises(Invalid):
        take_in(path)
    assert Unit.objects.count() == 0


def test_a_waiting_file_that_is_gone_is_said(tmp_path: Path) -> None:
    key = actions.hand_in(viewer=OPERATOR, name="a.tmx", chunks=[b"<tmx/>"])
    files.waiting(key).unlink()
    tasks.take_in.call(key)
    assert Origin.objects.get().said == "The file is not here any more. Choose it again."


def test_taking_a_file_out_takes_all_of_it(tmp_path: Path) -> None:
    key, _ = take_in(a_tmx(tmp_path))
    glossary, _ = take_in(a_glossary(tmp_path))
    actions.remove_origin(viewer=OPERATOR, key=key)
    actions.remove_origin(viewer=OPERATOR, key=glossary)
    left = [model.objects.count() for model in (Origin, Unit, Feature, Term)]
    assert left == [0, 0, 0, 0]


def test_what_people_approved_is_not_taken_out_by_hand() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", [("water", "agua")])
    with pytest.raises(NotByHand):
        actions.remove_origin(viewer=OPERATOR, key="review")
    with pytest.raises(NotByHand):
        actions.remove_unit(viewer=OPERATOR, unit=Unit.objects.get().pk)


def test_terms_are_typed_once() -> None:
    term = {"source": "en", "term": " strike ", "target": "es", "meant": "huelga"}
    assert actions.add_term(viewer=OPERATOR, **term)
    assert not actions.add_term(viewer=OPERATOR, **term)
    for bad in ({"target": "en"}, {"meant": ""}, {"source": "e"}, {"term": "x" * 301}, {"target": "<script>"}):
        with pytest.raises(BadTerm):
            actions.add_term(viewer=OPERATOR, **{**term, **bad})
    actions.remove_term(viewer=OPERATOR, term=Term.objects.get().pk)
    assert not Term.objects.exists()


def test_an_export_comes_back_as_it_was(tmp_path: Path) -> None:
    key, _ = take_in(a_tmx(tmp_path))
    written = "".join(tmx.write(selectors.exported(viewer=OPERATOR, wanted=selectors.Filter())))
    before = sorted(Unit.objects.values_list("a_lang", "a_text", "b_lang", "b_text", "name"))
    actions.remove_origin(viewer=OPERATOR, key=key)
    again = tmp_path / "again.tmx"
    again.write_text(written)
    take_in(again)
    assert sorted(Unit.objects.values_list("a_lang", "a_text", "b_lang", "b_text", "name")) == before


@pytest.mark.data
@pytest.mark.slow
def test_a_real_memory(data_dir: Path) -> None:
    """One of the four; all of them, with times, are the benchmark's."""
    _key, added = take_in(data_dir / "translation" / "tico19.en-ar.tmx.zip")
    assert added == 3070  # 3,071 units, one of them twice
    found = memory.look_up("how long have these symptoms been going on for?", "en", "ar")
    assert found[0].text == "about how long have these symptoms been going on?"
    assert found[0].percent >= 70
