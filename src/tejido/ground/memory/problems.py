"""What can go wrong with the memory; each class's docstring is its message."""

from tejido.ground.errors import Conflict, Invalid


class AlreadyThere(Conflict):
    """This very file is in the memory already. Nothing was changed."""

    code = "memory-already-there"


class UnknownFile(Invalid):
    """A memory is a TMX file (.tmx, or one packed in a .zip), a glossary a CSV file (.csv). Choose one of those."""

    code = "memory-unknown-file"


class TooLarge(Invalid):
    """A file of at most %(megabytes)s MB can be taken in. Split it and send the parts."""

    code = "memory-too-large"


class NotByHand(Invalid):
    """What was approved here goes when its report is withdrawn or its approval taken back, not by hand."""

    code = "memory-not-by-hand"


class BadTerm(Invalid):
    """A term needs both texts, at most 300 letters each, and two different languages as codes such as es or ar."""

    code = "memory-bad-term"
