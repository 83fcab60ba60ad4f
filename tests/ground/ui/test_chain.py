"""The chain picture draws every voice once, however the tree branches."""

from collections.abc import Sequence
from math import log2

from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.ui.chain import ChainNode, continued, duration, render, sizes_of, span
from tests.ground.ui.sample import a_chain


def flat(nodes: Sequence[ChainNode]) -> list[ChainNode]:
    """All voices of some trees."""
    return [one for node in nodes for one in (node, *flat(node.children))]


@st.composite
def trees(draw: st.DrawFn) -> ChainNode:
    """A tree of up to thirty voices."""
    parents = [draw(st.integers(0, at)) for at in range(draw(st.integers(0, 29)))]
    children: dict[int, list[int]] = {}
    for at, parent in enumerate(parents, start=1):
        children.setdefault(parent, []).append(at)

    def node(at: int) -> ChainNode:
        role = "report" if at == 0 else ("commentary", "parallel")[at % 2]
        return ChainNode(str(at), role, f"org {at % 9}", children=tuple(node(c) for c in children.get(at, [])))

    return node(0)


@given(trees())
def test_every_voice_is_drawn_once_within_the_voice_it_answers(root: ChainNode) -> None:
    page = BeautifulSoup(render([root]), "html.parser")
    drawn = [str(item["id"]) for item in page.select("li.voice")]
    assert sorted(drawn) == sorted(f"voice-{node.hop_key}" for node in flat([root]))
    for node in flat([root]):
        for child in node.children:
            item = page.find(id=f"voice-{child.hop_key}")
            assert isinstance(item, Tag)
            parent = item.find_parent("li")
            assert parent is not None
            assert parent["id"] == f"voice-{node.hop_key}"
    assert len(page.select("svg circle")) == len(flat([root]))


@given(trees())
def test_branches_nest_at_most_logarithmically(root: ChainNode) -> None:
    page = BeautifulSoup(render([root]), "html.parser")
    deepest = max(len(item.find_parents("li", class_="side")) for item in page.select("li.voice"))
    assert deepest <= log2(len(flat([root])) + 1)


def test_the_answer_from_which_most_follow_goes_straight_on() -> None:
    short, long = (
        ChainNode("s", "commentary", "A"),
        ChainNode("l", "parallel", "B", children=(ChainNode("m", "x", "C"),)),
    )
    sizes = sizes_of([short, long])
    assert sizes == {"s": 1, "l": 2, "m": 1}
    assert continued([long, short], sizes) == ((short,), long)
    assert continued([], sizes) == ((), None)


def test_what_people_said_is_escaped_and_keeps_its_direction() -> None:
    said = "<script>alert(1)</script>"
    nasty = ChainNode("k", "report", "<b>org", place='"><script>', lang="ar", excerpt=said, url="/x?a=1&b=2")
    text = render([nasty])
    assert "<script>" not in text
    assert "<b>org" not in text
    assert '<blockquote lang="ar" dir="rtl">' in text
    assert 'href="/x?a=1&amp;b=2"' in text


def test_a_withdrawn_voice_is_a_tombstone() -> None:
    gone = ChainNode("k", "report", "Org", excerpt="what was said", lang="en", url="/secret", withdrawn=True)
    text = render([gone])
    assert "what was said" not in text
    assert "/secret" not in text
    assert "Withdrawn by those who recorded it" in text


def test_the_sample_says_who_where_and_in_which_language() -> None:
    page = BeautifulSoup(render([a_chain()]), "html.parser")
    first = page.select_one("#voice-a article")
    assert first is not None
    words = first.get_text(" ")
    assert all(
        part in words
        for part in ("Report", "Warehouse committee", "Dock B", "Chicago", "English", "9 Nov 2026", "8:41")
    )
    assert "8 voices · 5 organisations · 5 languages" in page.get_text()


def test_an_empty_chain_is_nothing() -> None:
    assert render([]) == ""


def test_durations_and_spans_read_as_people_say_them() -> None:
    assert duration(247.4) == '<time datetime="PT247S">4:07</time>'
    assert duration(None) == ""
    assert [span(hours) for hours in (None, 0.5, 1, 26.4, 60)] == ["", "30 minutes", "1 hour", "26 hours", "2 days"]


def test_a_line_of_a_thousand_answers_is_drawn() -> None:
    node = ChainNode("k0", "commentary", "Union")
    for number in range(1, 1000):
        node = ChainNode(f"k{number}", "commentary", "Union", children=(node,))
    drawn = render([node])
    assert drawn.count('<li class="voice') == 1000
    assert drawn.count("<ol") == drawn.count("</ol>")
