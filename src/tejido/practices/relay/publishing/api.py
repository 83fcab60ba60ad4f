"""Publishing over HTTP: what the pages can do. Reading is for members here; what anybody may read lies under /p/."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from tejido.ground.api import Q, command, listing, makes, needs, repeatable
from tejido.ground.people import viewer_of
from tejido.practices.relay.publishing import actions, proofs, selectors
from tejido.practices.relay.publishing import events as ev
from tejido.practices.relay.publishing.actions import Choice, Preview
from tejido.practices.relay.publishing.licences import DEFAULT, LICENCES
from tejido.practices.relay.publishing.reasons import SENTENCES
from tejido.practices.relay.publishing.records import Edition, Item, PublicVoice

router = Router(tags=["publishing"])
READS, WRITES = "relay.read", "publish"
Slug = Annotated[str, Path(pattern="^[a-z2-7]{8}$", description="The address of a publication.")]
ProofKey = Annotated[str, Path(pattern="^[a-z2-7]{26}$", description="The key of a proof.")]
Key = Annotated[str, Field(pattern="^[a-z2-7]{26}$")]
Tag = Annotated[str, Field(max_length=35)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d\d-\d\d)?$")]
Number = Annotated[int | None, Query(ge=1, le=ev.MAX_NUMBER, description="An earlier edition; else the newest.")]
Licence = Literal["CC-BY-NC-SA-4.0", "CC-BY-SA-4.0", "CC-BY-4.0", "CC-BY-NC-ND-4.0", "CC0-1.0", "All rights reserved"]


@dataclass
class PublicLineOut:
    """A stretch of speech; milliseconds, null without sound. `by`: who wrote it, machine or person."""

    id: str
    text: str
    start: int | None
    end: int | None
    lang: str
    by: str


@dataclass
class PublicVoiceOut:
    """A public voice. `versions`: one approved text a line, by language; `sound`: whether there is any."""

    key: str
    who: str
    place: str
    day: str
    lang: str
    lines: list[PublicLineOut]
    versions: dict[str, list[str]]
    sound: bool
    voice: str
    duration: int
    synthetic: bool


@dataclass
class PublicItemOut:
    """A place in an edition; without a voice `status` says why: withheld, withdrawn, missing."""

    number: int
    role: str
    answers: int | None
    day: str
    status: str
    voice: PublicVoiceOut | None


@dataclass
class EditionListed:
    """An edition in a list. `voices`: how many can be read."""

    slug: str
    number: int
    org: str
    org_name: str
    mine: bool
    langs: list[str]
    title: str
    day: str
    newest: bool
    withdrawn: bool
    voices: int


@dataclass
class EditionOut(EditionListed):
    """An edition with all that can be read of it. `behind`: places that would say something else today (ours)."""

    titles: dict[str, str]
    questions: dict[str, str]
    summaries: dict[str, str]
    licence: str
    licence_url: str
    form: str
    changes: list[str]
    items: list[PublicItemOut]
    behind: int


@dataclass
class StaysOut:
    """Why something stays at home; `lang`: the language that it concerns, or empty."""

    reason: str
    lang: str
    sentence: str


@dataclass
class PlannedOut:
    """A place of the edition to be. `leaves`: voice (words and sound), words, or stays."""

    number: int
    hop: str
    role: str
    who: str
    lang: str
    answers: int | None
    leaves: str
    langs: list[str]
    reasons: list[StaysOut]


@dataclass
class PreviewOut:
    """What would leave. Publishing with this `base` publishes just this, or nothing; `lacking`: languages nothing is in."""

    base: str
    number: int
    langs: list[str]
    lacking: list[str]
    places: list[PlannedOut]


class PublishIn(Schema):
    """What to publish. Without `hops`: all of the chains that may leave, spoken from `since` until `until`, with what they
    answer. A title that is missing is the chain's.
    """

    chains: list[Key] = Field(default=[], max_length=200)
    hops: list[Key] = Field(default=[], max_length=ev.MAX_ITEMS)
    since: Day = ""
    until: Day = ""
    langs: list[Tag] = Field(max_length=ev.MAX_LANGS)
    titles: dict[Tag, Annotated[str, Field(max_length=ev.MAX_TITLE)]] = {}
    questions: dict[Tag, Annotated[str, Field(max_length=ev.MAX_QUESTION)]] = {}
    summaries: dict[Tag, Annotated[str, Field(max_length=ev.MAX_SUMMARY)]] = {}
    licence: Licence = DEFAULT  # type: ignore[assignment]
    form: Literal["each", "whole"] = "each"
    sound: bool = True
    places: bool = True
    base: str = Field(default="", max_length=64, description="Of the preview that was seen.")

    def choice(self, **more: Any) -> Choice:
        """As actions take it."""
        found = self.dict(exclude={"base", "changes", "keep_earlier", "slug"})
        tuples = {name: tuple(found[name]) for name in ("chains", "hops", "langs")}
        return Choice(**{**found, **tuples, **more})


class PublishAgainIn(PublishIn):
    """A new edition; without chains, of those of the last one. `changes`: what was corrected, in lines."""

    changes: list[Annotated[str, Field(max_length=ev.MAX_CHANGE)]] = Field(default=[], max_length=40)
    keep_earlier: bool = Field(
        default=True, description="Without it, voices that only earlier editions have are erased."
    )


@dataclass
class Published:
    """The address of a publication and the number of its newest edition."""

    slug: str
    number: int


class ProofIn(PublishAgainIn):
    """A proof; `slug`: of the publication that it would correct, empty for a new one."""

    slug: Annotated[str, Field(pattern="^([a-z2-7]{8})?$")] = ""


@dataclass
class ProofOut:
    """A proof that lies open for a day: `page` leads keepers to its finished pages."""

    key: str
    title: str
    page: str


@dataclass
class LicenceOut:
    """A licence, and where it is written out."""

    name: str
    url: str


@listing(router, "/publications", EditionListed, make=lambda one: EditionListed(**_item(one)))
def list_publications(request: HttpRequest, q: Q = "") -> Any:
    """What was published, by us and by others: the newest edition of each, the latest first."""
    return selectors.publications(viewer=viewer_of(request), query=q)


@listing(router, "/licences", LicenceOut)
def list_licences(request: HttpRequest) -> Any:  # noqa: ARG001
    """The licences that an edition can have."""
    return [LicenceOut(name, url) for name, (_about, url) in LICENCES.items()]


@router.get("/publications/{slug}", response=EditionOut)
def get_publication(request: HttpRequest, slug: Slug, number: Number = None) -> EditionOut:
    """An edition with all that can be read of it."""
    found = selectors.publication(viewer=viewer_of(request), slug=slug, number=number)
    return _edition(found.edition, found.behind)


@listing(router, "/publications/{slug}/editions", EditionListed, make=lambda one: EditionListed(**_item(one)))
def list_editions(request: HttpRequest, slug: Slug) -> Any:
    """Every edition of a publication, the newest first."""
    return selectors.publication(viewer=viewer_of(request), slug=slug).history


@router.post("/previews", response=PreviewOut)
@makes(403, 404, 409)
def preview(request: HttpRequest, data: PublishIn) -> PreviewOut:
    """What would leave and what would stay, place by place and why; nothing is published."""
    found = actions.preview(viewer=viewer_of(request), choice=data.choice())
    return _preview(found)


@router.post("/publications/{slug}/preview", response=PreviewOut)
@makes(403, 404, 409)
def preview_correction(request: HttpRequest, slug: Slug, data: PublishAgainIn) -> PreviewOut:
    """What would leave with a new edition."""
    actions.editions_of(slug)
    return _preview(actions.preview(viewer=viewer_of(request), choice=data.choice(), slug=slug))


@listing(router, "/proofs", ProofOut)
@needs(WRITES)
def list_proofs(request: HttpRequest) -> Any:
    """Finished pages of what is not published yet, for those who may publish."""
    found = proofs.proofs(viewer=viewer_of(request))
    return [ProofOut(key, title, reverse("publishing_proof", args=[key])) for key, title in found]


@router.post("/proofs", response={201: ProofOut})
@makes(403, 404, 409)
def prove(request: HttpRequest, data: ProofIn) -> Status[ProofOut]:
    """Make the finished pages of a choice, to be looked at; nothing is published, and nothing is kept longer than a day."""
    choice = data.choice(changes=tuple(data.changes))
    key = proofs.prove(viewer=viewer_of(request), choice=choice, slug=data.slug, keep_earlier=data.keep_earlier)
    return Status(201, ProofOut(key, next(iter(data.titles.values()), ""), reverse("publishing_proof", args=[key])))


@router.post("/proofs/{key}/publication", response={201: Published})
@makes(403, 404, 409)
@repeatable
def publish_proof(request: HttpRequest, key: ProofKey) -> Status[Published]:
    """Publish what a proof showed, or nothing."""
    return Status(201, _published(proofs.publish(viewer=viewer_of(request), key=key, command=command(request))))


@router.delete("/proofs/{key}", response={204: None})
@makes(403, 404)
def drop_proof(request: HttpRequest, key: ProofKey) -> Status[None]:
    """Let a proof go."""
    proofs.drop(viewer=viewer_of(request), key=key)
    return Status(204, None)


@router.post("/publications", response={201: Published})
@makes(403, 404, 409)
@repeatable
def publish(request: HttpRequest, data: PublishIn) -> Status[Published]:
    """Publish a chain, some of its voices, or those of a season."""
    slug = actions.publish(viewer=viewer_of(request), choice=data.choice(), base=data.base, command=command(request))
    return Status(201, _published(slug))


@router.post("/publications/{slug}/editions", response={201: Published})
@makes(403, 404, 409)
@repeatable
def correct(request: HttpRequest, slug: Slug, data: PublishAgainIn) -> Status[Published]:
    """Publish a new edition; the ones before it say that they were replaced."""
    slug = actions.correct(
        viewer=viewer_of(request), slug=slug, choice=data.choice(changes=tuple(data.changes)), base=data.base,
        keep_earlier=data.keep_earlier, command=command(request),
    )  # fmt: skip
    return Status(201, _published(slug))


@router.delete("/publications/{slug}", response={204: None})
@needs(WRITES)
@makes(403, 404, 409)
def unpublish(request: HttpRequest, slug: Slug) -> Status[None]:
    """Take every edition back, here and on the other nodes; its address stays empty."""
    actions.unpublish(viewer=viewer_of(request), slug=slug)
    return Status(204, None)


def _published(slug: str) -> Published:
    return Published(slug, actions.editions_of(slug)[0].number)


def _item(one: Edition) -> dict[str, Any]:
    return {
        "slug": one.slug, "number": one.number, "org": one.org, "org_name": one.org_name, "mine": one.mine,
        "langs": list(one.langs), "title": one.title, "day": one.day, "newest": one.newest, "withdrawn": one.withdrawn,
        "voices": len(one.voices),
    }  # fmt: skip


def _edition(one: Edition, behind: int) -> EditionOut:
    texts: dict[str, Any] = {
        "titles": dict(one.titles),
        "questions": dict(one.questions),
        "summaries": dict(one.summaries),
    }
    return EditionOut(
        **_item(one), **texts, licence=one.licence, licence_url=one.licence_url, form=one.form,
        changes=list(one.changes), items=[_place(item) for item in one.items], behind=behind,
    )  # fmt: skip


def _place(item: Item) -> PublicItemOut:
    found = _voice(item.voice) if item.voice else None
    return PublicItemOut(item.number, item.role, item.answers, item.day, item.status, found)


def _voice(voice: PublicVoice) -> PublicVoiceOut:
    return PublicVoiceOut(
        voice.key, voice.who, voice.place, voice.day, voice.lang,
        [PublicLineOut(line.id, line.text, line.start, line.end, line.lang, line.by) for line in voice.lines],
        {lang: list(texts) for lang, texts in voice.versions.items()}, voice.audio is not None, voice.voice,
        voice.duration, voice.synthetic,
    )  # fmt: skip


def _preview(found: Preview) -> PreviewOut:
    places = [
        PlannedOut(
            one.number, one.source.key, one.source.role, one.source.who, one.source.lang, one.answers, one.leaves,
            list(one.langs), [StaysOut(n.reason, n.lang, str(SENTENCES[n.reason])) for n in one.notes],
        )
        for one in found.plan.items
    ]  # fmt: skip
    return PreviewOut(found.plan.base, found.number, list(found.plan.langs), list(found.plan.lacking), places)
