"""`python -m tejido.site.messages [update|compile|missing]`: the catalogues of the pages' languages.

`update` gathers every string from code and templates into each `.po` (needs GNU gettext), `missing` lists what is not
translated (exit status 1 if anything is), `compile` makes the `.mo` files (needs nothing, and happens at start-up too).
The docstrings of `Problem` classes are messages; they are gathered as well.
"""

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]
GATHERED = "problems_gathered.py"


def main(arguments: list[str]) -> int:
    """Run one of the three; the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tejido.site.settings")
    django.setup()
    from tejido.ground.ui.catalogues import compile_stale

    command = arguments[0] if arguments else "compile"
    if command == "update":
        update(PACKAGE)
    elif command == "missing":
        return _report(missing(PACKAGE / "locale"))
    elif command != "compile":
        sys.stderr.write(f"{__doc__}\n")
        return 2
    compile_stale(PACKAGE / "locale")
    return 0


def update(package: Path) -> None:
    """Gather every string of `package` into the catalogues in its `locale` folder."""
    from django.core.management import call_command

    gathered, before = package / GATHERED, Path.cwd()
    gathered.write_text("".join(f"_({message!r})\n" for message in problems(package)))
    os.chdir(package)
    try:
        call_command(
            "makemessages", all=True, no_obsolete=True, no_location=True, no_wrap=True, ignore_patterns=["migrations"]
        )
    finally:
        os.chdir(before)
        gathered.unlink()
    for po in (package / "locale").glob("*/LC_MESSAGES/django.po"):
        _undate(po)


def missing(locale: Path) -> Iterator[str]:
    """`ar: the text` for every entry that lacks a translation, is doubtful, or has other placeholders than its
    source.
    """
    for po in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        for message in catalogue:
            if message.id and (why := _fault(message, catalogue)):
                yield f"{po.parent.parent.name}: {message.id!r}: {why}"


def problems(package: Path) -> list[str]:
    """The messages of all `Problem` classes, each as one line, read from the source without importing it."""
    paths = (path for path in sorted(package.rglob("*.py")) if "engines" not in path.parts)  # errors of other makes
    classes = [node for path in paths for node in _classes(path)]
    known, before = {"Problem"}, 0
    while len(known) > before:
        before = len(known)
        known |= {node.name for node in classes if known & set(_bases(node))}
    found = {ast.get_docstring(node) or "" for node in classes if node.name in known}
    return sorted(" ".join(text.split()) for text in found if text)


def _undate(po: Path) -> None:
    """Drop the date of gathering, on which two branches would always conflict."""
    lines = po.read_text().splitlines(keepends=True)
    po.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date')))


def _classes(path: Path) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ClassDef))


def _bases(node: ast.ClassDef) -> Iterator[str]:
    for base in node.bases:
        if isinstance(base, ast.Name):
            yield base.id
        elif isinstance(base, ast.Attribute):
            yield base.attr


def _fault(message: Message, catalogue: Catalog) -> str:
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    if message.fuzzy:
        return "doubtful"
    if not all(forms) or (message.pluralizable and len(forms) != catalogue.num_plurals):
        return "not translated"
    return "; ".join(str(error) for error in message.check(catalogue))


def _report(faults: Iterable[str]) -> int:
    found = list(faults)
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
