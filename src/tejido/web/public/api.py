"""What the public site says of the node, over HTTP: for keepers. What it shows is public as it is."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tejido.ground.people import require, viewer_of
from tejido.web.public import actions, selectors
from tejido.web.public.policies import KEEP

router = Router(tags=["public site"])
READS = WRITES = "publish"
Tag = Annotated[str, Field(max_length=12)]


class SiteTold(Schema):
    """Who this is, by language; the language shown first; whether the site is open before anything is published."""

    texts: dict[Tag, Annotated[str, Field(max_length=actions.LONGEST)]] = Field(max_length=50)
    first: Tag
    is_open: bool


@router.get("/site", response=SiteTold)
def get_site(request: HttpRequest) -> SiteTold:
    """What the public site says of the node."""
    require(viewer_of(request), KEEP)
    found = selectors.told()
    return SiteTold(texts=dict(found.texts), first=found.first, is_open=found.open)


@router.put("/site", response={204: None})
def tell_site(request: HttpRequest, data: SiteTold) -> Status[None]:
    """Say what the public site says of the node; an empty text takes one away."""
    actions.tell(viewer=viewer_of(request), texts=data.texts, first=data.first, is_open=data.is_open)
    return Status(204, None)
