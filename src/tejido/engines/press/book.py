"""A dossier as sections of markup that HTML and EPUB share: title, the chain as a table and a way, a section a voice,
how it was made, where each voice comes from.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tejido.engines.press import threads
from tejido.engines.press.cloth import band, dyes
from tejido.engines.press.direction import direction
from tejido.engines.press.figures import drawn_way, gutter
from tejido.engines.press.markup import Html, h, join
from tejido.engines.press.notes import Note, notes
from tejido.engines.press.paragraphs import Paragraph, joined, line_anchor, paragraphs
from tejido.engines.press.records import MACHINE, Dossier, Labels, Line, Version, Voice

UPRIGHT = frozenset({"Arab", "Hebr", "Deva", "Beng", "Hani", "Hira", "Kana", "Hang"})
Link = Callable[[str], str]


GIVEN = ".given { display: block; inline-size: 100%; max-inline-size: 24em; block-size: auto; }"


def css(seed: str, *, picture: bool = False) -> str:
    """The stylesheet in a publication's colours; `picture`: there is a given one."""
    colours = dyes(seed)
    text = (Path(__file__).parent / "book.css").read_text()
    named = {"INK": colours.ink, "FIRST": colours.first, "SECOND": colours.second, "PALE": colours.ground}
    for name, colour in named.items():
        text = text.replace(name, colour)
    return f"{text.strip()}\n{GIVEN}" if picture else text.strip()


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter: `name` is its file's stem and its anchor."""

    name: str
    title: str
    lang: str
    body: Html


def fragment(name: str) -> str:
    """A link to a section of the same page."""
    return f"#{name}"


def sections(
    dossier: Dossier, labels: Labels, *, link: Link = fragment, sounds: bool = False, picture: str = ""
) -> list[Section]:
    """All chapters in reading order; `link` makes a section's address, `sounds` players where a voice names a file,
    `picture`: the address of the given one.
    """
    lang = frame(dossier, labels)
    return [
        Section("title", dossier.title, dossier.lang, _title(dossier, labels, picture)),
        Section("chain", labels.the_chain, lang, _chain(dossier, labels, link)),
        *(
            Section(anchor(v), heading(v, labels), lang, _voice(v, dossier, labels, link, sounds))
            for v in dossier.voices
        ),
        Section("method", labels.method, lang, _method(dossier, labels, link)),
        Section("sources", labels.sources, lang, _sources(dossier, labels, link)),
    ]


def anchor(voice: Voice) -> str:
    """Where a voice's section is."""
    return f"voice-{voice.number}"


def heading(voice: Voice, labels: Labels) -> str:
    """`3 · Night circle`; a withdrawn voice keeps its number alone."""
    return f"{voice.number} · {name(voice, labels)}"


def name(voice: Voice, labels: Labels) -> str:
    """Who speaks, a voice where nobody gave a name, or that it was withdrawn."""
    return labels.absence(voice) if voice.absent else voice.who or labels.voice


def role(voice: Voice, labels: Labels) -> str:
    """What kind of voice it is, in words."""
    return {"commentary": labels.commentary, "parallel": labels.parallel}.get(voice.role, labels.report)


def said_as(voice: Voice, labels: Labels) -> list[str]:
    """`Commentary`, `answers voice 3`."""
    return [role(voice, labels), *([labels.answers % {"number": voice.answers}] if voice.answers else [])]


def tongue(lang: str) -> dict[str, str]:
    """Attributes that say language and direction of a block."""
    return {"lang": lang, "xml_lang": lang, "dir": direction(lang)}


def frame(dossier: Dossier, labels: Labels) -> str:
    """The language of what stands around the words."""
    return labels.lang or dossier.lang


def own(dossier: Dossier, labels: Labels) -> dict[str, str]:
    """Attributes of the book's own words within a frame in another language; none where it is the same."""
    return tongue(dossier.lang) if frame(dossier, labels) != dossier.lang else {}


def edition_line(dossier: Dossier, labels: Labels) -> str:
    """`Edition 2 · 22 November 2026`."""
    return " · ".join(part for part in (labels.edition % {"number": dossier.edition}, dossier.day) if part)


def slanted(lang: str) -> bool:
    """Whether the language's script has italics."""
    from tejido.engines.language.languages import script

    return script(lang) not in UPRIGHT


def _title(dossier: Dossier, labels: Labels, picture: str) -> Html:
    seed = dossier.seed or dossier.identifier
    kind = "question" if slanted(dossier.question_lang) else "question upright"
    rights = h("a", dossier.licence, href=dossier.licence_url) if dossier.licence_url else h("span", dossier.licence)
    return join(
        h("img", src=picture, alt=dossier.picture_alt, class_="given")
        if picture
        else h("div", Html(band(seed, 7)), class_="cloth"),
        h("h1", dossier.title, **own(dossier, labels)),
        h("p", dossier.question, class_=kind, **tongue(dossier.question_lang)) if dossier.question else None,
        h("p", dossier.summary, **own(dossier, labels)) if dossier.summary else None,
        h("p", h("b", dossier.publisher)),
        h("p", edition_line(dossier, labels), h("br"), f"{labels.licence}: ", rights, class_="small"),
        h("p", labels.newest, " ", h("a", dossier.address, href=dossier.address), class_="small")
        if dossier.address
        else None,
    )


