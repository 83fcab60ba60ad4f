"""Rehearsals of bad days, on throwaway nodes: the very commands that people would type, and a look at what came of them."""

from tejido.site.drills.days import DRILLS
from tejido.site.drills.rehearsal import Failed, Rehearsal

__all__ = ["DRILLS", "Failed", "Rehearsal"]
