"""The frame: what readers see around people's words on public pages, in feeds and books. It exists in more languages than the
pages for members do, each a small catalogue of the frame's strings alone.

A catalogue is `frames/LANG/LC_MESSAGES/django.po`. `gather` lists what the frame says, read from the source as GNU gettext
would; `missing` what a catalogue lacks, has too much of, or has with other placeholders; `update` brings them up to date.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

PACKAGE = Path(__file__).resolve().parents[1]
FRAMES = PACKAGE / "frames"
PAGES = "web/public/templates/public/*.html"
INSIDE = (
    "keep.html",
    "door.html",
    "proof.html",
    "proof_feed.html",
)  # for keepers and on the node's own first page, in the languages of the pages
CODE = (
    "web/public/framing.py",
    "web/public/wording.py",
    "web/public/feeds.py",
    "practices/relay/press/podcast.py",
    "practices/relay/press/pressing.py",
)
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2)}
Text = str | tuple[str, ...]


def gather(package: Path = PACKAGE) -> list[Text]:
    """Every string of the frame, each once; those with a plural as pairs."""
    found = [*_of_pages(package), *(text for name in CODE for text in _in((package / name).read_text()))]
    return sorted(dict.fromkeys(found), key=str)


def _of_pages(package: Path) -> Iterator[Text]:
    for path in sorted(package.glob(PAGES)):
        if path.name not in INSIDE:
            yield from _in(templatize(path.read_text()))


def _in(code: str) -> Iterator[Text]:
    source = "\n".join(line.strip() for line in code.splitlines()) if "import " not in code else code
    for _line, name, said, _comments in extract_python(BytesIO(source.encode()), KEYWORDS, [], {}):
        if name == "ngettext" and isinstance(said, tuple):
            yield tuple(str(one) for one in said[:2])
        elif said:
            yield str(said if isinstance(said, str) else said[0])


def languages() -> list[str]:
    """Those that have a catalogue here."""
    return sorted(path.parents[1].name for path in FRAMES.glob("*/LC_MESSAGES/django.po"))


def path_of(lang: str, folder: Path = FRAMES) -> Path:
    """Where a language's catalogue lies."""
    return folder / lang / "LC_MESSAGES" / "django.po"


def read(lang: str, folder: Path = FRAMES) -> Catalog:
    """A language's catalogue."""
    with path_of(lang, folder).open("rb") as source:
        return read_po(source, locale=lang, abort_invalid=True)


def missing(lang: str, folder: Path = FRAMES) -> Iterator[str]:
    """What is wrong with a catalogue, a line each; nothing where it is whole."""
    catalogue, wanted = read(lang, folder), gather()
    for text in wanted:
        found = catalogue.get(text if isinstance(text, str) else text[0])
        if why := _fault(found, catalogue):
            yield f"{lang}: {text!r}: {why}"
    for message in catalogue:
        if message.id and message.id not in wanted:
            yield f"{lang}: {message.id!r}: the frame does not say this"


def _fault(found: Message | None, catalogue: Catalog) -> str:
    if found is None:
        return "not translated"
    forms = found.string if isinstance(found.string, (list, tuple)) else (found.string,)
    if found.fuzzy:
        return "doubtful"
    if not all(forms) or (found.pluralizable and len(forms) != catalogue.num_plurals):
        return "not translated"
    return "; ".join(str(error) for error in found.check(catalogue))


def update(lang: str, folder: Path = FRAMES) -> None:
    """Add what the catalogue lacks, empty, and drop what the frame no longer says; its header and its order stay."""
    before, made = read(lang, folder), Catalog(locale=lang, fuzzy=False)
    made.mime_headers = before.mime_headers  # how many plurals there are
    for text in gather():
        known = before.get(text if isinstance(text, str) else text[0])
        made.add(text, known.string if known and known.id == text else "")
    out = BytesIO()
    write_po(out, made, width=0, omit_header=True, sort_output=False)
    head = path_of(lang, folder).read_text().split("\n\n", 1)[0]
    path_of(lang, folder).write_text(f"{head}\n\n{out.getvalue().decode().strip()}\n")
