"""What the base template needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from tejido.ground.people import viewer_of
from tejido.ground.ui import nav

THEMES = ("auto", "light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """`viewer`, `node_name`, `lang`, `dir`, `theme`, `nav`, `folded` (the places within its menu), `demo`, `languages`."""
    places = SimpleLazyObject(lambda: nav.links(viewer_of(request), request.path))
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    return {
        "viewer": SimpleLazyObject(lambda: viewer_of(request)),
        "node_name": settings.NODE.name,
        "lang": get_language() or settings.LANGUAGE_CODE,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "theme": theme if theme in THEMES else "auto",
        "nav": places,
        "folded": SimpleLazyObject(lambda: [one for one in places if one.folds]),
        "demo": settings.NODE.demo,
        "languages": settings.LANGUAGES,
    }
