"""The API: every room's router at its place.

A room that has an `api.py` with a `router` is found by itself and lies at `/api/v1/LABEL/`. Requests come with a token, or with
the session of somebody who signed in; with a session, what changes anything needs the CSRF token as well. Each operation asks for
its permission itself.
"""

from importlib import import_module

from django.apps import apps
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.module_loading import module_has_submodule
from ninja import Router, Schema

from tejido.ground.api import ANY, needs
from tejido.ground.api.root import Api
from tejido.ground.people import viewer_of
from tejido.ground.tokens.entering import scopes_of

api = Api(
    title="Tejido",
    version="1",
    description=(
        "Everything that the pages of a node can do. Lists have `limit`, `offset`, `total` and `next`, and come as files with "
        "`?export=csv`; failures are problem+json (RFC 9457); what changes anything takes an Idempotency-Key."
    ),
)


class SessionOut(Schema):
    """Who asks, as whom. `scopes`: of the token, null with a session; `csrf_token`: what a session needs to change anything."""

    name: str
    roles: list[str]
    scopes: list[str] | None
    csrf_token: str


@api.get("/session", response=SessionOut, tags=["session"])
@needs(ANY)
def session(request: HttpRequest) -> SessionOut:
    """Who asks. With a session, the CSRF token for what changes anything."""
    viewer, scopes = viewer_of(request), scopes_of(request)
    token = get_token(request) if scopes is None else ""
    return SessionOut(
        name=viewer.name, roles=sorted(viewer.roles), scopes=None if scopes is None else list(scopes), csrf_token=token
    )


def routers() -> list[tuple[str, Router]]:
    """The router of every app that has one, by the app's label."""
    found = [
        (config.label, import_module(f"{config.name}.api").router)
        for config in apps.get_app_configs()
        if config.name.startswith("tejido.") and config.module and module_has_submodule(config.module, "api")
    ]
    return sorted(found, key=lambda one: one[0])


for label, router in routers():
    api.add_router(f"/{label}", router)
