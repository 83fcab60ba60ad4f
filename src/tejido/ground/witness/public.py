"""What an exchange and the pages about networks use of witness."""

from tejido.ground.witness.keeping import kept, own, take
from tejido.ground.witness.standing import Doubt, Standing, doubts, standings

__all__ = ["Doubt", "Standing", "doubts", "kept", "own", "standings", "take"]
