"""The chain as threads: a lane for each line of answers, and the way that the relay took from place to place.

A voice's thread is continued by the answer from which most voices follow; other answers branch off into lanes of their
own, so that even a chain of sixty voices needs few (heavy paths, Sleator and Tarjan 1983).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tejido.engines.press.records import Voice


@dataclass(frozen=True, slots=True)
class Row:
    """A voice's row in the picture: its `lane`; lanes that pass by; whether its own comes from above and goes on below;
    lanes that branch off here.
    """

    number: int
    lane: int
    passing: tuple[int, ...]
    above: bool
    below: bool
    branches: tuple[int, ...]


def rows(voices: Sequence[Voice]) -> list[Row]:
    """A row a voice, in the order given; a voice whose parent is not here begins a thread."""
    places = {voice.number: place for place, voice in enumerate(voices)}
    parents = [_parent(voice, place, places) for place, voice in enumerate(voices)]
    paths = _paths(parents)
    lanes = _lanes(paths, parents)
    lane = {place: lanes[at] for at, path in enumerate(paths) for place in path}
    spans = [(_start(path, parents), path[-1]) for path in paths]
    return [_row(voices, place, lane, lanes, paths, spans, parents) for place in range(len(voices))]


def _parent(voice: Voice, place: int, places: dict[int, int]) -> int | None:
    found = places.get(voice.answers) if voice.answers is not None else None
    return found if found is not None and found < place else None


def _paths(parents: Sequence[int | None]) -> list[list[int]]:
    """Threads from top to bottom: each voice goes on to the heaviest of its answers."""
    sizes = [1] * len(parents)
    heaviest: dict[int, int] = {}
    for place in range(len(parents) - 1, -1, -1):
        parent = parents[place]
        if parent is not None:
            sizes[parent] += sizes[place]
    for place, parent in enumerate(parents):
        if parent is not None and (parent not in heaviest or sizes[place] >= sizes[heaviest[parent]]):
            heaviest[parent] = place
    tops = [place for place, parent in enumerate(parents) if parent is None or heaviest[parent] != place]
    return [_follow(top, heaviest) for top in tops]


def _follow(top: int, heaviest: dict[int, int]) -> list[int]:
    path = [top]
    while path[-1] in heaviest:
        path.append(heaviest[path[-1]])
    return path


def _start(path: Sequence[int], parents: Sequence[int | None]) -> int:
    """Where a thread is first seen: at the voice that it answers, or at its own first."""
    parent = parents[path[0]]
    return path[0] if parent is None else parent


def _lanes(paths: Sequence[list[int]], parents: Sequence[int | None]) -> list[int]:
    """The first lane that is free from where a thread branches off to its last voice."""
    until: list[int] = []
    found = [0] * len(paths)
    starts = [_start(path, parents) for path in paths]
    for at in sorted(range(len(paths)), key=lambda at: (starts[at], at)):
        begin = starts[at]
        lane = next((lane for lane, end in enumerate(until) if end < begin), len(until))
        until[lane : lane + 1] = [paths[at][-1]]
        found[at] = lane
    return found


def _row(
    voices: Sequence[Voice],
    place: int,
    lane: dict[int, int],
    lanes: list[int],
    paths: list[list[int]],
    spans: list[tuple[int, int]],
    parents: list[int | None],
) -> Row:
    own = next(path for path in paths if place in path)
    passing = tuple(
        sorted(lanes[at] for at, (start, end) in enumerate(spans) if start < place < end and place not in paths[at])
    )
    branches = tuple(
        sorted(lanes[at] for at, path in enumerate(paths) if path is not own and parents[path[0]] == place)
    )
    return Row(voices[place].number, lane[place], passing, parents[place] is not None, place != own[-1], branches)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the voices named it, with their numbers; an empty name where they named none."""

    name: str
    voices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """`times` voices at `target` answered voices at `source`: positions in the list of places."""

    source: int
    target: int
    times: int


def route(voices: Iterable[Voice]) -> tuple[list[Place], list[Way]]:
    """Places in the order in which they first spoke, and who answered whom between them. No coordinates: nobody gave any."""
    here = {voice.number: voice for voice in voices if not voice.absent}
    found: dict[str, list[int]] = {}
    for voice in here.values():
        found.setdefault(voice.place, []).append(voice.number)
    at = {name: position for position, name in enumerate(found)}
    ways = Counter((at[here[voice.answers].place], at[voice.place]) for voice in here.values() if voice.answers in here)
    places = [Place(name, tuple(numbers)) for name, numbers in found.items()]
    return places, [Way(source, target, times) for (source, target), times in sorted(ways.items())]


def width(rows: Iterable[Row]) -> int:
    """How many lanes the picture needs."""
    return 1 + max((lane for row in rows for lane in (row.lane, *row.passing, *row.branches)), default=0)
