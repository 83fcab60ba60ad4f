"""Pictures of a chain as markup: the threads beside its table, and the way from place to place."""

from collections.abc import Sequence

from tejido.engines.press.cloth import Dyes
from tejido.engines.press.direction import strong
from tejido.engines.press.markup import Html, h, join
from tejido.engines.press.threads import Row, Way

MOST_LANES = 12
STEP = 34  # units a place's row is high
MARGIN, EDGE, SIDE = 12, 20, 340
LONGEST = 34  # letters of a place's name in the picture; the table has the whole


def gutter(row: Row, lanes: int, *, gone: bool) -> Html:
    """A row's threads as empty spans that a stylesheet draws; nothing for a reader who does not see them."""
    if lanes > MOST_LANES:
        return Html("")
    parts = [_span("w", lane) for lane in row.passing]
    parts += [_span("u", row.lane)] if row.above else []
    parts += [_span("d", row.lane)] if row.below else []
    for lane in row.branches:
        parts += [_span(f"h y{abs(lane - row.lane)}", min(lane, row.lane)), _span("d", lane)]
    knot = _span("k gone" if gone else "k", row.lane)
    return h("span", *parts, knot, class_=f"g{lanes}", aria_hidden="true")


def lane_css() -> str:
    """Where the lanes are, for `gutter`."""
    at = "".join(f".x{lane}{{inset-inline-start:{0.6 + lane * 0.8:.1f}rem}}" for lane in range(MOST_LANES))
    wide = "".join(f".y{lane}{{inline-size:{lane * 0.8:.1f}rem}}" for lane in range(1, MOST_LANES))
    room = "".join(f".g{n}{{padding-inline-start:{0.8 + n * 0.8:.1f}rem}}" for n in range(1, MOST_LANES + 1))
    return at + wide + room


def _span(kind: str, lane: int) -> Html:
    return h("span", class_=f"{kind} x{lane}")


def drawn_way(names: Sequence[str], ways: Sequence[Way], colours: Dyes, *, rtl: bool) -> Html:
    """Places under each other, an arc for each pair that answered: thicker for more answers. The table says the same."""
    height = len(names) * STEP + 2 * MARGIN
    reach = reach_of(ways)
    x = MARGIN + reach
    arcs = [_arc(way, x, colours) for way in ways]
    knots = [h("circle", cx=str(x), cy=str(_y(at)), r="5", fill=colours.ink) for at in range(len(names))]
    words = [_name(name, at, x + 16, rtl=rtl) for at, name in enumerate(names)]
    wide = x + SIDE
    turned = h("g", *arcs, *knots, transform=f"translate({wide} 0) scale(-1 1)") if rtl else h("g", *arcs, *knots)
    view = f"0 0 {wide} {height}"
    return Html(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="route" viewBox="{view}" width="{wide}" height="{height}" '
        f'aria-hidden="true">{turned}{join(*(_turn(word, wide, rtl=rtl) for word in words))}</svg>'
    )


def reach_of(ways: Sequence[Way]) -> int:
    """How far the widest arc reaches to the side."""
    return max((_bulge(way) for way in ways), default=0)


def _bulge(way: Way) -> int:
    return min(150, 22 + 16 * abs(way.source - way.target)) if way.source != way.target else 22


def _y(at: int) -> int:
    return MARGIN + at * STEP + STEP // 2


def _arc(way: Way, x: int, colours: Dyes) -> Html:
    """A curve to the side; one that goes back up has the other colour. A place that answers itself has a loop."""
    top, end, side = _y(way.source), _y(way.target), x - round(_bulge(way) * 4 / 3)
    if way.source == way.target:
        path = f"M{x} {top - 4}C{side} {top - 16} {side} {top + 16} {x} {top + 4}"
    else:
        path = f"M{x} {top}C{side} {top} {side} {end} {x} {end}"
    colour = colours.first if way.source <= way.target else colours.second
    return h("path", d=path, fill="none", stroke=colour, stroke_width=f"{min(8.0, 1.5 + way.times):.1f}", opacity=".85")


def _name(name: str, at: int, x: int, *, rtl: bool) -> tuple[str, int, int, bool]:
    return (name if len(name) <= LONGEST else name[: LONGEST - 1] + "…", x, _y(at) + 5, rtl)


def _turn(word: tuple[str, int, int, bool], wide: int, *, rtl: bool) -> Html:
    """A name beside its knot, anchored on the side where it begins in its own direction."""
    text, x, y, _ = word
    way = strong(text) or ("rtl" if rtl else "ltr")
    place = wide - x if rtl else x
    anchor = "start" if (way == "rtl") == rtl else "end"
    return h("text", text, x=str(place), y=str(y), direction=way, text_anchor=anchor)
