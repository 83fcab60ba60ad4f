"""Write the parts of docs/reference/ that the program itself knows best: `python -m tools.reference [--check]`.

Between two markers stands what is generated; what people wrote around it stays. A test runs the check, so that no
command, event kind or address is without its line.
"""

import argparse
import functools
import inspect
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1] / "docs" / "reference"
BEGIN, END = "<!-- generated: make reference -->", "<!-- end of what is generated -->"


def commands() -> str:
    """Every command with its arguments, from the parser itself."""
    from tejido.site.cli.parser import build

    return "\n".join(section for name, parser in _walk("tejido", build()) for section in _command(name, parser))


def _walk(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for child, below in action.choices.items():
                below.description = below.description or helps.get(child)
                yield from _walk(f"{name} {child}", below)


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    actions = [a for a in parser._actions if not isinstance(a, argparse._HelpAction | argparse._SubParsersAction)]
    groups = any(isinstance(a, argparse._SubParsersAction) for a in parser._actions)
    if groups and not actions:
        return
    yield f"## {name}\n\n{_sentence(parser.description)}\n"
    for action in actions:
        yield f"- `{_spelling(action)}`{_meaning(action)}"
    if actions:
        yield ""


def _sentence(text: str | None) -> str:
    text = (text or "").strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?" else ".")


def _spelling(action: argparse.Action) -> str:
    shown = action.metavar if isinstance(action.metavar, str) else action.dest
    if action.choices:
        shown = "|".join(map(str, action.choices))
    value = "" if action.nargs == 0 else shown
    return f"{', '.join(action.option_strings)} {value}".strip()


def _meaning(action: argparse.Action) -> str:
    default = action.default not in (None, "", False, argparse.SUPPRESS) and action.nargs != 0
    said = action.help or ""
    text = f"{said} (default {action.default})" if default and "default" not in said else said
    return f" {text.strip()}" if text.strip() else ""


def events() -> str:
    """Every kind of event that rooms and the ground have registered."""
    from tejido.ground.store.registry import REGISTRY

    rows = ["| kind | aggregate | schema | opens it | personal | what it says |", "|---|---|---|---|---|---|"]
    for name, (kind, family) in sorted(REGISTRY.kinds.items()):
        flags = " | ".join("yes" if flag else "" for flag in (kind.creates, kind.personal))
        rows.append(f"| `{name}` | {family.name} | {kind.schema} | {flags} | {_says(name, kind.check)} |")
    return "\n".join(rows)


def _says(kind: str, check: Callable[..., object] | None) -> str:
    """The first line about the payload: its class where the check is a catalogue's, else the check itself."""
    if check is None:
        return ""
    catalogue: Any = inspect.getclosurevars(check).nonlocals.get("self") if inspect.isfunction(check) else None
    payload = catalogue.payloads.get(kind) if catalogue is not None else None
    return _first_line(payload or check)


def _first_line(thing: object) -> str:
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "").split("\n\n")[0]
    text = re.sub(r"\s+", " ", text)
    return "" if text.startswith(f"{getattr(thing, '__name__', '')}(") else text.replace("|", "\\|")


def urls() -> str:
    """Every address, with its name."""
    from django.urls import get_resolver

    rows = ["| address | name | what it is |", "|---|---|---|"]
    rows += [
        f"| `/{path}` | {name} | {_first_line(view)} |"
        for path, name, view in addresses(get_resolver())
        if not name.startswith("`api:")
    ]
    return "\n".join(rows)


def addresses(resolver: Any, before: str = "", space: str = "") -> Iterator[tuple[str, str, object]]:
    """Path, name and view of everything below a resolver, as it stands in the address list."""
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry, path, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            view = getattr(entry.callback, "view_class", entry.callback)
            view = view.func if isinstance(view, functools.partial) else view
            yield path, f"`{space}{entry.name}`" if entry.name else "", view


@functools.cache
def description() -> dict[str, Any]:
    """The API's own description, of a node without a name."""
    from tejido.site.api import api

    said: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return said


def api() -> str:
    """Scopes of tokens, then every operation with the scope that a token needs for it."""
    from tejido.ground.tokens import scopes

    rows = ["| scope | what a token with it may do |", "|---|---|"]
    rows += [f"| `{one.name}` | {one.title}{' (with care)' if one.grave else ''} |" for one in scopes()]
    by_tag: dict[str, list[str]] = {}
    for path, methods in description()["paths"].items():
        for method, said in methods.items():
            line = f"| `{method.upper()} {path}` | {_scope(said)} | {said['description']} |".replace("\n", " ")
            by_tag.setdefault(said["tags"][0], []).append(line)
    for tag, lines in by_tag.items():
        rows += ["", f"## {tag.capitalize()}", "", "| operation | scope | what it does |", "|---|---|---|", *lines]
    return "\n".join(rows)


def _scope(said: dict[str, Any]) -> str:
    """The scope that a token needs; none will do where only a session is named."""
    tokens = [way["token"] for way in said["security"] if "token" in way]
    return "no token" if not tokens else f"`{tokens[0][0]}`" if tokens[0] else "any"


def openapi() -> str:
    """The description as a file whose differences can be read."""
    text = json.dumps(description(), indent=1, sort_keys=True, ensure_ascii=False)
    return re.sub(r'\{\s+("\$ref": "[^"]+")\s+\}', r"{\1}", text) + "\n"


PAGES: dict[str, Callable[[], str]] = {"commands.md": commands, "events.md": events, "urls.md": urls, "api.md": api}
FILES: dict[str, Callable[[], str]] = {"openapi.json": openapi}


def renewed(page: str) -> tuple[str, str]:
    """The page as it stands, and as it should."""
    if page in FILES:
        return (DOCS / page).read_text(encoding="utf-8") if (DOCS / page).exists() else "", FILES[page]()
    text = (DOCS / page).read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"docs/reference/{page} lacks the markers {BEGIN} and {END}")
    return text, f"{before}{BEGIN}\n\n{PAGES[page]().strip()}\n\n{END}{after}"


def main(argv: list[str]) -> int:
    """Write, or with --check only say what is behind."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a page is behind")
    check = parser.parse_args(argv).check
    behind = [page for page in (*PAGES, *FILES) if (pair := renewed(page))[0] != pair[1]]
    for page in behind:
        if not check:
            (DOCS / page).write_text(renewed(page)[1], encoding="utf-8")
        print(f"docs/reference/{page}: {'behind, run make reference' if check else 'written'}")
    return int(check and bool(behind))


def setup() -> None:
    """Django with the settings of an empty node."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
    django.setup()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEJIDO_NODE"] = folder
        setup()
        sys.exit(main(sys.argv[1:]))
