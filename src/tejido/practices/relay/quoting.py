"""Words of another voice told again in an answer: they carry that voice's consent, and go when they go there.

A quote stands while the hop that it names is shown and still says those words. What no longer stands is shown nowhere at
once, and erased from one's own answers by the next sweep; other organisations do the same for theirs.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from tejido.ground import work
from tejido.ground.erasures.leftovers import before_receipts
from tejido.ground.network.selectors import own_space_key
from tejido.ground.store.public import row_key, writing
from tejido.practices.relay import access, recutting
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.records import Quoted

EMPTY = ("", "[]")


def taken(hop: Hop, segments: Collection[str]) -> list[dict[str, str]]:
    """Quotes of these segments of a hop, as events carry them."""
    found = [line for line in access.lines(hop.lines) if line.id in segments and line.text.strip()]
    return [{"hop": hop.aggregate, "segment": line.id, "text": line.text} for line in found]


def standing(quotes: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Those quotes whose words their voice still says and shows; one query."""
    said = _said({row_key(bytes.fromhex(quote["hop"])) for quote in quotes})
    return [dict(one) for one in quotes if one["text"] in said.get(row_key(bytes.fromhex(one["hop"])), {})]


def _said(keys: Collection[str]) -> dict[str, set[str]]:
    rows = Hop.objects.filter(key__in=keys, status="shown").values_list("key", "lines")
    return {key: {line.text for line in access.lines(lines)} for key, lines in rows}


def shown(stored: str) -> tuple[Quoted, ...]:
    """A row's quotes, as a page shows them: those that stand."""
    found = standing(orjson.loads(stored)) if stored not in EMPTY else []
    keys = {one["hop"]: row_key(bytes.fromhex(one["hop"])) for one in found}
    langs = dict(Hop.objects.filter(key__in=keys.values()).values_list("key", "lang")) if found else {}
    return tuple(Quoted(keys[one["hop"]], one["text"], langs[keys[one["hop"]]]) for one in found)


@before_receipts
def before(_keys: Sequence[str]) -> None:
    """No receipt says that a voice is erased here while an answer of ours still quotes it."""
    drop_fallen()


@work.sweeper
def drop_fallen() -> None:
    """Erase from this organisation's own answers the quotes that no longer stand, and renew their copies."""
    for row in Report.objects.filter(space=own_space_key()).exclude(quotes__in=EMPTY):
        quotes: list[dict[str, Any]] = orjson.loads(row.quotes)
        left = standing(quotes)
        if len(left) < len(quotes):
            with writing():
                recutting.without_quotes(access.report(row.key), left)
