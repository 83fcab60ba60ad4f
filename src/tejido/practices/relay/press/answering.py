"""What everybody is answered who asks for a file that is not here: the same page as elsewhere, without forms and cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tejido.ground.errors import Problem
from tejido.ground.ui import errors
from tejido.practices.relay.press import books

AGAIN_S = 60
Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def everybody(view: View[Given]) -> View[Given]:
    """Let a view answer its problems to somebody of whom nothing is remembered; a book that is being made says when to ask."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            response = errors.respond(request, problem, "press/not_here.html")
            if isinstance(problem, books.BookBeingMade):
                response.headers["Retry-After"] = str(AGAIN_S)
            return response

    return answered
