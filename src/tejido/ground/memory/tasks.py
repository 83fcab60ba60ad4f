"""Imports in the background. The state is the truth: an origin that waits has a file that is not read to its end."""

from contextlib import suppress

from django.utils.translation import gettext_noop

from tejido.engines.language import FileError
from tejido.ground import work
from tejido.ground.errors import Problem
from tejido.ground.memory import files, importing
from tejido.ground.memory.models import Origin

LOST = gettext_noop("The file is not here any more. Choose it again.")


def claim_key(origin: str) -> str:
    """The name of the work on a file."""
    return f"memory:{origin}"


def request(origin: str) -> None:
    """Hint, once committed, that a file waits."""
    work.enqueue_on_commit(take_in, origin)


@work.task()
def take_in(origin: str) -> None:
    """Read a waiting file; what is wrong with it is kept with its origin and shown."""
    work.alone(claim_key(origin), lambda held: run(origin, held))


def run(key: str, held: work.Held, progress: importing.Progress = lambda *_: None) -> int:
    """One attempt; how many entries are new. The file goes when it has been read, or cannot be."""
    origin = Origin.objects.filter(key=key, state=Origin.State.WAITING).first()
    path, added = files.waiting(key), 0
    if origin is None:
        return 0
    if not path.exists():
        Origin.objects.filter(key=key).update(state=Origin.State.FAILED, fault=LOST)
        return 0

    def told(done: int, total: int) -> None:
        held.beat(permille=done * 1000 // max(1, total))
        progress(done, total)

    with suppress(FileError, Problem):
        added = importing.read(origin, path, told)
    path.unlink(missing_ok=True)
    return added


@work.sweeper
def unfinished() -> None:
    """Queue what waits, and drop files whose origin is gone."""
    waiting = list(Origin.objects.filter(state=Origin.State.WAITING).order_by("key").values_list("key", flat=True))
    for key in work.due([claim_key(one) for one in waiting]):
        work.enqueue_once(take_in, key.partition(":")[2])
    for path in files.folder().iterdir():
        if path.suffix != files.PART and path.name not in waiting:
            path.unlink(missing_ok=True)
