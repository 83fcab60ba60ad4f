"""What can go wrong with bundles, in words for people."""

from tejido.ground.errors import Conflict, Invalid, Problem


class BadFile(Problem):
    """This file is no part of a bundle, or it was cut off or changed on the way. Ask for it again."""

    status = 422
    code = "bad-bundle"


class ForOthers(Problem):
    """This file is closed to other devices. You can carry it on to whom it is for; it cannot be opened here."""

    status = 422
    code = "bundle-for-others"


class UnknownSender(Problem):
    """The organisation that signed this file is in no network with you. Nothing was taken in."""

    status = 422
    code = "unknown-sender"


class NotItsDevice(Problem):
    """The device that signed this file is not one of that organisation's, or no longer. Nothing was taken in."""

    status = 422
    code = "not-its-device"


class OtherParts(Problem):
    """This part does not belong to the others of that bundle. Choose the parts as they were made, all from one time."""

    status = 422
    code = "other-parts"


class TooManyLike(Conflict):
    """Too many different files say that they are this part of that bundle; somebody made most of them up. Throw away what came
    of it, ask whoever sends it for its parts once more, and add those alone."""

    code = "too-many-like-parts"


class NotWhole(Conflict):
    """Parts of this bundle are missing. Add them first; those that are here are kept."""

    code = "bundle-not-whole"


class NobodyThere(Invalid):
    """This node knows no device of one of these, or no space that all of them share. Exchange in another way first."""

    code = "nobody-there"


class NothingNew(Invalid):
    """There is nothing new for them since the last time. Choose everything, if they may have lost something."""

    code = "nothing-new"


class Restless(Conflict):
    """What goes into the bundle changed again and again while it was written. Try again in a moment."""

    code = "restless"


class NoRoom(Problem):
    """There is not enough space left on this node's disk for that. Nothing was kept."""

    status = 507
    code = "no-room"


class TooManyParts(Invalid):
    """That would be more parts than a bundle may have. Choose larger ones."""

    code = "too-many-parts"
