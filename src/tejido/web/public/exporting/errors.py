"""What can go wrong with an export. In each case the folder stays as it was."""

from tejido.ground.errors import Conflict, Invalid, Problem


class NotAFolder(Invalid):
    """%(folder)s is a file, or lies in a folder that does not exist. Name a folder."""

    code = "not-a-folder"


class NotOurs(Conflict):
    """The folder %(folder)s is not empty and was not written by this command. Name an empty one, or one of an earlier export."""

    code = "not-ours"


class NotWritable(Invalid):
    """The folder %(folder)s cannot be written (%(why)s). What lay in it before is still there."""

    code = "not-writable"


class UnderWay(Conflict):
    """Another export is being written into %(folder)s at this moment."""

    code = "export-under-way"


class InTheWay(Conflict):
    """The file %(file)s in this folder is not ours, and the site has one of that name. Move it away; nothing was changed."""

    code = "in-the-way"


class Damaged(Problem):
    """The list of files in %(folder)s cannot be read. Delete that folder and export again."""

    status = 422
    code = "export-damaged"


class Broken(Problem):
    """The page %(page)s leads to %(path)s, which a stranger cannot fetch (%(status)s). Nothing was changed. Try again later."""

    status = 409
    code = "broken-link"


class BadBase(Invalid):
    """The address where the site will lie is not %(base)s. It begins with http:// or https://: https://example.org/voices"""

    code = "bad-base"


class NothingToShow(Conflict):
    """The public site is not open: nothing is published yet. Publish something, or let a keeper open it."""

    code = "nothing-to-show"
