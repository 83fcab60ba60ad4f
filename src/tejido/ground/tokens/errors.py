"""What can go wrong with tokens."""

from tejido.ground.errors import Conflict, Invalid, NotAllowed, NotFound, Problem


class BadToken(Problem):
    """This token opens nothing: it was revoked, has run out, or never was. Make a new one under “My account”."""

    status = 401
    code = "bad-token"


class LacksScope(NotAllowed):
    """This token lacks the scope “%(scope)s”. Make one that has it under “My account”."""

    code = "lacks-scope"
    members = ("scope",)


class NeedsPerson(NotAllowed):
    """No token can do this. Sign in and do it yourself."""

    code = "needs-person"


class PasswordFirst(NotAllowed):
    """Give your password once more first, at /me/again/. This is asked for before anything that opens your account to others."""

    code = "again"


class UnknownScope(Invalid):
    """Choose what the token is for: one scope or more, of those that this node knows."""

    code = "unknown-scope"


class BadLasting(Invalid):
    """A token lasts between one day and a year."""

    code = "bad-lasting"


class NoName(Invalid):
    """Give the token a name by which you will know what it is for."""

    code = "no-name"


class TooMany(Conflict):
    """You have fifty tokens. Revoke those that nothing uses, then make a new one."""

    code = "too-many-tokens"


class NoToken(NotFound):
    """There is no such token."""

    code = "no-token"
