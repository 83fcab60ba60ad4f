"""What goes wrong on the way to paper."""

from tejido.engines.faults import Fault


class PressError(Fault):
    """Base of the press's errors."""

    code = "press"
    template = "This could not be printed."


class NoFont(PressError):
    """Letters that no font at hand has: they would be boxes on paper."""

    code = "no-font"
    template = "No font here has these letters: {letters}. Leave the language out of the PDF, or add a font for it."


class Unset(PressError):
    """The typesetter refuses the book; what it says is for whoever mends this program."""

    code = "not-set"
    template = "The typesetter could not set this book: {fault}"


class CoverError(PressError):
    """A picture that cannot be a cover."""

    code = "cover"
    template = "This picture cannot be a cover."


class CoverTooLarge(CoverError):
    """More pixels than a cover may have; it was not opened."""

    code = "cover-too-large"
    template = "The picture is {width} × {height} pixels. A cover has {least} to {most} on each side: make it smaller."


class CoverTooSmall(CoverError):
    """Directories refuse smaller ones."""

    code = "cover-too-small"
    template = (
        "The picture is {width} × {height} pixels. A cover has {least} to {most} on each side: take a larger one."
    )


class CoverNotSquare(CoverError):
    """Directories refuse others."""

    code = "cover-not-square"
    template = "The picture is {width} × {height} pixels. A cover is square: cut it."


class CoverMoves(CoverError):
    """An animated PNG, or a kind of file that may be one."""

    code = "cover-moves"
    template = "This picture may move (animated PNG, GIF, WebP). A cover stands still: save it as a plain PNG or JPEG."


class CoverTooHeavy(CoverError):
    """Too many bytes to be looked at."""

    code = "cover-too-heavy"
    template = "This file is larger than {most} MB. Save the picture as a JPEG and try again."


class CoverUnreadable(CoverError):
    """Neither PNG nor JPEG, or broken."""

    code = "cover-unreadable"
    template = "This file is no PNG or JPEG picture that can be read. Save it as one of these and try again."
