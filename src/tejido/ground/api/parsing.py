"""Reading what was sent, strictly: what is no text does not reach an action."""

from typing import Any

import orjson
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser
from ninja.types import DictStrAny

from tejido.ground.errors import Problem


class Garbled(Problem):
    """This could not be read: the body has to be JSON in UTF-8, or a form, without the character U+0000."""

    status = 400
    code = "malformed"


class Strict(Parser):
    """ninja's parser over orjson, which refuses lone surrogates and numbers that are none."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """The JSON that was sent."""
        try:
            found = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise Garbled from error
        if _has_nul(found):
            raise Garbled
        return found  # type: ignore[no-any-return]

    def parse_querydict(self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest) -> Any:
        """Fields of a form or of an address."""
        if isinstance(data, QueryDict) and any(_has_nul(values) for _, values in data.lists()):
            raise Garbled
        return super().parse_querydict(data, list_fields, request)


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))
