"""What an exchange through a folder did, and what it tells while it is under way."""

from collections.abc import Callable
from dataclasses import dataclass, field


class NoFolder(Exception):
    """There is no such folder. Create it, or plug the stick in, and try again."""


@dataclass
class Exchanged:
    """What one exchange did; `problems` say what was passed over, where and why."""

    accepted: int = 0
    filled: int = 0
    waiting: int = 0
    blobs_in: int = 0
    pages_out: int = 0
    payloads_out: int = 0
    blobs_out: int = 0
    erased: int = 0
    checkpoints_out: int = 0
    wanted: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything came in or went out."""
        return any(v for k, v in vars(self).items() if k not in ("problems", "waiting", "wanted", "checkpoints_out"))


Tell = Callable[[int], None]
"""Told how far an exchange is, in thousandths; what it raises ends the exchange, which the next one takes up again."""


def quiet(permille: int) -> None:
    """Nobody listens."""
