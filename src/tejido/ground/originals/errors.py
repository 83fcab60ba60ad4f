"""What can go wrong with sealed originals."""

from tejido.ground.errors import Conflict, Invalid


class NoRecipients(Conflict):
    """No recovery sheet is known here that an original could be sealed to. Add one: `tejido key recipients SHEET`."""

    code = "no-recipients"


class NotASheet(Invalid):
    """This is no recovery sheet: a line “key” with 64 digits from 0 to f is missing. Give the file as it was printed."""

    code = "not-a-sheet"


class NotOurSheet(Invalid):
    """This sheet's key is not one of this organisation's recovery keys. Take a recovery sheet, not an admin sheet."""

    code = "not-our-sheet"


class NotOpened(Invalid):
    """This sheet does not open this file: it was sealed to other sheets, or is no sealed original, or is damaged."""

    code = "not-opened"
