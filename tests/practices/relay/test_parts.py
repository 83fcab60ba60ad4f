"""A report that was interrupted comes as an upload in parts."""

from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import QueryDict

from tejido.ground.people import OPERATOR
from tejido.ground.uploads import Finished
from tejido.practices.relay import errors, selectors, sending
from tejido.practices.relay.models import Report
from tejido.practices.relay.recordings import work_folder
from tests.practices.relay.builders import Node
from tests.practices.relay.test_recordings import CLIP


def finished(node: Node, folder: Path, parts: str, times: int) -> Finished:
    """The clip so many times in one file, and what its form says of parts."""
    path = folder / "upload"
    path.write_bytes(CLIP.read_bytes() * times)
    fields = QueryDict(mutable=True)
    command = str(uuid4())
    told = {
        "chain": node.chain,
        "circle": node.circle,
        "lang": "es",
        "day": "2026-11-20",
        "audio": "none",
        "parts": parts,
    }
    fields.update(told | {"form": "spoken", "asked_in": "es", "command": command})
    digest = sha256(path.read_bytes()).hexdigest()
    size = path.stat().st_size
    return Finished(path, "audio/webm", size, digest, fields, OPERATOR, "account:1", command)


def test_both_parts_are_heard(node: Node, tmp_path: Path) -> None:
    size = CLIP.stat().st_size
    sending.finish(finished(node, tmp_path, str(size), 1))
    alone = Report.objects.get().duration
    key = sending.finish(finished(node, tmp_path, f"{size},{size}", 2)).rstrip("/").rpartition("/")[2]
    assert selectors.report(viewer=OPERATOR, key=key).report.duration == pytest.approx(2 * alone, abs=2)
    assert not list(work_folder().glob("joining-*"))


@pytest.mark.parametrize("parts", ["{size},1", "1,{size}", "{size},{size},5"])
def test_parts_that_do_not_add_up_make_no_report(node: Node, tmp_path: Path, parts: str) -> None:
    given = finished(node, tmp_path, parts.format(size=CLIP.stat().st_size), 2)
    with pytest.raises(errors.BadRecording):
        sending.finish(given)
    assert not Report.objects.exists()
    assert not list(work_folder().glob("joining-*"))


@pytest.mark.parametrize("parts", ["", "12", "a,b", "1,,2", "-1,2", "1,2;3", "9" * 40 + ",1"])
def test_what_is_no_list_of_parts_is_passed_over(node: Node, tmp_path: Path, parts: str) -> None:
    sending.finish(finished(node, tmp_path, parts, 1))
    assert Report.objects.count() == 1
