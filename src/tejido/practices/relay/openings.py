"""Opening circles and chains, and asking others to answer: changes that touch nobody's words."""

from collections.abc import Collection

from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, errors, policies
from tejido.practices.relay import events as ev
from tejido.practices.relay.access import clean
from tejido.practices.relay.facts import append, today
from tejido.practices.relay.facts import body as make


def open_circle(
    *, viewer: Viewer, name: str, place: str, langs: Collection[str], network: bytes | None = None, command: str = ""
) -> str:
    """Open a circle in a network (default: the first this node is in); its key."""
    require(viewer, policies.OPEN)
    body = make(ev.Circle, name=clean(name), place=clean(place), langs=[access.language(lang) for lang in langs])
    return append(network or access.first_network(), ev.CIRCLE_OPENED, body, command=command).key


def change_circle(*, viewer: Viewer, circle: str, name: str, place: str, langs: Collection[str]) -> None:
    """Describe a circle of one's own anew."""
    require(viewer, policies.OPEN)
    row = access.own_circle(circle)
    body = make(ev.Circle, name=clean(name), place=clean(place), langs=[access.language(lang) for lang in langs])
    append(access.space(row.space), ev.CIRCLE_CHANGED, body, row.aggregate)


def open_chain(*, viewer: Viewer, circle: str, title: str, question: str, lang: str, command: str = "") -> str:
    """Open a chain with its question, in the circle's network; its key."""
    require(viewer, policies.OPEN)
    row = access.own_circle(circle)
    body = make(
        ev.ChainOpened,
        title=clean(title),
        question=clean(question),
        lang=access.language(lang),
        circle=row.aggregate,
    )
    return append(access.open_space(row.space), ev.CHAIN_OPENED, body, command=command).key


def change_chain(*, viewer: Viewer, chain: str, title: str, question: str) -> None:
    """Word a chain of one's own anew."""
    require(viewer, policies.OPEN)
    row = access.own_chain(chain)
    body = make(ev.ChainChanged, title=clean(title), question=clean(question))
    append(access.space(row.space), ev.CHAIN_CHANGED, body, row.aggregate)


def invite_to_answer(
    *,
    viewer: Viewer,
    chain: str,
    circle: str,
    to_org: bytes,
    deadline: str,
    hop: str | None = None,
    to_circle: str | None = None,
    note: str = "",
    command: str = "",
) -> str:
    """Ask another organisation, or one circle of it, to answer a chain or a hop until a day; the invitation's key."""
    require(viewer, policies.PASS)
    row = access.chain(chain)
    body = make(
        ev.AnswerInvited,
        chain=row.aggregate,
        circle=access.own_circle(circle).aggregate,
        to_org=to_org.hex(),
        deadline=deadline,
        hop=access.hop(hop).aggregate if hop else None,
        to_circle=access.circle(to_circle).aggregate if to_circle else None,
        note=clean(note),
    )
    if deadline < today():
        raise errors.DeadlinePast
    return append(access.open_space(row.space), ev.ANSWER_INVITED, body, command=command).key


def end_invitation(*, viewer: Viewer, invitation: str) -> str:
    """Take an invitation of one's own back; the key of its chain."""
    require(viewer, policies.PASS)
    row = access.own_invitation(invitation)
    append(access.space(row.space), ev.INVITATION_ENDED, {}, row.aggregate)
    return row.chain
