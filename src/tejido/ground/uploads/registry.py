"""What uploads are for: each purpose belongs to a room, which checks the form and takes the finished file."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, QueryDict

from tejido.engines.speech.records import Limits
from tejido.ground.people import Viewer
from tejido.ground.uploads.errors import UnknownPurpose

RECORDING_BYTES = Limits().file_bytes


@dataclass(frozen=True)
class Finished:
    """A whole upload. `path` is there only while `finish` runs; `type` is what the sender claims, in lower case and
    without parameters, or None. `owner` is `account:ID`, or `owner_of_token` of what `begin` returned.
    """

    path: Path
    type: str | None
    size: int
    sha256: str
    fields: QueryDict
    viewer: Viewer
    owner: str
    command: str


Begin = Callable[[HttpRequest, QueryDict], str | None]
"""Checks the form; None: the upload is the signed-in account's; a token: it is whoever's who brings the token."""
Finish = Callable[[Finished], str]
"""Does what the upload was for; the address of what it made."""


@dataclass(frozen=True)
class Purpose:
    """What an upload is for; `most`: bytes."""

    name: str
    begin: Begin
    finish: Finish
    most: int


_purposes: dict[str, Purpose] = {}


def purpose(name: str, begin: Begin, finish: Finish, *, most: int = RECORDING_BYTES) -> None:
    """Register a purpose such as `relay.report`; once more under the same name replaces it."""
    _purposes[name] = Purpose(name, begin, finish, most)


def find(name: str) -> Purpose:
    """The purpose of that name; raises `UnknownPurpose`."""
    if name not in _purposes:
        raise UnknownPurpose
    return _purposes[name]


def greatest() -> int:
    """The most bytes that any purpose takes."""
    return max((one.most for one in _purposes.values()), default=RECORDING_BYTES)


def owner_of_account(user_id: int) -> str:
    """How an upload names its account."""
    return f"account:{user_id}"


def owner_of_token(token: str) -> str:
    """How an upload names the holder of a token: by its hash."""
    return f"token:{sha256(token.encode()).hexdigest()}"
