"""The places of a node: each room names its own at start-up, the page header shows those that the viewer may open."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from tejido.ground.people import Viewer, may

FEW = 5
FOLDS_FROM = 13
"""Places of this order and after lie in the header's menu where the page is narrow, unless there are only few."""


@dataclass(frozen=True)
class Place:
    """A link in the header: `url_name` without arguments; `permission` None for everybody."""

    label: str | Promise
    url_name: str
    order: int = 50
    permission: str | None = None


@dataclass(frozen=True)
class Link:
    """A place as the page shows it; `folds`: within the menu where there is little room."""

    label: str | Promise
    url: str
    here: bool
    folds: bool = False


_places: list[Place] = []


def place(label: str | Promise, url_name: str, *, order: int = 50, permission: str | None = None) -> None:
    """Add a place to the header."""
    found = Place(label, url_name, order, permission)
    if all(known.url_name != url_name for known in _places):
        _places.append(found)
        _places.sort(key=lambda known: known.order)


def links(viewer: Viewer, path: str) -> list[Link]:
    """The places that the viewer may open; `here` marks the one that `path` lies in, the nearest of several."""
    open_to = [p for p in _places if p.permission is None or may(viewer, p.permission)]
    found = [(place, reverse(place.url_name)) for place in open_to]
    here = max((url for _, url in found if _within(path, url)), key=len, default="")
    many = len(found) > FEW
    return [Link(p.label, url, url == here, folds=many and p.order >= FOLDS_FROM) for p, url in found]


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
