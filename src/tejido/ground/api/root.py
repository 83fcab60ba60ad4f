"""The root: every operation is entered, bounded, repeated and described alike."""

import functools
import sys
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.security import django_auth

from tejido.ground.api import failures, guards, repeats
from tejido.ground.api.describing import Description
from tejido.ground.api.parsing import Strict
from tejido.ground.tokens.entering import by_token


def scope_of(operation: Operation) -> str | None:
    """The scope that a token needs; None where none will do."""
    fn = operation.view_func
    if "needs" in fn.__dict__:
        return str(fn.__dict__["needs"]) if fn.__dict__["needs"] is not None else None
    module, reads = sys.modules[fn.__module__], "GET" in operation.methods
    named: str | None = getattr(module, "READS" if reads else "WRITES", None)
    return named or f"{label_of(operation).partition('_')[0]}.{'read' if reads else 'write'}"


def label_of(operation: Operation) -> str:
    """The label of the app that an operation belongs to."""
    config = apps.get_containing_app_config(operation.view_func.__module__)
    return config.label if config else operation.view_func.__module__.split(".")[1]


def types_of(operation: Operation) -> tuple[str, ...]:
    """Media types of an operation's answers; none where it has no content."""
    fn = operation.view_func
    if given := fn.__dict__.get("gives"):
        return tuple(given)
    types = ("application/json",) if any(operation.response_models.values()) else ()
    return (*types, "text/csv") if fn.__dict__.get("listing") else types


class Api(NinjaAPI):
    """Operations of all rooms, with one manner for all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(auth=django_auth, docs_url=None, urls_namespace="api", parser=Strict(), **options)
        self.allowance = guards.Allowance(settings.NODE.api_rate)
        failures.register(self)

    def _get_bound_routers(self) -> list[Any]:
        fresh, bound = self._bound_routers_cache is None, super()._get_bound_routers()
        if fresh:
            for operation in (
                one for router in bound for view in router.path_operations.values() for one in view.operations
            ):
                self._enter(operation)
        return bound

    def _enter(self, operation: Operation) -> None:
        if operation.auth_callbacks:
            token = functools.partial(by_token, scope=scope_of(operation))
            operation.auth_callbacks = [token, *operation.auth_callbacks]
        if operation.methods == ["GET"]:
            operation.methods = ["GET", "HEAD"]
        operation.run = functools.partial(run, self, operation)  # type: ignore[method-assign]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """An id that stays: the app's label and the function's name."""
        return f"{label_of(operation)}_{operation.view_func.__name__}"

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The description (OpenAPI 3.1)."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return Description(self, prefix, scope_of, types_of)


def run(api: Api, operation: Operation, request: HttpRequest, **path: Any) -> HttpResponseBase:
    """One request: who is it, may it be answered, was it answered before, and only then what it asks for."""
    refused = operation._run_checks(request)
    if refused is not None:
        return refused
    try:
        guards.moderate(request, api.allowance)
        guards.acceptable(request, types_of(operation))
        again = "repeatable" in operation.view_func.__dict__ or request.method in {"PUT", "DELETE"}
        answer = repeats.once(request, _performance(api, operation, request, path), again=again)
        return failures.worded(request, answer)
    except Exception as error:  # noqa: BLE001 - mapped once; what has no mapping is raised again
        return api.on_exception(request, error)


def _performance(
    api: Api, operation: Operation, request: HttpRequest, path: dict[str, Any]
) -> Callable[[], HttpResponseBase]:
    def perform() -> HttpResponseBase:
        blank = api.create_temporal_response(request)
        values = operation._get_values(request, path, blank)
        result = operation.view_func(request, **values)
        response = operation._result_to_response(request, result, blank)
        if response.status_code == 204 or not getattr(response, "content", b"-"):
            response.headers.pop("Content-Type", None)
        return response

    return perform
