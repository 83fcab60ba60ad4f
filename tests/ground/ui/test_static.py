"""The stylesheet, the scripts, and how they are served."""

import re
from contextlib import closing
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client

from tejido.ground.ui.statics import ensure_static

SOURCES = Path(settings.PACKAGE)
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)[\w-]*"
    r"|(min-|max-)?(width|height)|left|right|top|bottom|border-(top|bottom)-(left|right)-radius|overflow-[xy])\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)\b"
)
MEDIA = re.compile(r"@media[^{]*")


def stylesheets() -> list[Path]:
    """Every stylesheet of ours, whatever the room."""
    return sorted(path for path in SOURCES.rglob("static/**/*.css") if "vendor" not in path.parts)


def scripts() -> list[Path]:
    """Every script of ours."""
    return sorted(path for path in SOURCES.rglob("static/**/*.js") if "vendor" not in path.parts)


@pytest.mark.parametrize("sheet", stylesheets(), ids=lambda path: path.name)
def test_stylesheets_use_logical_properties_only(sheet: Path) -> None:
    found = [match.group() for match in PHYSICAL.finditer(MEDIA.sub("", sheet.read_text()))]
    assert found == []


def test_the_search_for_physical_properties_finds_them() -> None:
    for bad in ("margin-left: 1px", "width:2px", "text-align: right", "border-top-left-radius: 1px", " top: 0"):
        assert PHYSICAL.search(f"a {{ {bad} }}"), bad
    for good in ("inset-inline-start: 0", "min-inline-size: 2px", "border-width: 0", "text-align: start"):
        assert not PHYSICAL.search(f"a {{ {good} }}"), good


def test_the_stylesheet_fits_the_main_journeys() -> None:
    sheet = finders.find("tejido/tejido.css")
    assert isinstance(sheet, str)
    assert len(brotli.compress(Path(sheet).read_bytes())) <= 4096


def test_layers_are_named_in_order() -> None:
    text = Path(str(finders.find("tejido/tejido.css"))).read_text()
    assert "@layer reset, tokens, base, layout, components, utilities;" in text
    assert re.findall(r"^@layer (\w+) \{", text, re.MULTILINE) == [
        "reset",
        "tokens",
        "base",
        "layout",
        "components",
        "utilities",
    ]


def test_light_and_dark_name_the_same_tokens() -> None:
    text = Path(str(finders.find("tejido/tejido.css"))).read_text()
    blocks = re.findall(r"(:root|:root:not\(\[data-theme=light\]\)|\[data-theme=dark\]) \{([^}]*)\}", text)
    light, automatic, dark = (set(re.findall(r"--[\w-]+(?=:)", body)) for _, body in blocks[:3])
    assert automatic == dark
    assert light - dark == {"--sans", "--serif"}


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_scripts_are_small_and_ask_for_nothing_unsafe(script: Path) -> None:
    text = script.read_text()
    assert len(brotli.compress(text.encode())) <= 4096
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|https?://", text)


@pytest.mark.django_db
def test_pages_name_static_files_by_hash_and_serve_them_compressed_for_ever() -> None:
    page = Client().get("/").text
    found = re.search(r'href="(/static/tejido/tejido\.[0-9a-f]{12}\.css)"', page)
    assert found
    with closing(Client().get(found.group(1), headers={"Accept-Encoding": "br"})) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
    with closing(Client().get(static("tejido/icon.svg"))) as answer:
        assert answer.headers["Content-Type"] == "image/svg+xml"


def test_collecting_happens_once_and_again_when_a_file_changes() -> None:
    ensure_static()
    stamp = Path(settings.STATIC_ROOT).parent / "static.stamp"
    before = stamp.stat().st_mtime_ns
    ensure_static()
    assert stamp.stat().st_mtime_ns == before
    stamp.write_text("another version")
    ensure_static()
    assert stamp.read_text() != "another version"
