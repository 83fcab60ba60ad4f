"""What rooms use of the memory: exact and fuzzy finds in both directions, replacing, forgetting."""

import pytest

from tejido.engines.language import Reason
from tejido.ground import memory
from tejido.ground.memory.models import Feature, Unit

pytestmark = pytest.mark.django_db

PAIRS = [
    ("The workers of the warehouse have stopped.", "Los trabajadores del almacén pararon."),
    ("We asked for water and they closed the gate.", "Pedimos agua y cerraron el portón."),
    ("On 12 June the police came.", "El 12 de junio vino la policía."),
]


def test_an_exact_match_is_a_hundred_percent_in_both_directions() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    (found,) = memory.look_up("The workers of the warehouse have stopped.", "en", "es")
    assert (found.target, found.percent, found.origin) == (PAIRS[0][1], 100, "review:" + "r" * 26)
    (back,) = memory.look_up("Los trabajadores del almacén pararon.", "es", "en-GB")
    assert (back.target, back.percent) == (PAIRS[0][0], 100)


def test_case_signs_and_accents_make_99() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    (found,) = memory.look_up("los trabajadores del ALMACEN pararon", "es-LA", "en")
    assert found.percent == 99


def test_a_fuzzy_match_says_how_alike_it_is() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    (found,) = memory.look_up("The workers of the warehouses have not stopped.", "en", "es")
    assert found.text == PAIRS[0][0]
    assert 80 <= found.percent < 99


def test_what_is_not_alike_or_in_another_pair_is_not_found() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    assert memory.look_up("Nobody said anything about it.", "en", "es") == []
    assert memory.look_up(PAIRS[0][0], "en", "fr") == []
    assert memory.look_up("…", "en", "es") == []


def test_adding_a_translation_again_replaces_it() -> None:
    assert memory.add("r" * 26, "t" * 26, "en", "es", PAIRS) == 3
    assert memory.add("r" * 26, "t" * 26, "en", "es", PAIRS[:1]) == 1
    assert Unit.objects.count() == 1
    assert Feature.objects.values("unit").distinct().count() == 1


def test_two_reports_may_have_the_same_words_and_one_may_go() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    memory.add("s" * 26, "u" * 26, "en", "es", PAIRS[:1])
    assert memory.forget("r" * 26) == 3
    assert [match.origin for match in memory.look_up(PAIRS[0][0], "en", "es")] == ["review:" + "s" * 26]
    assert memory.forget("s" * 26) == 1
    assert not Unit.objects.exists()
    assert not Feature.objects.exists()


def test_forgetting_nothing_takes_nothing() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    assert memory.forget("") == 0
    assert Unit.objects.count() == 3


def test_a_draft_comes_from_the_memory_first_and_says_so() -> None:
    memory.add("r" * 26, "t" * 26, "en", "es", PAIRS)
    made = memory.draft([PAIRS[0][0], "On 13 June the police came."], "en", "es")
    exact, fuzzy = made.drafts
    assert exact is not None
    assert (exact.text, exact.engine, exact.suspect) == (PAIRS[0][1], "memory 100 %", ())
    assert fuzzy is not None
    assert fuzzy.engine.startswith("memory 9")
    assert fuzzy.match is not None
    assert fuzzy.match.text == PAIRS[2][0]
    assert Reason("numbers", {"lost": "13"}) in fuzzy.suspect
    assert "fuzzy" in [reason.code for reason in fuzzy.suspect]


def test_what_was_heard_in_english_comes_before_engines() -> None:
    heard = {"Pararon todos en el almacén.": "Everybody stopped at the warehouse."}
    made = memory.draft([*heard, "Nadie dijo eso."], "es", "en", heard=heard, heard_by="base")
    assert made.drafts[0] is not None
    assert made.drafts[0].engine == "whisper base"
