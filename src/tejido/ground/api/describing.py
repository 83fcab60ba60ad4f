"""The description (OpenAPI 3.1): what ninja derives from types, and what all operations have in common."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from tejido.ground.api.examples import example
from tejido.ground.api.guards import PROBLEM
from tejido.ground.api.repeats import HEADER, LONGEST, REPLAYED
from tejido.ground.tokens.scopes import scopes
from tejido.ground.ui.errors import TITLES

Named = dict[str, Any]
WORDS = {
    400: "Could not be read.",
    401: "No session, or a token that opens nothing.",
    403: "Not for this role, or not for this token's scopes.",
    404: "Not there, or not for you.",
    406: "Not in the format that the header Accept asks for.",
    409: "Changed in the meantime, done already, or under way.",
    410: "It was erased.",
    413: "Too large.",
    416: "Not so long.",
    422: "Does not fit. Nothing was changed.",
    429: "Too many requests; the header Retry-After says how long to wait.",
    500: "A fault of the node's. Nothing you did is lost.",
}
KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A random word of your own: the same request with the same key again gives the first answer, "
    f"with `{REPLAYED}: true`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
    "example": "0d9f4c53-8f1c-4f0e-9f0a-5f6e4a2b7c11",
}
SHAPE = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` is for programs, `detail` for people, in the language asked for.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}


class TwoShapes(ValueError):
    """Two rooms give different shapes the same name. Rename one of them: in the description they would be one."""


class Description(OpenAPISchema):
    """The description of an API whose operations `Api` runs."""

    def __init__(
        self,
        api: NinjaAPI,
        prefix: str,
        scope_of: Callable[[Operation], str | None],
        types_of: Callable[[Operation], tuple[str, ...]],
    ) -> None:
        self.scope_of, self.types_of = scope_of, types_of
        with override("en"):
            super().__init__(api, prefix)

    def methods(self, operations: list[Any]) -> Named:
        """Operations by method; HEAD goes without saying."""
        return {method: said for method, said in super().methods(operations).items() if method != "head"}

    def operation_details(self, operation: Operation) -> Named:
        """An operation, with what all have in common."""
        said: Named = super().operation_details(operation)
        writes = "GET" not in operation.methods
        said["parameters"] = [_tidy(one) for one in said["parameters"] if one["name"] != HEADER] + [KEY] * writes
        said["summary"], said["description"] = _sentences(operation.description or "")
        said["responses"] = {**self._answers(operation, said["responses"]), **_failures(operation, said)}
        return said

    def _answers(self, operation: Operation, found: Mapping[int, Named]) -> Named:
        types, fn = operation.view_func.__dict__.get("gives", ()), operation.view_func.__dict__
        answers = {str(status): dict(one) for status, one in sorted(found.items())}
        for status, one in answers.items():
            one["description"] = HTTPStatus(int(status)).phrase
            if types:
                one["content"] = {name: {"schema": {"type": "string", "format": "binary"}} for name in types}
            elif fn.get("listing"):
                one["content"]["text/csv"] = {"schema": {"type": "string"}}
                schema = one["content"]["application/json"]["schema"]
                one["content"]["application/json"]["schema"] = {"anyOf": [schema, {"type": "array", "items": {}}]}
            if "GET" not in operation.methods:
                one["headers"] = {REPLAYED: {"$ref": f"#/components/headers/{REPLAYED}"}}
        if fn.get("ranges"):
            answers["206"] = {**answers["200"], "description": "Partial Content"}
        return answers

    def add_schema_definitions(self, definitions: Named) -> None:
        """Keep shapes by their names, of which each may mean one thing only."""
        for name, shape in definitions.items():
            if self.schemas.setdefault(name, shape) != shape:
                raise TwoShapes(name)

    def operation_security(self, operation: Operation) -> list[Named] | None:
        """A token with its scope, or a session."""
        if not operation.auth_callbacks:
            return None
        scope = self.scope_of(operation)
        session: list[Named] = [{"session": []}]
        return session if scope is None else [{"token": [scope] if scope else []}, *session]

    def get_components(self) -> Named:
        """Schemas with examples, failures, ways in."""
        said: Named = super().get_components()
        schemas = {name: _with_examples(one) for name, one in sorted(said["schemas"].items())}
        return {
            "schemas": {**schemas, "Problem": SHAPE},
            "responses": {f"Problem{status}": _failure(status) for status in WORDS},
            "headers": {
                REPLAYED: {"description": "`true`: this answer was given before.", "schema": {"type": "string"}}
            },
            "securitySchemes": _ways_in(),
        }


def _ways_in() -> Named:
    allowed = "\n".join(f"- `{one.name}`: {one.title}" for one in scopes())
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": f"A token from /me/tokens/. It does what its owner may and its scopes name:\n\n{allowed}",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A browser's session. What changes anything needs the header X-CSRFToken as well; the operation "
            "`site_session` gives it.",
        },
    }


def _failures(operation: Operation, said: Named) -> Named:
    return {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in sorted(set(_expected(operation, said)))
    }


def _expected(operation: Operation, said: Named) -> Iterator[int]:
    """Statuses that follow from an operation's form, and those that it names itself."""
    yield from (406, 429, 500)
    yield from operation.view_func.__dict__.get("fails", ())
    if operation.auth_callbacks:
        yield from (401, 403)
    if said["parameters"] or "requestBody" in said:
        yield from (400, 422)
    if "requestBody" in said:
        yield 413
    if any(one["in"] == "path" for one in said["parameters"]):
        yield 404
    if "GET" not in operation.methods:
        yield from (404, 409)
    if operation.view_func.__dict__.get("ranges"):
        yield from (410, 416)


def _failure(status: int) -> Named:
    title = str(TITLES.get(status, HTTPStatus(status).phrase))
    shown = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": _CODES.get(status, "problem"),
        "detail": WORDS[status],
    }
    body = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}
    said: Named = {"description": WORDS[status], "content": {PROBLEM: body}}
    if status == 429:
        said["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    if status == 401:
        said["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return said


_CODES = {
    400: "malformed", 401: "not-signed-in", 403: "not-allowed", 404: "not-found", 406: "not-acceptable", 409: "conflict",
    410: "gone", 413: "too-large", 422: "invalid", 429: "too-often", 500: "fault",
}  # fmt: skip


def _tidy(parameter: Named) -> Named:
    """ninja puts a schema's list of examples where the parameter wants a map."""
    parameter.pop("examples", None)
    found = example(parameter["name"], parameter["schema"])
    if found is not None:
        parameter["example"] = found
    return parameter


def _with_examples(schema: Named) -> Named:
    properties = schema.get("properties", {})
    for name, one in properties.items():
        found = example(name, one)
        if found is not None and "examples" not in one and "$ref" not in one:
            one["examples"] = [found]
    return schema


def _sentences(text: str) -> tuple[str, str]:
    """The first sentence as a summary, and the whole."""
    whole = " ".join(text.split())
    first = whole.split(". ")[0].rstrip(".")
    return first, whole
