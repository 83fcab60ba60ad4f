"""What somebody wants to publish, checked: plain values from a page, the API or a command."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tejido.practices.relay.publishing.events import EACH
from tejido.practices.relay.publishing.licences import DEFAULT


@dataclass(frozen=True)
class Choice:
    """Which hops, and how. `chains`, `hops`: row keys; without `hops` all that may be, between two days where given.

    `titles`, `questions`, `summaries`: by language; a missing title is the chain's. `sound`: with what may be heard;
    `places`: with the circles' places; `changes`: what was corrected, in lines.
    """

    chains: tuple[str, ...] = ()
    hops: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    langs: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    licence: str = DEFAULT
    form: str = EACH
    changes: tuple[str, ...] = ()
    sound: bool = True
    places: bool = True
