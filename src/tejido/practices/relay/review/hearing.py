"""English that the recogniser hears in the speech itself, line by line: often better than the transcript translated.

What was heard is kept with the draft as it comes, so that a killed worker hears the rest only.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from tejido.engines import speech
from tejido.engines.language.languages import primary
from tejido.engines.speech import model
from tejido.ground import work
from tejido.ground.people import OPERATOR
from tejido.practices.relay import recordings
from tejido.practices.relay.review import selectors
from tejido.practices.relay.review.models import Drafting
from tejido.practices.relay.review.sharing import sound_of
from tejido.practices.relay.review.subjects import Subject
from tejido.practices.relay.segments import Line
from tejido.practices.relay.tasks import places

ENGLISH = "en"


def listen(draft: Drafting, subject: Subject, held: work.Held) -> None:
    """Hear what is not heard yet, where the draft is into English, there is sound, and the model can."""
    lines = [line for line in subject.lines if line.text.strip()]
    if primary(draft.lang) != ENGLISH or not subject.audio or any(line.start is None for line in lines):
        return
    if not model.available(places()):
        return
    found = model.find(places())
    try:
        _listen(draft, subject, lines, found, held)
    except speech.errors.RecogniserDied:
        raise
    except speech.SpeechError:
        return  # the model was not taught to translate, or the sound cannot be read: the words are translated instead


def _listen(draft: Drafting, subject: Subject, lines: Sequence[Line], found: Path, held: work.Held) -> None:
    spans = [(line.start or 0, line.end or 0) for line in lines]
    chosen, since = speech.Settings(language=primary(subject.lang)), draft.heard_ms
    waiting = [line for line in lines if (line.end or 0) > since]
    if not waiting:
        return
    ref = selectors.sound(viewer=OPERATOR, key=subject.key)
    with recordings.samples(sound_of(subject.key), ref) as samples:
        stream = cast("Generator[speech.Segment]", speech.translate(samples, found, chosen, since, spans))
        with closing(stream) as heard:
            for line, segment in zip(waiting, heard, strict=False):
                draft.heard = {**draft.heard, line.id: segment.text}
                draft.heard_ms, draft.heard_by = segment.end_ms, found.name[:60]
                known = {"heard": draft.heard, "heard_ms": draft.heard_ms, "heard_by": draft.heard_by}
                Drafting.objects.filter(key=draft.key, run=draft.run).update(**known)
                held.beat(permille=len(draft.heard) * 500 // len(lines))


def english(draft: Drafting, lines: Sequence[Line]) -> dict[str, str]:
    """What was heard of these lines, by their words."""
    return {line.text: draft.heard[line.id] for line in lines if draft.heard.get(line.id)}
