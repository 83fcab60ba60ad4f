"""What other rooms may use of the relay: reading, never writing. Kinds for links: see `KINDS`."""

from tejido.practices.relay.records import ChainItem, ChainPage, CircleView, HopPage, HopView
from tejido.practices.relay.selectors import Voice, chain, chains, circles, has_spoken, hop, reading, sealed_original

KINDS = ("relay.chain", "relay.circle", "relay.hop", "relay.report")

__all__ = [
    "KINDS",
    "ChainItem",
    "ChainPage",
    "CircleView",
    "HopPage",
    "HopView",
    "Voice",
    "chain",
    "chains",
    "circles",
    "has_spoken",
    "hop",
    "reading",
    "sealed_original",
]
