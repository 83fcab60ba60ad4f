"""Every address of a node: Django's URL patterns and the operations of the API's description, filled from known keys."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tejido.site.api import api

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\{(\w+)\}")


@dataclass(frozen=True)
class Address:
    """`name` as `reverse` knows it (`api:` in front for operations), `route` with its parameters in it."""

    name: str
    route: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(a or b for a, b in _PARAMETER.findall(self.route))

    @property
    def part(self) -> str:
        """The word before the first parameter: `chains` of `chains/<key:key>/read/`."""
        return self.route.split("<")[0].split("{")[0].rstrip("/").rpartition("/")[2]

    def filled(self, values: Mapping[str, str]) -> str:
        """The path with every parameter's value in it."""
        return "/" + _PARAMETER.sub(lambda found: values[found[1] or found[2]], self.route).lstrip("/")


def patterns() -> list[Address]:
    """Every Django URL pattern, those of the API aside: `operations` has them."""
    return sorted(_patterns(get_resolver().url_patterns, ""), key=lambda one: one.name)


def _patterns(found: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[Address]:
    for one in found:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            if not route.startswith("api/"):
                yield Address(one.name or route, route)
        else:
            yield from _patterns(one.url_patterns, route)


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    method: str
    address: Address
    needs: Mapping[str, Any]


def operations() -> list[Operation]:
    """Every operation of the OpenAPI description."""
    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, described in methods.items():
            name = f"api:{described['operationId']}"
            found.append(Operation(method.upper(), Address(name, path), described))
    return sorted(found, key=lambda one: (one.address.name, one.method))


def filled(address: Address, known: Mapping[str, Mapping[str, Iterable[str]]]) -> Iterator[str]:
    """Paths of an address; `known[part][parameter]` are values to try, those under part "" anywhere else."""
    here = {**known.get("", {}), **known.get(address.part, {})}
    for values in product(*(tuple(here.get(name, ())) for name in address.parameters)):
        yield address.filled(dict(zip(address.parameters, values, strict=True)))
