"""Requests that the API's description allows, and some that it forbids, sent as every role and with tokens; what comes back
has to be as described. Made by schemathesis from a seed: the same seed sends the same requests.
"""

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from django.conf import settings
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from tejido.site.wsgi import application
from tests.crawl import matrix_public  # noqa: F401 - its rows
from tests.crawl.matrix import ROWS, Objects

SEED = int(os.environ.get("TEJIDO_API_SEED", "1"))
MORE = int(os.environ.get("TEJIDO_API_EXAMPLES", "1"))
ONLY = os.environ.get("TEJIDO_API_ONLY", "")
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
QUIET = hypothesis.settings(
    database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), print_blob=False
)


@dataclass(frozen=True)
class Way:
    """One way to come in: a name, headers and cookies; how many requests each operation gets, of either mode."""

    name: str
    headers: Mapping[str, str]
    fitting: int
    unfit: int
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Run:
    """Requests sent, and what was wrong with answers; each with what repeats it."""

    sent: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)

    def note(self, sender: object, **_: object) -> None:
        """Keep what a view raised: the answer does not tell."""
        self.raised.append(traceback.format_exc(limit=-6))


def schema() -> Any:
    """The description as a program gets it."""
    return openapi.from_wsgi("/api/v1/openapi.json", application)


def operations(described: Any) -> Iterator[Any]:
    """Every operation; a description that cannot be read is an error."""
    for found in described.get_all_operations():
        assert isinstance(found, Ok), found
        if ONLY in found.ok().label:
            yield found.ok()


def visit(run: Run, operation: Any, way: Way, known: Objects) -> None:
    """Send an operation's share of requests by one way."""
    for mode, examples in ((GenerationMode.POSITIVE, way.fitting), (GenerationMode.NEGATIVE, way.unfit)):
        if examples:
            _visit(run, operation, way, known, mode, examples * MORE)


def _visit(run: Run, operation: Any, way: Way, known: Objects, mode: GenerationMode, examples: int) -> None:
    part = operation.path.split("{")[0].rstrip("/").rpartition("/")[2]
    values = {**known.values.get("", {}), **known.values.get(part, {})}
    name = f"api:{operation.definition.raw['operationId']}"
    row = ROWS.get((name, operation.method.upper()))
    fitting = dict(row.data(known)) if row else {}

    @hypothesis.seed(SEED)
    @hypothesis.settings(QUIET, max_examples=examples)
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def once(case: Any, real: bool) -> None:
        if real and mode.is_positive:
            _really(case, values, fitting)
        _send(run, case, way)

    try:
        once()
    except hypothesis.errors.Unsatisfiable:
        assert mode.is_negative, f"{operation.label}: nothing fits its description"


def _really(case: Any, values: Mapping[str, str], fitting: Mapping[str, Any]) -> None:
    """Put keys of things that are there into the address, and what the matrix sends into the body."""
    case.path_parameters.update({name: values[name] for name in case.path_parameters or {} if name in values})
    plain = all(isinstance(value, str | int | list) for value in fitting.values())
    if isinstance(case.body, dict) and plain:
        case.body.update(fitting)


def _send(run: Run, case: Any, way: Way) -> None:
    run.raised.clear()
    headers = {"Accept-Encoding": "identity", **way.headers}
    case.cookies.clear()  # made-up sessions would come in place of the way's own
    try:
        with transaction.atomic():
            response = case.call(headers=headers, cookies=dict(way.cookies))
            transaction.set_rollback(True)
        run.sent += 1
        run.statuses[response.status_code] = run.statuses.get(response.status_code, 0) + 1
        assert response.status_code < 500, "\n".join(run.raised) or f"answered with {response.status_code}"
        case.validate_response(response, checks=CHECKS, headers=headers)
    except (Exception, FailureGroup) as error:  # noqa: BLE001 - collected, so that one run tells all
        repeat = f"TEJIDO_API_SEED={SEED} TEJIDO_API_EXAMPLES={MORE} TEJIDO_API_ONLY='{case.operation.label}' make api"
        run.wrong.append(f"as {way.name}: {case.operation.label}\n{_told(error)}\nrepeat with: {repeat}")


def _told(error: BaseException) -> str:
    return "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])[:3000]


def of_browser(name: str, client: Client, fitting: int, unfit: int) -> Way:
    """A browser with its session and CSRF token."""
    token = _get_new_csrf_string()
    cookies = {one: value.value for one, value in client.cookies.items()} | {settings.CSRF_COOKIE_NAME: token}
    return Way(name, {"X-CSRFToken": token}, fitting, unfit, cookies)


@contextmanager
def listening(run: Run) -> Iterator[None]:
    """Hear of what views raise; keep the connection, in which each request is rolled back, open."""
    got_request_exception.connect(run.note)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        got_request_exception.disconnect(run.note)
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
