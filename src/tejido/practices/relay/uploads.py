"""Uploaded files on their way to an action."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from tejido.engines import speech
from tejido.engines.speech.joining import MOST_PARTS
from tejido.engines.speech.joining import TYPE as JOINED
from tejido.ground.uploads import Finished
from tejido.practices.relay.errors import bad_recording
from tejido.practices.relay.recordings import work_folder

UNKNOWN = ("", "application/octet-stream")
LENGTHS = re.compile(rf"[1-9][0-9]{{0,9}}(,[1-9][0-9]{{0,9}}){{1,{MOST_PARTS - 1}}}", re.ASCII)


@contextmanager
def recording(upload: "UploadedFile[bytes] | None") -> Iterator[dict[str, Any]]:
    """`audio` and `audio_type` for `Words`, or nothing; the file lies in the node's work folder within the block."""
    if upload is None:
        yield {}
        return
    with tempfile.NamedTemporaryFile(dir=work_folder(), prefix="upload-") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        declared = (upload.content_type or "").partition(";")[0].strip().lower()
        yield {"audio": Path(file.name), "audio_type": None if declared in UNKNOWN else declared}


@contextmanager
def whole(finished: Finished) -> Iterator[dict[str, Any]]:
    """The same for a resumable upload. A recording that was interrupted came in parts, of so many bytes as the field `parts`
    says (`1200,340`), and is joined first.
    """
    lengths = finished.fields.get("parts", "")
    if not LENGTHS.fullmatch(lengths):
        yield {"audio": finished.path, "audio_type": finished.type}
        return
    with tempfile.TemporaryDirectory(dir=work_folder(), prefix="joining-") as folder:
        try:
            joined = speech.joined(finished.path, [int(one) for one in lengths.split(",")], Path(folder), finished.type)
        except speech.SpeechError as cause:
            raise bad_recording(cause) from cause
        yield {"audio": joined, "audio_type": JOINED}
