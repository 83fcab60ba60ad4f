"""QR codes as inline SVG: one path, no styles, in the page's own colours turned to black on white."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tejido.ground.errors import Problem

QUIET = 4  # modules of white around, as the standard asks
MOST = 4296  # capitals and digits in the largest code with the least correction (ISO/IEC 18004)


class TooLong(Problem):
    """This does not fit a QR code. Hand it on as a file or as text."""

    status = 422
    code = "too-long-for-a-code"


def fits(word: str) -> bool:
    """Whether a word of capitals and digits can be a dense code at all."""
    return len(word) <= MOST


def svg(text: str, label: str = "", *, dense: bool = False) -> SafeString:
    """`text` as a QR code; without a `label` it is called what it mostly is, the address that stands beside it.

    `dense`: with the least correction, for what is too long otherwise. Raises `TooLong`."""
    import qrcode
    from qrcode.exceptions import DataOverflowError

    level = qrcode.ERROR_CORRECT_L if dense else qrcode.ERROR_CORRECT_M
    code = qrcode.QRCode(border=0, error_correction=level)
    code.add_data(text)
    try:
        code.make()
    except (DataOverflowError, ValueError) as error:
        raise TooLong from error
    rows = code.get_matrix()
    size = len(rows) + 2 * QUIET
    path = "".join(_line(row, y + QUIET) for y, row in enumerate(rows))
    return format_html(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d="{2}"/></svg>',
        size, label or gettext("The same address as a QR code"), path,
    )  # fmt: skip


def _line(row: Sequence[bool], y: int) -> str:
    """One line of the code: neighbouring dark modules in one stroke."""
    parts, x = [], 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            parts.append(f"M{x + QUIET} {y}h{length}v1h-{length}z")
        x += length
    return "".join(parts)
