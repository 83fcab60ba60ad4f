"""One rule of direction for the whole project."""

import pytest

from tejido.engines.language.languages import direction, script
from tejido.engines.press.direction import isolated
from tejido.ground.ui import languages as ui

RTL = (
    "ar ar-EG arc aii azb bal bgn ckb dv fa glk he iw khw ks ku-Arab lrc mzn nqo "
    "pa-Arab pa-PK pbt pnb prs ps sd skr syr ug ur yi"
)


@pytest.mark.parametrize("tag", RTL.split())
def test_written_from_right_to_left(tag: str) -> None:
    assert direction(tag) == ui.direction(tag) == "rtl"


@pytest.mark.parametrize("tag", ["en", "es-LA", "ku", "ar-Latn", "pa", "ha", "uz", "zh-Hant", "am", "xx", "not a tag"])
def test_written_from_left_to_right(tag: str) -> None:
    assert direction(tag) == ui.direction(tag) == "ltr"


def test_a_page_without_a_language_lets_the_browser_choose() -> None:
    assert ui.direction("") == "auto"


def test_scripts_by_region_and_by_name() -> None:
    assert [script(tag) for tag in ("pa", "pa_PK", "sr-Latn", "prs", "xx")] == ["Guru", "Arab", "Latn", "Arab", ""]


def test_names_of_the_other_direction_are_kept_whole() -> None:
    assert isolated("دائرة", "en") == "\u2068دائرة\u2069"
    assert isolated("Chicago", "en") == "Chicago"