def _chain(dossier: Dossier, labels: Labels, link: Link) -> Html:
    return join(h("h2", labels.the_chain), _table(dossier, labels, link), _way(dossier, labels, link))


def _table(dossier: Dossier, labels: Labels, link: Link) -> Html:
    head = (labels.voice, labels.who, labels.place, labels.language, labels.day)
    rows = threads.rows(dossier.voices)
    lanes = threads.width(rows)
    body = (_row(v, row, lanes, labels, link) for v, row in zip(dossier.voices, rows, strict=True))
    top = h("thead", h("tr", *(h("th", word, scope="col") for word in head)))
    return h("div", h("table", top, h("tbody", *body)), class_="wide")


def _row(voice: Voice, row: threads.Row, lanes: int, labels: Labels, link: Link) -> Html:
    first = h("td", gutter(row, lanes, gone=bool(voice.absent)), h("a", str(voice.number), href=link(anchor(voice))))
    first = Html(first.replace("<td>", '<td class="t">', 1))
    if voice.absent:
        return h("tr", first, h("td", labels.absence(voice), colspan="4"))
    said = " · ".join(said_as(voice, labels))
    who = join(h("bdi", name(voice, labels)), h("br"), h("span", said, class_="small"))
    cells = (who, h("bdi", voice.place), labels.language_of(voice.lang), voice.day)
    return h("tr", first, *(h("td", cell) for cell in cells))


def _way(dossier: Dossier, labels: Labels, link: Link) -> Html | None:
    places, ways = threads.route(dossier.voices)
    if len(places) < 2:
        return None
    names = [place.name or labels.no_place for place in places]
    picture = drawn_way(
        names, ways, dyes(dossier.seed or dossier.identifier), rtl=direction(frame(dossier, labels)) == "rtl"
    )
    rows = (
        h("tr", h("td", h("bdi", word)), h("td", *_numbers(place.voices, link)))
        for word, place in zip(names, places, strict=True)
    )
    head = h("tr", h("th", labels.place, scope="col"), h("th", labels.voice, scope="col"))
    table = h("table", h("thead", head), h("tbody", *rows))
    return join(h("h3", labels.map), h("p", labels.map_note, class_="small"), picture, table)


def _numbers(numbers: Iterable[int], link: Link) -> Iterator[Html | str]:
    for place, number in enumerate(numbers):
        if place:
            yield ", "
        yield h("a", str(number), href=link(f"voice-{number}"))


def _voice(voice: Voice, dossier: Dossier, labels: Labels, link: Link, sounds: bool) -> Html:
    title = h("h2", h("span", str(voice.number), class_="number"), " ", h("bdi", name(voice, labels)))
    if voice.absent:
        return join(h("header", title, class_="opening"), h("p", labels.absent_note(voice), class_="mark"))
    other = translation(voice, dossier.lang)
    head = h("header", title, h("p", dotted(facts(voice, labels)), class_="facts"), class_="opening")
    marked = (h("p", text, class_="mark") for text in marks(voice, other, labels, dossier.lang))
    body = facing(voice, other, labels) if other else alone(voice)
    told = notes(voice, dossier)
    refers = (_noteref(voice, one, labels) for one in told)
    player = _player(voice, labels) if sounds and voice.sound else None
    return join(head, *marked, *refers, player, *body, *(_note(voice, one, labels, link) for one in told))


def _noteref(voice: Voice, note: Note, labels: Labels) -> Html:
    """`Quotes voice 1*`, which leads to the note that holds the words."""
    name = f"quote-{voice.number}-{note.place}"
    said = labels.quotes % {"number": note.voice.number}
    return h(
        "p", h("a", said, h("sup", note.sign), href=f"#{name}", id=f"{name}-from", role="doc-noteref"), class_="mark"
    )


def _note(voice: Voice, note: Note, labels: Labels, link: Link) -> Html:
    """The words quoted, and the way to where they were said."""
    name = f"quote-{voice.number}-{note.place}"
    page = link(anchor(note.voice))
    place = f"{'' if page.startswith('#') else page}#{note.target}" if note.target else page
    back = h("a", note.sign, href=f"#{name}-from", role="doc-backlink")
    said = h("a", h("bdi", heading(note.voice, labels)), href=place)
    words = h("p", note.text, **tongue(note.lang))
    return h("aside", h("p", back, " ", said), words, id=name, role="doc-footnote", class_="note")


def _player(voice: Voice, labels: Labels) -> Html:
    said = f"{labels.listen}: {name(voice, labels)}"
    file = h("a", labels.listen, href=voice.sound)
    return h(
        "p", h("audio", file, controls="controls", preload="none", src=voice.sound, aria_label=said), class_="player"
    )


def translation(voice: Voice, lang: str) -> Version | None:
    """The words in the book's language, where they were not spoken in it."""
    return voice.version(lang) if voice.lang != lang else None


