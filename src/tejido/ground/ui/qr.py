"""QR codes as inline SVG: one path, no styles, in the page's own colours turned to black on white."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

QUIET = 4  # modules of white around, as the standard asks


def svg(text: str, label: str = "") -> SafeString:
    """`text` as a QR code; without a `label` it is called what it mostly is, the address that stands beside it."""
    import qrcode

    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    size = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path fill="#fff" d="M0 0h{0}v{0}H0z"/>'
        '<path d="{2}"/></svg>',
        size, label or gettext("The same address as a QR code"), path,
    )  # fmt: skip
