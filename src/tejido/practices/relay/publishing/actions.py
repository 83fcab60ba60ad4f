"""Every change in publishing: may they, does each speaker allow it, is it valid; then one transaction, all or nothing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import org_id, own_space
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import Appended, Fact, append, writing
from tejido.log.header import MAX_PAYLOAD
from tejido.practices.relay import access
from tejido.practices.relay.facts import body as make
from tejido.practices.relay.facts import today
from tejido.practices.relay.publishing import errors, planning, policies, settling, sources, standing
from tejido.practices.relay.publishing import events as ev
from tejido.practices.relay.publishing import plan as plans
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.copying import Files, copied
from tejido.practices.relay.publishing.licences import LICENCES
from tejido.practices.relay.publishing.models import Edition, Kept, Voice
from tejido.practices.relay.publishing.plan import Planned
from tejido.practices.relay.publishing.planning import Preview, preview
from tejido.practices.relay.publishing.settling import settle, settle_report
from tejido.practices.relay.publishing.standing import Standing, look_again

__all__ = [
    "Choice",
    "Preview",
    "correct",
    "look_again",
    "preview",
    "publish",
    "settle",
    "settle_all",
    "settle_report",
    "unpublish",
]

SLUG = "abcdefghijklmnopqrstuvwxyz234567"
MOST_BYTES = MAX_PAYLOAD - 1024


def publish(*, viewer: Viewer, choice: Choice, base: str = "", command: str = "", address: str = "") -> str:
    """Publish the first edition of something; its address (slug), drawn anew unless it was drawn for a proof.

    `base`: what the preview that was seen said of it.

    Raises what `preview` raises, and `NothingLeaves`, `EmptyLanguage`, `TitleMissing`, `PlanChanged`."""
    require(viewer, policies.PUBLISH)
    return _publish(viewer, choice, "", base, command, keep_earlier=True, address=address)


def correct(
    *, viewer: Viewer, slug: str, choice: Choice, base: str = "", keep_earlier: bool = True, command: str = ""
) -> str:
    """Publish a new edition; the ones before it stay and say that they were replaced.

    Unless `keep_earlier`, voices that only earlier editions have are erased: their places stay. Raises `NothingNew`
    where it would be the edition that stands."""
    require(viewer, policies.PUBLISH)
    editions_of(slug)
    return _publish(viewer, choice, slug, base, command, keep_earlier=keep_earlier)


def unpublish(*, viewer: Viewer, slug: str) -> None:
    """Take all editions of a publication back; voices that no other publication of ours shows are erased everywhere.

    Raises `NotFound`, `Unpublished`."""
    require(viewer, policies.PUBLISH)
    with writing():
        shown = [one for one in editions_of(slug) if not one.withdrawn]
        if not shown:
            raise errors.Unpublished
        fallen = _only_in(shown)
        for one in shown:
            settling.withdraw(one)
        settling.take_back(fallen)
        standing.note(slug)


def settle_all() -> None:
    """Take back what must go, and note what is behind: for the sweeper."""
    settling.settle_all()
    look_again()


def editions_of(slug: str) -> list[Edition]:
    """Our own editions of a publication, the newest first. Raises `NotFound`."""
    found = list(Edition.objects.filter(slug=slug, org=org_id().hex()).order_by("-number", "-day", "-key"))
    if not found:
        raise NotFound
    return found


def _only_in(editions: Sequence[Edition]) -> list[Voice]:
    """The voices that stand in these editions of ours and in no other."""
    keys = [one.key for one in editions]
    others = Edition.objects.filter(org=org_id().hex(), withdrawn=False).exclude(key__in=keys)
    kept = {name for one in others for name in _named(one)}
    named = {name for one in editions for name in _named(one)} - kept
    return list(Voice.objects.filter(aggregate__in=named, status="shown").order_by("key"))


def _named(row: Edition) -> list[str]:
    return [one["voice"] for one in orjson.loads(row.items) if one["voice"]] if row.items else []


def drawn() -> str:
    """An address that nothing has."""
    return "".join(secrets.choice(SLUG) for _ in range(8))


def slug_of(kept: str) -> str:
    """The address of what was published, by the row key of what is kept of it."""
    return Kept.objects.values_list("slug", flat=True).get(key=kept)


def _publish(
    viewer: Viewer, choice: Choice, slug: str, base: str, command: str, *, keep_earlier: bool, address: str = ""
) -> str:
    if command and (done := access.carried_out(command)):
        return slug_of(done)
    found = preview(viewer=viewer, choice=choice, slug=slug)
    planning.must_leave(found)
    if base and base != found.plan.base:
        raise errors.PlanChanged
    known, places = standing.standing(slug), choice.places
    new = [one for one in found.plan.leaving if standing.reusable(one, known, places=places) is None]
    wanted = [one.sound for one in new if one.sound]
    with copied(wanted) as files, writing():
        again = preview(viewer=viewer, choice=choice, slug=slug)
        if again.plan.base != found.plan.base or again.number != found.number:
            raise errors.PlanChanged
        made = _write(replace(again, address=address), files, command)
        if not keep_earlier:
            settling.take_back(_only_in(editions_of(made)[1:]), settling.REPLACED)
    return made


def _write(found: Preview, files: Files, command: str) -> str:
    """Voices, then the edition that names them, then what was copied from where."""
    space, known = found.network.public_space or b"", standing.standing(found.slug)
    kept = [_kept_item(one, _voice(one, found, files, known, space)) for one in found.plan.items]
    body = _edition(found, {item["number"]: item["voice"] for item in kept})
    _must_be_new(found, body)
    edition = _append(space, ev.EDITION_PUBLISHED, body)
    made = make(
        ev.PublicationKept, space=space.hex(), edition=edition.aggregate.hex(), slug=body["slug"],
        number=found.number, chains=[row.aggregate for row in found.chains], items=kept,
        sound=found.choice.sound, places=found.choice.places,
    )  # fmt: skip
    _append(own_space(), ev.PUBLICATION_KEPT, made, command=command)
    standing.note(str(body["slug"]))
    return str(body["slug"])


def _append(
    space: bytes, kind: str, body: dict[str, Any], *, blobs: tuple[str, ...] = (), command: str = ""
) -> Appended:
    fact = Fact(kind, body, None, blobs, schema=ev.CATALOGUE.schema(kind))
    return append(space, fact, command=command or None)[0]


def _voice(one: Planned, found: Preview, files: Files, known: Standing, space: bytes) -> str | None:
    """The full hash of the voice at a place: one that stands, or a new one; None where it stays at home."""
    if one.leaves == plans.STAYS:
        return None
    row = standing.reusable(one, known, places=found.choice.places)
    if row is not None:
        return row.aggregate
    public = files[str(one.sound.file["id"])].to_dict() if one.sound else None
    since = one.source.held.since or sources.history(one.source.name)[1]
    body = make(ev.VoicePublished, **plans.body(one, since=since, audio=public, places=found.choice.places))
    if len(orjson.dumps(body)) > MOST_BYTES:
        raise errors.TooLong
    subject = bytes.fromhex(one.source.report) if one.source.report else one.source.held
    with consent.speaking_for(subject):
        made = _append(space, ev.VOICE_PUBLISHED, body, blobs=(str(public["id"]),) if public else ())
    return made.aggregate.hex()


def _kept_item(one: Planned, voice: str | None) -> dict[str, Any]:
    cuts = sources.history(one.source.name)[0] if voice else 0
    place = {"number": one.number, "hop": one.source.name, "voice": voice, "edition": one.source.edition}
    return {**place, "cuts": cuts, "sound": standing.sound_id(one) if voice else None}


def _edition(found: Preview, voices: Mapping[int, str | None]) -> dict[str, Any]:
    choice, before = found.choice, editions_of(found.slug)[0] if found.slug else None
    name, url = choice.licence, LICENCES[choice.licence][1]
    return make(
        ev.EditionPublished,
        slug=found.slug or found.address or drawn(),
        number=found.number,
        replaces=before.aggregate if before else None,
        titles=planning.titles(found),
        questions=planning.questions(found),
        summaries=planning.texts(choice.summaries, found.plan.langs),
        langs=list(found.plan.langs),
        items=[_placed(one, voices[one.number]) for one in found.plan.items],
        licence={"name": name, "url": url},
        changes=[line for text in choice.changes if (line := access.clean(text))],
        day=today(),
        form=choice.form,
    )


def _placed(one: Planned, voice: str | None) -> dict[str, Any]:
    quotes = [{"number": number, "segment": segment} for number, segment in one.quotes]
    day = one.source.day if voice else None
    return {
        "number": one.number, "voice": voice, "role": one.source.role, "answers": one.answers, "day": day, "quotes": quotes,
    }  # fmt: skip


def _must_be_new(found: Preview, body: Mapping[str, Any]) -> None:
    before = editions_of(found.slug)[0] if found.slug else None
    if before is not None and not before.withdrawn and settling.same(before, body):
        raise errors.NothingNew
