"""Which of the files that are lacking is fetched first: what a payload says of their type and size decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tejido.ground.store import logs, reading
from tejido.replication.blobs import urgency


@dataclass
class Urgency:
    """Remembers, for as long as one exchange lasts, what was once read."""

    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    def sort(self, named: Mapping[str, int]) -> list[str]:
        """Blobs, each with an event that names it, the most urgent first."""
        fresh = {blob: event for blob, event in named.items() if blob not in self.known}
        if fresh:
            said = reading.entries(fresh.values(), logs.snapshot(), reading.epoch_keys())
            for blob, event in fresh.items():
                body = said[event].body if event in said else {}
                found = next(_references(body, blob), {})
                self.known[blob] = urgency(str(found.get("type", "")), _size(found.get("size")))
        return sorted(named, key=lambda blob: (self.known[blob], blob))


def _size(value: object) -> int:
    return value if type(value) is int else 0


def _references(value: Any, blob: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("id") == blob:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _references(inner, blob)
