"""Folded translations → rows and search documents, in bulk."""

from collections.abc import Iterator, Sequence
from functools import partial

import orjson

from tejido.ground.search import Doc
from tejido.ground.store.public import Family, Folded, Kind
from tejido.practices.relay.projector import key_of, row_of
from tejido.practices.relay.review import domain, models
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.pieces import PieceState


def _plain(piece: PieceState) -> dict[str, object]:
    values = {name: getattr(piece, name) for name in piece.__dataclass_fields__}
    return {**values, "suspects": [one.body() for one in piece.suspects]}


def _json(pieces: Sequence[PieceState]) -> str:
    return orjson.dumps([_plain(one) for one in pieces]).decode()


def translations(folded: Sequence[Folded]) -> Iterator[models.Translation]:
    """Rows of translations."""
    for one in folded:
        state: domain.TranslationState = one.state
        yield models.Translation(
            **row_of(one),
            kind=state.kind,
            subject=key_of(state.subject),
            name=state.subject,
            source_lang=state.source_lang,
            lang=state.lang,
            day=state.day,
            at=state.at,
            touched=any(piece.by == "person" or piece.approved for piece in state.pieces),
            pieces=_json(state.pieces),
            copies=orjson.dumps(state.copies).decode(),
        )


def passed(folded: Sequence[Folded]) -> Iterator[models.Passed]:
    """Rows of passed copies."""
    for one in folded:
        state: domain.PassedState = one.state
        yield models.Passed(
            **row_of(one),
            org=state.org,
            hop=key_of(state.hop),
            name=state.hop,
            source_lang=state.source_lang,
            lang=state.lang,
            day=state.day,
            at=state.at,
            purposes=" ".join(state.terms.purposes),
            pieces=_json(state.pieces),
        )


def _text(pieces: Sequence[PieceState]) -> str:
    return " ".join(piece.text for piece in pieces)


def docs(folded: Sequence[Folded]) -> Iterator[Doc]:
    """Search documents of translations."""
    for one in folded:
        yield Doc(one.key, one.key, one.space, "relay.translation", one.state.lang, "", _text(one.state.pieces))


def passed_docs(folded: Sequence[Folded]) -> Iterator[Doc]:
    """Search documents of passed copies."""
    for one in folded:
        yield Doc(one.key, one.key, one.space, "relay.passed", one.state.lang, "", _text(one.state.pieces))


_kind = partial(Kind.of, ev.CATALOGUE)


FAMILIES = (
    Family(
        "relay.translation",
        (
            _kind(ev.TRANSLATION_DRAFTED, creates=True, personal=True),
            _kind(ev.TRANSLATION_REDRAFTED, personal=True),
            _kind(ev.TRANSLATION_CORRECTED, personal=True),
            _kind(ev.TRANSLATION_APPROVED),
            _kind(ev.TRANSLATION_SENT),
        ),
        domain.fold_translation,
        translations,
        (models.Translation,),
        docs,
    ),
    Family(
        "relay.passed",
        (
            _kind(ev.TRANSLATION_PASSED, creates=True, personal=True),
            _kind(ev.TRANSLATION_REVISED, personal=True),
        ),
        domain.fold_passed,
        passed,
        (models.Passed,),
        passed_docs,
    ),
)
