"""chrF++ against sacrebleu's, and the other figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from tejido.engines.language import measures

reference = CHRF(word_order=2)
texts = st.text(st.sampled_from("abc déñ.,!?¿'»\u0627\u0644\u0639 漢"), max_size=60)


@given(texts, texts)
def test_chrf_is_sacrebleus(draft: str, approved: str) -> None:
    assert measures.chrf(draft, approved) == pytest.approx(reference.sentence_score(draft, [approved]).score, abs=1e-6)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_a_corpus_is_counted_as_one_text(pairs: list[tuple[str, str]]) -> None:
    expected = reference.corpus_score([one for one, _ in pairs], [[other for _, other in pairs]]).score
    assert measures.corpus_chrf(pairs) == pytest.approx(expected, abs=1e-6)


def test_the_ends_of_the_scale() -> None:
    assert measures.chrf("Pararon el martes.", "Pararon el martes.") == pytest.approx(100)
    assert measures.chrf("xyz", "Pararon") == 0
    assert measures.corpus_chrf([]) == 0


def test_unchanged_share_looks_at_words() -> None:
    assert measures.unchanged_share([("a b", "a  b"), ("a", "b"), ("c", "c"), ("d", "e")]) == 500
    assert measures.unchanged_share([]) == 0


def test_median_of_what_is_there() -> None:
    assert measures.median([5, 1, 9]) == 5
    assert measures.median([5, 1, 9, 7]) == 5
    assert measures.median([]) is None
