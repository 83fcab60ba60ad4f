"""The documentation keeps up: commands, kinds of event, addresses and settings stand in it, links lead somewhere."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from tejido.site.node import NodeConfig
from tests.harness.run import ROOT
from tests.repo.files import texts, tracked
from tools.reference import DOCS, PAGES

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_generated_reference_is_up_to_date() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "TEJIDO_TEST_DATABASE"}
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", "tools.reference", "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment, "PYTHONPATH": paths},
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nrun: make reference"


@pytest.mark.parametrize(("page", "shape"), [("urls.md", r"^\| .*\|  \|$"), ("commands.md", r"^## .*\n\n\n")])
def test_nothing_is_listed_without_a_word_on_what_it_is(page: str, shape: str) -> None:
    assert re.findall(shape, (DOCS / page).read_text(), re.MULTILINE) == []


def test_every_setting_of_a_node_is_documented() -> None:
    page = (DOCS / "settings.md").read_text()
    assert [one.name for one in fields(NodeConfig) if one.name != "folder" and f"`{one.name}`" not in page] == []


def test_every_environment_variable_is_documented() -> None:
    page = (DOCS / "settings.md").read_text()
    programs = [text for path, text in texts() if path.parts[0] in {"src", "bench", "Makefile", ".ci"}]
    harness = [text for path, text in texts() if path.parts[:2] == ("tests", "harness")]
    read = {name for text in (*programs, *harness) for name in re.findall(r"\bTEJIDO_[A-Z_]+\b", text)}
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_links_lead_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path, text in texts()
        if path.suffix == ".md"
        for target in LINK.findall(text)
        if "://" not in target and not target.startswith("mailto:") and not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_every_page_is_reached_from_the_contents() -> None:
    contents = (ROOT / "docs" / "README.md").read_text()
    pages = [path.relative_to("docs") for path in tracked() if path.parts[0] == "docs" and path.suffix == ".md"]
    unlisted = [str(page) for page in pages if page != Path("README.md") and not _listed(page, contents)]
    assert unlisted == []
    assert set(PAGES) <= {page.name for page in pages}


def _listed(page: Path, contents: str) -> bool:
    return f"({page})" in contents or (page.parts[0] == "decisions" and "(decisions/README.md)" in contents)
