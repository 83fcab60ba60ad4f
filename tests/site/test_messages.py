"""Every string of every room is in every catalogue, translated; catalogues compile without gettext's tools."""

import gettext
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import override_settings

from tejido.ground.ui.catalogues import compile_stale
from tejido.site.messages import missing, problems, update

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n != 1;\\n"

msgid "chain"
msgstr "zincir"
"""


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext (apt-get install gettext)")
def test_every_string_is_translated_into_every_language(tmp_path: Path) -> None:
    package = tmp_path / "tejido"
    shutil.copytree(settings.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    with override_settings(LOCALE_PATHS=[]):
        update(package)
    faults = list(missing(package / "locale"))
    assert faults == [], "python -m tejido.site.messages update, then translate:\n" + "\n".join(faults)


def test_messages_of_problems_are_gathered_from_their_docstrings() -> None:
    found = problems(settings.PACKAGE)
    assert "This is the last keeper of the node. Make somebody else a keeper first." in found
    assert "You are not allowed to do this. Ask a keeper of your node for the role it needs." in found


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('msgid "a"\nmsgstr ""', "not translated"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"', "doubtful"),
        ('#, python-format\nmsgid "a %(name)s"\nmsgstr "b %(nom)s"', "placeholder"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, line: str, why: str) -> None:
    folder = tmp_path / "tr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(f"{PO}\n{line}\n")
    faults = list(missing(tmp_path))
    assert len(faults) == 1
    assert why in faults[0]


def test_catalogues_compile_where_they_are_stale_and_only_there(tmp_path: Path) -> None:
    folder = tmp_path / "tr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    made = folder / "django.mo"
    assert compile_stale(tmp_path) == [made]
    with made.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("chain") == "zincir"
    assert compile_stale(tmp_path) == []
    os.utime(made, (1, 1))
    assert compile_stale(tmp_path) == [made]


def test_all_languages_of_the_pages_have_a_catalogue() -> None:
    for code, _ in settings.LANGUAGES:
        assert code == "en" or (settings.PACKAGE / "locale" / code / "LC_MESSAGES" / "django.po").exists()
