"""One error class a failure; its docstring is its default message. Pages and the API map them once, at the edge."""

import inspect
from typing import ClassVar


class Problem(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "problem"
    members: ClassVar[tuple[str, ...]] = ()  # params that problem+json carries as members of their own

    def __init__(self, message: str | None = None, **params: object) -> None:
        self.message = message or inspect.cleandoc(self.__doc__ or "")
        self.params = params
        super().__init__(str(self.message) % params if params else str(self.message))


class NotAllowed(Problem):
    """You are not allowed to do this. Ask a keeper of your node for the role it needs."""

    status = 403
    code = "not-allowed"


class NotFound(Problem):
    """There is nothing here, or not for you."""

    status = 404
    code = "not-found"


class Conflict(Problem):
    """Somebody changed this in the meantime."""

    status = 409
    code = "conflict"


class Invalid(Problem):
    """This does not fit. Nothing was changed."""

    status = 422
    code = "invalid"
