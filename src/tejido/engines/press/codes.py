"""QR codes as SVG: from paper to the sound, and to the newest edition."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qrcode import QRCode

QUIET = 4  # modules of white around, as the standard asks
MASKS = range(8)
FINDER = (0b10111010000, 0b00001011101)  # what looks like the corner of a code, beside four light modules
RUN = 5


def qr(address: str) -> str:
    """An address as a black path on white, a unit a module."""
    rows = matrix(address)
    size = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def matrix(address: str) -> list[list[bool]]:
    """Whether each module is dark, row by row, under the mask that the standard (ISO/IEC 18004, 7.8.3) prefers.

    The library tries each mask module by module: eleven milliseconds a code, two seconds a book of sixty voices. The masks
    turn the same modules over in every code of a size, so that here each is tried on the whole code at once.
    """
    code = _begun(address)
    code.makeImpl(True, 0)
    plain, size = _bits(code), code.modules_count
    best = min(MASKS, key=lambda mask: lost(plain ^ _turned(code.version, mask), size))
    code.makeImpl(False, best)
    found: list[list[bool]] = code.modules
    return found


def _begun(address: str, version: int | None = None) -> "QRCode[Any]":
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code: QRCode[Any] = QRCode(border=0, error_correction=ERROR_CORRECT_M)
    code.add_data(address)
    code.best_fit(version)
    return code


@lru_cache(maxsize=16 * len(MASKS))
def _turned(version: int, mask: int) -> int:
    """The modules that a mask turns over and mask 0 does not, or the other way round, in a code of this size."""
    code = _begun("a", version)
    code.makeImpl(True, 0)
    plain = _bits(code)
    code.makeImpl(True, mask)
    return plain ^ _bits(code)


def _bits(code: "QRCode[Any]") -> int:
    """A code as one number: a bit a module, row by row, with a light one between the rows."""
    return int("0".join("".join("01"[bool(dark)] for dark in row) for row in code.modules), 2)


@lru_cache(maxsize=32)
def _inside(size: int, width: int, height: int) -> int:
    """The places at which an area of this width and height begins that lies within the code, from its lower right corner."""
    row = (1 << (size - width + 1)) - 1
    return sum(row << (at * (size + 1)) for at in range(size - height + 1))


def lost(bits: int, size: int) -> int:
    """The standard's points against a code: runs, blocks, what looks like a corner, too much dark or light."""
    across, down = 1, size + 1
    points = 0
    for step, *area in ((across, RUN, 1), (down, 1, RUN)):
        same = ~(bits ^ bits >> step)
        runs = same & same >> step & same >> 2 * step & same >> 3 * step & _inside(size, *area)
        points += runs.bit_count() + 2 * (runs & ~(runs << step)).bit_count()
    same = ~(bits ^ bits >> across)
    points += 3 * (same & same >> down & ~(bits ^ bits >> down) & _inside(size, 2, 2)).bit_count()
    for step, *area in ((across, 11, 1), (down, 1, 11)):
        points += 40 * sum(_like(bits, step, _inside(size, *area), wanted) for wanted in FINDER)
    dark = bits.bit_count() / size**2
    return points + int(abs(dark * 100 - 50) / 5) * 10


def _like(bits: int, step: int, places: int, wanted: int) -> int:
    """How often eleven modules in a row are as wanted."""
    for at in range(11):
        places &= bits >> at * step if wanted >> at & 1 else ~(bits >> at * step)
    return places.bit_count()
