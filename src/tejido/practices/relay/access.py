"""Finding what an action names: rows by key, the spaces behind them, languages. Each raises what a person can act upon."""

import unicodedata
from typing import TypeVar

import orjson
from babel import Locale

from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotAllowed, NotFound
from tejido.ground.network import gates
from tejido.ground.network.selectors import networks, org_id
from tejido.ground.store.models import Command
from tejido.ground.store.public import ReadModel, row_key
from tejido.practices.relay import errors, models
from tejido.practices.relay.segments import Line

R = TypeVar("R", bound=ReadModel)


def language(tag: str) -> str:
    """A language tag in its usual spelling; raises `UnknownLanguage` where nobody has named its language."""
    first, *rest = tag.strip().replace("_", "-").split("-")
    if first.lower() not in Locale("en").languages:
        raise errors.UnknownLanguage(lang=tag)
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def clean(text: str) -> str:
    """Text as the log wants it: composed, Unix line ends, no space around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def first_network() -> bytes:
    """The first network by name that this organisation is in and does not go on from; raises `NoNetwork`."""
    found = [one for one in networks() if gates.onward(one) is None]
    if not found:
        raise errors.NoNetwork
    return min(found, key=lambda one: not one.admitted).space


def left_behind() -> frozenset[str]:
    """Row keys of the networks from which this organisation goes on in another one: nothing new is said in them."""
    return frozenset(one.key for one in networks() if gates.onward(one))


def open_space(key: str) -> bytes:
    """The network space with this row key, to say something new in it; raises `NotFound` or `LeftBehind`."""
    if key in left_behind():
        raise errors.LeftBehind
    return space(key)


def space(key: str) -> bytes:
    """The network space with this row key; raises `NotFound`."""
    for network in networks():
        if row_key(network.space) == key:
            return network.space
    raise NotFound


def carried_out(command: str) -> str | None:
    """The key of what a command made when it was first carried out; None where it was not."""
    done = Command.objects.filter(id=command).first()
    return row_key(bytes.fromhex(done.result[0][1])) if done else None


def circle(key: str) -> models.Circle:
    """A circle; raises `NotFound`."""
    return _one(models.Circle, key)


def chain(key: str) -> models.Chain:
    """A chain; raises `NotFound`."""
    return _one(models.Chain, key)


def hop(key: str) -> models.Hop:
    """A hop that can still be answered; raises `NotFound`."""
    return _one(models.Hop, key)


def report(key: str) -> models.Report:
    """A report of this organisation; raises `NotFound`."""
    return _one(models.Report, key)


def exists(report: str) -> bool:
    """Whether a report is still here."""
    return models.Report.objects.filter(key=report).exists()


def own_circle(key: str) -> models.Circle:
    """A circle of this organisation; raises `NotFound` or `NotAllowed`."""
    row = circle(key)
    _must_own(row.org)
    return row


def own_chain(key: str) -> models.Chain:
    """A chain that this organisation opened; raises `NotFound` or `NotAllowed`."""
    row = chain(key)
    _must_own(row.org)
    return row


def own_invitation(key: str) -> models.Invitation:
    """An invitation that this organisation sent; raises `NotFound` or `NotAllowed`."""
    row = _one(models.Invitation, key)
    _must_own(row.org)
    return row


def _one(model: type[R], key: str) -> R:
    row: R | None = model._default_manager.filter(key=key).first()
    if row is None:
        raise NotFound
    return row


def _must_own(org: str) -> None:
    if bytes.fromhex(org) != org_id():
        raise NotAllowed("This belongs to another organisation, which alone can change it.")


def copies(row: models.Report) -> list[models.Hop]:
    """The hops that a report was passed as and that are still there."""
    keys = [row_key(bytes.fromhex(passage["hop"])) for passage in orjson.loads(row.passages)]
    return list(models.Hop.objects.filter(key__in=keys).exclude(status="withdrawn").order_by("key"))


def lines(stored: str) -> tuple[Line, ...]:
    """A row's segments."""
    found = orjson.loads(stored) if stored else []
    return tuple(Line(**{**line, "others": tuple(line["others"]), "words": tuple(line["words"])}) for line in found)


def sound(stored: str | None) -> BlobRef:
    """The file that a row names; raises `NotFound` where it names none."""
    if not stored:
        raise NotFound
    return BlobRef.from_dict(orjson.loads(stored))
