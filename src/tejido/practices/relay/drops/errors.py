"""What can go wrong with drop links and receipts."""

from tejido.ground.errors import Invalid, NotAllowed, NotFound, Problem


class UnknownLink(NotFound):
    """No such link is known here. Check the address, or ask whoever gave it to you."""

    code = "unknown-link"


class LinkClosed(Problem):
    """This link takes nothing any more."""

    status = 410
    code = "link-closed"
    members = ("state",)


class BadLimits(Invalid):
    """A drop link lasts 1 to 90 days and takes 1 to 500 reports of at most 10 minutes and 64 megabytes each."""

    code = "bad-limits"


class TooLarge(Invalid):
    """This recording has more megabytes than this link takes: at most %(megabytes)s. Record a shorter one, or type it."""

    status = 413
    code = "drop-too-large"


class NotKept(NotFound):
    """Nothing waits for a receipt here. Perhaps it was shown in another browser, or longer than an hour ago."""

    code = "no-receipt-waits"


class Mistyped(Invalid):
    """These are not the digits of your receipt. Compare them once more, group by group."""

    code = "receipt-mistyped"


class NotSixteen(Invalid):
    """A receipt has sixteen digits."""

    code = "not-sixteen-digits"


class WrongReceipt(Invalid):
    """Nothing here belongs to these digits. Perhaps one is mistyped, or what they belonged to was erased."""

    code = "wrong-receipt"


class TooManyGuesses(Problem):
    """Too many wrong digits that begin like these were typed lately. Wait an hour, or open it in the browser you gave it with;
    your receipt stays good.
    """

    status = 429
    code = "too-many-receipts"


class Crowded(Problem):
    """Several receipts are being typed at this moment. Try again in a few seconds; yours stays good."""

    status = 429
    code = "receipts-crowded"


class ReceiptClosed(NotAllowed):
    """The page was closed for your safety. Type the receipt again."""

    code = "receipt-closed"
