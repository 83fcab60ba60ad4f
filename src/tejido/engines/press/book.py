"""A dossier as sections of markup that HTML and EPUB share: title, the chain as a table, a section a voice, how it was made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tejido.engines.press.direction import direction
from tejido.engines.press.markup import Html, h, join
from tejido.engines.press.records import MACHINE, Dossier, Labels, Line, Version, Voice

CSS = """
html { font-family: "Noto Serif", "Noto Naskh Arabic", "Noto Serif Hebrew", Georgia, serif; line-height: 1.55; }
body { margin: 0 auto; padding: 1rem; max-width: 44rem; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: 2rem; margin-block: 3rem 1rem; }
h2 { font-size: 1.4rem; margin-block: 3rem .5rem; }
:lang(ar), :lang(fa), :lang(ur), :lang(ps), :lang(prs), :lang(ckb) { line-height: 1.9; }
.question { font-size: 1.2rem; font-style: italic; }
:lang(ar).question, :lang(fa).question, :lang(ur).question, :lang(he).question { font-style: normal; }
.facts, .mark, .small { font-size: .85rem; opacity: .8; }
.mark { border-inline-start: .25rem solid; padding-inline-start: .6rem; }
.line { margin-block: .6rem; }
.facing { display: grid; grid-template-columns: 1fr; gap: 0 1.5rem; border-block-start: 1px solid #8884; }
.facing > p { margin-block: .4rem; }
@media (min-width: 40rem) { .facing { grid-template-columns: 1fr 1fr; } }
table { border-collapse: collapse; inline-size: 100%; }
th, td { text-align: start; vertical-align: top; padding: .3rem .5rem; border-block-end: 1px solid #8884; }
section { break-before: page; }
time { font-variant-numeric: tabular-nums; opacity: .7; }
audio { inline-size: 100%; }
""".strip()


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
    dossier: Dossier, labels: Labels, *, link: Callable[[str], str] = fragment, sounds: bool = False
) -> list[Section]:
    """All chapters in reading order; `link` makes a section's address, `sounds` players where a voice names a file."""
    return [
        Section("title", dossier.title, dossier.lang, _title(dossier, labels)),
        Section("chain", labels.the_chain, dossier.lang, _table(dossier, labels, link)),
        *(_chapter(voice, dossier, labels, sounds=sounds) for voice in dossier.voices),
        Section("method", labels.method, dossier.lang, _method(dossier, labels)),
    ]


def _chapter(voice: Voice, dossier: Dossier, labels: Labels, *, sounds: bool) -> Section:
    body = _voice(voice, dossier, labels, sounds=sounds)
    return Section(anchor(voice), heading(voice, labels), dossier.lang, body)


def anchor(voice: Voice) -> str:
    """Where a voice's section is."""
    return f"voice-{voice.number}"


def heading(voice: Voice, labels: Labels) -> str:
    """`3 · Night circle`; a withdrawn voice keeps its number alone."""
    return f"{voice.number} · {labels.withdrawn if voice.withdrawn else voice.who}"


def role(voice: Voice, labels: Labels) -> str:
    """What kind of voice it is, in words."""
    return {"commentary": labels.commentary, "parallel": labels.parallel}.get(voice.role, labels.report)


def tongue(lang: str) -> dict[str, str]:
    """Attributes that say language and direction of a block."""
    return {"lang": lang, "xml_lang": lang, "dir": direction(lang)}


def _title(dossier: Dossier, labels: Labels) -> Html:
    edition = labels.edition % {"number": dossier.edition}
    return join(
        h("h1", dossier.title),
        h("p", dossier.question, class_="question", **tongue(dossier.question_lang)),
        h("p", dossier.publisher),
        h("p", f"{edition} · {labels.licence}: ", h("a", dossier.licence, href=dossier.licence_url), class_="small"),
        h("p", h("a", dossier.address, href=dossier.address), class_="small") if dossier.address else None,
    )


def _table(dossier: Dossier, labels: Labels, link: Callable[[str], str]) -> Html:
    head = (labels.voice, labels.who, labels.place, labels.language, labels.day)
    rows = [_row(voice, labels, link(anchor(voice))) for voice in dossier.voices]
    return join(
        h("h2", labels.the_chain),
        h("table", h("thead", h("tr", *(h("th", word, scope="col") for word in head))), h("tbody", *rows)),
    )


def _row(voice: Voice, labels: Labels, address: str) -> Html:
    link = h("a", str(voice.number), href=address)
    said = role(voice, labels) + (f" → {voice.answers}" if voice.answers else "")
    if voice.withdrawn:
        return h("tr", h("td", link), h("td", labels.withdrawn, colspan="4"))
    who = join(voice.who, h("br"), h("span", said, class_="small"))
    return h(
        "tr",
        h("td", link),
        h("td", who),
        h("td", voice.place),
        h("td", labels.language_of(voice.lang)),
        h("td", voice.day),
    )


def _voice(voice: Voice, dossier: Dossier, labels: Labels, *, sounds: bool) -> Html:
    head = h("h2", heading(voice, labels))
    if voice.withdrawn:
        return join(head, h("p", labels.withdrawn, class_="mark"))
    player = h("audio", controls="controls", preload="none", src=voice.sound) if sounds and voice.sound else None
    other = voice.version(dossier.lang) if voice.lang != dossier.lang else None
    body = facing(voice, other) if other else alone(voice)
    return join(
        head, h("p", dotted(facts(voice, labels)), class_="facts"), *_marks(voice, other, labels), player, *body
    )


def facts(voice: Voice, labels: Labels) -> list[str]:
    """What kind, answering whom, where, in which language, when."""
    answers = labels.answers % {"number": voice.answers} if voice.answers else ""
    said = (role(voice, labels), answers, voice.place, labels.language_of(voice.lang), voice.day)
    return [part for part in said if part]


def dotted(parts: Iterable[str]) -> Html:
    """Parts with dots between; each keeps its own direction."""
    return Html(" · ".join(h("bdi", part) for part in parts))


def marks(voice: Voice, other: Version | None, labels: Labels) -> Iterator[str]:
    """What a reader must know of these words: a machine's, a synthetic voice."""
    if voice.synthetic:
        yield labels.synthetic
    if voice.machine:
        yield labels.machine_original
    if other and other.state == MACHINE:
        yield labels.machine_translation
    elif other:
        yield labels.translated % {"lang": labels.language_of(voice.lang)}


def _marks(voice: Voice, other: Version | None, labels: Labels) -> Iterator[Html]:
    return (h("p", text, class_="mark") for text in marks(voice, other, labels))


def alone(voice: Voice) -> Iterator[Html]:
    """The words as they were said."""
    for line in voice.lines:
        yield h("p", *_said(line), class_="line", **tongue(line.lang or voice.lang))


def facing(voice: Voice, other: Version) -> Iterator[Html]:
    """Original and translation side by side, line for line."""
    for line, words in zip(voice.lines, other.lines, strict=True):
        said = h("p", *_said(line), **tongue(line.lang or voice.lang))
        yield h("div", said, h("p", words, **tongue(other.lang)), class_="facing")


def _said(line: Line) -> tuple[Html | str, ...]:
    if line.start is None:
        return (line.text,)
    return (h("time", clock(line.start), dir="ltr"), " ", line.text)


def clock(ms: int) -> str:
    """`3:07` or `1:00:07`."""
    hours, rest = divmod(ms // 1000, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _method(dossier: Dossier, labels: Labels) -> Html:
    changes = join(h("h3", labels.changes), h("ul", *(h("li", one) for one in dossier.changes)))
    return join(h("h2", labels.method), *(h("p", one) for one in dossier.method), changes if dossier.changes else None)
