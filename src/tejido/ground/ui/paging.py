"""Pages of a list, at addresses that keep whatever else the address says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.http import HttpRequest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
SIZE = 25


class Rows(Protocol[T_co]):
    """A queryset, a list, or whatever counts and slices like one."""

    def __getitem__(self, index: slice, /) -> "Sequence[T_co] | Rows[T_co]": ...

    def __iter__(self) -> Iterator[T_co]: ...


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list. `previous` and `next` are addresses, or "" at the ends; `number` counts from 1."""

    rows: tuple[T, ...]
    number: int
    pages: int
    total: int
    previous: str
    next: str

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)


def page_of(rows: Rows[T], request: HttpRequest, *, size: int = SIZE, total: int | None = None) -> Page[T]:
    """The page that `?page=` names; the nearest one where that is no number or beyond the end."""
    count = total if total is not None else _count(rows)
    pages = max(1, -(-count // size))
    number = min(max(1, _number(request.GET.get("page", "1"))), pages)
    start = (number - 1) * size
    found = tuple(rows[start : start + size])
    before = address(request, page=number - 1) if number > 1 else ""
    after = address(request, page=number + 1) if number < pages else ""
    return Page(found, number, pages, count, before, after)


def address(request: HttpRequest, **changes: object) -> str:
    """The request's own address with some parameters changed."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"{request.path}?{query.urlencode()}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _count(rows: object) -> int:
    if isinstance(rows, Sequence):
        return len(rows)
    return int(rows.count())  # type: ignore[attr-defined]
