"""The dossier on paper: tagged, every font inside, and the text that comes out is the text that went in."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tejido.engines.press.backends import typesetting
from tejido.engines.press.errors import NoFont, Unset
from tejido.engines.press.fonts import BUNDLED, lacking, letters, settable
from tejido.engines.press.pdf import HERE, families, pdf
from tejido.engines.press.records import Line
from tests.engines.press.books import ARABIC, BOOKS, EN, ENGLISH, MIXED

BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
SENTENCE = "لا أحد يسألنا كيف حالنا في المخزن الكبير عند الميناء، والأجر لا يكفي لإيجار البيت ولا للخبز."


def out(tool: str, data: bytes, tmp_path: Path, *options: str) -> str:
    """What one of poppler's tools says of a PDF."""
    program = shutil.which(tool)
    if program is None:
        pytest.skip("poppler-utils is not installed")
    path = tmp_path / "book.pdf"
    path.write_bytes(data)
    target = ["-"] if tool == "pdftotext" else []
    return subprocess.run([program, *options, str(path), *target], capture_output=True, text=True, check=True).stdout


def words(text: str) -> str:
    """Without bidi controls, line breaks and runs of space; poppler sets the space before an Arabic comma, not after it."""
    return re.sub(r" ?، ?", "، ", " ".join(text.translate(BIDI).replace("\u2060", "").split()))


@pytest.mark.parametrize("name", BOOKS)
def test_it_is_tagged_and_every_font_is_inside(name: str, tmp_path: Path) -> None:
    data = pdf(*BOOKS[name])
    assert re.search(r"^Tagged:\s+yes$", out("pdfinfo", data, tmp_path), re.MULTILINE)
    assert b"pdfuaid:part" in data
    rows = out("pdffonts", data, tmp_path).splitlines()[2:]
    assert rows
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_latin_text_comes_out_as_it_went_in(tmp_path: Path) -> None:
    found = words(out("pdftotext", pdf(*BOOKS["ltr"]), tmp_path))
    assert MIXED.title in found
    assert all(f"{one.text}" in found for one in ENGLISH.lines)


def test_arabic_text_comes_out_as_it_went_in(tmp_path: Path) -> None:
    voice = replace(ARABIC, lines=(Line(SENTENCE), Line("السلام على العاملات والعمال، لا إله إلا الله.")), versions=())
    found = words(out("pdftotext", pdf(replace(BOOKS["rtl"][0], voices=(voice,)), BOOKS["rtl"][1]), tmp_path))
    assert all(line.text in found for line in voice.lines)


def test_words_told_again_stand_at_the_foot_of_the_page(tmp_path: Path) -> None:
    found = words(out("pdftotext", pdf(MIXED, EN), tmp_path))
    assert "Quotes voice 1* Arabic" in found
    assert f"1 · Night circle – {ENGLISH.lines[1].text}" in found


def test_other_scripts_have_fonts(tmp_path: Path) -> None:
    texts = ("Ночная смена решает сама.", "Η νύχτα τελειώνει όταν πουν.", "המשמרת נגמרת בשש.", "रात की पाली", "রাতের পালা")
    voice = replace(ENGLISH, lines=tuple(Line(text) for text in texts), versions=())
    found = words(out("pdftotext", pdf(replace(MIXED, voices=(voice,)), EN), tmp_path))
    assert all(text in found for text in texts[:3])
    assert "न" not in found or "रात" in found


def test_a_language_without_a_font_is_refused_with_its_letters() -> None:
    voice = replace(ENGLISH, lines=(Line("労働者の声"),), versions=())
    with pytest.raises(NoFont, match="労働者の声"):
        pdf(replace(MIXED, voices=(voice,)), EN)
    assert lacking(["Ночь, Νύχτα, ليل, לילה, रात, রাত, Nacht: 120 €"], letters([BUNDLED])) == ""


def test_a_sign_that_no_font_has_is_a_box_not_a_refusal(tmp_path: Path) -> None:
    voice = replace(ENGLISH, lines=(Line("We won ✊\ufe0f today"),), versions=())
    assert "We won \ufffd today" in words(out("pdftotext", pdf(replace(MIXED, voices=(voice,)), EN), tmp_path))
    assert settable("ليل \u200f✊", letters([BUNDLED])) == "ليل \u200f\ufffd"


def test_a_further_font_opens_a_language(tmp_path: Path) -> None:
    font = next(Path("/usr/share/fonts").rglob("NotoSerifEthiopic-Regular.ttf"), None)
    if font is None:
        pytest.skip("fonts-noto-core is not installed")
    voice = replace(ENGLISH, lines=(Line("ሌሊቱ መቼ ያበቃል"),), lang="am", versions=())
    book = replace(MIXED, voices=(voice,))
    with pytest.raises(NoFont, match="ሊ"):
        pdf(book, EN)
    shutil.copy(font, tmp_path)
    assert "Noto Serif Ethiopic" in families([BUNDLED, tmp_path])
    assert "ሌሊቱ መቼ ያበቃል" in words(out("pdftotext", pdf(book, EN, [tmp_path]), tmp_path))


@pytest.mark.parametrize(
    ("lang", "drawn", "said"),
    [
        ("zh", "sc", "夜班的温度是四十一度。没有风扇。"),
        ("zh-Hant", "tc", "夜班的溫度是四十一度。沒有風扇。"),
        ("ja", "jp", "夜勤の気温は四十一度です。扇風機はありません。"),
        ("ko", "kr", "야간 근무 온도는 41도입니다. 선풍기가 없습니다."),
    ],
)
def test_chinese_japanese_and_korean_with_a_folder_of_fonts(lang: str, drawn: str, said: str, tmp_path: Path) -> None:
    """Debian's fonts-noto-cjk: letters drawn as the language draws them, inside the file, and the same when taken out."""
    font = next(Path("/usr/share/fonts").rglob("NotoSerifCJK-Regular.ttc"), None)
    if font is None:
        pytest.skip("fonts-noto-cjk is not installed")
    (tmp_path / font.name).symlink_to(font)
    voice = replace(ENGLISH, lines=(Line(said),), lang=lang, versions=())
    data = pdf(replace(MIXED, voices=(voice,), lang=lang, title=said, question=""), EN, [tmp_path])
    found = "".join(words(out("pdftotext", data, tmp_path)).split())  # a line may end anywhere
    assert "".join(said.split()) in found
    rows = out("pdffonts", data, tmp_path).splitlines()[2:]
    assert any(f"NotoSerifCJK{drawn}" in row for row in rows)
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_the_same_bytes_for_the_same_book() -> None:
    assert pdf(MIXED, EN) == pdf(MIXED, EN)


def test_the_fonts_are_the_ones_listed() -> None:
    assert {path.stem.split("-")[0] for path in BUNDLED.glob("*/*.ttf")} == {
        "Amiri", "NotoSerif", "NotoSerifBengali", "NotoSerifDevanagari", "NotoSerifHebrew",
    }  # fmt: skip


def test_a_large_book_is_set_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes as here; what Typst refuses comes back as the same failure."""
    here = pdf(MIXED, EN)
    monkeypatch.setattr(typesetting, "LARGE", 0)
    assert pdf(MIXED, EN) == here
    with pytest.raises(Unset, match="could not set this book"):
        typesetting.apart([typesetting.Job(str(HERE / "dossier.typ"), str(HERE), [str(BUNDLED)], '{"dir": 1}')])
