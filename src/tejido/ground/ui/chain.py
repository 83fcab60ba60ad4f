"""The chain picture: who spoke, where, in which language, answered by whom.

A chain is a tree, but mostly a long line: each circle answers the last. Drawn with one step of indentation an
answer it would leave a phone's screen after six. So each voice is continued, straight down its thread, by the
answer from which most voices follow; only the other answers branch off. Branches within branches are then at most
log2(n) deep (heavy paths, Sleator and Tarjan 1983).

Above the list, the same chain as cloth: organisations are the warp, one thread each; every answer is a weft from
the voice that it answers to its own. It repeats what the list says and is hidden from screen readers.

Plain strings instead of templates: a page of forty voices is drawn in about a millisecond.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from tejido.ground.ui.languages import direction, name_of

THREADS = 7
STEP, ROW, EDGE = 60, 32, 18


@dataclass(frozen=True)
class ChainNode:
    """One voice. `when` is a day or a moment, `duration` seconds, `excerpt` in `excerpt_lang` (or `lang`);
    `role`: report, commentary or parallel.
    """

    hop_key: str
    role: str
    org: str
    circle: str = ""
    place: str = ""
    lang: str = ""
    when: date | datetime | None = None
    duration: float | None = None
    excerpt: str = ""
    excerpt_lang: str = ""
    url: str = ""
    machine: bool = False
    withdrawn: bool = False
    children: tuple["ChainNode", ...] = ()
    synthetic: bool = False


@dataclass(frozen=True)
class Words:
    """The few words that every voice repeats, translated once a picture."""

    roles: dict[str, str]
    open: str
    machine: str
    synthetic: str
    gone: str
    locale: str


@dataclass(frozen=True)
class _Cloth:
    """What drawing one picture needs at every voice; markup gathers in `out`."""

    threads: dict[str, int]
    sizes: dict[str, int]
    words: Words
    out: list[str]


def render(nodes: Sequence[ChainNode]) -> SafeString:
    """The picture of one or more trees, as markup."""
    voices = tuple(_walk(nodes))
    if not voices:
        return SafeString("")
    cloth = _Cloth(_threads(voices), sizes_of(nodes), _words(), [])
    _voices(nodes, cloth)
    head = _weave(nodes, voices, cloth.threads) + _legend(voices, cloth.threads)
    head += f'<p class="quiet">{escape(summary(voices))}</p>'
    tree = "".join(cloth.out)
    return SafeString(f'<figure class="chain"><figcaption>{head}</figcaption><ol class="voices">{tree}</ol></figure>')


def weave(nodes: Sequence[ChainNode]) -> SafeString:
    """The cloth alone, no wider than its voices need, for pages that show them in their own way."""
    voices = tuple(_walk(nodes))
    cloth = _weave(nodes, voices, _threads(voices)) if voices else ""
    return SafeString(cloth.replace("<svg ", f'<svg width="{2 * EDGE + STEP * (len(voices) - 1)}" ', 1))


def summary(voices: Sequence[ChainNode]) -> str:
    """`5 voices, 3 organisations, 2 languages`."""
    said, orgs = len(voices), len({v.org for v in voices})
    langs = len({v.lang for v in voices if v.lang})
    parts = [
        ngettext("%(number)s voice", "%(number)s voices", said) % {"number": said},
        ngettext("%(number)s organisation", "%(number)s organisations", orgs) % {"number": orgs},
        ngettext("%(number)s language", "%(number)s languages", langs) % {"number": langs},
    ]
    return " · ".join(parts)


def continued(
    children: Sequence[ChainNode], sizes: Mapping[str, int]
) -> tuple[tuple[ChainNode, ...], ChainNode | None]:
    """Answers that branch off, and the one that goes on straight: the one from which most follow, the last of
    equals.
    """
    if not children:
        return (), None
    counts = [sizes[child.hop_key] for child in children]
    at = len(counts) - 1 - counts[::-1].index(max(counts))
    return (*children[:at], *children[at + 1 :]), children[at]


def sizes_of(nodes: Sequence[ChainNode]) -> dict[str, int]:
    """How many voices each voice and all that follows from it are, by hop key."""
    sizes: dict[str, int] = {}
    for node in reversed(tuple(_walk(nodes))):
        sizes[node.hop_key] = 1 + sum(sizes[child.hop_key] for child in node.children)
    return sizes


def duration(seconds: float | None) -> SafeString:
    """Minutes and seconds as an element, nothing for None."""
    if seconds is None:
        return SafeString("")
    whole = round(seconds)
    return SafeString(f'<time datetime="PT{whole}S">{whole // 60}:{whole % 60:02d}</time>')


def span(hours: float | None) -> str:
    """A span of time: minutes below an hour, hours below two days, then days."""
    if hours is None:
        return ""
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    if hours < 48:
        return ngettext("%(number)s hour", "%(number)s hours", round(hours)) % {"number": round(hours)}
    return ngettext("%(number)s day", "%(number)s days", round(hours / 24)) % {"number": round(hours / 24)}


def _walk(nodes: Sequence[ChainNode]) -> Iterator[ChainNode]:
    """Each voice before those that follow from it. Without recursion: a chain may be a line of a thousand answers."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


def _threads(voices: Sequence[ChainNode]) -> dict[str, int]:
    """The thread of each organisation, in the order in which they first spoke."""
    return {org: at for at, org in enumerate(dict.fromkeys(v.org for v in voices))}


