"""Tokens over HTTP. None makes another: that takes somebody who has just given their password."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tejido.ground.api import ANY, Number, by_person, listing, needs
from tejido.ground.people import viewer_of
from tejido.ground.tokens import actions, selectors
from tejido.ground.tokens.entering import just_proved
from tejido.ground.tokens.scopes import scopes
from tejido.ground.tokens.selectors import TokenHeld

router = Router(tags=["tokens"])
READS = WRITES = "me"


@dataclass
class ScopeOut:
    """What a token may be for; `grave`: whoever finds such a token can let others in, or erase."""

    name: str
    title: str
    grave: bool


@dataclass
class TokenOut:
    """A token that was just made; `secret` is told this once."""

    id: int
    secret: str


class TokenIn(Schema):
    """What a token is called, what it is for, for how many days."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=50)]
    days: Annotated[int, Field(ge=1, le=365)] = 90


@listing(router, "/scopes", ScopeOut)
@needs(ANY)
def list_scopes(request: HttpRequest) -> Any:  # noqa: ARG001
    """What tokens may be for."""
    return [ScopeOut(one.name, str(one.title), one.grave) for one in scopes()]


@listing(router, "/mine", TokenHeld)
def list_mine(request: HttpRequest) -> Any:
    """One's own tokens: for what, until when, last used on which day."""
    return selectors.own_tokens(viewer=viewer_of(request))


@router.post("/mine", response={201: TokenOut})
@by_person
def make_token(request: HttpRequest, data: TokenIn) -> Status[TokenOut]:
    """Make a token, once the password was given anew."""
    just_proved(request)
    made = actions.make_token(viewer=viewer_of(request), name=data.name, scopes=data.scopes, days=data.days)
    return Status(201, TokenOut(made.id, made.secret))


@router.delete("/mine/{token_id}", response={204: None})
def revoke_token(request: HttpRequest, token_id: Number) -> Status[None]:
    """Let a token open nothing any more: one's own; keepers anybody's."""
    actions.revoke_token(viewer=viewer_of(request), token_id=token_id)
    return Status(204, None)


@listing(router, "/all", TokenHeld)
@needs("people")
def list_all(request: HttpRequest) -> Any:
    """Everybody's tokens."""
    return selectors.tokens(viewer=viewer_of(request))
