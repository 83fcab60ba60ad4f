"""What the editor's page sends: marks of words, lines and stretches. Shape only; the rules stand in `domain`."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tejido.practices.relay.redaction.domain import MOST_SPANS, Marks
from tejido.practices.relay.redaction.errors import BadSpan, BadWord
from tejido.practices.relay.segments import Line

TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3})(?:[.,](\d{1,3}))?")


class MarksForm(forms.Form):
    """How what is marked goes."""

    base = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    mode = forms.ChoiceField(
        label=_("What stands in its place"),
        choices=(
            ("cut", _("Nothing: the recording closes over it")),
            ("tone", _("A soft tone, as long as what was said")),
        ),
        widget=forms.RadioSelect,
        initial="cut",
    )


class KeepForm(forms.Form):
    """The last question before what was said is erased."""

    sure = forms.BooleanField(label=_("I have listened to it. What was taken out can be erased for good."))
    original = forms.BooleanField(
        label=_(
            "Keep the sealed original, as the person agreed. Only the printed recovery sheets open it; this node cannot."
        ),
        required=False,
    )

    def __init__(self, *args: Any, sealed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sealed:
            del self.fields["original"]


class VoiceForm(forms.Form):
    """Who hears which voice."""

    circles = forms.ChoiceField(
        label=_("What the other circles hear"),
        choices=(
            ("own", _("The person's own voice")),
            ("disguised", _("The disguised voice")),
            ("revoiced", _("The reading by somebody else")),
            ("none", _("Nothing: they only read the words")),
        ),
        widget=forms.RadioSelect,
    )
    public = forms.ChoiceField(
        label=_("What anybody hears, once it is published"),
        choices=(
            ("none", _("Nothing: they only read the words")),
            ("revoiced", _("The reading by somebody else")),
            ("disguised", _("The disguised voice")),
            ("own", _("The person's own voice")),
        ),
        widget=forms.RadioSelect,
    )


class ReadingForm(forms.Form):
    """Another person's reading of the words."""

    recording = forms.FileField(
        label=_("The reading, at most ten minutes"),
        widget=forms.FileInput({"accept": "audio/*,video/mp4,video/webm", "capture": "user"}),
    )
    agreed = forms.BooleanField(
        label=_("Whoever reads was asked, and agrees that their voice is heard in place of the other."), required=False
    )


def milliseconds(text: str) -> int:
    """`1:07.5`, `67,5` or `67` as milliseconds. Raises BadSpan."""
    found = TIME.fullmatch(text.strip().translate(DIGITS))
    if found is None:
        raise BadSpan
    minutes, seconds, rest = found.groups()
    return (int(minutes or 0) * 60 + int(seconds)) * 1000 + int((rest or "0").ljust(3, "0"))


DIGITS = {ord(digit): str(i % 10) for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def span(text: str) -> tuple[int, int]:
    """`1:02.5-1:04` in milliseconds. Raises BadSpan."""
    start, _, end = text.partition("-")
    found = (milliseconds(start), milliseconds(end))
    if found[0] >= found[1]:
        raise BadSpan
    return found


def word(text: str) -> tuple[str, int]:
    """`SEGMENT:N`, N from 1, as marks name a word. Raises BadWord."""
    segment, _, place = text.rpartition(":")
    if not segment or not place.isdecimal() or int(place) < 1:
        raise BadWord
    return segment, int(place) - 1


def clock(ms: int) -> str:
    """Milliseconds as the page's fields show them: `1:07.5`."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 60}:{seconds % 60:02d}" + (f".{rest:03d}".rstrip("0") if rest else "")


def marks(data: QueryDict, lines: Sequence[Line]) -> Marks:
    """What was ticked and written: `w` is line.word, `s` a line, both counted on the page that was shown. Raises BadSpan."""
    words = [pair.partition(".") for pair in data.getlist("w")]
    found = {(lines[int(line)].id, int(word)) for line, _, word in words if _known(line, lines) and word.isdecimal()}
    whole = {lines[int(line)].id for line in data.getlist("s") if _known(line, lines)}
    return Marks(tuple(sorted(found)), tuple(sorted(whole)), spans(data))


def _known(line: str, lines: Sequence[Line]) -> bool:
    return line.isdecimal() and int(line) < len(lines)


def spans(data: QueryDict) -> tuple[tuple[int, int], ...]:
    """The stretches whose fields are filled in. Raises BadSpan."""
    pairs = zip(data.getlist("start"), data.getlist("end"), strict=False)
    found = [(milliseconds(start), milliseconds(end)) for start, end in pairs if start.strip() or end.strip()]
    if len(found) > MOST_SPANS or any(start >= end for start, end in found):
        raise BadSpan
    return tuple(sorted(set(found)))
