"""Covers over HTTP: a picture in place of the woven one."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido.ground.api import makes
from tejido.ground.people import viewer_of
from tejido.practices.relay.press import actions, selectors
from tejido.practices.relay.press.forms import read

router = Router(tags=["publishing"])
READS = WRITES = "publish"
Slug = Annotated[str, Path(pattern="^[a-z2-7]{8}$", description="The address of a publication.")]


@dataclass
class CoverOut:
    """Which picture stands for a publication: `given` or woven; paths of both sizes, what it shows by language."""

    given: bool
    full: str
    small: str
    alts: dict[str, str]


@dataclass
class CoverGiven:
    """What the file had carried beside its pixels, which was left behind: place, camera, text."""

    left_behind: list[str]


class AltsIn(Schema):
    """What the picture shows: `lang` and `alt` one beside the other, one pair for each language of the edition."""

    lang: list[Annotated[str, Field(max_length=35)]] = Field(max_length=30)
    alt: list[Annotated[str, Field(max_length=actions.MOST_ALT)]] = Field(max_length=30)


@router.get("/publications/{slug}/cover", response=CoverOut)
@makes(403, 404, 410)
def get_cover(request: HttpRequest, slug: Slug) -> CoverOut:
    """Which picture stands for a publication of ours."""
    found = selectors.given_cover(viewer=viewer_of(request), slug=slug)[1]
    return CoverOut(True, found.full, found.small, dict(found.alts)) if found else CoverOut(False, "", "", {})


@router.post("/publications/{slug}/cover", response=CoverGiven)
@makes(403, 404, 410)
def give_cover(request: HttpRequest, slug: Slug, picture: File[UploadedFile], said: Form[AltsIn]) -> CoverGiven:
    """Give a publication a picture, in place of the woven one or of another."""
    alts = dict(zip(said.lang, said.alt, strict=False))
    carried = actions.give_cover(viewer=viewer_of(request), slug=slug, data=read(picture), alts=alts)
    return CoverGiven(list(carried))


@router.delete("/publications/{slug}/cover", response={204: None})
@makes(403, 404, 410)
def weave_cover(request: HttpRequest, slug: Slug) -> Status[None]:
    """Go back to the woven cover; the picture is erased."""
    actions.take_back_cover(viewer=viewer_of(request), slug=slug)
    return Status(204, None)
