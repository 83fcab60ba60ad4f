"""Originals that the node itself cannot open: closed with age to the organisation's printed recovery sheets.

The node holds the recipients only; each sheet's identity is derived from the key printed on it, so that there is nothing
more to print and nothing here to seize. Any one sheet opens an original, on whatever machine its holder trusts.
"""

from tejido.ground.originals.derive import identity, recipient
from tejido.ground.originals.errors import NoRecipients, NotASheet, NotOpened, NotOurSheet
from tejido.ground.originals.sealing import TYPE, open_sealed, seal
from tejido.ground.originals.sheets import add, key_on, known, remember

__all__ = [
    "TYPE",
    "NoRecipients",
    "NotASheet",
    "NotOpened",
    "NotOurSheet",
    "add",
    "identity",
    "key_on",
    "known",
    "open_sealed",
    "recipient",
    "remember",
    "seal",
]
