"""What every room's `api.py` is made of: lists, keys of repeated requests, files; and the root that answers alike for all."""

from tejido.ground.api.lists import Limit, Listed, Number, Offset, Q, listing
from tejido.ground.api.parts import gives, makes
from tejido.ground.api.repeats import command, repeatable
from tejido.ground.tokens import ANY, by_person, needs

__all__ = [
    "ANY",
    "Limit",
    "Listed",
    "Number",
    "Offset",
    "Q",
    "by_person",
    "command",
    "gives",
    "listing",
    "makes",
    "needs",
    "repeatable",
]
