"""Likeness of texts, and that what is alike shares features."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tejido.engines.language import Match, fuzzy

WORDS = "agua puerta huelga trabajo calle noche madre fábrica turno salario barrio policía".split()  # noqa: SIM905
sentences = st.lists(st.sampled_from(WORDS), min_size=4, max_size=40).map(" ".join)


@given(sentences, st.randoms(use_true_random=False))
def test_a_text_with_one_word_changed_shares_features_and_length(text: str, chance: random.Random) -> None:
    words = text.split()
    words[chance.randrange(len(words))] = "lluvia"
    changed = " ".join(words)
    if changed == text:
        return
    percent = fuzzy.likeness(changed, text, 0)
    low, high = fuzzy.lengths(changed, percent)
    assert low <= len(text) <= high
    if len(set(words)) > 2:
        assert set(fuzzy.features(changed, "es>en")[1:]) & set(fuzzy.features(text, "es>en")[1:])


def test_features_belong_to_one_direction() -> None:
    assert not set(fuzzy.features("agua", "es>en")) & set(fuzzy.features("agua", "es>fr"))
    assert len(fuzzy.features(" ".join(f"palabra{n}" for n in range(100)), "es>en")) <= 17


def test_scripts_without_spaces_have_features_of_two_signs() -> None:
    one, other = fuzzy.features("仕事をください", "ja>en"), fuzzy.features("仕事をくれ", "ja>en")
    assert len(set(one) & set(other)) == 3


def test_percents() -> None:
    assert fuzzy.likeness("agua", "agua", 60) == 99
    assert fuzzy.likeness("x" * 200, "x" * 199 + "y", 60) == 98
    assert fuzzy.likeness("agua", "sol", 60) == 0


def test_ranked_by_likeness_and_without_doubles() -> None:
    def match(entry: int, text: str, target: str) -> tuple[str, Match]:
        return text.lower(), Match(text, target, 0, "tmx:x", entry)

    found = fuzzy.ranked(
        "El agua",
        "el agua",
        [match(1, "el aguas", "a"), match(2, "El agua", "b"), match(3, "el agua", "b"), match(4, "el agua", "c")],
        60,
        5,
    )
    assert [(one.entry, one.percent) for one in found] == [(2, 100), (4, 99), (1, 87)]
