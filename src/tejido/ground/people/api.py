"""Accounts over HTTP: one's own, and what keepers do with others'. Passkeys and apps are set up on the pages: a browser has to
take part.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Router, Schema, Status
from pydantic import Field

from tejido.ground.api import Number, Q, by_person, listing, needs
from tejido.ground.people import actions, selectors
from tejido.ground.people.errors import NoSession
from tejido.ground.people.factors import Factor
from tejido.ground.people.selectors import Held, Noted, OpenLink, Person, SignedIn, person_of
from tejido.ground.people.viewer import viewer_of
from tejido.ground.tokens.entering import just_proved

router = Router(tags=["people"])
READS = WRITES = "people"
ME = "me"
Handle = Annotated[str, Path(pattern="^[0-9a-f]{24}$")]
Roles = Annotated[list[str], Field(min_length=1, max_length=7)]


@dataclass
class HeldOut:
    """One thing that this node holds about the account: what, its value, how long."""

    what: str
    value: str
    until: str


@dataclass
class NoteOut:
    """What a keeper did to an account."""

    day: date
    by: str
    what: str


@dataclass
class Ended:
    """How many sessions ended."""

    ended: int


@dataclass
class AddressOut:
    """The address of a one-time link; it is told this once."""

    url: str


class ProfileOfMe(Schema):
    """One's own name as others see it, and the language of one's pages; empty: as the browser asks."""

    name: Annotated[str, Field(max_length=80)]
    language: Annotated[str, Field(max_length=12)] = ""


class PasswordIn(Schema):
    """The present password and the new one."""

    old: Annotated[str, Field(max_length=256)]
    new: Annotated[str, Field(max_length=256)]


class NewcomerIn(Schema):
    """The roles that somebody is to have, and a note to find the link by."""

    roles: Roles = ["member"]
    note: Annotated[str, Field(max_length=80)] = ""


class RolesIn(Schema):
    """All roles of an account."""

    roles: Roles


class ActiveIn(Schema):
    """Whether an account opens anything."""

    active: bool


def _held(one: Held) -> HeldOut:
    return HeldOut(str(one.what), one.value, str(one.until))


def _note(one: Noted) -> NoteOut:
    return NoteOut(one.day, one.by, str(one.what))


def _address(request: HttpRequest, name: str, token: str) -> Status[AddressOut]:
    return Status(201, AddressOut(request.build_absolute_uri(reverse(name, args=[token]))))


@router.get("/me", response=Person)
@needs(ME)
def get_me(request: HttpRequest) -> Person:
    """One's own account."""
    return selectors.own(viewer=viewer_of(request))


@router.put("/me", response={204: None})
@needs(ME)
def change_me(request: HttpRequest, data: ProfileOfMe) -> Status[None]:
    """Change one's own name and language."""
    actions.change_profile(viewer=viewer_of(request), name=data.name, language=data.language)
    return Status(204, None)


@router.put("/me/password", response={204: None})
@by_person
def change_password(request: HttpRequest, data: PasswordIn) -> Status[None]:
    """Change one's own password. Other sessions and all tokens end."""
    account = actions.change_password(viewer=viewer_of(request), old=data.old, new=data.new)
    update_session_auth_hash(request, account)
    return Status(204, None)


@listing(router, "/me/data", HeldOut, make=_held)
@needs(ME)
def list_held(request: HttpRequest) -> Any:
    """What this node holds about one's account."""
    return selectors.held_about(viewer=viewer_of(request))


@listing(router, "/me/notes", NoteOut, make=_note)
@needs(ME)
def list_my_notes(request: HttpRequest) -> Any:
    """What keepers did to one's account."""
    return selectors.own_notes(viewer=viewer_of(request))


@listing(router, "/me/sessions", SignedIn)
@needs(ME)
def list_my_sessions(request: HttpRequest) -> Any:
    """Where one is signed in."""
    return selectors.own_sessions(viewer=viewer_of(request), current=_current(request))


@router.delete("/me/sessions", response=Ended)
@needs(ME)
def end_my_sessions(request: HttpRequest) -> Ended:
    """Sign out everywhere but here."""
    return Ended(actions.end_own_sessions(viewer=viewer_of(request), current=_current(request)))


@router.delete("/me/sessions/{handle}", response={204: None})
@needs(ME)
def end_my_session(request: HttpRequest, handle: Handle) -> Status[None]:
    """Sign out in one place."""
    if not actions.end_own_sessions(viewer=viewer_of(request), current=_current(request), handle=handle):
        raise NoSession
    return Status(204, None)


def _current(request: HttpRequest) -> str:
    return request.session.session_key or ""


