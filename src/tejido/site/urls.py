"""Every address of a node."""

from django.urls import URLPattern, URLResolver, include, path

from tejido.site.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tejido.web.urls")),
    path("", include("tejido.ground.tokens.urls")),
    path("", include("tejido.ground.people.urls")),
    path("", include("tejido.ground.ui.urls")),
    path("", include("tejido.ground.peers.urls")),  # before networks: /network/partners/ is none
    path("", include("tejido.ground.charter.urls")),
    path("", include("tejido.ground.network.urls")),
    path("", include("tejido.ground.bundles.urls")),
    path("", include("tejido.ground.erasures.urls")),
    path("", include("tejido.ground.devices.urls")),
    path("", include("tejido.ground.uploads.urls")),
    path("", include("tejido.ground.memory.urls")),
    path("", include("tejido.practices.relay.urls")),
    path("", include("tejido.practices.relay.drops.urls")),
    path("", include("tejido.practices.relay.review.urls")),
    path("", include("tejido.practices.relay.publishing.urls")),
    path("", include("tejido.practices.relay.press.urls")),
    path("", include("tejido.web.public.urls")),  # last: it answers for what is not under /p/
    path("api/v1/", api.urls),
]

handler400 = "tejido.ground.ui.errors.bad_request"
handler403 = "tejido.ground.ui.errors.forbidden"
handler404 = "tejido.ground.ui.errors.not_found"
handler429 = "tejido.ground.ui.errors.too_many"
handler500 = "tejido.ground.ui.errors.fault"
