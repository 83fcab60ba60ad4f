"""What can go wrong on the workbench; one class a failure."""

from tejido.ground.errors import Conflict, Invalid, Problem


class SameLanguage(Invalid):
    """These words are in that language already. Choose another one."""

    code = "same-language"


class BadForm(Invalid):
    """Part of this form is missing or damaged. Open the page again, and send it once more."""

    code = "bad-form"


class StaleText(Conflict):
    """Somebody else has changed this segment since you opened it. Both texts are shown: choose, or join them."""

    code = "stale-text"
    members = ("segment", "current", "proposed", "base", "source", "source_base")


class StaleApproval(Conflict):
    """This text has changed since you opened it, so it was not approved. Both texts are shown: read again."""

    code = "stale-approval"
    members = ("segment", "current", "proposed", "base", "source", "source_base")


class StaleSource(Conflict):
    """What was said here has changed since you opened it, so nothing was approved. Read the new words, then approve."""

    code = "stale-source"
    members = ("segment", "current", "proposed", "base", "source", "source_base")


class Unsettled(Conflict):
    """Two people wrote here at the same time. Settle which words stand, then approve them."""

    code = "unsettled"


class NothingToApprove(Conflict):
    """There are no words here yet. Write the translation first."""

    code = "nothing-to-approve"


class NoSuchSegment(Conflict):
    """This segment is not in the text any more. Open the page again."""

    code = "no-such-segment"


class NoWords(Conflict):
    """There are no words to translate yet. Wait for the transcript, or type it."""

    code = "no-words"


class WordsStayHere(Problem):
    """The translation server may read only what a person has approved and the speaker lets anybody read."""

    status = 403
    code = "words-stay-here"


class NotPassedOn(Conflict):
    """The report itself has not been passed on yet. Pass it on first; its translations can follow."""

    code = "not-passed-on"


class NotApproved(Conflict):
    """Of another organisation's voice only lines that a person has approved travel. Approve some first."""

    code = "not-approved"


class NothingNew(Conflict):
    """The other circles have this very translation already."""

    code = "nothing-new"
