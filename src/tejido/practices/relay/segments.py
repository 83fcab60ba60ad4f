"""A transcript's segments and their corrections, pure.

A correction names the text it changed by its hash. Texts that no correction has changed are *heads*; several heads are
concurrent edits of one organisation: both are kept, the later in the log's order is shown, until somebody settles them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from hashlib import sha256
from secrets import token_hex

from tejido.engines.language.captions import Cue
from tejido.practices.relay.events import (
    MAX_SEGMENT,
    ReportRecut,
    Segment,
    SegmentApproved,
    SegmentCorrected,
    TranscriptDrafted,
)

DRAFT, REVIEW, APPROVED = STATES = ("draft", "review", "approved")
JOINED_MS, PAUSE_MS = 8_000, 1_500
SENTENCE_ENDS = (".", "!", "?", "…", "؟", "。", "।", "۔")
SEEN = 16  # digits of a hash that a page sends back: hashes do not compress, and a transcript has a hundred lines


@dataclass(frozen=True)
class Line:
    """A segment as it stands: `base` is the hash a correction must name; `others` are edits made beside it.

    `lang` where it is not the report's; `words`: start and end of each word of `text` in milliseconds, or nothing;
    `approved`: the hash of the text that a person approved last, empty for none.
    """

    id: str
    text: str
    start: int | None
    end: int | None
    by: str
    base: str
    others: tuple[str, ...] = ()
    lang: str | None = None
    words: tuple[int, ...] = ()
    approved: str = ""

    @property
    def state(self) -> str:
        """`draft` (a machine's, nobody has looked), `review` (a person wrote, or it has changed since), `approved`."""
        if self.approved == self.base and not self.others:
            return APPROVED
        return REVIEW if self.by == "person" or self.approved else DRAFT

    @property
    def seconds(self) -> float | None:
        """Where the segment begins."""
        return None if self.start is None else self.start / 1000

    @property
    def seen(self) -> str:
        """What a page sends back to say which text it showed."""
        return self.base[:SEEN]

    def segment(self, name: str, *, times: bool) -> Segment:
        """The line as the beginning of another transcript, under a new id, with its times or without."""
        start, end, words = (self.start, self.end, self.words) if times else (None, None, ())
        known = len(words) == 2 * len(self.text.split())
        approved = self.state == APPROVED
        return Segment(name, self.text, start, end, self.by, self.lang, words if known else (), approved)

    @property
    def settles(self) -> str:
        """The hashes of `others`, with spaces between: what a correction settles."""
        return " ".join(map(digest, self.others))


def touched(lines: Iterable[Line]) -> bool:
    """Whether a person has written any of these lines, or approved of one."""
    return any(line.by == "person" or line.approved for line in lines)


@dataclass(frozen=True)
class Draft:
    """One transcript: a machine's (with its `model`) or a person's (without)."""

    hash: str
    model: str
    lang: str
    lines: tuple[Line, ...]

    @property
    def touched(self) -> bool:
        """Whether a person has written in it, or approved of some of it."""
        return touched(self.lines)


@dataclass(frozen=True)
class Stale:
    """A correction that was made to a text no longer shown: what stands there now, and what was to be written."""

    segment: str
    current: str
    proposed: str
    base: str


def digest(text: str) -> str:
    """The SHA-256 of a segment's text, as corrections name it."""
    return sha256(text.encode()).hexdigest()


def new_prefix() -> str:
    """A beginning for segment ids, unlike any other draft's."""
    return token_hex(3)


def first_line(segment: Segment) -> Line:
    """A segment before any correction."""
    name = digest(segment.text)
    known = (segment.start, segment.end, segment.by, name)
    approved = name if segment.approved else ""
    return Line(segment.id, segment.text, *known, lang=segment.lang, words=segment.words, approved=approved)


def draft(name: str, payload: TranscriptDrafted | ReportRecut) -> Draft:
    """A transcript as its event gave it; `name` is that event's hash."""
    return Draft(name, payload.model, payload.lang, tuple(first_line(s) for s in payload.segments))


def correct(line: Line, corrections: Sequence[SegmentCorrected]) -> Line:
    """The line after all its corrections, in the log's order."""
    if not corrections:
        return line
    heads = {line.base: line.text}
    for correction in corrections:
        for seen in (correction.base, *correction.settles):
            heads.pop(seen, None)
        name = digest(correction.text)
        heads.pop(name, None)
        heads[name] = correction.text
    *others, shown = heads
    others_text = tuple(heads[name] for name in others)
    words = retimed(line.text, line.words, heads[shown])
    return replace(line, text=heads[shown], by="person", base=shown, others=others_text, words=words)


def retimed(heard: str, words: Sequence[int], text: str) -> tuple[int, ...]:
    """Times of the words of a corrected `text`, from those of what was `heard`; nothing where that would be a guess.

    Words that stand keep theirs, and so does a word written in another one's place; the time of a word that was struck
    out falls to its neighbour. A word that was added has no known time: then none of the segment's words has."""
    old, new = heard.split(), text.split()
    if len(words) != 2 * len(old):
        return ()
    pairs: list[tuple[int, int]] = list(zip(words[::2], words[1::2], strict=True))
    matcher = SequenceMatcher(None, [w.casefold() for w in old], [w.casefold() for w in new], autojunk=False)
    found: list[tuple[int, int]] = []
    begins: int | None = None
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        if j1 == j2:
            if found:
                found[-1] = (found[-1][0], pairs[i2 - 1][1])
            else:
                begins = pairs[i1][0]
        elif i2 - i1 == j2 - j1:
            first, *rest = pairs[i1:i2]
            found += [(first[0] if begins is None else begins, first[1]), *rest]
            begins = None
        else:
            return ()
    return tuple(time for pair in found for time in pair)


def approve(line: Line, approved: Sequence[str]) -> Line:
    """The line with the hashes of texts that were approved for it, in the log's order."""
    if not approved:
        return line
    return replace(line, approved=line.base if line.base in approved else approved[-1])


def corrected(
    drafts: Sequence[Draft], corrections: Iterable[SegmentCorrected], approvals: Iterable[SegmentApproved] = ()
) -> tuple[Draft, ...]:
    """The drafts with every correction and approval applied to the segment it names; ids are unlike in each draft."""
    by_segment: dict[str, list[SegmentCorrected]] = {}
    for correction in corrections:
        by_segment.setdefault(correction.segment, []).append(correction)
    names: dict[str, list[str]] = {}
    for approval in approvals:
        names.setdefault(approval.segment, []).append(approval.text)

    def after(line: Line) -> Line:
        return approve(correct(line, by_segment.get(line.id, ())), names.get(line.id, ()))

    return tuple(replace(item, lines=tuple(map(after, item.lines))) for item in drafts)


def state_of(lines: Iterable[Line]) -> str:
    """How far a text is: as far as its least segment that holds words; `draft` where there are none."""
    return min((line.state for line in lines if line.text.strip()), key=STATES.index, default=DRAFT)


def shown(drafts: Sequence[Draft]) -> Draft | None:
    """The draft people see: the one a person has written in, else the newest; a machine never replaces a person."""
    written = [item for item in drafts if item.touched]
    if written:
        return written[0]
    return drafts[-1] if drafts else None


def stale(line: Line, base: str, proposed: str) -> Stale | None:
    """Whether a correction made against `base` (a hash, or its first 16 digits) would overwrite somebody else's words."""
    if (len(base) >= SEEN and line.base.startswith(base)) or proposed == line.text:
        return None
    return Stale(line.id, line.text, proposed, line.base)


def typed(text: str, prefix: str) -> tuple[Segment, ...]:
    """Typed text as segments: a paragraph each, long ones cut at a word's end. Ids begin with `prefix`."""
    pieces = [piece for block in text.splitlines() for piece in _pieces(block.strip())]
    return tuple(Segment(f"{prefix}-{i:03d}", piece) for i, piece in enumerate(pieces))


def cued(cues: Iterable[Cue], prefix: str, end_ms: int | None) -> tuple[Segment, ...]:
    """Captions as segments in order of time. Neighbours are joined to a sentence or up to eight seconds; a speaker's name
    stands where another one begins. Times end with the recording; without one (None) there are none.
    """
    made: list[Cue] = []
    for cue in sorted(cues, key=lambda one: one.start_ms):
        one = replace(cue, text=" ".join(cue.text.split()))
        if made and _goes_on(made[-1], one):
            made[-1] = replace(made[-1], end_ms=max(made[-1].end_ms, one.end_ms), text=f"{made[-1].text} {one.text}")
        else:
            made.append(one)
    named = [_named(one, made[i - 1].speaker if i else "") for i, one in enumerate(made)]
    return tuple(_segment(one, f"{prefix}-{i:03d}", end_ms) for i, one in enumerate(named))


def _goes_on(before: Cue, after: Cue) -> bool:
    joined = after.end_ms - before.start_ms <= JOINED_MS and len(before.text) + len(after.text) < MAX_SEGMENT // 2
    whole = before.text.endswith(SENTENCE_ENDS) or after.start_ms - before.end_ms > PAUSE_MS
    return joined and not whole and before.speaker == after.speaker


def _named(cue: Cue, before: str) -> Cue:
    return replace(cue, text=f"{cue.speaker}: {cue.text}") if cue.speaker and cue.speaker != before else cue


def _segment(cue: Cue, name: str, end_ms: int | None) -> Segment:
    text = cue.text[:MAX_SEGMENT]
    if end_ms is None:
        return Segment(name, text)
    return Segment(name, text, min(cue.start_ms, end_ms), min(cue.end_ms, end_ms))


def _pieces(block: str, most: int = 1000) -> Iterable[str]:
    while len(block) > most:
        cut = block.rfind(" ", 1, most)
        cut = cut if cut > 0 else most
        yield block[:cut].rstrip()
        block = block[cut:].lstrip()
    if block:
        yield block
