"""Folded state → rows and search documents, in bulk."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import orjson

from tejido.ground.search import Doc
from tejido.ground.store.public import Family, Folded, Kind, row_key
from tejido.practices.relay import domain, models, states
from tejido.practices.relay import events as ev
from tejido.practices.relay.segments import Line, state_of

EXCERPT = 280


def key_of(aggregate: str | None) -> str:
    """The row key of an aggregate's hex name; empty for none."""
    return row_key(bytes.fromhex(aggregate)) if aggregate else ""


def excerpt(text: str) -> str:
    """The beginning of a text, cut at a word's end."""
    if len(text) <= EXCERPT:
        return text
    head = text[: EXCERPT - 1]
    return head[: head.rfind(" ") if " " in head[EXCERPT // 2 :] else None].rstrip() + "…"


def _json(value: object) -> str:
    return "" if value is None else orjson.dumps(value).decode()


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


def _writer(lines: Sequence[Line]) -> str:
    """Whose words these are: a machine's, a person's, or mixed."""
    writers = {line.by for line in lines}
    return "mixed" if len(writers) > 1 else next(iter(writers), "")


def row_of(one: Folded) -> dict[str, Any]:
    """The fields of a row that name its aggregate."""
    return {**one.row, "aggregate": one.aggregate.hex()}


def circles(folded: Sequence[Folded]) -> Iterator[models.Circle]:
    """Rows of circles."""
    for one in folded:
        state: states.CircleState = one.state
        langs = " ".join(state.langs)
        yield models.Circle(**row_of(one), org=state.org, name=state.name, place=state.place, langs=langs)


def chains(folded: Sequence[Folded]) -> Iterator[models.Chain]:
    """Rows of chains."""
    for one in folded:
        state: states.ChainState = one.state
        yield models.Chain(
            **row_of(one),
            org=state.org,
            circle=key_of(state.circle),
            title=state.title,
            question=state.question,
            lang=state.lang,
            day=state.day,
            at=state.at,
        )


def reports(folded: Sequence[Folded]) -> Iterator[models.Report]:
    """Rows of reports."""
    for one in folded:
        state: states.ReportState = one.state
        draft = state.transcript
        lines = draft.lines if draft else ()
        yield models.Report(
            **row_of(one),
            role=state.role,
            chain=key_of(state.chain),
            parent=key_of(state.parent),
            circle=key_of(state.circle),
            lang=state.lang,
            pseudonym=state.pseudonym,
            day=state.day,
            at=state.at,
            preview=_json(state.preview),
            master=_json(state.master),
            duration=state.duration,
            synthetic=state.synthetic,
            model=draft.model if draft else "",
            transcribed=draft is not None,
            lines=_json(lines),
            excerpt=excerpt(_text(lines)),
            conflicts=sum(bool(line.others) for line in lines),
            state=state_of(lines),
            passages=_json(state.passages),
            hop=key_of(state.passages[-1].hop) if state.passages else "",
            cut=state.cut,
            voices=_json(state.voices),
            circles=state.circles,
            public=state.public,
            asked=_json(state.asked),
            quotes=_json(state.quotes),
            stub=_json(domain.stub(state)),
            names=_json({"chain": state.chain, "parent": state.parent, "circle": state.circle}),
        )


def hops(folded: Sequence[Folded]) -> Iterator[models.Hop]:
    """Rows of hops."""
    for one in folded:
        state: states.HopState = one.state
        text = _text(state.lines)
        yield models.Hop(
            **row_of(one),
            org=state.org,
            chain=key_of(state.chain),
            parent=key_of(state.parent),
            role=state.role,
            circle=key_of(state.circle),
            lang=state.lang,
            day=state.day,
            at=state.at,
            pseudonym=state.pseudonym,
            audio=_json(state.audio),
            voice=state.voice,
            duration=state.duration,
            synthetic=state.synthetic,
            by=_writer(state.lines),
            state=state_of(state.lines),
            lines=_json(state.lines),
            excerpt=excerpt(text),
            letters=len(text),
            purposes=" ".join(state.terms.purposes),
            tier=state.terms.audio,
            edition=state.edition,
            status=state.status,
            quotes=_json(state.quotes),
            stub=_json(domain.stub(state)),
        )


def invitations(folded: Sequence[Folded]) -> Iterator[models.Invitation]:
    """Rows of invitations."""
    for one in folded:
        state: states.InvitationState = one.state
        yield models.Invitation(
            **row_of(one),
            org=state.org,
            chain=key_of(state.chain),
            hop=key_of(state.hop),
            circle=key_of(state.circle),
            to_org=state.to_org,
            to_circle=key_of(state.to_circle),
            deadline=state.deadline,
            note=state.note,
            day=state.day,
            ended=state.ended,
        )


def chain_docs(folded: Sequence[Folded]) -> Iterator[Doc]:
    """Search documents of chains."""
    for one in folded:
        state: states.ChainState = one.state
        yield Doc(one.key, one.key, one.space, "relay.chain", state.lang, state.title, state.question)


def hop_docs(folded: Sequence[Folded]) -> Iterator[Doc]:
    """Search documents of the hops that can be read."""
    for one in folded:
        state: states.HopState = one.state
        if state.status == "shown":
            yield Doc(one.key, one.key, one.space, "relay.hop", state.lang, state.pseudonym, _text(state.lines))


def report_docs(folded: Sequence[Folded]) -> Iterator[Doc]:
    """Search documents of this organisation's own reports."""
    for one in folded:
        state: states.ReportState = one.state
        text = _text(state.transcript.lines) if state.transcript else ""
        yield Doc(one.key, one.key, one.space, "relay.report", state.lang, state.pseudonym, text)


_kind = partial(Kind.of, ev.CATALOGUE)


FAMILIES = (
    Family(
        "relay.circle",
        (_kind(ev.CIRCLE_OPENED, creates=True), _kind(ev.CIRCLE_CHANGED)),
        domain.fold_circle,
        circles,
        (models.Circle,),
    ),
    Family(
        "relay.chain",
        (_kind(ev.CHAIN_OPENED, creates=True), _kind(ev.CHAIN_CHANGED)),
        domain.fold_chain,
        chains,
        (models.Chain,),
        chain_docs,
    ),
    Family(
        "relay.report",
        (
            _kind(ev.REPORT_ADDED, creates=True, personal=True),
            _kind(ev.TRANSCRIPT_DRAFTED, personal=True),
            _kind(ev.SEGMENT_CORRECTED, personal=True),
            _kind(ev.SEGMENT_APPROVED),
            _kind(ev.REPORT_RECUT, personal=True),
            _kind(ev.REPORT_VOICED, personal=True),
            _kind(ev.VOICE_CHOSEN),
            _kind(ev.REPORT_ASKED, personal=True),
            _kind(ev.REPORT_PASSED),
        ),
        domain.fold_report,
        reports,
        (models.Report,),
        report_docs,
    ),
    Family(
        "relay.hop",
        (_kind(ev.HOP_PASSED, creates=True, personal=True), _kind(ev.HOP_REVISED, personal=True)),
        domain.fold_hop,
        hops,
        (models.Hop,),
        hop_docs,
    ),
    Family(
        "relay.invitation",
        (_kind(ev.ANSWER_INVITED, creates=True), _kind(ev.INVITATION_ENDED)),
        domain.fold_invitation,
        invitations,
        (models.Invitation,),
    ),
)
