"""What can go wrong in the relay room; one class a failure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tejido.engines.faults import catalogued
from tejido.engines.language.errors import FileError
from tejido.engines.speech.errors import SpeechError, TooLarge
from tejido.ground.errors import Conflict, Invalid


class UnknownLanguage(Invalid):
    """Nobody here knows the language “%(lang)s”. Choose one from the list, or write its tag, such as es or pt-BR."""

    code = "unknown-language"


class NothingSaid(Invalid):
    """A report needs a recording or some words. Choose a file or type what was said."""

    code = "nothing-said"


class TooManyWords(Invalid):
    """This is longer than a report can be. Make several reports of it."""

    code = "too-many-words"


class DayAhead(Invalid):
    """This day has not come yet. Say when it was spoken."""

    code = "day-ahead"


class DeadlinePast(Invalid):
    """The day until which an answer is asked for lies in the past."""

    code = "deadline-past"


class BadRecording(Invalid):
    """The recording cannot be used."""

    code = "bad-recording"

    def __init__(self, cause: SpeechError) -> None:
        super().__init__(catalogued(cause.template), **cause.params)
        self.cause = cause


class RecordingTooLarge(BadRecording):
    """The recording has too many bytes."""

    status = 413


class RecordingTooLong(Invalid):
    """This recording is longer than %(minutes)s minutes, which is the most that fits here. Record a shorter one."""

    code = "recording-too-long"


class BadCaptions(Invalid):
    """Line %(line)s of the captions: %(fault)s. Bring WebVTT (.vtt) or SubRip (.srt), in UTF-8."""

    code = "bad-captions"
    members = ("line",)

    def __init__(self, cause: FileError) -> None:
        fault = _(str(cause.params.get("fault", TOO_LARGE)))
        super().__init__(None, line=cause.params.get("line", 1), fault=fault)


TOO_LARGE = gettext_noop("this is more than captions of a recording need")
CAPTION_FAULTS = (
    gettext_noop("there is no timed text"),
    gettext_noop("the text is not in UTF-8"),
    gettext_noop("there is text without a time"),
    gettext_noop("the times cannot be read"),
    gettext_noop("the end comes before the start"),
)


class CaptionsTooLong(Invalid):
    """Line %(line)s of the captions lies after the end of this recording. Perhaps they belong to another one."""

    code = "captions-too-long"
    members = ("line",)


class WrittenByHand(Conflict):
    """A person has worked on this transcript already, and their words stay. Correct it line by line."""

    code = "written-by-hand"


class StaleCorrection(Conflict):
    """Somebody else has changed this segment since you opened it. Both texts are shown: choose, or join them."""

    code = "stale-correction"
    members = ("segment", "current", "proposed", "base")


class NoSuchSegment(Conflict):
    """This segment is not in the transcript any more. Open the page again."""

    code = "no-such-segment"


class VoiceGone(Conflict):
    """This voice was withdrawn. It keeps its place in the chain, and can no longer be answered."""

    code = "voice-gone"


class NotTranscribed(Conflict):
    """There are no words yet. Wait for the transcript, or type it."""

    code = "not-transcribed"


class AlreadyPassed(Conflict):
    """This report was passed on before. Send its changes instead."""

    code = "already-passed"


class NotPassed(Conflict):
    """This report has not been passed on yet."""

    code = "not-passed"


class NothingChanged(Conflict):
    """The other circles have these very words already."""

    code = "nothing-changed"


class NoNetwork(Conflict):
    """This node is not in a network yet. Open one, or join one with an invitation."""

    code = "no-network"


class LeftBehind(Conflict):
    """Your organisation goes on in another network, and this one is for reading. Open a chain there, and tell it in that one."""

    code = "left-behind"


def bad_recording(cause: SpeechError) -> BadRecording:
    """The problem that a recording's fault is to whoever sent it."""
    return RecordingTooLarge(cause) if isinstance(cause, TooLarge) else BadRecording(cause)
