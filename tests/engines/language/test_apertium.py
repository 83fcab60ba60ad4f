"""Apertium as it is installed: real drafts, odd signs, unknown words, pivots, bounds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tejido.engines.language import Pair, Reason
from tejido.engines.language.backends import apertium
from tejido.engines.language.backends.apertium import Apertium, Bounds
from tejido.engines.language.errors import EngineFailed, EngineSlow, NoSuchPair
from tests.harness import run

pytestmark = pytest.mark.skipif(
    not apertium.installed() and not run.everything_required(), reason="apertium is not installed"
)
ODD = "The gate [north] is at 3 < 4 > 2, a/b {c} ^d$ @e \\ *f* ~g."


def said(text: str, source: str, target: str) -> str:
    """One draft's text."""
    (draft,) = Apertium().translate([text], source, target)
    assert draft is not None
    return draft.text


def test_a_sentence() -> None:
    (draft,) = Apertium().translate(["The workers of the warehouse have stopped."], "en", "es")
    assert draft is not None
    assert draft.text == "Los trabajadores del almacén han parado."
    assert (draft.engine, draft.suspect) == ("apertium en→es", ())


@pytest.mark.parametrize(("target", "middle"), [("fr", "es→fr"), ("pt", "es→pt")])
def test_by_way_of_another_language_each_step_is_named(target: str, middle: str) -> None:
    (draft,) = Apertium().translate(["The workers have stopped."], "en", target)
    assert draft is not None
    assert draft.engine == f"apertium en→es, apertium {middle}"
    assert "trava" in draft.text or "traba" in draft.text


def test_many_texts_stay_apart_and_in_order() -> None:
    texts = [f"The number {n}" + (" of the house." if n % 3 else "") for n in range(60)]
    drafts = Apertium().translate(texts, "en", "es")
    assert [str(n) in draft.text for n, draft in enumerate(drafts) if draft] == [True] * 60


def test_a_word_nobody_knows_is_a_reason_to_doubt() -> None:
    (draft,) = Apertium().translate(["They came zorbled from Cuauhtitlán and Zzyzx."], "en", "es")
    assert draft is not None
    assert "*" not in draft.text
    assert draft.suspect == (Reason("unknown-words", {"words": "zorbled"}),)


def test_a_name_that_is_kept_is_none() -> None:
    (draft,) = Apertium().translate(["They came from Cuauhtitlán and Zzyzx."], "en", "es")
    assert draft is not None
    assert "Cuauhtitlán" in draft.text
    assert draft.suspect == ()


def test_signs_of_the_stream_format_come_back_as_they_were() -> None:
    for sign in "[]<>{}^$@\\*/~3":
        assert said(ODD, "en", "es").count(sign) == ODD.count(sign), sign


@given(
    st.lists(st.text(st.sampled_from("ab Á ñ.,^$/[]{}<>@\\*\0\n~'\"|+-;:!?()ع漢"), max_size=12), min_size=1, max_size=4)
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_gets_one_answer(texts: list[str]) -> None:
    drafts = Apertium().translate(texts, "es", "fr")
    assert len(drafts) == len(texts)
    assert all(draft is not None and "\0" not in draft.text for draft in drafts)


def test_regions_choose_a_mode() -> None:
    found = Apertium()
    assert found._mode(Pair("es", "pt"), "pt-BR") == "es-pt_BR"
    assert found._mode(Pair("es", "pt"), "pt") == "es-pt"


def test_languages_without_a_way() -> None:
    assert Pair("ar", "en") not in Apertium().pairs()
    with pytest.raises(NoSuchPair):
        Apertium().translate(["x"], "ar", "en")


def test_no_modes_no_pairs(tmp_path: Path) -> None:
    assert list(Apertium(modes=tmp_path).pairs()) == []


def test_it_is_held_to_its_time() -> None:
    with pytest.raises(EngineSlow):
        Apertium(bounds=Bounds(wall_s=0.01)).translate(["The workers have stopped."], "en", "es")


def test_it_is_held_to_its_memory() -> None:
    with pytest.raises(EngineFailed):
        Apertium(bounds=Bounds(memory_mb=16)).translate(["The workers have stopped."], "en", "es")
