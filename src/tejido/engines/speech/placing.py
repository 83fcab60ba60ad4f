"""Files that appear whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tejido.engines.speech.errors import NoRoom


@contextmanager
def drafts(*targets: Path) -> Iterator[list[Path]]:
    """A draft beside each target, put in its place when the block ends well; raises NoRoom where the disk refuses."""
    beside = [target.with_name(f"{target.name}.draft") for target in targets]
    try:
        yield beside
        for draft, target in zip(beside, targets, strict=True):
            draft.replace(target)
    except OSError as error:
        raise NoRoom(cause=error.strerror or type(error).__name__) from error
    finally:
        for draft in beside:
            draft.unlink(missing_ok=True)
