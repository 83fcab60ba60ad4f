"""A woven pattern for each publication, the same on its cover, its title page and its site: drawn from its name alone.

Every stitch is a place in a motif that mirrors itself on four sides, as a belt's does; SHA-256 of the name picks the dyes
and the rings. So nobody has to find a picture, and no picture shows anybody.
"""

import hashlib
from dataclasses import dataclass

RADIUS = 6
STITCH = 10


@dataclass(frozen=True, slots=True)
class Dyes:
    """Colours by name: `ground`, `deep` and two threads; `ink` reads on white, `paper` reads on `deep` (both over 7:1)."""

    ground: str
    deep: str
    first: str
    second: str
    ink: str
    paper: str = "#fffaf0"


DYES = (
    Dyes("#f3e3c3", "#5a1a1f", "#a8322d", "#d9982f", "#7a1f1d"),  # madder and weld
    Dyes("#e6e9ee", "#1b2f57", "#2f5d9e", "#d8a13a", "#1f3a70"),  # indigo and weld
    Dyes("#efe9d2", "#26402a", "#4f7a3a", "#c4752d", "#2c4a25"),  # nettle and onion
    Dyes("#f2e2d8", "#4a2033", "#8e3a5f", "#d98d6a", "#652445"),  # cochineal and clay
    Dyes("#e3ebe6", "#12403f", "#1f7a74", "#d6a74a", "#0f4d4a"),  # woad and straw
    Dyes("#f0e6d6", "#46301f", "#8a5a2b", "#3f6f86", "#5b3a1a"),  # walnut and woad
)


def dyes(name: str) -> Dyes:
    """The colours of a publication."""
    return DYES[_bytes(name)[0] % len(DYES)]


def stitches(name: str) -> list[list[int]]:
    """One motif, 13 by 13: 0 the ground, 1 to 3 its threads. It mirrors itself across both axes and both diagonals."""
    rings = _bytes(name)[1:]
    return [[_stitch(rings, abs(x), abs(y)) for x in _SPAN] for y in _SPAN]


_SPAN = range(-RADIUS, RADIUS + 1)


def _stitch(rings: bytes, x: int, y: int) -> int:
    """Diamonds, crossed by steps; corners stay ground, so that motifs stand apart."""
    diamond, step = x + y, max(x, y)
    if diamond > RADIUS:
        return (0, 0, 0, 3)[rings[20 + diamond - RADIUS] % 4] if step == RADIUS or diamond == RADIUS + 2 else 0
    turned = rings[diamond] % 4
    return (turned + rings[10 + step] % 3) % 4 if rings[31 - 1 - diamond] & 1 else turned


def _bytes(name: str) -> bytes:
    return hashlib.sha256(f"cloth:{name}".encode()).digest()


def band(name: str, across: int, down: int = 1, *, label: str = "", lit: bool = False) -> str:
    """SVG of `across` by `down` motifs, a unit ten wide a stitch; `lit`: on the deep ground. Empty `label`: decoration."""
    width, height = across * len(_SPAN) * STITCH, down * len(_SPAN) * STITCH
    said = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    colours = dyes(name)
    ground = colours.deep if lit else colours.ground
    threads = (colours.ground if lit else colours.deep, colours.first, colours.second)
    paths = "".join(
        f'<path fill="{colour}" d="{_path(name, across, down, thread)}"/>' for thread, colour in enumerate(threads, 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {said}>'
        f'<path fill="{ground}" d="M0 0h{width}v{height}H0z"/>{paths}</svg>'
    )


def _path(name: str, across: int, down: int, thread: int) -> str:
    """Each run of stitches of one thread as a bar; a hair of ground between rows, as between wefts."""
    rows = [row * across for row in stitches(name)] * down
    out = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run] == thread:
                run += 1
            if run > x:
                out.append(f"M{x * STITCH} {y * STITCH + 1}h{(run - x) * STITCH}v{STITCH - 2}h-{(run - x) * STITCH}z")
            x = max(run, x + 1)
    return "".join(out)