@listing(router, "/me/factors", Factor)
@needs(ME)
def list_factors(request: HttpRequest) -> Any:
    """One's second factors: of what kind, since when; no secret."""
    return selectors.own_factors(viewer=viewer_of(request))


@router.delete("/me/factors/{factor_id}", response={204: None})
@by_person
def remove_factor(request: HttpRequest, factor_id: Number) -> Status[None]:
    """Take one of one's own second factors away, once the password was given anew."""
    just_proved(request)
    actions.remove_own_factor(viewer=viewer_of(request), factor_id=factor_id)
    return Status(204, None)


@listing(router, "/accounts", Person, make=person_of)
def list_accounts(request: HttpRequest, q: Q = "") -> Any:
    """Accounts by name."""
    return selectors.people(viewer=viewer_of(request), query=q)


@router.get("/accounts/{account_id}", response=Person)
def get_account(request: HttpRequest, account_id: Number) -> Person:
    """One account."""
    return selectors.person(viewer=viewer_of(request), account_id=account_id)


@router.put("/accounts/{account_id}/roles", response={204: None})
def change_roles(request: HttpRequest, account_id: Number, data: RolesIn) -> Status[None]:
    """Give an account exactly these roles."""
    actions.change_roles(viewer=viewer_of(request), account_id=account_id, roles=data.roles)
    return Status(204, None)


@router.put("/accounts/{account_id}/active", response={204: None})
def switch_account(request: HttpRequest, account_id: Number, data: ActiveIn) -> Status[None]:
    """Switch an account off (its sessions and tokens end) or on."""
    actions.switch_account(viewer=viewer_of(request), account_id=account_id, active=data.active)
    return Status(204, None)


@router.delete("/accounts/{account_id}", response={204: None})
def remove_account(request: HttpRequest, account_id: Number) -> Status[None]:
    """Delete an account for good. What its owner recorded stays."""
    actions.remove_account(viewer=viewer_of(request), account_id=account_id)
    return Status(204, None)


@router.post("/accounts/{account_id}/reset", response={201: AddressOut})
def issue_reset(request: HttpRequest, account_id: Number) -> Status[AddressOut]:
    """Make a one-time link that sets a new password."""
    return _address(request, "people_reset", actions.issue_reset(viewer=viewer_of(request), account_id=account_id))


@router.post("/accounts/{account_id}/unlock", response={201: AddressOut})
def issue_unlock(request: HttpRequest, account_id: Number) -> Status[AddressOut]:
    """Make a one-time link that sets a new password and takes second factors away."""
    return _address(request, "people_reset", actions.issue_unlock(viewer=viewer_of(request), account_id=account_id))


@listing(router, "/accounts/{account_id}/notes", NoteOut, make=_note)
def list_notes(request: HttpRequest, account_id: Number) -> Any:
    """What keepers did to an account."""
    return selectors.notes_about(viewer=viewer_of(request), account_id=account_id)


@listing(router, "/sessions", SignedIn)
def list_sessions(request: HttpRequest) -> Any:
    """Who is signed in, and where."""
    return selectors.sessions_of(viewer=viewer_of(request))


@listing(router, "/accounts/{account_id}/sessions", SignedIn)
def list_sessions_of(request: HttpRequest, account_id: Number) -> Any:
    """Where one account is signed in."""
    return selectors.sessions_of(viewer=viewer_of(request), account_id=account_id)


@router.delete("/accounts/{account_id}/sessions", response=Ended)
def end_sessions(request: HttpRequest, account_id: Number) -> Ended:
    """End all sessions of an account."""
    return Ended(actions.end_sessions(viewer=viewer_of(request), account_id=account_id))


@router.delete("/accounts/{account_id}/sessions/{handle}", response={204: None})
def end_session(request: HttpRequest, account_id: Number, handle: Handle) -> Status[None]:
    """End one session of an account."""
    if not actions.end_sessions(viewer=viewer_of(request), account_id=account_id, handle=handle):
        raise NoSession
    return Status(204, None)


@listing(router, "/links", OpenLink)
def list_open_links(request: HttpRequest) -> Any:
    """One-time links that nobody has used yet; not what is in them."""
    return selectors.open_links(viewer=viewer_of(request))


@router.post("/links", response={201: AddressOut})
def invite(request: HttpRequest, data: NewcomerIn) -> Status[AddressOut]:
    """Make an invitation."""
    token = actions.invite(viewer=viewer_of(request), roles=data.roles, note=data.note)
    return _address(request, "people_join", token)


@router.delete("/links/{link_id}", response={204: None})
def withdraw_link(request: HttpRequest, link_id: Number) -> Status[None]:
    """Take a one-time link back."""
    actions.withdraw_link(viewer=viewer_of(request), link_id=link_id)
    return Status(204, None)
