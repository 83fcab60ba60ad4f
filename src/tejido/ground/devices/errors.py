"""What can go wrong with sheets, devices and forks."""

from tejido.ground.errors import Conflict, Invalid, NotFound


class NotASheet(Invalid):
    """This is no sheet: a line “key” with 64 digits from 0 to f is missing. Give the file as it was printed."""

    code = "not-a-sheet"


class TooFewSheets(Invalid):
    """These are %(given)s of the %(needed)s different %(role)s sheets that are needed now. Older sheets count no more."""

    code = "too-few-sheets"


class NoSuchDevice(NotFound):
    """Your organisation has no such device. “tejido device list” shows them; the first digits of its key are enough."""


class ThisDevice(Conflict):
    """That is this node's own device: it could not write any more. “tejido device renew” gives it new keys and ends the old."""

    code = "this-device"


class NothingHeld(Conflict):
    """This node holds nothing yet of your network “%(name)s”: all that the device wrote there, its lists of members too, would
    count no more. Exchange once with a partner, and end the device then."""

    code = "nothing-held"


class NoSuchFork(NotFound):
    """This node holds no such fork of your organisation's. The page “Keys and devices” shows those that it holds."""


class NotResolved(Conflict):
    """That fork is of the identity itself, and the branch named is not one of it."""

    code = "not-resolved"


class DecisionRefused(Conflict):
    """The signed decision was not accepted: %(reason)s. Nothing was changed; exchange with your partners and try again."""

    code = "decision-refused"


class NotThisWay(Invalid):
    """This file does not tell a lost organisation's way back. A partner writes one: “tejido device paper ORGANISATION FILE”."""

    code = "no-way-back"
