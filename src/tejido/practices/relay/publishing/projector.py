"""Folded publications → rows, in bulk."""

from collections.abc import Iterator, Sequence
from functools import partial

import orjson

from tejido.ground.network.selectors import own_space_key
from tejido.ground.search import Doc
from tejido.ground.store.public import Family, Folded, Kind
from tejido.practices.relay.projector import key_of, row_of
from tejido.practices.relay.publishing import domain, models
from tejido.practices.relay.publishing import events as ev


def _json(value: object) -> str:
    return orjson.dumps(value).decode() if value else ""


def voices(folded: Sequence[Folded]) -> Iterator[models.Voice]:
    """Rows of public voices."""
    for one in folded:
        state: domain.VoiceState = one.state
        yield models.Voice(
            **row_of(one),
            org=state.org,
            who=state.who,
            place=state.place,
            day=state.day,
            lang=state.lang,
            role=state.role,
            lines=_json(state.lines),
            versions=_json(state.versions),
            langs=" ".join(state.versions),
            audio=_json(state.audio),
            voice=state.voice,
            duration=state.duration,
            synthetic=state.synthetic,
            purposes=" ".join(state.purposes),
            tier=state.tier,
            status=state.status,
        )


def editions(folded: Sequence[Folded]) -> Iterator[models.Edition]:
    """Rows of editions."""
    for one in folded:
        state: domain.EditionState = one.state
        texts = {"titles": state.titles, "questions": state.questions, "summaries": state.summaries}
        yield models.Edition(
            **row_of(one),
            org=state.org,
            slug=state.slug,
            number=state.number,
            replaces=key_of(state.replaces),
            langs=" ".join(state.langs),
            texts=_json(texts),
            items=_json(state.items),
            licence=state.licence,
            licence_url=state.licence_url,
            changes=_json(state.changes),
            day=state.day,
            form=state.form,
            withdrawn=state.withdrawn,
        )


def kept(folded: Sequence[Folded]) -> Iterator[models.Kept]:
    """Rows of what editions were made from: of our own alone, for what others write of theirs must not settle ours."""
    own = own_space_key() if folded else ""  # nothing is folded before there is one
    for one in folded:
        if one.space != own:
            continue
        state: domain.KeptState = one.state
        yield models.Kept(
            **one.row,
            edition=key_of(state.edition),
            public_space=state.space,
            slug=state.slug,
            number=state.number,
            chains=_json(state.chains),
            items=_json(state.items),
            sound=state.sound,
            places=state.places,
            at=state.at,
        )


def docs(folded: Sequence[Folded]) -> Iterator[Doc]:
    """Search documents of the editions that stand."""
    for one in folded:
        state: domain.EditionState = one.state
        if not state.withdrawn:
            texts = (*state.titles.values(), *state.questions.values(), *state.summaries.values())
            yield Doc(
                one.key,
                one.key,
                one.space,
                "relay.edition",
                state.langs[0],
                state.titles[state.langs[0]],
                " ".join(texts),
            )


_kind = partial(Kind.of, ev.CATALOGUE)


FAMILIES = (
    Family(
        "relay.voice",
        (_kind(ev.VOICE_PUBLISHED, creates=True, personal=True),),
        domain.fold_voice,
        voices,
        (models.Voice,),
    ),
    Family(
        "relay.edition",
        (_kind(ev.EDITION_PUBLISHED, creates=True), _kind(ev.EDITION_WITHDRAWN)),
        domain.fold_edition,
        editions,
        (models.Edition,),
        docs,
    ),
    Family(
        "relay.publication",
        (_kind(ev.PUBLICATION_KEPT, creates=True),),
        domain.fold_kept,
        kept,
        (models.Kept,),
    ),
)