def _words() -> Words:
    roles = {
        "report": gettext("Report"),
        "commentary": gettext("Commentary"),
        "parallel": gettext("Parallel experience"),
    }
    return Words(
        roles,
        gettext("Hear and read"),
        gettext("machine draft"),
        gettext("synthetic voice"),
        gettext("Withdrawn by those who recorded it. The thread shows that somebody spoke here, nothing more."),
        (get_language() or "en").replace("-", "_"),
    )


def _voices(nodes: Sequence[ChainNode], cloth: _Cloth) -> None:
    """Every voice with its answers inside it; what closes an element waits on the same stack as what opens one."""
    waiting: list[tuple[ChainNode, str] | str] = [(node, "") for node in reversed(nodes)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            cloth.out.append(item)
            continue
        node, kind = item
        branches, straight = continued(node.children, cloth.sizes)
        _voice(node, cloth, kind if straight else f"{kind} end")
        waiting.append("</ol></li>" if straight else "</li>")
        if straight:
            cloth.out.append("<ol>")
            waiting.append((straight, " on"))
            waiting += [(child, " side") for child in reversed(branches)]


def _voice(node: ChainNode, cloth: _Cloth, kind: str) -> None:
    out, words = cloth.out, cloth.words
    marks = f"t{cloth.threads[node.org] % THREADS + 1} {escape(node.role)}{kind}"
    marks += " gone" if node.withdrawn else ""
    out.append(f'<li class="voice {marks}" id="voice-{escape(node.hop_key)}"><article>{_who(node, words)}')
    out.append(f'<p class="quiet">{words.gone}</p>' if node.withdrawn else _said(node, words))
    out.append("</article>")


def _who(node: ChainNode, words: Words) -> str:
    where = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in (node.circle, node.place) if part)
    role = escape(words.roles.get(node.role, node.role))
    around = f' <span class="quiet">{where}</span>' if where else ""
    return f'<p class="who"><span class="role">{role}</span> <b><bdi>{escape(node.org)}</bdi></b>{around}</p>'


def _said(node: ChainNode, words: Words) -> str:
    lang = escape(node.lang)
    said = escape(node.excerpt_lang) or lang
    attrs = f'lang="{said}" dir="{direction(said)}"' if said else 'dir="auto"'
    quote = f"<blockquote {attrs}>{escape(node.excerpt)}</blockquote>" if node.excerpt else ""
    facts = [f'<span class="tag">{escape(name_of(node.lang))}</span>' if lang else ""]
    facts += [_day(node.when, words.locale), duration(node.duration)]
    facts += [f'<span class="tag is-{kind}">{getattr(words, kind)}</span>' for kind in _marks(node)]
    link = f'<a href="{escape(node.url)}">{words.open}</a>' if node.url else ""
    return f'{quote}<p class="facts">{" ".join(fact for fact in (*facts, link) if fact)}</p>'


def _marks(node: ChainNode) -> Iterator[str]:
    if node.machine:
        yield "machine"
    if node.synthetic:
        yield "synthetic"


def _day(when: date | datetime | None, locale: str) -> str:
    return f'<time datetime="{when.isoformat()}">{_shown(_date(when), locale)}</time>' if when else ""


def _date(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when


@lru_cache(maxsize=1024)
def _shown(day: date, locale: str) -> str:
    return str(format_date(day, "d MMM y", locale=locale))


def _legend(voices: Sequence[ChainNode], threads: dict[str, int]) -> str:
    places = {v.org: v.place for v in reversed(voices) if v.place}
    items = []
    for org, thread in threads.items():
        place = f' <span class="quiet"><bdi>{escape(places[org])}</bdi></span>' if org in places else ""
        items.append(f'<li class="t{thread % THREADS + 1}"><bdi>{escape(org)}</bdi>{place}</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _weave(nodes: Sequence[ChainNode], voices: Sequence[ChainNode], threads: dict[str, int]) -> str:
    """Warp, weft and knots. Every weft lies on a band of the ground's colour, so that it passes over what it
    crosses.
    """
    ordered = sorted(voices, key=lambda v: (v.when is None, str(v.when)))
    at = {v.hop_key: (EDGE + STEP * x, EDGE + ROW * threads[v.org]) for x, v in enumerate(ordered)}
    width, height = 2 * EDGE + STEP * (len(voices) - 1), 2 * EDGE + ROW * (len(threads) - 1)
    warp = "".join(
        f'<path class="warp t{row % THREADS + 1}" d="M0 {EDGE + ROW * row}H{width}"/>' for row in threads.values()
    )
    weft = "".join(_weft(at[a.hop_key], at[b.hop_key], threads[b.org]) for a, b in _answers(nodes))
    knots = "".join(_knot(v, at[v.hop_key], threads[v.org]) for v in voices)
    return (
        f'<svg class="weave" viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMid" aria-hidden="true"'
        f' focusable="false">{warp}{weft}{knots}</svg>'
    )


def _answers(nodes: Sequence[ChainNode]) -> Iterator[tuple[ChainNode, ChainNode]]:
    for node in _walk(nodes):
        for child in node.children:
            yield node, child


def _weft(start: tuple[int, int], end: tuple[int, int], thread: int) -> str:
    (x, y), (to_x, to_y) = start, end
    middle = (x + to_x) // 2
    path = f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"
    return f'<path class="under" d="{path}"/><path class="weft t{thread % THREADS + 1}" d="{path}"/>'


def _knot(voice: ChainNode, at: tuple[int, int], thread: int) -> str:
    gone = " gone" if voice.withdrawn else ""
    radius = 8 if voice.role == "report" else 6
    return f'<circle class="knot t{thread % THREADS + 1}{gone}" cx="{at[0]}" cy="{at[1]}" r="{radius}"/>'
