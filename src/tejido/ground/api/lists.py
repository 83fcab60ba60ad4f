"""Lists, all alike: a page of items with their number and the address of the next page; or all of them as a file.

    @listing(router, "/chains", ChainItem)
    def list_chains(request: HttpRequest, q: Q = "") -> Rows[ChainItem]:
        \"\"\"Chains, the most lately answered first.\"\"\"
        return selectors.chains(viewer=viewer_of(request), query=q)

What the function returns is a list, a queryset, whatever counts and slices like one, or an iterator whose end nobody has counted.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Annotated, Any, Generic, Literal, TypeVar, get_type_hints

from django.http import HttpRequest, HttpResponseBase
from ninja import Path, Query, Router, Schema
from pydantic import Field, TypeAdapter

from tejido.ground.ui.exports import export as as_file
from tejido.ground.ui.paging import address

T = TypeVar("T")
MOST, SIZE, FARTHEST = 200, 20, 1_000_000
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items a page has.")]
Offset = Annotated[int, Query(ge=0, le=FARTHEST, description="How many items to pass over.")]
Export = Annotated[
    Literal["", "csv", "json"], Query(description="`csv` or `json`: the whole list as a file instead of a page.")
]
Q = Annotated[str, Query(max_length=200, description="Words to look for.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
PAGING: dict[str, tuple[Any, Any]] = {"limit": (Limit, SIZE), "offset": (Offset, 0), "export": (Export, "")}


class Listed(Schema, Generic[T]):
    """Some of a list's items."""

    items: list[T]
    total: int | None = Field(description="How many there are in all; null where nobody has counted.")
    next: str | None = Field(description="The address of the next page; null on the last one.")


def listing(
    router: Router, path: str, item: Any, *, make: Callable[[Any], Any] | None = None, name: str = ""
) -> Callable[[Callable[..., Any]], Any]:
    """Register a GET operation that gives a list of `item`, each made by `make` of what the function found; `name`: of the file
    (default: the path's last word).
    """

    def register(find: Callable[..., Any]) -> Any:
        file = name or path.rstrip("/").rpartition("/")[2]

        @functools.wraps(find)
        def view(request: HttpRequest, *, limit: int, offset: int, export: str, **asked: Any) -> Any:
            found = find(request, **asked)
            if export:
                return _file(file, item, map(make, found) if make else found, export)
            page = _page(request, found, limit, offset)
            return {**page, "items": [make(one) for one in page["items"]]} if make else page

        view.__dict__["listing"] = True
        view.__signature__ = _signature(find)  # type: ignore[attr-defined]
        return router.get(path, response=Listed[item])(view)

    return register


def _signature(find: Callable[..., Any]) -> inspect.Signature:
    """That of the function, its annotations resolved, and paging behind it."""
    hints, own = get_type_hints(find, include_extras=True), inspect.signature(find).parameters.values()
    kind = inspect.Parameter.KEYWORD_ONLY
    asked = [one.replace(annotation=hints[one.name], kind=one.kind if one.name == "request" else kind) for one in own]
    paging = [inspect.Parameter(name, kind, annotation=of, default=default) for name, (of, default) in PAGING.items()]
    return inspect.Signature([*asked, *paging])


def _page(request: HttpRequest, found: Any, limit: int, offset: int) -> dict[str, Any]:
    if isinstance(found, Iterator):
        some, total = list(islice(found, offset, offset + limit + 1)), None
        more, some = len(some) > limit, some[:limit]
    else:
        some, total = list(found[offset : offset + limit]), _count(found)
        more = offset + limit < total
    following = address(request, limit=limit, offset=offset + limit) if more else None
    return {"items": some, "total": total, "next": following}


def _count(found: Any) -> int:
    counts = hasattr(found, "count") and not isinstance(found, Sequence)
    return int(found.count() if counts else len(found))


def _file(name: str, item: Any, found: Iterable[Any], kind: str) -> HttpResponseBase:
    shape: TypeAdapter[Any] = TypeAdapter(item)
    rows = (shape.dump_python(shape.validate_python(one, from_attributes=True), mode="json") for one in found)
    first = list(islice(rows, 1))  # what is wrong with the question is told before the answer begins
    columns = tuple(shape.json_schema(mode="serialization").get("properties", {}))
    return as_file(kind, name, columns, chain(first, rows))
