"""Proofs: an edition as it would be published, for whoever may publish. Only the choice is kept, for a day at most; words are
read anew for every page of it, so that what is taken back meanwhile is in none.
"""

import secrets
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.utils import timezone

from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access
from tejido.practices.relay.facts import today
from tejido.practices.relay.names import load
from tejido.practices.relay.publishing import actions, planning, policies, records
from tejido.practices.relay.publishing import plan as plans
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.licences import LICENCES
from tejido.practices.relay.publishing.models import Proof
from tejido.practices.relay.publishing.plan import Planned
from tejido.practices.relay.publishing.planning import Preview

LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Proofed:
    """A proof as its pages show it; `edition` is what anybody would read, `changed`: since it was made something did."""

    key: str
    slug: str
    choice: Choice
    edition: records.Edition
    changed: bool


def prove(*, viewer: Viewer, choice: Choice, slug: str = "", keep_earlier: bool = True) -> str:
    """Keep a choice to be looked at as finished pages; its key. Nothing is published. Raises what publishing would."""
    require(viewer, policies.PUBLISH)
    if slug:
        actions.editions_of(slug)
    found = _found(viewer, choice, slug)
    key = b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    clear()
    Proof.objects.create(
        key=key, slug=slug, address=slug or actions.drawn(), choice=orjson.dumps(asdict(choice)).decode(),
        base=found.plan.base, keep_earlier=keep_earlier, at=timezone.now(),
    )  # fmt: skip
    return key


def proof(*, viewer: Viewer, key: str) -> Proofed:
    """A proof as things stand now. Raises `NotFound`, and what publishing would."""
    require(viewer, policies.PUBLISH)
    row, choice = _row(key)
    found = _found(viewer, choice, row.slug)
    return Proofed(key, row.slug, choice, _edition(found, row.address), found.plan.base != row.base)


def choice_of(*, viewer: Viewer, key: str) -> tuple[Choice, str]:
    """What was chosen, to be changed, and the publication that it corrects (or empty). Raises `NotFound`."""
    require(viewer, policies.PUBLISH)
    row, choice = _row(key)
    return choice, row.slug


def publish(*, viewer: Viewer, key: str, command: str = "") -> str:
    """Publish what a proof showed, or nothing; its address. The proof goes. Raises what publishing would."""
    require(viewer, policies.PUBLISH)
    if command and (done := access.carried_out(command)):
        return actions.slug_of(done)
    row, choice = _row(key)
    if row.slug:
        slug = actions.correct(
            viewer=viewer, slug=row.slug, choice=choice, base=row.base, keep_earlier=row.keep_earlier, command=command
        )
    else:
        slug = actions.publish(viewer=viewer, choice=choice, base=row.base, command=command, address=row.address)
    row.delete()
    return slug


def drop(*, viewer: Viewer, key: str) -> None:
    """Let a proof go; nothing of it is left. Raises `NotFound`."""
    require(viewer, policies.PUBLISH)
    _row(key)[0].delete()


def proofs(*, viewer: Viewer) -> list[tuple[str, str]]:
    """Proofs that lie open: key and first title, the latest first."""
    require(viewer, policies.PUBLISH)
    rows = Proof.objects.filter(at__gt=timezone.now() - LASTS).order_by("-at", "key")
    return [(row.key, next(iter(orjson.loads(row.choice)["titles"].values()), "")) for row in rows]


def clear() -> None:
    """Let the old ones go: for the sweeper, and with each new one."""
    Proof.objects.filter(at__lte=timezone.now() - LASTS).delete()


def _row(key: str) -> tuple[Proof, Choice]:
    row = Proof.objects.filter(key=key, at__gt=timezone.now() - LASTS).first()
    if row is None:
        raise NotFound
    return row, Choice(**{name: _tupled(value) for name, value in orjson.loads(row.choice).items()})


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _found(viewer: Viewer, choice: Choice, slug: str) -> Preview:
    found = planning.preview(viewer=viewer, choice=choice, slug=slug)
    planning.must_leave(found)
    planning.titles(found)
    return found


def _edition(found: Preview, address: str) -> records.Edition:
    """The edition as selectors would read it once it is published."""
    choice, names = found.choice, load(())
    return records.Edition(
        key="", slug=address, number=found.number, org=names.own, org_name=names.org(names.own), mine=True,
        langs=found.plan.langs, titles=planning.titles(found), questions=planning.questions(found),
        summaries=planning.texts(choice.summaries, found.plan.langs), day=today(), at=None, licence=choice.licence,
        licence_url=LICENCES[choice.licence][1], form=choice.form,
        changes=tuple(line for text in choice.changes if (line := access.clean(text))), newest=True, withdrawn=False,
        items=tuple(_item(one, places=choice.places) for one in found.plan.items),
    )  # fmt: skip


def _item(one: Planned, *, places: bool) -> records.Item:
    voice = _voice(one, plans.told(one, places=places)) if one.leaves != plans.STAYS else None
    status = records.SHOWN if voice else records.WITHHELD
    quotes = tuple(records.Quoted(number, segment) for number, segment in one.quotes)
    return records.Item(
        one.number, one.source.role, one.answers, one.source.day if voice else "", voice, status, quotes
    )


def _voice(one: Planned, told: dict[str, Any]) -> records.PublicVoice:
    """The public voice that a place would become; its sound is the sealed file that would be copied."""
    return records.PublicVoice(
        key=one.source.key, who=told["who"], place=told["place"], day=told["day"], lang=told["lang"], role=told["role"],
        lines=tuple(_lines(told)), versions={version["lang"]: tuple(version["texts"]) for version in told["versions"]},
        audio=BlobRef.from_dict(dict(one.sound.file)) if one.sound else None, voice=told["voice"],
        duration=told["duration"], synthetic=told["synthetic"],
    )  # fmt: skip


def _lines(told: dict[str, Any]) -> Iterator[records.PublicLine]:
    for segment in told["segments"]:
        yield records.PublicLine(**{**segment, "lang": segment["lang"] or told["lang"]})
