"""What the press, the public site and other rooms may use: reading what was published, never writing."""

from tejido.practices.relay.publishing.policies import PUBLISH
from tejido.practices.relay.publishing.proofs import Proofed, proof
from tejido.practices.relay.publishing.records import Edition, Item, PublicLine, PublicVoice, Quoted
from tejido.practices.relay.publishing.remembering import remembering
from tejido.practices.relay.publishing.selectors import edition, editions, history, opened, voice

VOICES, EDITIONS = "relay.voice", "relay.edition"
"""Families of the store: `follow(VOICES, …)` tells the row keys of voices that came, or were taken back."""

__all__ = [
    "EDITIONS",
    "PUBLISH",
    "VOICES",
    "Edition",
    "Item",
    "Proofed",
    "PublicLine",
    "PublicVoice",
    "Quoted",
    "edition",
    "editions",
    "history",
    "opened",
    "proof",
    "remembering",
    "voice",
]
