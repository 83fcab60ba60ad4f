"""From hops in reading order to the nodes of the chain picture."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from tejido.ground.ui.chain import ChainNode
from tejido.practices.relay.records import HopView


def nodes(
    hops: Sequence[HopView], url: Callable[[str], str], lang: Callable[[HopView], str] = lambda hop: hop.lang
) -> list[ChainNode]:
    """The roots of the picture; answers come after what they answer, so they are built from the end.

    `lang` says in which language a voice's excerpt is.
    """
    below: dict[str, list[ChainNode]] = {}
    roots: list[ChainNode] = []
    for hop in reversed(hops):
        node = _node(hop, url, lang(hop), tuple(reversed(below.pop(hop.key, []))))
        (below.setdefault(hop.parent, []) if hop.depth else roots).append(node)
    return roots[::-1]


def _node(hop: HopView, url: Callable[[str], str], lang: str, children: tuple[ChainNode, ...]) -> ChainNode:
    shown = hop.status == "shown"
    return ChainNode(
        hop_key=hop.key,
        role=hop.role,
        org=hop.org_name,
        circle=hop.circle.name if hop.circle else "",
        place=hop.circle.place if hop.circle else "",
        lang=hop.lang,
        when=datetime.fromtimestamp(hop.at, UTC) if hop.at is not None else date.fromisoformat(hop.day),
        duration=hop.duration / 1000 if hop.heard else None,
        excerpt=hop.excerpt,
        excerpt_lang=lang,
        url=url(hop.key) if shown else "",
        machine=hop.by in ("machine", "mixed"),
        withdrawn=not shown,
        children=children,
        synthetic=hop.synthetic,
    )
