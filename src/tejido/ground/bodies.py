"""Typed reading of event bodies: a payload is a frozen dataclass whose annotations say what each field may hold.

Bodies come from other nodes and from older versions, so every value is checked where it is read. Unknown fields are
ignored (they survive in the stored bytes); a missing field takes its default, or is an error where it has none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Annotated, Any, Self, get_args, get_type_hints

from tejido.ground.store.entry import BadBody, Entry
from tejido.log.canon import is_nfc

__all__ = ["BadBody", "Catalogue", "Day", "Flag", "Hash", "Lang", "MaybeHash", "Payload", "Upcast"]

Reader = Callable[[object], Any]

MAX_INT = 2**53 - 1
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def text(most: int, *, least: int = 1, lines: bool = False) -> Reader:
    """A string of `least` to `most` characters in NFC without control characters (`lines` allows line breaks)."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise BadBody("must be text")
        if not least <= len(value) <= most:
            raise BadBody(f"must have {least} to {most} characters, has {len(value)}")
        if _CONTROL.search(value) or (not lines and "\n" in value):
            raise BadBody("holds a control character")
        if not is_nfc(value):
            raise BadBody("is not in Unicode's composed form (NFC)")
        return value

    return read


def pattern(expression: re.Pattern[str], what: str) -> Reader:
    """A string that matches `expression` from end to end."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not expression.fullmatch(value):
            raise BadBody(f"must be {what}")
        return value

    return read


hash_text = pattern(HASH, "a hash of 64 hexadecimal digits")
lang_tag = pattern(_LANG, "a language tag such as en, ar or pt-BR")


def choice(*values: str) -> Reader:
    """One of `values`."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise BadBody(f"must be one of {', '.join(values)}")
        return value

    return read


def number(least: int = 0, most: int = MAX_INT) -> Reader:
    """An integer from `least` to `most`; true and false are none."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BadBody(f"must be a whole number from {least} to {most}")
        return value

    return read


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise BadBody("must be true or false")
    return value


def day(value: object) -> str:
    """A calendar day as YYYY-MM-DD."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise BadBody("must be a day written YYYY-MM-DD")


def each(reader: Reader, *, most: int, least: int = 0) -> Reader:
    """A list of `least` to `most` values, each read by `reader`, as a tuple."""

    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or not least <= len(value) <= most:
            raise BadBody(f"must be a list of {least} to {most} values")
        return tuple(_at(reader, item, str(i)) for i, item in enumerate(value))

    return read


def optional(reader: Reader) -> Reader:
    """Nothing, or what `reader` reads."""
    return lambda value: None if value is None else reader(value)


def nested(payload: "type[Payload]") -> Reader:
    """Another record within this one."""
    return payload.from_body


def _at(reader: Reader, value: object, place: str) -> Any:
    try:
        return reader(value)
    except BadBody as problem:
        raise BadBody(f"{place}: {problem}") from None


Hash = Annotated[str, hash_text]
MaybeHash = Annotated[str | None, optional(hash_text)]
Day = Annotated[str, day]
Lang = Annotated[str, lang_tag]
Flag = Annotated[bool, flag]


def _readers(payload: "type[Payload]") -> tuple[tuple[str, Reader, bool], ...]:
    found = _READERS.get(payload)
    if found is None:
        found = _READERS[payload] = _inspect(payload)
    return found


_READERS: "dict[type[Payload], tuple[tuple[str, Reader, bool], ...]]" = {}


def _inspect(payload: "type[Payload]") -> tuple[tuple[str, Reader, bool], ...]:
    hints = get_type_hints(payload, include_extras=True)
    rows = []
    for item in fields(payload):
        reader: Reader = get_args(hints[item.name])[1]
        rows.append((item.name, reader, item.default is MISSING and item.default_factory is MISSING))
    return tuple(rows)


@dataclass(frozen=True)
class Payload:
    """A record that is read from a body and written to one; each field is `Annotated[type, reader]`."""

    @classmethod
    def from_body(cls, body: object) -> Self:
        """The record in `body`. Raises BadBody, naming the field."""
        if not isinstance(body, Mapping):
            raise BadBody("must be a record")
        values: dict[str, Any] = {}
        for name, reader, required in _readers(cls):
            if name in body:
                values[name] = _at(reader, body[name], name)
            elif required:
                raise BadBody(f"{name}: is missing")
        record = cls(**values)
        record.verify()
        return record

    def verify(self) -> None:
        """Check what no field can say alone; raises BadBody."""

    def body(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}


def _plain(value: object) -> Any:
    if isinstance(value, Payload):
        return value.body()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


Upcast = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Catalogue:
    """The payloads of a family of kinds; `upcasts[kind, n]` turns a body of schema n into one of schema n + 1."""

    payloads: Mapping[str, type[Payload]]
    schemas: Mapping[str, int] = field(default_factory=dict)
    upcasts: Mapping[tuple[str, int], Upcast] = field(default_factory=dict)

    def schema(self, kind: str) -> int:
        """The schema in which this version writes `kind`."""
        return self.schemas.get(kind, 1)

    def check(self, kind: str) -> Callable[[Mapping[str, Any]], None]:
        """A check of bodies of `kind` in the newest schema; it raises BadBody."""

        def check(body: Mapping[str, Any]) -> None:
            self.payloads[kind].from_body(body)

        return check

    def read(self, entry: Entry) -> Payload | None:
        """The entry's payload in the newest schema, or None where it is malformed or of another family."""
        payload = self.payloads.get(entry.kind)
        if payload is None:
            return None
        try:
            return payload.from_body(self._newest(entry))
        except BadBody:
            return None

    def _newest(self, entry: Entry) -> dict[str, Any]:
        body = entry.body
        for version in range(entry.schema, self.schema(entry.kind)):
            upcast = self.upcasts.get((entry.kind, version))
            if upcast is None or not isinstance(body, dict):
                raise BadBody(f"{entry.kind} has no way from schema {version} to {version + 1}")
            body = upcast(body)
        return body


def opening(entries: Sequence[Entry], kind: str) -> Entry | None:
    """The event that created the aggregate: of `kind`, and naming no aggregate but itself."""
    return next((e for e in entries if e.kind == kind and e.aggregate in (b"", e.hash)), None)


def by_owner(entries: Sequence[Entry], owner: bytes) -> list[Entry]:
    """Only the owner's events: others may propose, never change."""
    return [e for e in entries if e.org == owner]
