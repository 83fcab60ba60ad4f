"""The figures that come with this version: whole, plausible, and of the tiers that pages offer."""

from datetime import date

from tejido.engines.speech.measured import measured


def test_every_voice_has_its_figures_and_their_day() -> None:
    found = measured()
    assert date.fromisoformat(found.day) >= date(2026, 11, 22)
    assert {one.name for one in found.tiers} == {"own", "disguised", "revoiced"}
    own, disguised, other = (found.tier(name) for name in ("own", "disguised", "revoiced"))
    assert own
    assert disguised
    assert other
    assert own.likeness == 1000
    assert own.wrong_words == own.wrong_words_before
    assert disguised.informed is not None
    assert disguised.informed >= disguised.likeness
    assert other.informed is None
    assert disguised.pitch != disguised.pitch_before
    assert 0 < found.strangers < 1000
    assert found.tier("text") is None
