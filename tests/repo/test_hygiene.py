"""Nothing of one machine in the project; every dependency with its reason; every vendored file with its hash."""

import hashlib
import re
import tomllib

import pytest

from tests.harness.run import ROOT
from tests.repo.files import texts, tracked

# Written so that this file does not contain what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:wor[k]/|roo[t]/|hom[e]/\w|User[s]/\w)|\bC:\\User[s]")
REGISTRIES = re.compile(
    r"pyp[i]\.org|pythonhoste[d]\.org|registry\.npmj[s]|npmj[s]\.com|de[b]\.debian\.org|cdn\.jsdeliv[r]|unpk[g]\.com"
)
KEYS = re.compile(r"AGE-SECRET-KE[Y]-1|BEGIN (?:OPENSSH |RSA |EC )?PRIVATE KE[Y]")
LICENCE_SHA256 = "57c8ff33c9c0cfc3ef00e650a1cc910d7ee479a8bc509f6c9209a7c2a11399d6"


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATHS, REGISTRIES, KEYS], ids=["machine paths", "registry hosts", "private keys"]
)
def test_no_file_contains(pattern: "re.Pattern[str]") -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("bad", ["/wor" + "k/x", "see /hom" + "e/ana/x", "C:\\User" + "s\\x"])
def test_machine_paths_are_recognised(bad: str) -> None:
    assert MACHINE_PATHS.search(bad)
    assert not MACHINE_PATHS.search("docs/homework/x and ../shared/data and teamwork/x")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-uv.lock"])
def test_lock_files_name_no_index_and_pin_hashes(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if re.search(r"index-url|find-links|://|^-|^\s*/", line)] == []
    pins = [number for number, line in enumerate(lines) if re.match(r"[\w.\[\]-]+==", line)]
    assert pins
    assert [lines[number] for number in pins if "--hash=sha256:" not in lines[number + 1]] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *extras["postgres"], *extras["speech-offline"]]
    wanted += project["dependency-groups"]["dev"]
    names = {re.split(r"[\[<>=!; ]", one)[0].lower() for one in wanted}
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert names - locked == set()


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    one_list = r"^(?:dependencies|dev|postgres|speech|speech-offline) = \[(?:[^\n]*\][^\n]*$|[^\n]*\n.*?^\])"
    lists = re.findall(one_list, text, re.MULTILINE | re.DOTALL)
    assert len(lists) == 5
    silent = [line for block in lists for line in _silent(block)]
    assert silent == []


def _silent(block: str) -> list[str]:
    """Lines that name a package without a reason beside it; a reason beside the opening bracket covers a short list."""
    first, *lines = block.splitlines()
    if "#" in first:
        return []
    return [line for line in [first, *lines] if re.search(r'"[\w-]+[^"]*"', line) and "#" not in line]


def test_vendored_files_are_listed_with_their_hash() -> None:
    listed = tomllib.loads((ROOT / "vendor.toml").read_text()).get("file", [])
    fields = {"path", "name", "version", "sha512", "licence", "why"}
    assert [one for one in listed if set(one) != fields] == []
    vendored = {str(path) for path in tracked() if "vendor" in path.parts}
    assert {one["path"] for one in listed} == vendored
    changed = [o["path"] for o in listed if hashlib.sha512((ROOT / o["path"]).read_bytes()).hexdigest() != o["sha512"]]
    assert changed == []


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_bytes()
    assert hashlib.sha256(text).hexdigest() == LICENCE_SHA256
    assert len(text.splitlines()) == 661


def test_nothing_generated_is_tracked() -> None:
    big = [f"{path}: {size}" for path in tracked() if (size := (ROOT / path).stat().st_size) > 3_000_000]
    assert big == []
    assert [str(path) for path in tracked() if path.suffix in {".mo", ".pyc", ".sqlite3", ".age"}] == []
