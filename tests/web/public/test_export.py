"""The site as files: whole, linked by relative addresses, renewed in place, and never half."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.test import Client

from tejido.ground.people import OPERATOR
from tejido.ground.slots import everybody
from tejido.practices.relay.publishing import actions as publishing
from tejido.web.public import actions
from tejido.web.public.exporting import errors, export
from tests.practices.relay.builders import Node

BASE = "https://voices.example/tejido"
ELSEWHERE = ("https://creativecommons.org/", "#")
NAMED = re.compile(r'\s(?:href|src)="([^"]*)"')
SPOKEN = "termómetro"


@pytest.fixture
def open_node(node: Node) -> Node:
    """A node without publications whose keeper has opened the site."""
    tell("We carry the boxes.")
    return node


def tell(text: str) -> None:
    """A keeper says who this is, which changes two pages of the frame."""
    actions.tell(viewer=OPERATOR, texts={"en": text}, first="en", is_open=True)


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of the site with its bytes and when it was written."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".tejido-site" not in path.parts)
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the site with its bytes."""
    return {name: data for name, (data, _when) in everything(folder).items()}


def broken(folder: Path) -> Iterator[str]:
    """Links of the site's pages that lead to no file of it."""
    for page in folder.rglob("*.html"):
        if page.name != "404.html":
            for address in map(unescape, NAMED.findall(page.read_text())):
                if not address.startswith(ELSEWHERE) and not target(folder, page, address).is_file():
                    yield f"{page}: {address}"


def target(folder: Path, page: Path, address: str) -> Path:
    """The file that a browser, or a plain server, finds at an address of a page."""
    if not address.startswith(f"{BASE}/"):
        return page.parent / unquote(address.partition("#")[0])
    path = urlsplit(address).path.removeprefix("/tejido/")
    return folder / (f"{path}index.html" if path.endswith("/") else path)


def test_a_site_from_its_first_file_to_what_was_taken_back(heard: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    done = export(folder, base=BASE)
    files = everything(folder)
    assert done.files == len(files) == done.changed
    wanted = {
        "index.html",
        "p/index.html",
        "p/ar/about/index.html",
        "404.html",
        "p/atom.xml",
        "sitemap.xml",
        "robots.txt",
    }
    assert wanted | {f"p/{heard}/{lang}/index.html" for lang in ("es", "en", "ar")} <= set(files)
    assert sum(name.endswith(".opus") for name in files) == 4
    assert sum(name.endswith(".vtt") for name in files) >= 9
    assert {f"p/{heard}/ar/dossier.{form}" for form in ("pdf", "epub", "zip")} <= set(files)
    assert {f"p/{heard}/cover.png", "p/feed/ar.xml", "p/feed/ar.png"} <= set(files)
    assert done.lacking == ()
    assert list(broken(folder)) == []
    assert not [name for name, (data, _) in files.items() if name.endswith(".html") and b"<script" in data]

    again = export(folder, base=BASE)
    assert (again.changed, again.removed) == (0, 0)
    assert everything(folder) == files

    (folder / "CNAME").write_text("voices.example")
    assert any(SPOKEN.encode() in data for data in contents(folder).values())
    publishing.unpublish(viewer=OPERATOR, slug=heard)
    export(folder, base=BASE)
    left = contents(folder)
    assert not [
        name for name in left if name.endswith((".opus", ".mp3", ".vtt", ".srt", ".pdf", ".epub", ".zip", "cover.png"))
    ]
    assert [name for name, data in left.items() if SPOKEN.encode() in data] == []
    assert b"Retirada" in left[f"p/{heard}/es/index.html"]
    assert list(broken(folder)) == []
    assert left["CNAME"] == b"voices.example"
    assert export(folder, base=BASE).changed == 0


def test_the_pages_say_the_same_as_the_node_does(heard: str, tmp_path: Path) -> None:
    export(tmp_path / "site", base=BASE)
    written = (tmp_path / "site" / "p" / heard / "en" / "index.html").read_text()
    page = Client().get(f"/p/{heard}/en/").text
    tag, own = re.compile(r"<[^>]*>"), re.compile(r"\bSource\b")
    assert own.sub("", tag.sub("", written)).split() == own.sub("", tag.sub("", page)).split()


def test_a_broken_run_leaves_the_old_state(open_node: Node, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, base=BASE)
    before = everything(folder)
    tell("We carry the boxes, and the news.")

    def stops(done: int, _total: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(folder, base=BASE, progress=stops)
    assert everything(folder) == before
    assert export(folder, base=BASE).changed > 0
    assert b"and the news" in contents(folder)["p/en/about/index.html"]


def test_a_run_killed_while_it_moves_files_is_completed(
    open_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    export(folder, base=BASE)
    tell("We carry the boxes, and the news.")
    real, moved = Path.replace, []

    def dies(self: Path, where: Path) -> Path:
        if where.suffix == ".html":
            moved.append(where)
            if len(moved) == 2:
                raise KeyboardInterrupt
        return real(self, where)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            export(folder, base=BASE)
    assert export(folder, base=BASE).changed == 0
    export(tmp_path / "fresh", base=BASE)
    assert contents(folder) == contents(tmp_path / "fresh")


def test_a_room_that_shows_something_joins_by_naming_it(open_node: Node, tmp_path: Path) -> None:
    with everybody.emptied():
        everybody.shows(lambda: [everybody.Shown("/manifest.webmanifest"), everybody.Shown("/p/en/held/")])
        export(tmp_path / "site", base=BASE)
        assert {"p/en/held/index.html", "manifest.webmanifest"} <= set(contents(tmp_path / "site"))
        everybody.shows(lambda: [everybody.Shown("/people/")])
        before = everything(tmp_path / "site")
        with pytest.raises(errors.Broken, match="/people/"):
            export(tmp_path / "site", base=BASE)
    assert everything(tmp_path / "site") == before


def test_clear_words_where_it_cannot_be(open_node: Node, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(errors.NotOurs, match="not empty"):
        export(full, base=BASE)
    with pytest.raises(errors.NotAFolder):
        export(full / "mine.txt", base=BASE)
    with pytest.raises(errors.NotAFolder):
        export(tmp_path / "no" / "such", base=BASE)
    for base in ("voices.example", "ftp://voices.example", "https://", "https://voices.example/?a=b"):
        with pytest.raises(errors.BadBase):
            export(tmp_path / "site", base=base)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
    assert not (tmp_path / "site").exists()


def test_a_file_of_somebody_else_is_not_overwritten(open_node: Node, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / ".tejido-site").mkdir(parents=True)
    (folder / "robots.txt").write_text("mine")
    with pytest.raises(errors.InTheWay, match=r"robots\.txt"):
        export(folder, base=BASE)
    assert contents(folder) == {"robots.txt": b"mine"}


def test_a_folder_that_cannot_be_written(open_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(tmp_path / "site", base=BASE)
    before = everything(tmp_path / "site")
    tell("Another text.")

    def full(self: Path, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(errors.NotWritable, match="No space left"):
        export(tmp_path / "site", base=BASE)
    monkeypatch.undo()
    assert everything(tmp_path / "site") == before


def test_before_anything_is_published_nothing_is_written(node: Node, tmp_path: Path) -> None:
    with pytest.raises(errors.NothingToShow):
        export(tmp_path / "site", base=BASE)
    assert not (tmp_path / "site").exists()
