"""Bodies are read field by field, and errors name the field."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given

from tejido.ground.bodies import BadBody, Catalogue, Day, Flag, Hash, Lang, Payload, choice, each, nested, number, text
from tests.ground.folding import JSON, entry, hexes


@dataclass(frozen=True)
class Leaf(Payload):
    count: Annotated[int, number(0, 9)]


@dataclass(frozen=True)
class Tree(Payload):
    name: Annotated[str, text(10)]
    kind: Annotated[str, choice("oak", "ash")]
    leaves: Annotated[tuple[Leaf, ...], each(nested(Leaf), most=3)]
    planted: Day = "2026-01-01"
    lang: Lang = "en"
    old: Flag = False


GOOD: dict[str, Any] = {"name": "Olmo", "kind": "ash", "leaves": [{"count": 2}], "lang": "pt-BR"}


def test_a_record_is_written_as_it_was_read() -> None:
    record = Tree.from_body({**GOOD, "unknown": 1})
    assert record.leaves == (Leaf(2),)
    assert Tree.from_body(record.body()) == record


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "name: must have 1 to 10"),
        ("name", "x" * 11, "name: must have 1 to 10"),
        ("name", "a\nb", "name: holds a control"),
        ("name", "e\u0301", "name: is not in Unicode"),
        ("name", 5, "name: must be text"),
        ("kind", "elm", "kind: must be one of oak, ash"),
        ("kind", ["oak"], "kind: must be one of"),
        ("leaves", [{"count": True}], "leaves: 0: count: must be a whole number"),
        ("leaves", [{"count": 1}] * 4, "leaves: must be a list"),
        ("leaves", [7], "leaves: 0: must be a record"),
        ("planted", "2026-02-30", "planted: must be a day"),
        ("planted", "2026-W01-1", "planted: must be a day"),
        ("lang", "EN us", "lang: must be a language tag"),
        ("old", 1, "old: must be true or false"),
    ],
)
def test_a_wrong_value_names_its_field(field: str, value: object, message: str) -> None:
    with pytest.raises(BadBody, match=message):
        Tree.from_body({**GOOD, field: value})


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadBody, match="kind: is missing"):
        Tree.from_body({"name": "Olmo", "leaves": []})


@given(JSON)
def test_reading_raises_nothing_but_bad_body(value: object) -> None:
    try:
        Tree.from_body(value)
    except BadBody:
        return
    assert isinstance(value, dict)


def test_an_older_schema_is_cast_up_step_by_step() -> None:
    catalogue = Catalogue(
        {"tree": Tree},
        {"tree": 3},
        {
            ("tree", 1): lambda body: {**body, "kind": body["sort"]},
            ("tree", 2): lambda body: {**body, "leaves": [{"count": n} for n in body["leaves"]]},
        },
    )
    old = entry("tree", {"name": "Olmo", "sort": "ash", "leaves": [2]})
    assert catalogue.read(old) == Tree("Olmo", "ash", (Leaf(2),))
    assert catalogue.read(entry("other", {})) is None
    assert catalogue.read(entry("tree", {"name": hexes("x")}, schema=3)) is None


def test_a_hash_is_64_lower_case_digits() -> None:
    reader = Hash.__metadata__[0]  # type: ignore[attr-defined]
    assert reader(hexes("x")) == hexes("x")
    with pytest.raises(BadBody, match="64"):
        reader(hexes("x").upper())
