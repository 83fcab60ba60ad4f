"""Uploaded files on their way to an action."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from tejido.practices.relay.recordings import work_folder

UNKNOWN = ("", "application/octet-stream")


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
