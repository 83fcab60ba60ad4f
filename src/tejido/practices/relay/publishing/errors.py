"""What can go wrong in publishing; one class a failure."""

from tejido.ground.errors import Conflict, Invalid


class NothingLeaves(Conflict):
    """Nothing of this may be published: see at each voice why it stays. Nothing was published."""

    code = "nothing-leaves"


class EmptyLanguage(Invalid):
    """Nothing of this is in the language “%(lang)s”: no voice speaks it, and no translation into it is approved."""

    code = "empty-language"
    members = ("lang",)


class NoLanguage(Invalid):
    """Choose at least one language."""

    code = "no-language"


class TitleMissing(Invalid):
    """Give this publication a title in “%(lang)s”."""

    code = "title-missing"
    members = ("lang",)


class UnknownLicence(Invalid):
    """There is no licence “%(licence)s” here. Choose one from the list."""

    code = "unknown-licence"


class NothingChosen(Invalid):
    """Choose a chain, voices of it, or a period in which there are some."""

    code = "nothing-chosen"


class BadPeriod(Invalid):
    """A period begins and ends with a day such as 2026-11-22, and begins before it ends."""

    code = "bad-period"


class SeveralNetworks(Invalid):
    """These chains belong to different networks. Publish each network's by itself."""

    code = "several-networks"


class PlanChanged(Conflict):
    """Something of this has changed since you looked. Nothing was published: look at the preview again."""

    code = "plan-changed"


class NothingNew(Conflict):
    """This would be the very edition that stands. Nothing was published."""

    code = "nothing-new"


class NoPublicSpace(Conflict):
    """This network has no public space on this node yet. Exchange with its members first."""

    code = "no-public-space"


class Unpublished(Conflict):
    """This publication was taken back already. Publish it again, if it may be."""

    code = "unpublished"


class TooLong(Invalid):
    """One of these voices, with all its languages, is too long to be published in one piece. Choose fewer languages."""

    code = "too-long"
