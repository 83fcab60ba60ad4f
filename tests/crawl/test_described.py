"""schemathesis over the whole API: no server error, no status or shape that the description does not name, whoever asks."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tejido.ground.api.guards import Allowance
from tejido.ground.people.domain import ROLES
from tejido.ground.tokens import scopes
from tejido.site.api import api
from tests.crawl.described import Run, Way, listening, of_browser, operations, schema, visit
from tests.crawl.matrix import STRANGER, Objects
from tests.crawl.test_matrix import made, objects  # noqa: F401 - fixtures
from tests.ground.people.builders import an_account
from tests.ground.tokens.builders import a_token


def ways() -> Iterator[Way]:
    """A keeper's program meets most; each role some; a program without scopes and a stranger one each."""
    every = [one.name for one in scopes()]
    keeper = a_token(an_account("by-token", "keeper"), *every).secret
    yield Way("a keeper's token", {"Authorization": f"Bearer {keeper}"}, 6, 3)
    lacking = a_token(an_account("by-bare-token", "member"), "search").secret
    yield Way("a token for search alone", {"Authorization": f"Bearer {lacking}"}, 1, 0)
    for role in ROLES:
        client = Client()
        client.force_login(an_account(f"as-{role}", role))
        many = role in {"keeper", "member"}
        yield of_browser(role, client, 2 if many else 1, int(many))
    yield Way(STRANGER, {}, 1, 0)


@pytest.mark.slow
@pytest.mark.sqlite  # the same on PostgreSQL, by hand: this sends three thousand requests
def test_nothing_breaks_and_nothing_comes_that_is_not_described(
    objects: dict[str, Objects],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api, "allowance", Allowance(0))
    run = Run()
    with listening(run):
        found = list(operations(schema()))
        for way in list(ways()):
            for operation in found:
                visit(run, operation, way, objects["own"])
    print(f"{run.sent} requests to {len(found)} operations: {dict(sorted(run.statuses.items()))}")
    assert not run.wrong, f"{len(run.wrong)} findings\n\n" + "\n\n".join(run.wrong[:40])
