"""What can go wrong when words are taken out or voices changed; one class a failure."""

from tejido.ground.errors import Conflict, Invalid


class NothingMarked(Invalid):
    """Nothing is marked. Mark words, whole lines or a stretch of the recording first."""

    code = "nothing-marked"


class NothingLeft(Invalid):
    """Nothing would be left of the recording. To take all of it back, erase the report."""

    code = "nothing-left"


class NeedsSound(Invalid):
    """The words that you marked have no times, since somebody typed them. Mark the stretch where they are heard as well."""

    code = "needs-sound"


class NeedsWords(Invalid):
    """You marked a stretch of the recording, and the words have no times. Mark the words that are spoken there as well."""

    code = "needs-words"


class BadSpan(Invalid):
    """A stretch needs a beginning and a later end within the recording, written as minutes and seconds: 1:07.5."""

    code = "bad-span"


class BadWord(Invalid):
    """A word is named by its segment and its place in it, counted from 1: a1b2c3-004:2."""

    code = "bad-word"


class StaleMarks(Conflict):
    """The words or the recording have changed since you marked. Look at the page again and mark anew."""

    code = "stale-marks"


class NotMade(Conflict):
    """There is nothing to keep yet. Let the recording be cut and listen to it first."""

    code = "not-made"


class StillTranscribing(Conflict):
    """The recording is still being written down. Wait until its words are here, so that none of them comes back."""

    code = "still-transcribing"


class NoVoice(Conflict):
    """The report does not exist in that voice, or its recording or words have changed since. Make it first."""

    code = "no-voice"


class NoRecording(Conflict):
    """This report was typed: there is no voice to change."""

    code = "no-recording"


class NotApproved(Conflict):
    """Not every line is approved yet. Have a person check the words before somebody reads them."""

    code = "not-approved"


class ReaderNotAsked(Invalid):
    """Whoever reads lends their own voice. Ask them, and say that they agreed."""

    code = "reader-not-asked"
