"""Which optional system packages are missing here, and what that leaves untested. Standard library only: it runs first.

`python -m tests.harness.missing` prints a line for each; `--packages` prints the names alone, for apt-get.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.harness import run


@dataclass(frozen=True)
class Optional:
    """A Debian package, how to tell that it is there, and what goes untested without it."""

    package: str
    present: Callable[[], bool]
    untested: str


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _file(pattern: str) -> Callable[[], bool]:
    return lambda: any(Path("/usr").glob(pattern))


OPTIONAL = (
    Optional(
        "postgresql",
        lambda: _file("lib/postgresql/*/bin/initdb")() or _program("initdb")(),
        "everything on PostgreSQL: the second pass of the suite, mixed federations",
    ),
    Optional(
        "chromium", _program("chromium", "chromium-browser", "google-chrome"), "the pages in a browser, the story"
    ),
    Optional("libatomic1", _file("lib/*/libatomic.so.1"), "the pages in a browser: Playwright's own program needs it"),
    Optional("apertium", _program("apertium"), "machine drafts of translations"),
    Optional("apertium-eng-spa", _file("share/apertium/modes/eng-spa.mode"), "drafts between English and Spanish"),
    Optional("apertium-fr-es", _file("share/apertium/modes/es-fr.mode"), "drafts between French and Spanish"),
    Optional("apertium-es-pt", _file("share/apertium/modes/es-pt.mode"), "drafts between Spanish and Portuguese"),
    Optional("default-jre-headless", _program("java"), "the official validators of EPUB and HTML"),
    Optional("poppler-utils", _program("pdftotext"), "what comes out of a PDF, its tags and fonts"),
    Optional("nodejs", _program("node"), "the upload server against the reference client of tus"),
    Optional("npm", _program("npm"), "the same: npm fetches that client"),
    Optional("curl", _program("curl"), "the commands of docs/how-to/api.md"),
    Optional("tor", _program("tor"), "onion addresses: an exchange through a private network of real Tor processes"),
    Optional("espeak-ng", _program("espeak-ng"), "making the synthetic voices again"),
    Optional(
        "faketime",
        _file("lib/*/faketime/libfaketimeMT.so.1"),
        "five nodes through three weeks of their own clocks, and a clock that is years wrong",
    ),
    Optional("gettext", _program("xgettext"), "whether every string is in the catalogues"),
    Optional("fonts-noto-core", _file("share/fonts/**/NotoNaskhArabic-Regular.*"), "Arabic as people see it"),
    Optional(
        "fonts-noto-cjk", _file("share/fonts/**/NotoSerifCJK-Regular.ttc"), "books in Chinese, Japanese and Korean"
    ),
)


def missing() -> list[Optional]:
    """Those that are not here."""
    return [one for one in OPTIONAL if not one.present()]


def main(argv: list[str]) -> int:
    """Print what is missing; exit 1 where everything is required and something is."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.missing", description=__doc__)
    parser.add_argument("--packages", action="store_true", help="print the package names only")
    absent = missing()
    if parser.parse_args(argv).packages:
        print(" ".join(one.package for one in absent))
        return 0
    lines = [f"missing: {one.package} (apt-get install {one.package}); untested: {one.untested}" for one in absent]
    if not run.data_folder().is_dir():
        lines.append(f"missing: real data in {run.data_folder()} (set TEJIDO_DATA); untested: what reads it")
    print("\n".join(lines) or "Every optional package and the real data are here: nothing is left untested.")
    return int(bool(lines) and run.everything_required())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
