"""Short functions, short modules, a sentence on top of each."""

import ast

from tests.repo.files import modules

LONGEST_FUNCTION = 60
LONGEST_MODULE = 450
ALLOWED_FUNCTIONS: dict[str, str] = {}  # "path::name": why it may be longer
ALLOWED_MODULES: dict[str, str] = {}  # "path": why it may be longer


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(m.path) for m in modules() if m.source.strip() and not ast.get_docstring(m.tree)]
    assert silent == []


def test_functions_are_short() -> None:
    long = {f"{m.path}::{name}": lines for m in modules() for name, lines in m.functions() if lines > LONGEST_FUNCTION}
    assert {name: lines for name, lines in long.items() if name not in ALLOWED_FUNCTIONS} == {}
    assert set(ALLOWED_FUNCTIONS) <= set(long), "an exception that nothing needs any more"


def test_modules_are_short() -> None:
    lengths = {str(m.path): len(m.source.splitlines()) for m in modules()}
    long = {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}
    assert {path: lines for path, lines in long.items() if path not in ALLOWED_MODULES} == {}
    assert set(ALLOWED_MODULES) <= set(long), "an exception that nothing needs any more"


def test_the_counting_counts() -> None:
    own = next(m for m in modules() if m.path.name == "test_code.py")
    assert dict(own.functions())["test_the_counting_counts"] == 3
