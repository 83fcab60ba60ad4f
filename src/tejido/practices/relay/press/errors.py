"""What can go wrong with what a keeper gives to the press."""

from tejido.engines.faults import catalogued
from tejido.engines.press.errors import CoverError
from tejido.ground.errors import Invalid, NotFound


class NoSuchCover(Invalid):
    """The engine's own words say what is wrong with the picture."""

    code = "no-such-cover"

    def __init__(self, cause: CoverError) -> None:
        super().__init__(catalogued(cause.template), **cause.params)


class NotSaid(Invalid):
    """Say what the picture shows in “%(lang)s”, for those who do not see it."""

    code = "not-said"
    members = ("lang",)


class SaidTooLong(Invalid):
    """What the picture shows may be said in %(most)s characters."""

    code = "said-too-long"


class NoGivenCover(NotFound):
    """This publication has its woven cover; no picture was given."""

    code = "no-given-cover"
