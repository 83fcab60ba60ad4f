"""Paging and exports."""

import csv
import io
import json

import pytest
from django.http import StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.ui.exports import UnknownFormat, export, wanted
from tejido.ground.ui.paging import page_of


def body(response: object) -> bytes:
    """A stream, gathered."""
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)


@given(st.integers(0, 200), st.integers(1, 30))
def test_pages_hold_every_row_once_and_in_order(count: int, size: int) -> None:
    rows, seen, number = list(range(count)), list[int](), 1
    while True:
        page = page_of(rows, RequestFactory().get("/", {"page": str(number)}), size=size)
        seen += page.rows
        if not page.next:
            break
        number += 1
    assert seen == rows
    assert page.total == count


@pytest.mark.parametrize(
    ("asked", "number"), [("0", 1), ("-3", 1), ("x", 1), ("99", 3), ("2", 2), ("9" * 30, 1), ("²", 1)]
)
def test_a_page_that_is_not_there_becomes_the_nearest(asked: str, number: int) -> None:
    assert page_of(list(range(30)), RequestFactory().get("/", {"page": asked}), size=12).number == number


def test_addresses_of_pages_keep_the_search() -> None:
    page = page_of(list(range(30)), RequestFactory().get("/list/", {"q": "a b", "page": "2"}), size=10)
    assert page.previous == "/list/?q=a+b&page=1"
    assert page.next == "/list/?q=a+b&page=3"


@given(st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.integers(-(2**53), 2**53) | st.none()})))
def test_exports_say_the_same_in_both_formats(rows: list[dict[str, object]]) -> None:
    decoded = json.loads(body(export("json", "x", ("a", "b"), rows)))
    assert decoded == rows
    text = body(export("csv", "x", ("a", "b"), rows)).decode().removeprefix("\ufeff")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(rows) + 1


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    found = body(export("csv", "x", ("a",), [{"a": text}])).decode().removeprefix("\ufeff")
    cell = list(csv.reader(io.StringIO(found, newline="")))[1:]
    assert all(not row or not row[0].startswith(("=", "+", "-", "@")) for row in cell)


def test_other_formats_are_refused() -> None:
    with pytest.raises(UnknownFormat):
        wanted(RequestFactory().get("/", {"export": "xls"}))
    with pytest.raises(UnknownFormat):
        export("xls", "x", (), [])
    assert wanted(RequestFactory().get("/")) == ""
