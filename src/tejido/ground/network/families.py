"""Kinds of event of a network: how it is called, and what its organisations say of themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tejido.ground.network.models import NetworkRow, ProfileRow
from tejido.ground.store.public import BadBody, Entry, Family, Folded, Kind
from tejido.log.descriptors import is_hex

OPENED = "network.opened"
PROFILE = "network.profile"
MOST_TEXT = 200


@dataclass(frozen=True)
class NetworkState:
    """A network's name, founder and public space."""

    name: str
    public_space: str
    founder: str


@dataclass(frozen=True)
class ProfileState:
    """What an organisation says of itself: the last statement in order counts."""

    org: str
    name: str
    place: str
    languages: tuple[str, ...]
    lam: int


def _text(body: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > MOST_TEXT or (needed and not value.strip()):
        raise BadBody(f"{name} is a text of 1 to {MOST_TEXT} characters.")
    return value


def check_opened(body: dict[str, Any]) -> None:
    """A name and the id of the public space."""
    _text(body, "name")
    if not is_hex(body.get("public_space")):
        raise BadBody("public_space is the id of a space.")


def check_profile(body: dict[str, Any]) -> None:
    """Name, place (may be empty), languages."""
    _text(body, "name")
    _text(body, "place", needed=False)
    languages = body.get("languages")
    if not isinstance(languages, list) or not all(isinstance(one, str) and 2 <= len(one) <= 20 for one in languages):
        raise BadBody("languages is a list of language codes.")


def fold_network(entries: Sequence[Entry]) -> NetworkState | None:
    """The creating event alone."""
    first = entries[0]
    try:
        check_opened(first.body)
    except BadBody:
        return None
    if first.kind != OPENED:
        return None
    return NetworkState(first.body["name"], first.body["public_space"], first.org.hex())


def fold_profile(entries: Sequence[Entry]) -> ProfileState | None:
    """The last well-formed statement of the organisation that made the first."""
    state = None
    for entry in entries:
        try:
            check_profile(entry.body)
        except BadBody:
            continue
        if entry.kind == PROFILE and entry.org == entries[0].org:
            body = entry.body
            state = ProfileState(
                entry.org.hex(), body["name"], body.get("place", ""), tuple(body["languages"]), entry.lam
            )
    return state


def project_networks(folded: Sequence[Folded]) -> Iterable[NetworkRow]:
    """One row a network."""
    for one in folded:
        state: NetworkState = one.state
        yield NetworkRow(
            **one.row, name=state.name, public_space=state.public_space,
            founder=state.founder,
        )  # fmt: skip


def project_profiles(folded: Sequence[Folded]) -> Iterable[ProfileRow]:
    """One row a profile."""
    for one in folded:
        state: ProfileState = one.state
        yield ProfileRow(
            **one.row, org=state.org, name=state.name, place=state.place,
            languages=list(state.languages), lam=state.lam,
        )  # fmt: skip


FAMILIES = (
    Family(
        "network.network",
        (Kind(OPENED, creates=True, check=check_opened),),
        fold_network,
        project_networks,
        (NetworkRow,),
    ),
    Family(
        "network.profile",
        (Kind(PROFILE, creates=True, check=check_profile),),
        fold_profile,
        project_profiles,
        (ProfileRow,),
    ),
)