def facts(voice: Voice, labels: Labels) -> list[str]:
    """What kind, answering whom, where, in which language, when, how long."""
    long = labels.minutes % {"time": clock(voice.duration)} if voice.duration else ""
    said = (*said_as(voice, labels), voice.place, labels.language_of(voice.lang), voice.day, long)
    return [part for part in said if part]


def dotted(parts: Iterable[str]) -> Html:
    """Parts with dots between; each keeps its own direction."""
    return Html(" · ".join(h("bdi", part) for part in parts))


def marks(voice: Voice, other: Version | None, labels: Labels, lang: str) -> Iterator[str]:
    """What a reader must know of these words: a machine's, a synthetic voice, a changed one."""
    if voice.synthetic:
        yield labels.synthetic
    elif voice.voice in ("disguised", "revoiced"):
        yield labels.sound_of(voice)
    if voice.machine:
        yield labels.machine_original
    if other and other.state == MACHINE:
        yield labels.machine_translation
    elif other:
        yield labels.translated % {"lang": labels.language_of(voice.lang)}
    elif voice.lang != lang:
        yield labels.untranslated % {"lang": labels.language_of(voice.lang)}


def alone(voice: Voice) -> Iterator[Html]:
    """The words as they were said."""
    for part in paragraphs(voice):
        yield h("p", *_said(part, voice), class_="line", **tongue(part.lang))


def facing(voice: Voice, other: Version, labels: Labels) -> Iterator[Html]:
    """Original and translation side by side, paragraph for paragraph."""
    heads = (h("p", labels.language_of(lang), dir=direction(lang)) for lang in (voice.lang, other.lang))
    yield h("div", *heads, class_="facing heads")
    for part in paragraphs(voice, other):
        said = h("p", *_said(part, voice), **tongue(part.lang))
        yield h("div", said, h("p", part.other, **tongue(other.lang)), class_="facing")


def _said(part: Paragraph, voice: Voice) -> Iterator[Html | str]:
    if part.start is not None:
        yield h("time", clock(part.start), dir="ltr")
        yield " "
    space = joined(["", ""], part.lang)
    for place, line in enumerate(part.lines):
        if place and space:
            yield space
        yield _line(line, voice)


def _line(line: Line, voice: Voice) -> Html | str:
    found = line_anchor(voice, line)
    return h("span", line.text.strip(), id=found) if found else line.text.strip()


def clock(ms: int) -> str:
    """`3:07` or `1:00:07`."""
    hours, rest = divmod(ms // 1000, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _method(dossier: Dossier, labels: Labels, link: Link) -> Html:
    rows = (_provenance(voice, dossier, labels, link) for voice in dossier.voices if not voice.absent)
    heads = (labels.voice, labels.words, labels.translation, labels.sound)
    head = h("thead", h("tr", *(h("th", word, scope="col") for word in heads)))
    return join(
        h("h2", labels.method),
        *(h("p", one) for one in dossier.method),
        h("div", h("table", head, h("tbody", *rows)), class_="wide"),
        *(
            (h("h3", labels.changes), h("ul", *(h("li", one, **own(dossier, labels)) for one in dossier.changes)))
            if dossier.changes
            else ()
        ),
        h("h3", labels.licence),
        h("p", h("a", dossier.licence, href=dossier.licence_url) if dossier.licence_url else dossier.licence),
        h("p", labels.share) if labels.share else None,
    )


def provenance(voice: Voice, dossier: Dossier, labels: Labels) -> tuple[str, str, str]:
    """Where its words come from, its translation, its sound: three short sentences, nobody's name in them."""
    heard = any(line.start is not None for line in voice.lines)
    words = labels.heard % {"number": voice.corrected, "all": len(voice.lines)} if heard else labels.typed
    other = translation(voice, dossier.lang)
    translated = "" if other is None else labels.machine_translation if other.state == MACHINE else labels.approved
    return labels.machine_original if voice.machine else words, translated or "–", labels.sound_of(voice) or "–"


def _provenance(voice: Voice, dossier: Dossier, labels: Labels, link: Link) -> Html:
    number = h("a", str(voice.number), href=link(anchor(voice)))
    return h("tr", h("td", number), *(h("td", text) for text in provenance(voice, dossier, labels)))


def _sources(dossier: Dossier, labels: Labels, link: Link) -> Html:
    rows = (_source(voice, labels, link) for voice in dossier.voices)
    return join(h("h2", labels.sources), h("p", labels.sources_note, class_="small"), h("ol", *rows, class_="sources"))


def source_anchor(voice: Voice) -> str:
    """Where a voice's note is."""
    return f"source-{voice.number}"


def _source(voice: Voice, labels: Labels, link: Link) -> Html:
    back = h("a", str(voice.number), href=link(anchor(voice)))
    if voice.absent:
        return h("li", back, ". ", labels.absence(voice), id=source_anchor(voice))
    said = dotted(part for part in (voice.who, voice.place, voice.day) if part)
    key = join(h("br"), h("code", voice.key, dir="ltr")) if voice.key else None
    place = join(h("br"), h("a", voice.address, href=voice.address, dir="ltr")) if voice.address else None
    return h("li", back, ". ", said, key, place, id=source_anchor(voice))
