"""What can go wrong with accounts."""

from tejido.ground.errors import Conflict, Invalid, NotFound


class NameTaken(Conflict):
    """This user name is taken. Choose another one."""

    code = "name-taken"


class BadUsername(Invalid):
    """A user name has 3 to 40 letters, digits, dots, dashes or underscores, and a letter or digit at both ends."""

    code = "bad-username"


class WeakPassword(Invalid):
    """This password is too easy to guess. Use ten characters or more; three or four unrelated words are good."""

    code = "weak-password"


class WrongPassword(Invalid):
    """The present password is not right. Nothing was changed."""

    code = "wrong-password"


class UnknownRole(Invalid):
    """There is no such role."""

    code = "unknown-role"


class UnknownLanguage(Invalid):
    """The pages do not exist in this language."""

    code = "unknown-language"


class LastKeeper(Conflict):
    """This is the last keeper of the node. Make somebody else a keeper first."""

    code = "last-keeper"


class NoAccount(NotFound):
    """There is no such account."""

    code = "no-account"


class LinkUsed(NotFound):
    """This link was used already, has expired, or was taken back. Ask a keeper of the node for a new one."""

    code = "link-used"


class NoSession(NotFound):
    """There is no such session."""

    code = "no-session"


class NoFactor(NotFound):
    """There is no such second factor. Recovery codes go with the last of the others."""

    code = "no-factor"
