"""What a token may be for: coarse, in plain words, each named once by whoever has operations for it.

A room names its scopes in its `policies` module:

    scope("relay.read", _("Read chains, voices and reports, and hear them"))

and says at the top of its `api.py` which of them its operations need: `READS` for GET, `WRITES` for everything else. Where an
operation needs another one, `@needs("relay.erase")` stands below its route; `@by_person`: no token will do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Fn = TypeVar("Fn", bound=Callable[..., object])
ANY = ""


@dataclass(frozen=True)
class Scope:
    """A name such as `relay.read`, and what it allows in plain words; `grave`: the page warns of it."""

    name: str
    title: str | Promise
    grave: bool = False


_known: dict[str, Scope] = {}


def scope(name: str, title: str | Promise, *, grave: bool = False) -> Scope:
    """Name a scope; once more with the same words is no harm, with others a mistake (ValueError)."""
    named = Scope(name, title, grave)
    if (known := _known.setdefault(name, named)) != named and str(known.title) != str(title):
        raise ValueError(f"scope {name} is named twice")
    return named


def scopes() -> tuple[Scope, ...]:
    """All scopes, by name."""
    return tuple(_known[name] for name in sorted(_known))


def needs(name: str) -> Callable[[Fn], Fn]:
    """An operation for which a token needs that scope; `ANY`: whichever it has."""

    def mark(fn: Fn) -> Fn:
        fn.__dict__["needs"] = name
        return fn

    return mark


def by_person(fn: Fn) -> Fn:
    """An operation that takes a session alone: it hands out access, or asks who is there."""
    fn.__dict__["needs"] = None
    return fn


scope("me", _("See and change your account: name, language, where you are signed in, what waits for you"))
scope("search", _("Search in everything that you may see"))
scope("people", _("Invite people, give roles, make links that open accounts"), grave=True)
scope("keep", _("Keep the node: its state, stuck work, networks, folders"), grave=True)
scope("exchange", _("Exchange with other nodes now, and see how it went"))
scope("network.read", _("See networks and who is in them"))
scope("memory.read", _("Read the translation memory and the glossary"))
scope("memory.write", _("Change the translation memory and the glossary"))
